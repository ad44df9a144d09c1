import { describe, expect, test } from 'vitest';
import { aSync } from '../../test/builders/sync.ts';
import { abandon, claim, commit, enqueue, isSupersededBy, newLane, release } from './lane.ts';
import type { Sync } from './sync.ts';

const now = '2026-11-20T07:00:00.000Z';
const sync = (more: Partial<Sync> = {}): Sync => aSync({ syncId: 'y1', state: 'queued', claims: 0, ...more });
const plan = {
  hash: 'h',
  content: 'c',
  prefix: 'p',
  chunks: 2,
  changes: 5,
  held: 0,
  heldChunks: 0,
  removals: 0,
};

test('the first in the queue gets the lane and the next generation', () => {
  const result = claim(enqueue({ ...newLane('d-1'), generation: 4 }, 'y1'), sync(), now);
  expect(result).toMatchObject({
    kind: 'claimed',
    move: {
      lane: { generation: 5, active: { syncId: 'y1', generation: 5 }, queue: [] },
      sync: { generation: 5, state: 'reading' },
    },
  });
});

test('whoever comes while another has the lane waits', () => {
  const lane = enqueue({ ...newLane('d-1'), active: { syncId: 'y0', generation: 1 } }, 'y1');
  expect(claim(lane, sync(), now).kind).toBe('wait');
});

test('whoever is not first in the queue waits', () => {
  expect(claim(enqueue(enqueue(newLane('d-1'), 'y0'), 'y1'), sync(), now).kind).toBe('wait');
});

test('a redelivery goes on with the generation that it has', () => {
  const lane = { ...newLane('d-1'), generation: 7, active: { syncId: 'y1', generation: 7 } };
  const result = claim(lane, sync({ state: 'reading', generation: 7, claims: 1 }), now);
  expect(result).toMatchObject({ kind: 'claimed', move: { sync: { generation: 7, claims: 2 } } });
});

test('a published plan is not made again', () => {
  const lane = { ...newLane('d-1'), generation: 7, active: { syncId: 'y1', generation: 7 } };
  expect(claim(lane, sync({ state: 'applying', generation: 7, plan }), now).kind).toBe('planned');
});

describe('what waits for an approval', () => {
  const lane = { ...newLane('d-1'), held: ['y0'] };
  const older = sync({ syncId: 'y0', state: 'held' });

  test.each<[string, Partial<Sync>, boolean]>([
    ['a feed', {}, true],
    ['a look at a feed', { dryRun: true }, false],
    ['single people of a feed', { only: { users: ['u1'] } }, false],
    ['other rules', { kind: 'mapping', mapping: 'v', dryRun: true }, true],
    ['a rollback', { kind: 'rollback', undoes: 'y' }, true],
    ['an edit', { kind: 'edits', edits: 'v' }, false],
    ['a repair', { kind: 'repair' }, false],
  ])('and %s: superseded %s', (_, more, expected) => {
    expect(isSupersededBy(sync(more), older, lane)).toBe(expected);
  });

  test('stays where it is an edit, whatever comes', () => {
    expect(isSupersededBy(sync(), { ...older, kind: 'edits' }, lane)).toBe(false);
    // Changes say nothing of what those before them have said.
    expect(isSupersededBy(sync({ changesOnly: true }), older, lane)).toBe(false);
  });

  test('makes room where too much waits, the oldest first', () => {
    const held = Array.from({ length: 21 }, (_, i) => `y${i}`);
    const edits = (syncId: string) => sync({ syncId, kind: 'edits', state: 'held' });
    const newer = sync({ kind: 'edits' });
    expect(isSupersededBy(newer, edits('y0'), { ...lane, held })).toBe(true);
    expect(isSupersededBy(newer, edits('y1'), { ...lane, held })).toBe(false);
  });
});

test('a plan that is given up is remembered for the next one', () => {
  const lane = { ...newLane('d-1'), generation: 3, active: { syncId: 'y1', generation: 3 } };
  const move = abandon(lane, sync({ state: 'cancelled', generation: 3, plan }));
  expect(move.lane.unfinished).toEqual([{ generation: 3, prefix: 'p', chunks: 2 }]);
  expect(move.lane.active).toBeUndefined();
});

test('giving up a sync that waits leaves the lane to whoever has it', () => {
  const lane = enqueue({ ...newLane('d-1'), active: { syncId: 'y0', generation: 1 } }, 'y1');
  const move = abandon(lane, sync({ state: 'cancelled' }));
  expect(move.lane).toMatchObject({ active: { syncId: 'y0' }, queue: [], unfinished: [] });
});

test('a commit moves readers to its generation and forgets what it covered', () => {
  const lane = {
    ...newLane('d-1'),
    generation: 3,
    active: { syncId: 'y1', generation: 3 },
    unfinished: [{ generation: 2, prefix: 'q', chunks: 1 }],
  };
  const move = commit(lane, sync({ state: 'applied', generation: 3, plan, nextManifest: 'm' }));
  expect(move.lane).toMatchObject({ committed: { generation: 3, manifest: 'm' }, unfinished: [], feed: 'f' });
  expect(move.lane.active).toBeUndefined();
});

test('a plan without changes moves no reader', () => {
  const lane = {
    ...newLane('d-1'),
    generation: 3,
    committed: { generation: 2 },
    active: { syncId: 'y1', generation: 3 },
  };
  const move = commit(
    lane,
    sync({ state: 'applied', generation: 3, plan: { ...plan, chunks: 0 }, nextManifest: 'm' }),
  );
  expect(move.lane.committed).toEqual({ generation: 2, manifest: 'm' });
});

test('a sync that rests in held is what an approval finds', () => {
  const lane = { ...newLane('d-1'), active: { syncId: 'y1', generation: 1 } };
  expect(release(lane, sync({ state: 'held' })).lane.held).toEqual(['y1']);
  expect(release(lane, sync({ state: 'rejected' })).lane.held).toBeUndefined();
});
