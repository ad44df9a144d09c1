import { expect, test } from 'vitest';
import { memoryDueTimes } from '../../test/builders/due-times.ts';
import { aFeed } from '../../test/builders/feed.ts';
import { aPulledFeed } from '../../test/builders/pulled-feed.ts';
import type { Feed } from '../messages/districts.ts';
import { armCare, armFeed, feedCame, uploadCame, type WholeUpload } from './due.ts';
import { type Lane, newLane } from './lane.ts';
import { startDue } from './start-due.ts';
import type { Sync } from './sync.ts';
import type { Kept } from './sync-stores.ts';

const timeZone = 'America/New_York';
const first = '01K0000000000000000000000A';
const second = '01K0000000000000000000000B';

/** A district with a feed, its uploads, and a clock that a test puts forward. */
function world(settings: Partial<Feed>, start = '2026-11-20T12:00:00Z') {
  let clock = Date.parse(start);
  const due = memoryDueTimes();
  const uploads = new Map<string, WholeUpload>();
  const syncs = new Map<string, Kept<Sync>>();
  let lane: Kept<Lane> = { value: newLane('d'), version: 0 };
  const late: string[] = [];
  const cared: string[] = [];
  const pulls: string[] = [];
  let feed: Feed | undefined = aFeed(settings);
  let crashes = 0;
  const crash = () => {
    if (crashes-- > 0) throw new Error('crash');
  };
  const deps: Parameters<typeof startDue>[0] = {
    due,
    uploads: {
      newest: async () => [...uploads.values()].sort((a, b) => (a.uploadId < b.uploadId ? 1 : -1))[0],
      whole: async (_, id) => uploads.get(id),
      give: async ({ uploadId }, sync) => {
        const upload = uploads.get(uploadId);
        if (upload) uploads.set(uploadId, { ...upload, sync: upload.sync ?? sync });
        return upload?.sync ?? sync;
      },
    },
    feed: async () => feed,
    timeZone: async (district) => (district === 'd' ? timeZone : undefined),
    care: [async ({ district }) => void cared.push(district)],
    digest: async ({ account }) => void cared.push(`digest of ${account}`),
    late: ({ expectedBy }) => void late.push(new Date(expectedBy).toISOString()),
    ledger: {
      lane: async () => lane,
      sync: async (_, id) => syncs.get(id),
      write: async (change) => {
        crash();
        if (change.lane) lane = { value: change.lane.value, version: change.lane.version + 1 };
        for (const { value, version } of change.syncs)
          syncs.set(value.syncId, { value, version: version + 1 });
        return true;
      },
      chunkDone: async () => false,
      chunksLeft: async () => [],
      movedAt: async () => undefined,
      progress: async () => {},
    },
    queues: { plan: async () => {}, chunks: async () => {}, finish: async () => {} },
    pulls: { pull: async (_, syncId) => void pulls.push(syncId) },
    now: () => new Date(clock).toISOString(),
  };
  const place = () => ({ district: 'd', timeZone, now: clock });
  return {
    due,
    uploads,
    late,
    pulls,
    cared,
    place,
    armed: async () => armFeed(due, place(), feed ?? aFeed()),
    /** A whole upload, of which its last file has just come. */
    came: async (uploadId: string, more: Partial<WholeUpload> = {}) => {
      const upload = { uploadId, wholeAt: clock, triggered: false, ...more };
      uploads.set(uploadId, upload);
      if (feed) await uploadCame(due, { district: 'd', now: clock }, { feed, upload });
    },
    at: (time: string) => {
      clock = Date.parse(time);
    },
    tick: async () => {
      for (const one of due.all()) if (one.at <= clock) await startDue(deps, one);
    },
    startDue: (one: Parameters<typeof startDue>[1]) => startDue(deps, one),
    change: (to: Partial<Feed> | undefined) => {
      feed = to && aFeed(to);
    },
    crashOnce: () => {
      crashes = 1;
    },
    started: () => [...syncs.values()].map(({ value }) => `${value.uploadId} by ${value.requestedBy}`),
  };
}

const nightly = { schedule: { times: ['06:30'] } };

test('at its time the newest upload is synced, once, and the next time is armed', async () => {
  const w = world(nightly);
  await w.armed();
  await w.came(first);
  await w.came(second);
  w.at('2026-11-21T11:29:00Z');
  await w.tick();
  expect(w.started()).toEqual([]);
  w.at('2026-11-21T11:30:00Z');
  const [due] = w.due.all();
  await w.tick();
  await w.tick();
  if (due) await w.startDue(due);
  expect(w.started()).toEqual([`${second} by schedule`]);
  expect(w.due.times()).toEqual(['schedule 2026-11-22T11:30:00.000Z']);
  w.at('2026-11-22T11:30:00Z');
  await w.tick();
  expect(w.started()).toHaveLength(1);
});

test('a tick that is days late does once what it missed', async () => {
  const w = world(nightly);
  await w.armed();
  await w.came(first);
  w.at('2026-11-25T09:00:00Z');
  await w.tick();
  expect(w.started()).toEqual([`${first} by schedule`]);
  expect(w.due.times()).toEqual(['schedule 2026-11-25T11:30:00.000Z']);
});

