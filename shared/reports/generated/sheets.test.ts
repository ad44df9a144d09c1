import { expect, test } from 'vitest';
import { aPerson } from '../../../test/builders/access-facts.ts';
import { aSync } from '../../../test/builders/sync.ts';
import type { User } from '../../roster/records.ts';
import { noCounts } from '../../roster/sync.ts';
import { startCardsSheet } from './start-cards.ts';
import { syncHistory } from './sync-history.ts';
import type { Surroundings } from './told-person.ts';

const around: Surroundings = {
  scope: { type: 'district', ids: ['d'] },
  orgs: new Map([['s-1', 'North High']]),
  classes: new Map(),
  today: '2026-11-22',
};
const student: User = {
  sourcedId: 'p-1',
  enabledUser: true,
  username: 'ada@example.org',
  givenName: 'Augusta',
  preferredGivenName: 'Ada',
  familyName: 'Lovelace',
  roles: [{ roleType: 'primary', role: 'student', orgId: 's-1' }],
};
const person = aPerson('p-1', { orgIds: ['s-1'], student: true });
const { rowsOf } = startCardsSheet('https://rolebook.test');

test('a start card has who signs in, by which username and where, and no password', () => {
  expect(rowsOf({ user: student, person }, around)).toEqual([
    [
      'Ada Lovelace',
      'ada@example.org',
      'North High',
      'student',
      'Open https://rolebook.test/ and sign in with this username. The first time, choose "Forgot password" there, or ask your teacher.',
    ],
  ]);
});

test('a start card of somebody without a username sends them to the school office', () => {
  const { username: _, ...nameless } = student;
  const [row] = rowsOf({ user: nameless, person }, around);
  expect(row?.at(1)).toBe('');
  expect(row?.at(-1)).toBe('There is no username yet. Ask the school office.');
});

test('a sync of the history is told with its counts over all kinds of records, and why it was rejected', () => {
  const counts = noCounts();
  counts.users.created = 3;
  counts.enrollments.created = 4;
  counts.classes.rejected = 2;
  const sync = aSync({
    syncId: 'y-1',
    feed: 'sis',
    state: 'rejected',
    dryRun: true,
    requestedBy: 'client:sis',
    counts,
    rejection: { code: 'zip-bomb', message: 'Too large.', hint: 'Split it.' },
  });
  const row = Object.fromEntries(syncHistory.columns.map((name, at) => [name, syncHistory.rowOf(sync)[at]]));
  expect(row).toMatchObject({
    Sync: 'y-1',
    Feed: 'sis',
    State: 'rejected',
    'Dry run': 'yes',
    'Asked by': 'client:sis',
    'Started at': '',
    'Records created': '7',
    'Records rejected': '2',
    'Records marked': '0',
    'Why it ended so': 'zip-bomb',
  });
});
