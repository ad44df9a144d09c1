import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Local } from '../../infra/local/stack.ts';
import { Api } from '../builders/api.ts';
import { feedZip } from '../builders/feed-zip.ts';
import { startLocal } from '../builders/local.ts';
import { type FeedTexts, feed11, headers } from '../builders/oneroster-feed.ts';
import { RecordingProxy } from '../builders/recording-proxy.ts';
import { until } from '../builders/until.ts';

const pairs = 100;
const readers = 4;

/**
 * School administrators may see the report of every class of their school. What mixes an administrator of one roster with a class
 * of the other would allow what neither does: `chaser` comes to the school that `fleeing` leaves, and `leaver` leaves the
 * school that `coming` comes to.
 */
const schools = {
  before: { chaser: 's1', fleeing: 's2', leaver: 's2', coming: 's3', s2admin: 's2', s3admin: 's3' },
  after: { chaser: 's2', fleeing: 's3', leaver: 's1', coming: 's2', s2admin: 's2', s3admin: 's3' },
} as const;
type Roster = keyof typeof schools;
type Admin = 'chaser' | 'leaver' | 's2admin' | 's3admin';
type Moving = 'fleeing' | 'coming';

const admins: readonly Admin[] = ['chaser', 'leaver', 's2admin', 's3admin'];
const asked: readonly { admin: Admin; of: Moving }[] = [
  { admin: 'chaser', of: 'fleeing' },
  { admin: 'leaver', of: 'coming' },
  { admin: 's2admin', of: 'fleeing' },
  { admin: 's3admin', of: 'fleeing' },
];

const allowedBy = (roster: Roster, { admin, of }: (typeof asked)[number]) =>
  schools[roster][admin] === schools[roster][of];

function feedOf(roster: Roster): FeedTexts {
  const at = schools[roster];
  const numbers = Array.from({ length: pairs }, (_, i) => i);
  const users = numbers.flatMap((i) =>
    admins.map((who) => `${who}${i},,,true,${at[who]},administrator,${who}${i},,Ann,Doe,,,,,,,,\n`),
  );
  const classes = numbers.flatMap((i) =>
    (['fleeing', 'coming'] as const).map(
      (which) => `${which}${i},,,Maths,09,co1,${which}${i},scheduled,,${at[which]},t1,,,1\n`,
    ),
  );
  return feed11({
    orgs: `${feed11().orgs}s3,,,East,school,,d1\n`,
    classes: `${headers.classes}\n${classes.join('')}`,
    users: `${headers.users11}\n${users.join('')}`,
    enrollments: undefined,
  });
}

const proxy = new RecordingProxy();
let local: Local;
let api: Api;

beforeAll(async () => {
  local = await startLocal({ through: proxy.through });
  api = await Api.signIn(local.url, local.operator);
  await api.newDistrict('moving');
  expect((await api.sync('moving', await feedZip(feedOf('before')))).state).toBe('applied');
});

afterAll(async () => {
  await local?.stop();
  proxy.close();
  if (local !== undefined) rmSync(local.dataDir, { recursive: true, force: true });
});

/** Asks one question after the other about its share of the pairs; ends with the round that began after `isOver`. */
class Reader {
  /** Answers that neither roster gives, or that an older roster gave after a newer. */
  readonly wrong: string[] = [];
  rounds = 0;
  sawNew = false;
  readonly #share: readonly number[];

  constructor(share: readonly number[]) {
    this.#share = share;
  }

  async run(isOver: () => boolean): Promise<void> {
    for (let last = false; !last; this.rounds += 1) {
      last = isOver();
      for (const pair of this.#share) {
        for (const question of asked) await this.#ask(question, pair, last);
      }
    }
  }

  async #ask(question: (typeof asked)[number], i: number, afterCommit: boolean): Promise<void> {
    const { decision } = await api.check('moving', [
      `${question.admin}${i}`,
      'hmh:report.assessment',
      `class:${question.of}${i}`,
    ]);
    const [before, after] = [allowedBy('before', question), allowedBy('after', question)];
    const fits = this.sawNew || afterCommit ? decision === after : decision === before || decision === after;
    if (!fits) this.wrong.push(`${question.admin}${i} on ${question.of}${i}: ${decision}`);
    if (decision === after && before !== after) this.sawNew = true;
  }
}

test('readers see the roster before or the one after, never a mixture, and after the commit only the new one', async () => {
  let over = false;
  const numbers = Array.from({ length: pairs }, (_, i) => i);
  const crowd = Array.from(
    { length: readers },
    (_, reader) => new Reader(numbers.filter((i) => i % readers === reader)),
  );
  const reading = Promise.all(crowd.map((reader) => reader.run(() => over)));
  reading.catch(() => undefined); // awaited below, unless something else fails first

  const sentBefore = proxy.uses.filter(({ on }) => on === 'finishes').length;
  const release = proxy.hold('finish-sync');
  const syncId = await api.startSync('moving', await feedZip(feedOf('after')));
  await until(
    'every change is written and waits for the commit',
    () => proxy.uses.filter(({ on }) => on === 'finishes').length > sentBefore,
    60_000,
  );
  const rounds = crowd.map((reader) => reader.rounds);
  await until(
    'all have asked everything of the written and uncommitted',
    () => crowd.every((reader, i) => reader.rounds >= (rounds[i] ?? 0) + 2),
    60_000,
  );
  expect(crowd.map(({ sawNew }) => sawNew)).toEqual(crowd.map(() => false));

  release();
  const sync = await api.rested('moving', syncId, 60_000);
  over = true;
  await reading;
  expect([sync.state, sync.counts.users?.updated, sync.counts.classes?.updated]).toEqual([
    'applied',
    2 * pairs,
    2 * pairs,
  ]);
  expect(crowd.flatMap(({ wrong }) => wrong)).toEqual([]);
  expect(crowd.map(({ sawNew }) => sawNew)).toEqual(crowd.map(() => true));
}, 240_000);

test('the questions are such that a mixture would allow what neither roster does', () => {
  const mixed = asked.filter(
    ({ admin, of }) =>
      !allowedBy('before', { admin, of }) &&
      !allowedBy('after', { admin, of }) &&
      (schools.before[admin] === schools.after[of] || schools.after[admin] === schools.before[of]),
  );
  expect(mixed.map(({ admin }) => admin)).toEqual(['chaser', 'leaver']);
});
