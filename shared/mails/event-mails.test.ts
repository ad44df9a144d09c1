import { describe, expect, test } from 'vitest';
import { languages } from '../accounts/account.ts';
import { noticeKinds } from '../reports/notices.ts';
import type { ServiceEvent } from '../reports/service-event.ts';
import { type Notice, writeDigest, writeEventMail } from './event-mails.ts';

const link = 'https://rolebook.test/sign-in?district=north';
const optOut = 'https://rolebook.test/unsubscribe/north.abc.secret';
const district = { name: 'Northfield Schools', timeZone: 'America/Chicago' };

function noticeOfKind(kind: (typeof noticeKinds)[number], more: Partial<Notice> = {}): Notice {
  const isOfSync = kind.startsWith('sync.');
  const isOfReport = kind.startsWith('report.');
  const event: ServiceEvent = {
    id: 'e-1',
    district: 'north',
    kind: kind === 'report.refused' ? 'report.uploaded' : kind,
    at: '2026-11-22T18:30:00Z',
    facts: { outcome: kind === 'report.uploaded' ? 'accepted' : 'refused', created: 12, remaining: 30 },
    ...(isOfSync ? { sync: 's-1' } : {}),
    ...(isOfReport ? { account: 's1', report: 'r-1' } : {}),
  };
  const report = {
    kind: 'studenttracker-graduates',
    until: '2027-02-20T12:00:00Z',
    state: 'accepted',
  } as const;
  return { kind, event, ...(isOfReport ? { report, school: 'North High' } : {}), who: 'Cy Young', ...more };
}

const cases = languages.flatMap((language) => noticeKinds.map((kind) => ({ language, kind })));

describe.each(cases)('$kind in $language', ({ language, kind }) => {
  const notice = noticeOfKind(kind);
  const written = writeEventMail(notice, { language, district, link });

  test('says where, and leads there by one button', () => {
    const place = kind.startsWith('report.') ? 'North High' : district.name;
    expect(written.subject).toContain(place);
    for (const body of [written.text, written.html]) {
      expect(body).toContain(place);
      expect(body).toContain(district.name);
      expect(body.split(link.replace('&', '&#38;'))).toHaveLength(2);
    }
    expect(written.html.match(/<a /g)).toHaveLength(1);
  });

  test('is in its language, and loads nothing', () => {
    expect(written.html).toContain(`<html lang="${language}">`);
    expect(written.html).not.toMatch(/<img|<script|src=|<link|url\(/);
    expect(written.text).not.toMatch(/undefined|NaN|\[object|\.\.(\s|$)/);
  });
});

test('a report that is there says until when, and from whom', () => {
  const { text } = writeEventMail(noticeOfKind('report.ready'), { language: 'en', district, link });
  expect(text).toContain('asked for by Cy Young');
  expect(text).toContain('It is there until February 20, 2027.');
});

test('what was refused says until when it is there, and what nobody gets does not', () => {
  const saying = (state: 'refused' | 'quarantined' | 'failed') => {
    const report = { kind: 'unknown', until: '2027-02-20T12:00:00Z', state } as const;
    const reader = { language: 'en', district, link } as const;
    return writeEventMail(noticeOfKind('report.refused', { report }), reader).text;
  };
  expect(saying('refused')).toContain('It is there until February 20, 2027.');
  expect(saying('quarantined')).not.toContain('It is there');
  expect(saying('failed')).not.toContain('It is there');
});

test('what is wrong is said in words, and no message that may quote a student', () => {
  const problems = [
    { code: 'column-missing', message: 'Casey Student has no column' },
    { code: 'odd-code', message: 'Casey' },
  ];
  const report = { kind: 'roster-feed', until: '2027-02-20T12:00:00Z', state: 'refused', problems } as const;
  const { text } = writeEventMail(noticeOfKind('report.refused', { report: { ...report, problems } }), {
    language: 'en',
    district,
    link,
  });
  expect(text).toContain('A column is missing.');
  expect(text).toContain('“odd-code”');
  expect(text).not.toContain('Casey');
});

test('a test file is told of as one, and not as refused or accepted', () => {
  const { event } = noticeOfKind('report.uploaded');
  const checked = { ...event, facts: { outcome: 'checked', problems: 3 } };
  for (const language of languages) {
    const { text } = writeEventMail(noticeOfKind('report.uploaded', { event: checked }), {
      ...{ language, district, link },
    });
    expect(text).toMatch(/problems found: 3. As it is a test|problemas encontrados: 3. Como es una prueba/);
    expect(text).not.toMatch(/accepted|aceptó/);
  }
});

test('a report that cannot be made as it was asked for is no fault of ours', () => {
  const saying = (code: string) => {
    const { event } = noticeOfKind('report.failed');
    const notice = noticeOfKind('report.failed', { event: { ...event, facts: { code } } });
    return writeEventMail(notice, { language: 'en', district, link }).text;
  };
  expect(saying('not-permitted')).not.toContain('on our side');
  expect(saying('fault')).toContain('on our side');
});

test('what turns a mail off stands in both forms', () => {
  const mail = writeEventMail(noticeOfKind('report.ready'), { language: 'es', district, link, optOut });
  for (const body of [mail.text, mail.html]) expect(body).toContain(optOut);
});

test('names with markup and line ends do no harm', () => {
  const school = '<script>alert(1)</script>\r\nBcc: all@evil.test\r\n\r\nHello\u202E';
  for (const kind of noticeKinds) {
    const notice = noticeOfKind(kind, { school, who: school });
    const { subject, html, text } = writeEventMail(notice, { language: 'en', district, link });
    expect(subject).toMatch(/^[^\p{Cc}\p{Cf}]+$/u);
    expect(html).not.toContain('<script');
    expect(text).not.toMatch(/^Bcc:/m);
  }
});

test('five thousand uploads are one mail with their number and the first few', () => {
  const events = Array.from({ length: 5000 }, () => noticeOfKind('report.uploaded').event);
  const first = Array.from({ length: 7 }, () => noticeOfKind('report.uploaded'));
  const { subject, text } = writeDigest(events, first, { language: 'en', district, link, optOut });
  expect(subject).toBe('Northfield Schools: 5000 things happened');
  expect(text).toContain('5000 reports arrived.');
  expect(text.match(/graduates file arrived/g)).toHaveLength(5);
  expect(text).toContain('And 4995 more.');
});

test.each([
  ['en' as const, 'gone', /410 Gone/, /enable the webhook and replay/],
  ['en' as const, 'failing', /For 5 days/, /enable the webhook and replay/],
  ['es' as const, 'gone', /410 Gone/, /active el webhook y repita/],
  ['es' as const, 'failing', /Durante 5 días/, /active el webhook y repita/],
])(
  'in %s, a webhook that was disabled (%s) is told with its host and id, and what to do',
  (language, why, because, advice) => {
    const facts = { webhook: '01K-W', host: 'hooks.example.org:8443', why };
    const event: ServiceEvent = {
      ...{ id: 'e-1', district: 'north', kind: 'webhook.disabled', at: '2026-11-22T18:30:00Z' },
      facts,
    };
    const notice: Notice = { kind: 'webhook.disabled', event };
    const { text } = writeEventMail(notice, { language, district, link });
    for (const said of [because, advice, /hooks\.example\.org:8443/, /01K-W/]) expect(text).toMatch(said);
    expect(writeDigest([event], [notice], { language, district, link }).text).toContain(facts.host);
  },
);
