import fc from 'fast-check';
import { expect, test } from 'vitest';
import { killer } from '../../test/builders/killed.ts';
import { memoryS3 } from '../../test/builders/memory-s3.ts';
import { Retention } from '../messages/privacy.ts';
import { type Lane, newLane } from '../roster/lane.ts';
import type { Sync } from '../roster/sync.ts';
import type { Commit } from '../roster/sync-stores.ts';
import { purgeOld } from './purge-old.ts';

const district = 'd-1';
const buckets = { feeds: 'feeds', state: 'state', pages: 'pages', exchange: 'exchange' };
const now = '2026-11-22T03:00:00.000Z';
const daysAgo = (days: number) => new Date(Date.parse(now) - days * 86_400_000).toISOString();

function world({ days = {}, syncs = [] as Partial<Sync>[], commits = [] as Partial<Commit>[] } = {}) {
  const s3 = memoryS3({ versioned: ['feeds', 'exchange'] });
  const lane: Lane = newLane(district);
  const expired: string[] = [];
  const put = (bucket: string, key: string, age: number, text = 'x') => {
    s3.at(daysAgo(age));
    s3.put(bucket, key, text);
  };
  const deps = {
    ...{ s3: s3.client, buckets, now: () => now },
    ledger: {
      // Only what is asked of them is there.
      list: async () => ({ syncs: syncs as Sync[] }),
      lane: async () => ({ value: structuredClone(lane), version: 1 }),
    },
    erasures: { retention: async () => Retention.parse(days) },
    commits: {
      async *all() {
        yield* commits as Commit[]; // as above
      },
    },
    expireDetails: async (_: string, before: string) => void expired.push(before),
  };
  return { s3, lane, put, expired, deps, purge: () => purgeOld(deps, district) };
}

const upload = (id: string) => `uploads/${district}/${id}/users.csv`;
const manifest = (name: string) => `state/${district}/manifest/${name}.json`;
const chunk = (name: string) => `state/${district}/users/${name}.ndjson`;
const naming = (...chunks: string[]) =>
  JSON.stringify({ district, derivation: '', kinds: { users: chunks.map((key) => ({ key, active: 1 })) } });

test('what is older than a district’s days goes with every version, and what is younger stays', async () => {
  const { s3, put, purge } = world({ days: { uploads: 30, plans: 10, problems: 20 } });
  for (const [age, id] of [
    [31, 'old'],
    [29, 'new'],
  ] as const)
    put('feeds', upload(id), age);
  put('feeds', upload('old'), 30, 'overwritten');
  for (const age of [9, 10, 19, 20]) {
    put('state', `plans/${district}/s${age}/chunk-0`, age);
    put('state', `problems/${district}/s${age}/part-0`, age);
  }
  for (const age of [2, 3]) {
    put('pages', `${district}/p${age}`, age);
    put('pages', `exports/${district}/e${age}.json`, age);
  }
  put('feeds', `uploads/d-10/old/users.csv`, 400);
  await purge();
  expect(s3.keys('feeds')).toEqual([upload('new'), 'uploads/d-10/old/users.csv']);
  expect(s3.everything('feeds')).not.toContain('overwritten');
  expect(s3.keys('state')).toEqual([
    `plans/${district}/s9/chunk-0`,
    ...[10, 19, 9].map((age) => `problems/${district}/s${age}/part-0`),
  ]);
  expect(s3.keys('pages')).toEqual([`${district}/p2`, `exports/${district}/e2.json`]);
});

test('what a sync needs that is not over stays at any age, and so do plans that have to be written over', async () => {
  const { s3, put, purge, lane } = world({
    syncs: [
      { syncId: 'held', uploadId: 'u-held', state: 'held', requestedAt: daysAgo(500) },
      { syncId: 'done', uploadId: 'u-done', state: 'applied', requestedAt: daysAgo(500) },
    ],
  });
  lane.unfinished = [{ generation: 1, prefix: `plans/${district}/given-up`, chunks: 1 }];
  for (const id of ['u-held', 'u-done']) put('feeds', upload(id), 500);
  for (const id of ['held', 'done', 'given-up']) put('state', `plans/${district}/${id}/chunk-0`, 500);
  await purge();
  expect(s3.keys('feeds')).toEqual([upload('u-held')]);
  expect(s3.keys('state')).toEqual(['given-up', 'held'].map((id) => `plans/${district}/${id}/chunk-0`));
});

