import { describe, expect, test } from 'vitest';
import { commit, isBusy, type Lane, newLane } from './lane.ts';
import { type NewPull, type PullDeskDeps, reconcilePulls, startPull } from './pull-desk.ts';
import type { PullMark, SyncPull } from './pulls.ts';
import type { Sync } from './sync.ts';
import { withoutFeed } from './sync-desk.ts';
import type { Kept } from './sync-stores.ts';

const district = 'd';
const mark: PullMark = { cursor: { since: '1' }, fullAt: '2026-11-20T07:00:00.000Z' };
const request: NewPull = {
  ...{ district, syncId: 's1', feed: 'api', feedFormat: 'oneroster-rest', fullEveryDays: 7 },
  ...{ dryRun: false, requestedBy: 'test', ...withoutFeed },
};

function world() {
  const syncs = new Map<string, Kept<Sync>>();
  let lane: Kept<Lane> = { value: newLane(district), version: 0 };
  let clock = Date.parse('2026-11-20T07:00:00Z');
  const sent: string[] = [];
  let losing = false;
  const deps: PullDeskDeps = {
    ledger: {
      lane: async () => lane,
      sync: async (_, id) => syncs.get(id),
      write: async (change) => {
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
    pulls: {
      pull: async (_, syncId) => {
        if (losing) throw new Error('crash');
        sent.push(syncId);
      },
    },
    now: () => new Date(clock).toISOString(),
  };
  return {
    ...{ deps, sent, lane: () => lane.value },
    pass: (milliseconds: number) => {
      clock += milliseconds;
    },
    lose: (isSo: boolean) => {
      losing = isSo;
    },
  };
}

test('a pull that a crash kept from its message is sent for again, and only once it stands still', async () => {
  const { deps, sent, lose, pass, lane } = world();
  lose(true);
  await expect(startPull(deps, request)).rejects.toThrow('crash');
  expect(isBusy(lane())).toBe(true);
  lose(false);
  pass(19 * 60_000);
  await reconcilePulls(deps, district);
  expect(sent).toEqual([]);
  pass(60_000);
  await reconcilePulls(deps, district);
  expect(sent).toEqual(['s1']);
});

test('a pull that is asked for again is the same one', async () => {
  const { deps, sent } = world();
  const first = await startPull(deps, request);
  expect(await startPull(deps, request)).toEqual(first);
  expect(sent).toEqual(['s1', 's1']);
});

describe('the place that the next pull goes on from', () => {
  const markAfter = (sync: Partial<Sync>, before: { mark?: PullMark } = { mark }): PullMark | undefined => {
    const lane: Lane = { ...newLane(district), pulls: { api: before } };
    const applied = { ...request, kind: 'feed', state: 'applied', attempts: 0, claims: 1 } as const;
    const times = { requestedAt: 'x', updatedAt: 'x' };
    return commit(lane, { ...applied, ...times, ...sync }).lane.pulls?.api?.mark;
  };
  const next: PullMark = { cursor: { since: '2' }, fullAt: mark.fullAt };
  const pull = (mode: 'full' | 'delta'): SyncPull => ({ fullEveryDays: 7, tries: 1, mode, mark: next });

  test('moves with the commit of the sync that brought it, and not while a part is held', () => {
    expect(markAfter({ pull: pull('delta') })).toEqual(next);
    expect(markAfter({ pull: pull('delta'), state: 'held' })).toEqual(mark);
    expect(markAfter({ pull: pull('full'), only: { users: ['u'] } })).toEqual(mark);
  });

  test('is taken away by a rollback and by what came in another way, and changes alone do not bring it back', () => {
    expect(markAfter({ kind: 'rollback', undoes: 's0' })).toBeUndefined();
    expect(markAfter({})).toBeUndefined();
    expect(markAfter({ pull: pull('delta') }, {})).toBeUndefined();
    expect(markAfter({ pull: pull('full') }, {})).toEqual(next);
  });

  test('stays where other rules or edits are committed', () => {
    expect(markAfter({ kind: 'mapping', mapping: 'm' })).toEqual(mark);
  });
});
