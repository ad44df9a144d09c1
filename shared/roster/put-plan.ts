import { ChunkWriter, type Forgetting } from './chunk-writer.ts';
import { headerKey, heldPrefix, type PlanHeader } from './plan.ts';
import type { Compared, Planning } from './planning.ts';
import type { Settled } from './settle-removals.ts';
import { sha256 } from './state.ts';
import type { PlanSummary, Sync } from './sync.ts';
import type { Objects } from './sync-stores.ts';

export function chunkWriters(
  { objects, chunkSize: size }: { objects: Objects; chunkSize: number },
  { prefix, ...more }: { prefix: string; forgetting: Forgetting; purges: boolean },
  cover: Set<string>,
): Pick<Planning, 'chunks' | 'held'> {
  return {
    chunks: new ChunkWriter(objects, { prefix, size, ...more }, cover),
    held: new ChunkWriter(objects, { prefix: heldPrefix(prefix), size }, new Set()),
  };
}

/** What else a plan's header says. */
type Heading = {
  prefix: string;
  compared: Compared;
  settled: Settled;
  renamed: PlanSummary['renamed'];
  by: { edits?: string };
};

/** The last of a plan to be put: its hash names the plan. */
export async function putHeader(
  { objects, chunks, held }: Pick<Planning, 'objects' | 'chunks' | 'held'>,
  sync: Sync,
  { prefix, compared, settled: { applied, digest: heldDigest }, renamed, by }: Heading,
): Promise<PlanSummary> {
  const header: PlanHeader = {
    district: sync.district,
    ...(sync.feed === undefined ? {} : { feed: sync.feed }),
    ...(sync.mapping === undefined ? {} : { mapping: sync.mapping }),
    ...(sync.kind === 'edits' ? by : {}),
    ...(sync.undoes === undefined ? {} : { undoes: sync.undoes, restored: sync.restored ?? {} }),
    ...(sync.only === undefined ? {} : { only: sync.only }),
    base: sync.base ?? 0,
    counts: compared.counts,
    chunks: chunks.digests,
    changes: chunks.changes,
    ...(held.changes > 0 ? { held: { digest: heldDigest, count: held.changes } } : {}),
    ...(renamed ? { renamed: { digest: renamed.digest, count: renamed.count } } : {}),
  };
  const text = JSON.stringify(header);
  await objects.put(headerKey(prefix), text);
  return {
    hash: sha256(text),
    content: sha256(JSON.stringify({ ...header, base: undefined, counts: undefined })),
    prefix,
    chunks: chunks.digests.length,
    changes: chunks.changes,
    held: held.changes,
    heldChunks: held.digests.length,
    removals: applied + held.changes,
    ...(renamed ? { renamed } : {}),
    ...(held.changes > 0 ? { removalsDigest: compared.removalsDigest, heldDigest } : {}),
  };
}