test('files of reports go after their ninety days, and their copies after the district’s', async () => {
  const { s3, put, purge } = world({ days: { reports: 200 } });
  for (const age of [89, 90, 200]) {
    put('exchange', `in/${district}/s1/upload/${age}.csv`, age);
    put('exchange', `out/${district}/s1/receive/${age}.csv`, age);
    put('exchange', `kept/${district}/${age}`, age);
  }
  await purge();
  expect(s3.keys('exchange')).toEqual([
    `in/${district}/s1/upload/89.csv`,
    ...[89, 90].map((age) => `kept/${district}/${age}`),
    `out/${district}/s1/receive/89.csv`,
  ]);
});

test('details of the audit end by the district’s days', async () => {
  const { expired, purge } = world({ days: { audit: 400 } });
  await purge();
  expect(expired).toEqual([daysAgo(400)]);
});

/** Rosters of some past days, each of some chunks; `age` in days, the oldest first. */
const past = fc
  .uniqueArray(
    fc.record({ age: fc.integer({ min: 1, max: 400 }), of: fc.subarray(['a', 'b', 'c', 'd', 'e']) }),
    {
      selector: ({ age }) => age,
      minLength: 1,
      maxLength: 8,
    },
  )
  .map((all) => all.sort((a, b) => b.age - a.age));

test('a chunk that a kept manifest names never goes, and of older rosters nothing is left', async () => {
  await fc.assert(
    fc.asyncProperty(past, fc.nat(), async (days, kill) => {
      const commits = days.map(({ age }) => ({ at: daysAgo(age), manifest: manifest(`m${age}`) }));
      const { s3, put, purge, lane } = world({ days: { history: 90 }, commits });
      lane.committed = { generation: 1, manifest: manifest(`m${days.at(-1)?.age}`) };
      for (const { age, of } of days) {
        // A chunk that is there already is not written again.
        for (const name of of) if (!s3.keys('state').includes(chunk(name))) put('state', chunk(name), age);
        put('state', manifest(`m${age}`), age, naming(...of.map(chunk)));
      }
      const stood = days.findLast(({ age }) => age > 90);
      const kept = days.filter((day) => day.age <= 90 || day === stood || day === days.at(-1));
      const wanted = [
        ...kept.map(({ age }) => manifest(`m${age}`)),
        ...new Set(kept.flatMap(({ of }) => of.map(chunk))),
      ];
      const young = days.filter(({ age }) => age <= 90).flatMap(({ of }) => of);
      const killing = killer(s3.client);
      killing.killAt((kill % 40) + 1);
      await purge().catch(() => undefined);
      expect(s3.keys('state')).toEqual(expect.arrayContaining(wanted));
      killing.revive();
      await purge();
      await purge();
      expect(s3.keys('state').filter((key) => !wanted.includes(key))).toEqual(
        expect.toSatisfy((left: string[]) => left.every((key) => young.map(chunk).includes(key))),
      );
      expect(s3.keys('state')).toEqual(expect.arrayContaining(wanted));
    }),
    { numRuns: 60 },
  );
});

test('rosters that a held sync or a rollback goes by stay', async () => {
  const { s3, put, purge } = world({
    days: { history: 90 },
    syncs: [
      { state: 'held', requestedAt: daysAgo(200), nextManifest: manifest('next'), heldOn: manifest('on') },
      {
        state: 'applied',
        requestedAt: daysAgo(80),
        parts: [{ base: manifest('base'), made: manifest('made') }],
      },
      { state: 'applied', requestedAt: daysAgo(91), parts: [{ made: manifest('gone') }] },
    ],
  });
  for (const name of ['next', 'on', 'base', 'made', 'gone']) {
    put('state', chunk(name), 300);
    put('state', manifest(name), 300, naming(chunk(name)));
  }
  await purge();
  const kept = ['base', 'made', 'next', 'on'];
  expect(s3.keys('state')).toEqual([...kept.map(manifest), ...kept.map(chunk)]);
});

test('no roster goes while a sync runs or waits, nor after one has begun in the middle', async () => {
  const { s3, put, purge, lane, deps } = world({ days: { history: 90 } });
  for (const name of ['a', 'b']) put('state', chunk(name), 300);
  lane.queue = ['s1'];
  await purge();
  expect(s3.keys('state').length).toBe(2);
  lane.queue = [];
  let looks = 0;
  deps.ledger.lane = async () => {
    looks += 1;
    // To say what is needed, to begin, and before the first.
    return { value: { ...lane, generation: looks > 3 ? 8 : 7 }, version: 1 };
  };
  await purge();
  expect(s3.keys('state')).toEqual([chunk('b')]);
});
