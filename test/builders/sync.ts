import { defaultRemoval, normalSeason } from '../../shared/roster/season.ts';
import { defaultGuard, type Sync } from '../../shared/roster/sync.ts';

/** A sync of district d-1, where a test says only what it is about. */
export function aSync(more: Partial<Sync> = {}): Sync {
  return {
    district: 'd-1',
    syncId: 'y-1',
    kind: 'feed',
    feed: 'f',
    dryRun: false,
    guard: defaultGuard,
    include: { phones: false, demographics: false },
    season: normalSeason,
    removal: defaultRemoval,
    requestedBy: 'c-1',
    requestedAt: '2026-11-20T07:00:00.000Z',
    updatedAt: '2026-11-20T07:00:00.000Z',
    state: 'applied',
    attempts: 0,
    claims: 1,
    ...more,
  };
}
