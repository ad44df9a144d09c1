import { StoreUnavailable } from '../errors.ts';
import { type Change, chunkKey, headerKey, type PlanHeader } from './plan.ts';
import { sha256 } from './state.ts';
import type { Objects, RecordWriter, SyncLedger, SyncQueues } from './sync-stores.ts';

export type ApplyDeps = { ledger: SyncLedger; objects: Objects; records: RecordWriter; queues: SyncQueues };

export type ChunkRef = {
  district: string;
  syncId: string;
  generation: number;
  planHash: string;
  chunk: number;
};

/**
 * One delivery of a chunk: writes its changes, notes it as done, and asks to finish when none is left. A duplicate writes
 * nothing; a delivery for a sync that was given up is dropped, and if it was under way, its writes are fenced by the next plan.
 */
export async function applyChunk(deps: ApplyDeps, ref: ChunkRef): Promise<void> {
  const { district, syncId, generation } = ref;
  const sync = (await deps.ledger.sync(district, syncId))?.value;
  const plan = sync?.plan;
  if (!sync || !plan || sync.generation !== generation || plan.hash !== ref.planHash) return;
  if (sync.state !== 'applying' && sync.state !== 'finishing') return;
  const at = { district, syncId, generation };
  const changes = await readChunk(deps.objects, plan.prefix, ref);
  await deps.records.write(district, changes, { generation, base: sync.base ?? 0 });
  const last = await deps.ledger.chunkDone(at, ref.chunk, plan.chunks);
  if (last) await deps.queues.finish(district, syncId);
}

async function readChunk(objects: Objects, prefix: string, { planHash, chunk }: ChunkRef): Promise<Change[]> {
  const [headerText, text] = await Promise.all([
    objects.get(headerKey(prefix)),
    objects.get(chunkKey(prefix, chunk)),
  ]);
  // The header is what its hash in the message says it is.
  const header = sha256(headerText) === planHash ? (JSON.parse(headerText) as PlanHeader) : undefined;
  if (header?.chunks[chunk] !== sha256(text)) {
    throw new StoreUnavailable(`chunk ${chunk} of ${prefix} is not the one that was planned`);
  }
  const changes: Change[] = [];
  // Written by ChunkWriter, bound by the hash above.
  for (const line of text.split('\n')) if (line !== '') changes.push(JSON.parse(line) as Change);
  return changes;
}
