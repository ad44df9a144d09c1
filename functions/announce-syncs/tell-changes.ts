import * as z from 'zod';
import { encodeCursor } from '../../shared/roster/feed-cursor.ts';
import { manifestDigest } from '../../shared/roster/state.ts';
import type { Commit } from '../../shared/roster/sync-stores.ts';
import { Told } from '../../shared/roster/told.ts';
import { confinedTo } from '../../shared/runtime/tenancy.ts';
import type { Commits } from '../../shared/store/commits.ts';
import { districtOfChanges } from '../../shared/store/keys.ts';
import type { ReportLedger } from '../../shared/store/report-ledger.ts';

export type TellDeps = {
  commits: Pick<Commits, 'last'>;
  outbox: Pick<ReportLedger, 'tell'>;
  /** Milliseconds since the epoch. */
  now(): number;
};
/** @param item of the stream of `syncs`; what is no entry of a log of changes is passed over */
export type TellChanges = (item: unknown) => Promise<void>;

const Entry = z.object({
  pk: z.string(),
  sequence: z.int().positive(),
  at: z.string(),
  told: z.array(Told),
  manifest: z.string().optional(),
});
type Entry = z.infer<typeof Entry>;

/** People change assignments one by one, and rules by the thousand: all of a minute is one event. */
const windowMs = 60_000;
/** Clocks of machines differ by less: what is told of has been written when the event happens. */
const settleMs = 5_000;

/** Events of what the change feed tells, each with the cursor to read it from. */
export function makeTellChanges(deps: TellDeps): TellChanges {
  const told = new Map<string, number>();
  return async (item) => {
    const entry = Entry.safeParse(item).data;
    const district = entry === undefined ? undefined : districtOfChanges(entry.pk);
    if (entry === undefined || district === undefined) return;
    await confinedTo(district, async () => {
      if (entry.manifest !== undefined)
        await tellRoster(deps, district, { ...entry, manifest: entry.manifest });
      if (!entry.told.some(({ type }) => type === 'assignment' || type === 'request')) return;
      const window = Math.floor(deps.now() / windowMs);
      if (told.get(district) === window) return;
      await tellAssignments(deps, district, { entry, window });
      told.set(district, window);
    });
  };
}

/** Once for each commit that brought another roster. */
async function tellRoster(
  { commits, outbox }: TellDeps,
  district: string,
  entry: Entry & { manifest: string },
): Promise<void> {
  // The entry is written with its commit, a moment after that took its time.
  const commit = await commits.last(district, new Date(Date.parse(entry.at) + 1).toISOString());
  const before = commit === undefined ? undefined : await commits.last(district, commit.at);
  if (before?.manifest === entry.manifest) return;
  await outbox.tell({
    id: `roster-${entry.sequence}`,
    district,
    kind: 'roster.changed',
    at: entry.at,
    ...(commit === undefined ? {} : { sync: commit.syncId }),
    facts: { cursor: cursorBefore(district, entry, before) },
  });
}

/** Happens once the minute is over, in which there may be more. */
async function tellAssignments(
  { commits, outbox }: TellDeps,
  district: string,
  { entry, window }: { entry: Entry; window: number },
): Promise<void> {
  const stood = await commits.last(district, entry.at);
  await outbox.tell({
    id: `assignments-${window}`,
    district,
    kind: 'assignments.changed',
    at: new Date((window + 1) * windowMs + settleMs).toISOString(),
    facts: { cursor: cursorBefore(district, entry, stood) },
  });
}

function cursorBefore(district: string, { sequence, at }: Entry, stood: Commit | undefined): string {
  const manifest = stood === undefined ? {} : { manifest: manifestDigest(stood.manifest) };
  return encodeCursor({ district, told: sequence - 1, since: at, ...manifest });
}
