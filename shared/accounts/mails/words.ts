/** Instants are ISO 8601, links absolute. */
export type AccountMail =
  | { kind: 'reset' | 'invitation'; link: string; until: string }
  /** `link` leads to where somebody asks for a new password. */
  | { kind: 'locked' | 'password-changed' | 'password-lapsed'; link: string; at: string };

/** What a language says of one kind of mail; `district` and `when` are safe to stand in any line. */
export type Words = {
  [Kind in AccountMail['kind']]: (
    district: string,
    when: string,
  ) => {
    subject: string;
    heading: string;
    paragraphs: string[];
    button: string;
    until?: string;
    why: string;
  };
} & { locale: string; ask: (district: string) => string };
