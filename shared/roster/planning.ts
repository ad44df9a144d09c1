import type { Tallies } from './cells.ts';
import type { ChunkWriter } from './chunk-writer.ts';
import type { CommittedState } from './committed-state.ts';
import type { EditLayer } from './edit-layer.ts';
import type { FateRules } from './fate.ts';
import type { Entity } from './records.ts';
import type { RoleTally } from './role-tally.ts';
import type { PartitionState } from './state.ts';
import { type Counts, noCounts } from './sync.ts';
import type { Objects, Workspace } from './sync-stores.ts';
import type { Tally } from './tally.ts';

/** One plan in the making, whatever it comes from. */
export type Planning = {
  district: string;
  /** When the sync began, ISO 8601: a plan made again says the same. */
  at: string;
  state: CommittedState;
  workspace: Workspace;
  objects: Objects;
  chunks: ChunkWriter;
  /** Removals that wait for an approval, for whoever looks at the plan. */
  held: ChunkWriter;
  /** Keys that unfinished plans may have written. */
  cover: ReadonlySet<string>;
  roles: RoleTally;
  tally: Tally;
  rules: FateRules;
  edits: EditLayer;
  /** Tells that the planner lives; called once a partition. */
  alive(): Promise<void>;
};

/** What stands after all partitions were compared and before the guard has spoken. */
export type Compared = {
  counts: Counts;
  kinds: Record<Entity, PartitionState[]>;
  /** Candidates that nobody expects, by group. */
  removals: Tallies;
  /** Partitions that wait for the guard, their kept lines and candidates on the scratch disk. */
  waiting: { entity: Entity; partition: number; feed?: string }[];
  /** Digest over all candidates. */
  removalsDigest: string;
  changed: boolean;
  /** Of a purge or repair: how many changes it came for. With none there is nothing to approve. */
  found?: number;
};

export function nothingCompared(): Compared {
  return {
    counts: noCounts(),
    kinds: { orgs: [], academicSessions: [], courses: [], classes: [], users: [], enrollments: [] },
    removals: {},
    waiting: [],
    removalsDigest: '',
    changed: false,
  };
}

/** Changes of users wait for the derivation, which knows what they mean for roles. */
export const userChangesFile = (partition: number): string => `users.changes-${partition}`;
