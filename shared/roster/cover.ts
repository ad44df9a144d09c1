import type { CommittedState } from './committed-state.ts';
import type { Lane } from './lane.ts';
import { type Change, type ChangeTarget, chunkKey, targetKey } from './plan.ts';
import { readLines } from './state.ts';
import type { Objects } from './sync-stores.ts';

/** Every key that a plan given up may have written, so that this plan writes it too and fences it off. */
export async function loadCover(objects: Objects, lane: Lane): Promise<Set<string>> {
  const cover = new Set<string>();
  for (const { prefix, chunks } of lane.unfinished) {
    for (let chunk = 0; chunk < chunks; chunk++) {
      for (const line of (await objects.get(chunkKey(prefix, chunk))).split('\n')) {
        // Written by ChunkWriter only.
        if (line !== '') cover.add(targetKey(JSON.parse(line) as Change));
      }
    }
  }
  return cover;
}

/** What is left of the cover exists in no committed state: it is written as not there. */
export function tombstones(cover: ReadonlySet<string>): Change[] {
  return [...cover].map((key) => {
    const [table, entity, ...id] = key.split('\t');
    // The key was made by targetKey of a change.
    return { table, entity, id: id.join('\t'), kind: 'cover' } as Change;
  });
}

/**
 * Keys whose items still hold what the last purge took away: the next plan writes them, and so erases it. `gone`: those of them whose
 * record is there no more.
 */
export async function loadPurged(
  objects: Objects,
  state: CommittedState,
): Promise<{ keys: Set<string>; gone: Set<string> }> {
  const purged = { keys: new Set<string>(), gone: new Set<string>() };
  for (const { key } of state.partitions('purged')) {
    if (key === undefined) continue;
    for (const { id, json, status } of readLines(await objects.get(key))) {
      // Written by putPurged only.
      const of = JSON.parse(json) as Pick<ChangeTarget, 'table' | 'entity'>;
      const target = targetKey({ ...of, id } as ChangeTarget);
      purged.keys.add(target);
      if (status !== 'active') purged.gone.add(target);
    }
  }
  return purged;
}
