import { eraseRoster } from './erase-roster.ts';
import { keepRoster } from './keep-roster.ts';
import type { Compared, Planning } from './planning.ts';
import type { ProblemWriter } from './problem-writer.ts';
import { purgeRoster } from './purge-roster.ts';
import { repairRoster } from './repair-roster.ts';
import type { Sync } from './sync.ts';
import type { StoredItems } from './sync-stores.ts';

/** Its second plan only erases what the first took away. */
export function isPurge({ kind, erase }: Sync): boolean {
  return kind === 'purge' && erase !== 'running';
}

/** The roster of a plan without a feed, which goes on from the committed one. */
export async function goOn(
  { stored }: { stored: StoredItems },
  { sync, run, problems }: { sync: Sync; run: Planning; problems: ProblemWriter },
): Promise<Compared> {
  const { district, base: committed = 0, removal } = sync;
  if (sync.kind === 'repair') return repairRoster(run, { stored, committed, problems });
  if (!isPurge(sync)) return keepRoster(run);
  if (sync.erases !== undefined) return eraseRoster(run, sync.erases);
  const signingIn = (ids: readonly string[]) => stored.signingIn(district, ids);
  return purgeRoster(run, { graceDays: removal.graceDays, signingIn, problems });
}
