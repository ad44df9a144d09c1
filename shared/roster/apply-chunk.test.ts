import { expect, test } from 'vitest';
import { aSync } from '../../test/builders/sync.ts';
import { applyChunk } from './apply-chunk.ts';
import { chunkKey, headerKey } from './plan.ts';
import { sha256 } from './state.ts';
import { noCounts, type SyncState } from './sync.ts';
import type { SyncLedger } from './sync-stores.ts';

const chunkText = '{"table":"roster","entity":"users","id":"u1","kind":"create","now":1}\n';

/** A sync of one chunk in the middle of being applied, and what was done to it. */
function world({ state = 'applying', text = chunkText }: { state?: SyncState; text?: string } = {}) {
  const header = JSON.stringify({
    district: 'd',
    feed: 'f',
    base: 0,
    counts: noCounts(),
    chunks: [sha256(chunkText)],
    changes: 1,
  });
  const plan = {
    hash: sha256(header),
    content: 'c',
    prefix: 'p',
    chunks: 1,
    changes: 1,
    held: 0,
    heldChunks: 0,
    removals: 0,
  };
  const sync = aSync({ district: 'd', syncId: 'y1', generation: 4, base: 3, state, plan });
  const did: string[] = [];
  const objects = new Map([
    [headerKey('p'), header],
    [chunkKey('p', 0), text],
  ]);
  const unused = () => Promise.reject(new Error('not asked here'));
  const ledger: SyncLedger = {
    lane: unused,
    sync: async () => ({ value: sync, version: 1 }),
    write: unused,
    chunkDone: async () => did.push('noted') > 0,
    chunksLeft: unused,
    movedAt: unused,
    progress: unused,
  };
  const deps = {
    ledger,
    objects: { put: unused, get: async (key: string) => objects.get(key) ?? '' },
    records: { write: async () => void did.push('wrote') },
    queues: { plan: unused, chunks: unused, finish: async () => void did.push('asked to finish') },
  };
  const deliver = (more: { generation?: number; planHash?: string } = {}) =>
    applyChunk(deps, { district: 'd', syncId: 'y1', generation: 4, planHash: plan.hash, chunk: 0, ...more });
  return { deliver, did };
}

test('a chunk is written, then noted, then the finish is asked for', async () => {
  const { deliver, did } = world();
  await deliver();
  expect(did).toEqual(['wrote', 'noted', 'asked to finish']);
});

test('a repeated delivery of the last chunk asks for the finish again, in case the first died before it could', async () => {
  const { deliver, did } = world();
  await deliver();
  await deliver();
  expect(did.filter((deed) => deed === 'asked to finish')).toHaveLength(2);
});

test.each<SyncState>(['cancelled', 'applied', 'failed', 'held'])(
  'a chunk of a sync that is %s is dropped',
  async (state) => {
    const { deliver, did } = world({ state });
    await deliver();
    expect(did).toEqual([]);
  },
);

test('a chunk of another generation or plan of the same sync is dropped', async () => {
  const { deliver, did } = world();
  await deliver({ generation: 3 });
  await deliver({ planHash: 'f'.repeat(64) });
  expect(did).toEqual([]);
});

test('a chunk that is not the one that was planned is not written', async () => {
  const { deliver, did } = world({ text: chunkText.replace('u1', 'u2') });
  await expect(deliver()).rejects.toMatchObject({ name: 'StoreUnavailable' });
  expect(did).toEqual([]);
});
