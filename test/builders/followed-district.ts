import type { ChangeFeedDeps } from '../../shared/roster/change-feed.ts';
import { putManifest, putPartition } from '../../shared/roster/committed-state.ts';
import { byId } from '../../shared/roster/compare.ts';
import type { toldKinds } from '../../shared/roster/roster-steps.ts';
import { type PartitionState, partitionOf, type StateLine } from '../../shared/roster/state.ts';
import type { LogEntry, Told } from '../../shared/roster/told.ts';

type Kind = (typeof toldKinds)[number];

/** Records by kind and id: a status and what they say. */
export type Roster = Partial<Record<Kind, Record<string, Pick<StateLine, 'status' | 'json'>>>>;

/** A district with a log and committed states in memory, as followers of its changes see it. */
export class FollowedDistrict implements ChangeFeedDeps {
  readonly id: string;
  readonly entries: LogEntry[] = [];
  readonly texts = new Map<string, string>();
  readonly reads: string[] = [];
  roster: Roster = {};
  clock = '2026-11-20T07:00:00.000Z';
  #manifest: string | undefined;

  constructor(id = 'd-1') {
    this.id = id;
  }

  readonly objects = {
    find: async (key: string) => {
      this.reads.push(key);
      return this.texts.get(key);
    },
  };

  readonly log = {
    read: async (_: string, after: number, limit: number) => {
      const entries = this.entries.slice(after, after + limit);
      return { entries, more: this.entries.length > after + limit };
    },
    tip: async () => this.entries.length,
    last: async () => this.entries.length,
  };

  now = () => this.clock;

  committed = async () => this.#manifest;

  tell(...told: Told[]): void {
    this.entries.push({ sequence: this.entries.length + 1, at: this.clock, told });
  }

  /** `count`: partitions of every kind. */
  async commit(roster: Roster, count = 1): Promise<void> {
    const put = async (key: string, text: string) => void this.texts.set(key, text);
    const objects = { put, get: async () => '' };
    const kinds: Partial<Record<Kind, PartitionState[]>> = {};
    for (const [kind, records] of Object.entries(roster) as [Kind, Roster['users']][]) {
      const lines = Object.entries(records ?? {})
        .map(([id, line]): StateLine => ({ id, ...line }))
        .sort(byId);
      kinds[kind] = await Promise.all(
        Array.from({ length: count }, (_, partition) =>
          putPartition(
            objects,
            this.id,
            kind,
            lines.filter(({ id }) => partitionOf(id, count) === partition),
          ),
        ),
      );
    }
    this.#manifest = await putManifest(objects, { district: this.id, derivation: '1', kinds });
    this.roster = roster;
    const sequence = this.entries.length + 1;
    this.entries.push({ sequence, at: this.clock, told: [], manifest: this.#manifest });
  }
}
