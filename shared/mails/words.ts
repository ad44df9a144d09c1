import type { FeedRejection } from '../errors.ts';
import type { NoticeKind } from '../reports/notices.ts';
import type { RefusalCode } from '../reports/refusals.ts';
import type { ReportKind } from '../reports/report.ts';

/**
 * What a mail tells of one event. Names are safe to stand in any line; nothing here is of a student, and no file is named. Instants are
 * already written in the reader's language.
 */
export type Told = {
  /** The school or other organization of the account; of a sync the district. */
  place: string;
  district: string;
  when: string;
  what: ReportKind;
  /** Who brought, asked for or fetched it; absent where nobody is to be named. */
  who?: string | undefined;
  quarantined: boolean;
  /** It came to be tried out, and goes nowhere. */
  isTest: boolean;
  /** Codes of what is wrong, the first few. */
  reasons: readonly string[];
  /** One that was disabled; `gone`: its host said so itself. */
  webhook: { id: string; host: string; gone: boolean };
  /** Of a sync, or of what was found wrong. */
  counts: Readonly<Record<string, number>>;
};

/** Why a file is not taken; of what is wrong within it, as much as people can mend by themselves. */
export type Reasons = Readonly<
  Record<RefusalCode | 'size-differs' | 'fault', string> & Partial<Record<FeedRejection, string>>
>;

export function wordsFor(reasons: Reasons, code: string): string | undefined {
  return new Map(Object.entries(reasons)).get(code);
}

export type Said = { subject: string; heading: string; paragraphs: string[] };

/** What a language says. */
export type NoticeWords = {
  locale: string;
  /** With its article, as the object of a sentence. */
  reports: Record<ReportKind, string>;
  somebody: (district: string) => string;
  reason: (code: string) => string;
  notices: Record<NoticeKind, (told: Told) => Said>;
  button: Record<'report' | 'sync' | 'webhook', string>;
  until: (day: string) => string;
  why: Record<'report' | 'administrator', (told: Told) => string>;
  ask: (district: string) => string;
  optOut: string;
  digest: {
    subject: (district: string, count: number) => string;
    heading: string;
    total: Record<NoticeKind, (count: number) => string>;
    line: Record<NoticeKind, (told: Told) => string>;
    more: (count: number) => string;
    button: string;
    why: (district: string) => string;
  };
};
