import type { Language } from '../account.ts';
import { english } from './english.ts';
import { layOutMail, type MailText, oneLine } from './layout.ts';
import { spanish } from './spanish.ts';
import type { AccountMail, Words } from './words.ts';

/** Who reads it. Of the reader no more is said than the district: whoever else opens the mail learns nothing of them. */
export type Reader = { language: Language; district: { name: string; timeZone: string } };

const words: Record<Language, Words> = { en: english, es: spanish };

/** A mail to somebody about their own account. */
export function writeAccountMail(mail: AccountMail, { language, district }: Reader): MailText {
  const { locale, ask, [mail.kind]: say } = words[language];
  const name = oneLine(district.name, 80);
  const when = momentIn('until' in mail ? mail.until : mail.at, { locale, timeZone: district.timeZone });
  const { subject, heading, paragraphs, button, until, why } = say(name, when);
  return layOutMail({
    language,
    subject,
    heading,
    paragraphs: [...paragraphs, ...sftpLines(mail, words[language]), ...keyLines(mail, words[language])],
    button: { label: button, url: mail.link },
    until,
    footer: [why, ask(name)],
  });
}

function sftpLines(mail: AccountMail, { sftp: say }: Words): string[] {
  if (mail.kind !== 'invitation' || mail.sftp === undefined) return [];
  const { host, port, user, fingerprint } = mail.sftp;
  const place = [
    `${say.host}: ${host}`,
    `${say.port}: ${port}`,
    `${say.user}: ${user}`,
    ...(fingerprint === '' ? [] : [`${say.fingerprint}: ${fingerprint}`]),
  ];
  return [say.intro, ...place, say.key];
}

function keyLines(mail: AccountMail, { keys: say }: Words): string[] {
  if (mail.kind !== 'ssh-keys-changed') return [];
  const lines = mail.keys.map(({ fingerprint, isNew }) =>
    isNew ? `${fingerprint} (${say.isNew})` : fingerprint,
  );
  return [say.count(mail.keys.length), ...lines, ...say.advice];
}

function momentIn(instant: string, { locale, timeZone }: { locale: string; timeZone: string }): string {
  const format = new Intl.DateTimeFormat(locale, {
    timeZone,
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
  });
  return format.format(Date.parse(instant));
}
