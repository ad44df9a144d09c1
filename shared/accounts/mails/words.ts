import type { SftpServer } from '../sftp-names.ts';

/** Instants are ISO 8601, links absolute. */
export type AccountMail =
  | { kind: 'reset'; link: string; until: string }
  /** `sftp`: to whom reports come by SFTP, too. */
  | { kind: 'invitation'; link: string; until: string; sftp?: SftpServer & { user: string } }
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
} & {
  /** How to reach the SFTP server: a line before, and what each value is. */
  sftp: { intro: string; host: string; port: string; user: string; fingerprint: string; key: string };
  locale: string;
  ask: (district: string) => string;
};
