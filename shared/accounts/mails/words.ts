import type { SftpServer } from '../sftp-names.ts';

/** Instants are ISO 8601, links absolute. */
export type AccountMail =
  | { kind: 'reset'; link: string; until: string }
  /** `sftp`: to whom reports come by SFTP, too. */
  | { kind: 'invitation'; link: string; until: string; sftp?: SftpServer & { user: string } }
  /** `link` leads to where somebody asks for a new password. */
  | { kind: 'locked' | 'password-changed' | 'password-lapsed'; link: string; at: string }
  /** `link` leads to where keys are seen and changed. */
  | { kind: 'ssh-keys-changed'; link: string; at: string; keys: readonly ChangedKey[] };

/** A public key that somebody comes in by from now on: `SHA256:…`. */
export type ChangedKey = { fingerprint: string; isNew: boolean };

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
  /** How many keys there are from now on, what a new one is called, and what to do where it was somebody else. */
  keys: { count: (keys: number) => string; isNew: string; advice: string[] };
  locale: string;
  ask: (district: string) => string;
};
