import { ChunkWriter } from '../../shared/roster/chunk-writer.ts';
import { CommittedState } from '../../shared/roster/committed-state.ts';
import { EditLayer } from '../../shared/roster/edit-layer.ts';
import { noEdits } from '../../shared/roster/edits.ts';
import type { Planning } from '../../shared/roster/planning.ts';
import { RoleTally } from '../../shared/roster/role-tally.ts';
import { defaultRemoval, normalSeason } from '../../shared/roster/season.ts';
import type { Objects } from '../../shared/roster/sync-stores.ts';
import { Tally } from '../../shared/roster/tally.ts';
import { memoryWorkspace } from './memory-workspace.ts';

const at = '2026-11-20T07:00:00.000Z';

/** A plan in the making that nothing special is known of. */
export async function aPlanning(objects: Objects, more: Partial<Planning> = {}): Promise<Planning> {
  const writer = () => new ChunkWriter(objects, { prefix: 'p', size: 10 }, new Set());
  return {
    district: 'd',
    at,
    state: await CommittedState.open(objects, 'd', undefined),
    workspace: memoryWorkspace(),
    objects,
    chunks: writer(),
    held: writer(),
    cover: new Set<string>(),
    roles: new RoleTally(),
    tally: new Tally({}, at),
    rules: {
      season: normalSeason,
      removal: defaultRemoval,
      today: at.slice(0, 10),
      counts: true,
      lastGrade: 0,
    },
    edits: new EditLayer({ before: noEdits, after: noEdits, today: '', beneath: [], hasFeed: true }),
    alive: async () => undefined,
    ...more,
  };
}
