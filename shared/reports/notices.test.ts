import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deliveriesOf, isUnheard, mailLine } from './deliveries.ts';
import {
  audienceOf,
  isOptional,
  noPreferences,
  noticeKinds,
  noticeOf,
  timeFor,
  wayOf,
  ways,
} from './notices.ts';

const timeZone = 'America/Chicago';
/** 20:00 in Chicago. */
const evening = Date.parse('2026-11-22T02:00:00Z');
const at = (instant: string) => ({ when: 'later', at: Date.parse(instant) });

test('a download waits for the morning of the district, all else is told at once', () => {
  const when = (kind: (typeof noticeKinds)[number]) =>
    timeFor(noPreferences, kind, { timeZone, now: evening });
  expect(when('report.downloaded')).toEqual(at('2026-11-22T13:00:00Z'));
  for (const kind of noticeKinds.filter((one) => one !== 'report.downloaded'))
    expect(when(kind)).toEqual({ when: 'now' });
});

test('quiet hours over midnight put off what comes in them, and a digest that would fall into them', () => {
  const preferences = { ...noPreferences, quietHours: { from: '19:00', until: '08:30' } };
  const now = { timeZone, now: evening };
  expect(timeFor(preferences, 'report.ready', now)).toEqual(at('2026-11-22T14:30:00Z'));
  expect(timeFor(preferences, 'report.downloaded', now)).toEqual(at('2026-11-22T14:30:00Z'));
  const noon = Date.parse('2026-11-22T18:00:00Z');
  expect(timeFor(preferences, 'report.ready', { timeZone, now: noon })).toEqual({ when: 'now' });
});

test('what is needed cannot be turned off, however it is asked for', () => {
  fc.assert(
    fc.property(fc.constantFrom(...noticeKinds), fc.constantFrom(...ways), (kind, way) => {
      const got = wayOf({ ...noPreferences, events: { [kind]: way } }, kind);
      expect(got === 'off').toBe(way === 'off' && isOptional(kind));
    }),
  );
});

test('an upload that was not accepted is another notice', () => {
  const event = { id: 'e', district: 'd', kind: 'report.uploaded' as const, at: '2026-11-22T02:00:00Z' };
  const kinds = ['accepted', 'checked', 'refused', 'quarantined'].map((outcome) =>
    noticeOf({ ...event, facts: { outcome } }),
  );
  expect(kinds).toEqual(['report.uploaded', 'report.uploaded', 'report.refused', 'report.refused']);
});

const line = (state: Parameters<typeof mailLine>[0], to: string) =>
  mailLine(state, { to, at: '2026-11-22T02:00:00Z', of: 'e-1' });

test('a delivery that is told of before its sending stands, and a mail that is queued again begins anew', () => {
  const once = [line('queued', 'a'), line('delivered', 'a'), line('sent', 'a')];
  expect(deliveriesOf(once, 'e-1')).toMatchObject([{ account: 'a', state: 'delivered' }]);
  expect(deliveriesOf([...once, line('queued', 'a')], 'e-1')).toMatchObject([{ state: 'queued' }]);
});

test('nobody has heard where every mail came back or nobody was to get one', () => {
  expect(isUnheard(deliveriesOf([], 'e-1'))).toBe(true);
  const back = [line('queued', 'a'), line('sent', 'a'), line('bounced', 'a'), line('refused', 'b')];
  expect(isUnheard(deliveriesOf(back, 'e-1'))).toBe(true);
  expect(isUnheard(deliveriesOf([...back, line('waiting', 'c')], 'e-1'))).toBe(false);
});

test('that a webhook was disabled concerns the administrators of the district, who cannot turn it off', () => {
  const event = { id: 'e', district: 'd', kind: 'webhook.disabled' as const, at: '2026-11-22T02:00:00Z' };
  expect(audienceOf({ ...event, facts: {} })).toEqual({
    action: 'hmh:roster.automated_import',
    resource: { type: 'district', id: 'd' },
  });
  expect(isOptional('webhook.disabled')).toBe(false);
});
