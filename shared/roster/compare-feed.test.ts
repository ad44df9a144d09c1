import { expect, test } from 'vitest';
import { memoryWorkspace } from '../../test/builders/memory-workspace.ts';
import { aPlanning } from '../../test/builders/planning.ts';
import { Aliases } from './aliases.ts';
import { CommittedState, putManifest, putPartition } from './committed-state.ts';
import { compareFeed } from './compare-feed.ts';
import type { FeedRow, OpenFeed } from './feed-reading.ts';
import { nothingHeld } from './guard.ts';
import { readFeed } from './read-feed.ts';
import type { Entity } from './records.ts';
import { settleRemovals } from './settle-removals.ts';

/** Compares a feed of orgs with a committed state of orgs `o1`, `o2`, `o3`. */
async function compareOrgs(rows: FeedRow[]) {
  const texts = new Map<string, string>();
  const objects = {
    put: async (key: string, text: string) => void texts.set(key, text),
    get: async (key: string) => texts.get(key) ?? '',
  };
  const lines = ['o1', 'o2', 'o3'].map((id) => ({
    status: 'active' as const,
    id,
    json: JSON.stringify(org(id)),
  }));
  const stored = await putPartition(objects, 'd', 'orgs', lines);
  const manifest = await putManifest(objects, { district: 'd', derivation: '', kinds: { orgs: [stored] } });
  const state = await CommittedState.open(objects, 'd', manifest);
  const feed: OpenFeed = {
    format: 'test',
    complete: new Set<Entity>(['orgs']),
    reads: [],
    bytes: {},
    rows: (async function* () {
      yield* rows;
    })(),
  };
  const workspace = memoryWorkspace();
  const nothing = () => undefined;
  const snapshot = await readFeed(
    feed,
    {},
    { workspace, aliases: new Aliases([]), problem: nothing, progress: nothing },
  );
  const run = {
    ...(await aPlanning(objects, { state, workspace })),
    snapshot,
    rowsApplied: false,
    from: { isOnly: true, shared: new Set<string>() },
    problem: () => undefined,
  };
  const compared = await compareFeed(run);
  const { applied } = await settleRemovals(run, compared, { hold: nothingHeld, isApproved: false });
  return { counts: compared.counts.orgs, removed: applied };
}

const org = (sourcedId: string) => ({ sourcedId, name: sourcedId, type: 'school' });
const row = (id: string): FeedRow => ({
  kind: 'record',
  entity: 'orgs',
  file: 'orgs.csv',
  line: 2,
  sourcedId: id,
  status: 'active',
  record: org(id),
});
const bad = (sourcedId?: string): FeedRow => ({
  kind: 'problem',
  problem: { file: 'orgs.csv', row: 3, code: 'x', severity: 'error', message: '', hint: '' },
  dropped: { entity: 'orgs', ...(sourcedId === undefined ? {} : { sourcedId }) },
});

test('what a full file no longer has is suspended', async () => {
  expect(await compareOrgs([row('o1'), row('o2')])).toMatchObject({
    removed: 1,
    counts: { unchanged: 2, suspended: 1 },
  });
});

test('a record whose row was dropped is not missing', async () => {
  expect(await compareOrgs([row('o1'), row('o2'), bad('o3')])).toMatchObject({
    removed: 0,
    counts: { unchanged: 2, rejected: 1, suspended: 0, received: 3 },
  });
});

test('a row whose id cannot be read may be any record that seems to be missing: nothing is suspended', async () => {
  expect(await compareOrgs([row('o1'), row('o2'), bad()])).toMatchObject({
    removed: 0,
    counts: { unchanged: 2, rejected: 1, suspended: 0, received: 3 },
  });
});

test('a row that is dropped after it was read is dropped', async () => {
  expect(await compareOrgs([row('o1'), row('o2'), row('o4'), bad('o4'), row('o3')])).toMatchObject({
    counts: { unchanged: 3, created: 0, rejected: 1 },
  });
});
