import type { EventKind, ServiceEvent } from '../../shared/reports/service-event.ts';
import type { SyncState } from '../../shared/roster/sync.ts';
import type { SeenSync } from './seen-sync.ts';

const kinds: Partial<Record<SyncState, EventKind>> = {
  applied: 'sync.applied',
  held: 'sync.held',
  rejected: 'sync.failed',
  failed: 'sync.failed',
};

/**
 * What people hear of a sync that has just come to its end, or to rest: of feeds, and of whatever did not work. Who asks for a dry run
 * looks at it. `seconds`: since the epoch, when the change was written.
 */
export function toldOf(
  after: SeenSync,
  before: SeenSync | undefined,
  seconds: number | undefined,
): ServiceEvent | undefined {
  const kind = kinds[after.state];
  if (kind === undefined || after.state === before?.state || after.hold?.reason === 'dry-run')
    return undefined;
  if (kind === 'sync.applied' && after.kind !== 'feed') return undefined;
  const { district, syncId, finishedAt, hold, counts = {} } = after;
  const facts: ServiceEvent['facts'] = { state: after.state, kind: after.kind };
  for (const each of Object.values(counts)) {
    for (const [name, count] of Object.entries(each)) facts[name] = Number(facts[name] ?? 0) + count;
  }
  if (hold !== undefined) Object.assign(facts, { reason: hold.reason, remaining: hold.remaining });
  const written = new Date((seconds ?? 0) * 1000).toISOString();
  // A sync may be held, approved in part, and held again for the rest.
  const id = ['sync', syncId, after.state, ...(hold === undefined ? [] : [hold.remaining])].join('.');
  return { id, district, kind, at: finishedAt ?? written, sync: syncId, facts };
}
