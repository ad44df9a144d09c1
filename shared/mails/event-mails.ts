import type { Language } from '../accounts/account.ts';
import { layOutMail, type MailText, oneLine } from '../accounts/mails/layout.ts';
import { isFetchable } from '../reports/fetchable.ts';
import { audienceOf, type NoticeKind, noticeKinds, noticeOf } from '../reports/notices.ts';
import type { Report } from '../reports/report.ts';
import type { ServiceEvent } from '../reports/service-event.ts';
import { english } from './english.ts';
import { spanish } from './spanish.ts';
import type { NoticeWords, Told } from './words.ts';

/** An event, and what it refers to as far as it is there. */
export type Notice = {
  kind: NoticeKind;
  event: ServiceEvent;
  report?: Pick<Report, 'kind' | 'until' | 'state' | 'problems' | 'asked'> | undefined;
  /** Name of the org whose report it is. */
  school?: string | undefined;
  /** Of whoever did it. */
  who?: string | undefined;
};

export type NoticeReader = {
  language: Language;
  district: { name: string; timeZone: string };
  /** Where the button leads; absolute. */
  link: string;
  /** Turns the mails of this kind off, where they may be. */
  optOut?: string | undefined;
};

const words: Record<Language, NoticeWords> = { en: english, es: spanish };

/** What is said of more is their number. */
const mostReasons = 3;
const mostLines = 5;

/** A mail about one event. */
export function writeEventMail(notice: Notice, reader: NoticeReader): MailText {
  const { language, district } = reader;
  const say = words[language];
  const told = toldOf(notice, reader);
  const { subject, heading, paragraphs } = say.notices[notice.kind](told);
  const { report } = notice;
  return layOutMail({
    language,
    subject,
    heading,
    paragraphs: paragraphs.map(withOnePoint),
    button: { label: say.button[subjectOf(notice)], url: reader.link },
    until:
      report !== undefined && isFetchable(report)
        ? say.until(dayIn(report.until, say.locale, district.timeZone))
        : undefined,
    footer: [
      say.why[audienceOf(notice.event)?.resource.type === 'account' ? 'report' : 'administrator'](told),
      say.ask(told.district),
    ],
    optOut: reader.optOut === undefined ? undefined : { label: say.optOut, url: reader.optOut },
  });
}

function subjectOf({ kind, event }: Notice): keyof NoticeWords['button'] {
  if (kind === 'webhook.disabled') return 'webhook';
  return event.sync === undefined ? 'report' : 'sync';
}

/** A mail about many: how many of each kind, and the first few of them. `first`: as many as are to be told of one by one, or fewer. */
export function writeDigest(
  events: readonly ServiceEvent[],
  first: readonly Notice[],
  reader: NoticeReader,
): MailText {
  const { language } = reader;
  const { digest, ask, optOut } = words[language];
  const name = oneLine(reader.district.name, 80);
  const counts = new Map<NoticeKind, number>();
  for (const event of events) {
    const kind = noticeOf(event);
    if (kind !== undefined) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const totals = noticeKinds.flatMap((kind) => {
    const count = counts.get(kind);
    return count === undefined ? [] : [digest.total[kind](count)];
  });
  const shown = first.slice(0, mostLines);
  const more = events.length - shown.length;
  return layOutMail({
    language,
    subject: digest.subject(name, events.length),
    heading: digest.heading,
    paragraphs: [
      capital(`${totals.join('; ')}.`),
      ...shown.map((notice) => digest.line[notice.kind](toldOf(notice, reader))),
      ...(more === 0 ? [] : [digest.more(more)]),
    ],
    button: { label: digest.button, url: reader.link },
    footer: [digest.why(name), ask(name)],
    optOut: reader.optOut === undefined ? undefined : { label: optOut, url: reader.optOut },
  });
}

function toldOf({ event, report, school, who }: Notice, { language, district }: NoticeReader): Told {
  const { locale } = words[language];
  const name = oneLine(district.name, 80);
  const codes = report?.problems?.map(({ code }) => code) ?? [];
  const { code, webhook = '', host = '', why } = event.facts;
  return {
    place: school === undefined ? name : oneLine(school, 80),
    district: name,
    when: momentIn(event.at, locale, district.timeZone),
    what: report?.kind ?? 'unknown',
    who: who === undefined ? undefined : oneLine(who, 80),
    quarantined: event.facts.outcome === 'quarantined',
    isTest: event.facts.outcome === 'checked',
    reasons: [...new Set(typeof code === 'string' ? [code, ...codes] : codes)]
      .map((one) => oneLine(one, 60))
      .slice(0, mostReasons),
    webhook: { id: String(webhook), host: oneLine(String(host), 100), gone: why === 'gone' },
    counts: Object.fromEntries(
      Object.entries(event.facts).filter((pair): pair is [string, number] => typeof pair[1] === 'number'),
    ),
  };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Spanish times of day end with a point of their own. */
function withOnePoint(sentence: string): string {
  return sentence.replace(/\bm\.\.(?=\s|$)/g, 'm.');
}

function momentIn(instant: string, locale: string, timeZone: string): string {
  const format = new Intl.DateTimeFormat(locale, {
    timeZone,
    day: 'numeric',
    month: 'long',
    hour: 'numeric',
    minute: '2-digit',
  });
  return format.format(Date.parse(instant));
}

function dayIn(instant: string, locale: string, timeZone: string): string {
  const format = new Intl.DateTimeFormat(locale, {
    timeZone,
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  });
  return format.format(Date.parse(instant));
}
