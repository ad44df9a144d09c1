import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDynamo, type TestDynamo, testTables } from '../../test/builders/dynamo.ts';
import type { PersonFacts } from '../access/facts.ts';
import { putManifest, putPartition } from '../roster/committed-state.ts';
import { RosterHistory } from './roster-history.ts';
import { DynamoSyncLedger } from './sync-ledger.ts';

let engine: TestDynamo;
const objects = new Map<string, string>();

beforeAll(async () => {
  engine = await startDynamo();
});
afterAll(() => engine.stop());

const history = () =>
  new RosterHistory(engine.dynamo, testTables.syncs, { find: async (key) => objects.get(key) });

const facts = (orgId: string): PersonFacts => ({
  status: 'active',
  enabled: true,
  orgIds: [orgId],
  memberships: [],
  assignments: [],
  requests: [],
});

/** Commits a roster in which u-1 is of this org. */
async function commit(district: string, at: string, orgId: string): Promise<void> {
  const store = {
    put: async (key: string, text: string) => void objects.set(key, text),
    get: async () => '',
  };
  const line = { status: 'active', id: 'u-1', json: JSON.stringify(facts(orgId)) } as const;
  const person = await putPartition(store, district, 'person', [line]);
  const manifest = await putManifest(store, { district, derivation: '1', kinds: { person: [person] } });
  const ledger = new DynamoSyncLedger(engine.dynamo, testTables, () => at);
  const done = await ledger.write({
    syncs: [],
    commit: { district, at, syncId: orgId, generation: 1, manifest },
  });
  expect(done).toBe(true);
}

test('a past day shows what was committed last before its end, whatever came after', async () => {
  await commit('d-1', '2026-09-01T10:00:00.000Z', 's-1');
  await commit('d-1', '2026-09-03T10:00:00.000Z', 's-2');
  const orgsBefore = async (instant?: string) => {
    const last = await history().lastCommit('d-1', instant);
    return last && [last.syncId, (await history().person(last, 'u-1'))?.orgIds];
  };
  expect(await orgsBefore('2026-09-01T04:00:00.000Z')).toBeUndefined();
  expect(await orgsBefore('2026-09-03T04:00:00.000Z')).toEqual(['s-1', ['s-1']]);
  expect(await orgsBefore('2026-09-04T04:00:00.000Z')).toEqual(['s-2', ['s-2']]);
  expect(await orgsBefore()).toEqual(['s-2', ['s-2']]);
});

test('whom a roster did not have is nobody, not an error', async () => {
  await commit('d-2', '2026-09-01T10:00:00.000Z', 's-1');
  const last = await history().lastCommit('d-2');
  expect(last && (await history().person(last, 'u-9'))).toBeUndefined();
});

test('a state that is kept no longer is said to be gone', async () => {
  await commit('d-3', '2026-09-01T10:00:00.000Z', 's-1');
  const last = await history().lastCommit('d-3');
  objects.clear();
  await expect(last && history().person(last, 'u-1')).rejects.toMatchObject({
    kind: 'gone',
    code: 'history-gone',
  });
});