test('a crash before the sync stands leaves it due, and the next tick starts that sync and no other', async () => {
  const w = world(nightly);
  await w.armed();
  await w.came(first);
  w.at('2026-11-21T11:30:00Z');
  w.crashOnce();
  await expect(w.tick()).rejects.toThrow('crash');
  const given = w.uploads.get(first)?.sync;
  expect(w.started()).toEqual([]);
  w.at('2026-11-21T11:31:00Z');
  await w.tick();
  expect(w.started()).toEqual([`${first} by schedule`]);
  expect(w.uploads.get(first)?.sync).toEqual(given);
});

test('schedule and arrival together sync an upload once', async () => {
  const w = world({ ...nightly, arrival: { quietSeconds: 60 } }, '2026-11-21T11:29:30Z');
  await w.armed();
  await w.came(first);
  w.at('2026-11-21T11:31:00Z');
  await w.tick();
  expect(w.started()).toEqual([`${first} by schedule`]);
  expect(w.due.times()).toEqual(['schedule 2026-11-22T11:30:00.000Z']);
});

test('an upload that a person has synced is left to them', async () => {
  const w = world(nightly);
  await w.armed();
  await w.came(first, { sync: { syncId: second, by: 'client:c' } });
  w.at('2026-11-21T11:30:00Z');
  await w.tick();
  expect(w.started()).toEqual([]);
});

test('an upload is synced once nothing has come for the quiet time', async () => {
  const w = world({ arrival: { quietSeconds: 300 } });
  await w.came(first);
  w.at('2026-11-20T12:04:00Z');
  await w.came(first);
  w.at('2026-11-20T12:05:00Z');
  await w.tick();
  expect(w.started()).toEqual([]);
  w.at('2026-11-20T12:09:00Z');
  await w.tick();
  expect(w.started()).toEqual([`${first} by arrival`]);
  expect(w.due.times()).toEqual([]);
});

test('an older upload does not take back what a newer one brought', async () => {
  const w = world({ arrival: { quietSeconds: 300 } });
  await w.came(first);
  await w.came(second, { sync: { syncId: first, by: 'client:c' } });
  w.at('2026-11-20T12:05:00Z');
  await w.tick();
  expect(w.started()).toEqual([]);
});

test('what is no longer asked for ends without a sync', async () => {
  const w = world({ ...nightly, arrival: { quietSeconds: 1 }, freshness: { withinHours: 1 } });
  await w.armed();
  await w.came(first);
  w.change({});
  w.at('2026-11-22T00:00:00Z');
  await w.tick();
  expect([w.started(), w.late, w.due.times()]).toEqual([[], [], []]);
});

test('a feed that does not come is told of once a period, until it comes', async () => {
  const w = world({ freshness: { withinHours: 24 } });
  await w.armed();
  w.at('2026-11-21T12:00:00Z');
  await w.tick();
  await w.tick();
  w.at('2026-11-22T12:01:00Z');
  await w.tick();
  expect(w.late).toEqual(['2026-11-21T12:00:00.000Z', '2026-11-21T12:00:00.000Z']);
  expect(w.due.times()).toEqual(['freshness 2026-11-23T12:00:00.000Z']);
  await w.came(first);
  w.at('2026-11-23T12:00:00Z');
  await w.tick();
  expect(w.late).toHaveLength(2);
  expect(w.due.times()).toEqual(['freshness 2026-11-23T12:01:00.000Z']);
});

test('a file of an old upload that is told of again does not make a feed fresh', async () => {
  const w = world({ freshness: { withinHours: 24 } });
  await w.came(first);
  await feedCame(w.due, 'd', aFeed({ freshness: { withinHours: 24 } }), Date.parse('2026-11-19T00:00:00Z'));
  expect(w.due.times()).toEqual(['freshness 2026-11-21T12:00:00.000Z']);
});

test('new settings move the next time, but for one that has come', async () => {
  const w = world(nightly);
  await w.armed();
  w.change({ schedule: { times: ['05:00'] } });
  await w.armed();
  expect(w.due.times()).toEqual(['schedule 2026-11-21T10:00:00.000Z']);
  w.at('2026-11-21T10:00:30Z');
  await w.armed();
  expect(w.due.times()).toEqual(['schedule 2026-11-21T10:00:00.000Z']);
});

test('a district is cared for once a day, at a time of its own in the night', async () => {
  const w = world({});
  await armCare(w.due, w.place());
  const [{ at = 0 } = {}] = w.due.all();
  await armCare(w.due, { ...w.place(), now: at - 1 });
  expect(w.due.all()).toHaveLength(1);
  w.at(new Date(at).toISOString());
  await w.tick();
  await w.tick();
  expect(w.cared).toEqual(['d']);
  const hour = Number(new Date(at).toLocaleTimeString('en-GB', { timeZone }).slice(0, 2));
  expect([2, 3, 4]).toContain(hour);
  expect(w.due.all()[0]?.at).toBe(at + 24 * 3_600_000);
});

test('a feed of an API is pulled at its time, and not beside a pull that is under way', async () => {
  const w = world({ ...aPulledFeed({ id: 'sis' }), ...nightly });
  await w.armed();
  w.at('2026-11-21T11:30:00Z');
  const [due] = w.due.all();
  await w.tick();
  if (due) await w.startDue(due);
  expect(w.pulls).toHaveLength(1);
  w.at('2026-11-22T11:30:00Z');
  await w.tick();
  expect(w.pulls).toHaveLength(1);
  expect(w.due.times()).toEqual(['schedule 2026-11-23T11:30:00.000Z']);
});
