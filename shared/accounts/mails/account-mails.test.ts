import { describe, expect, test } from 'vitest';
import { languages } from '../account.ts';
import { writeAccountMail } from './account-mails.ts';
import type { AccountMail } from './words.ts';

const link = 'https://rolebook.test/password/north.abc.secret';
const until = '2026-11-22T18:30:00Z';
const mails: AccountMail[] = [
  { kind: 'reset', link, until },
  { kind: 'invitation', link, until },
  { kind: 'locked', link, at: until },
  { kind: 'password-changed', link, at: until },
  { kind: 'password-lapsed', link, at: until },
  { kind: 'ssh-keys-changed', link, at: until, keys: [{ fingerprint: 'SHA256:abc/+1', isNew: true }] },
];
const north = { name: 'Northfield Schools', timeZone: 'America/Chicago' };
const cases = languages.flatMap((language) => mails.map((mail) => ({ language, mail, kind: mail.kind })));

describe.each(cases)('$kind in $language', ({ language, mail }) => {
  const written = writeAccountMail(mail, { language, district: north });

  test('names the district in subject and body, and the same link once in both forms', () => {
    expect(written.subject).toContain(north.name);
    for (const body of [written.text, written.html]) {
      expect(body).toContain(north.name);
      expect(body.split(link)).toHaveLength(2);
    }
    expect(written.html.match(/<a /g)).toHaveLength(1);
  });

  test('says when in the district’s own time', () => {
    expect(written.text).toMatch(language === 'en' ? /November 22.*12:30/ : /22 de noviembre.*12:30/);
  });

  test('is in its language, and loads nothing', () => {
    expect(written.html).toContain(`<html lang="${language}">`);
    expect(written.html).not.toMatch(/<img|<script|src=|<link|url\(/);
  });
});

test('a name with markup and line ends does no harm', () => {
  const name = '<script>alert(1)</script>"\r\nBcc: all@evil.test\r\n\r\nHello\u0000\u202Egpj';
  for (const mail of mails) {
    const { subject, html, text } = writeAccountMail(mail, {
      language: 'en',
      district: { ...north, name },
    });
    expect(subject).toMatch(/^[^\p{Cc}\p{Cf}]+$/u);
    expect(html).not.toContain('<script');
    expect(html).toContain('&#60;script&#62;');
    expect(text).not.toMatch(/^Bcc:/m);
  }
});

test('a long name leaves the subject short', () => {
  const district = { ...north, name: '長'.repeat(200) };
  const subjects = mails.map((mail) => writeAccountMail(mail, { language: 'es', district }).subject);
  for (const subject of subjects) expect([...subject].length).toBeLessThanOrEqual(150);
});

test.each([
  ['en' as const, 'There are 2 keys now', 'There is no key any more', '(new)'],
  ['es' as const, 'Ahora hay 2 claves', 'Ya no hay ninguna clave', '(nueva)'],
])(
  'in %s, a change of keys tells how many there are, which, and which are new',
  (language, two, none, isNew) => {
    const write = (keys: { fingerprint: string; isNew: boolean }[]) =>
      writeAccountMail({ kind: 'ssh-keys-changed', link, at: until, keys }, { language, district: north });
    const some = write([
      { fingerprint: 'SHA256:old', isNew: false },
      { fingerprint: 'SHA256:added', isNew: true },
    ]);
    expect(some.text).toContain(two);
    for (const body of [some.text, some.html]) {
      expect(body).toContain('SHA256:old');
      expect(body).not.toContain(`SHA256:old ${isNew}`);
      expect(body).toContain(`SHA256:added ${isNew}`);
    }
    expect(write([]).text).toContain(none);
  },
);
