import type { NewLine } from '../audit/line.ts';
import { RequestError } from '../errors.ts';
import type { AuditEntry, AuditTrail } from './audit-entry.ts';
import { gathered } from './audit-gathering.ts';
import type { Events } from './events.ts';
import { confinedTo, confinement } from './tenancy.ts';

export type AuditDeps = { trail?: AuditTrail | undefined; auditLost?: Events['auditLost'] };

/** What all lines of one request or message have in common. */
export type Origin = Pick<NewLine, 'at' | 'requestId' | 'clientId' | 'from'> & { route: string };

/**
 * Runs `work` and writes what it audited to the chain before anybody hears of its outcome; also where it failed. `reads` may add the
 * line of a read.
 * @throws {StoreUnavailable} where the chain could not be written; the deed may be done
 */
export async function keepingAudit<T>(
  { trail, auditLost }: AuditDeps,
  origin: Origin,
  { work, reads }: { work: () => Promise<T>; reads?: (outcome: T) => AuditEntry | undefined },
): Promise<T> {
  if (trail === undefined) return work();
  const entries: AuditEntry[] = [];
  const done = await gathered(entries, work).then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  const read = 'value' in done ? reads?.(done.value) : undefined;
  if (read !== undefined) entries.push(read);
  const outcome = 'value' in done ? 'done' : done.error instanceof RequestError ? 'refused' : 'failed';
  try {
    for (const [district, some] of Map.groupBy(entries, (entry) => entry.district)) {
      const lines = some.map((entry) => lineOf(entry, origin, outcome));
      const append = () => trail.append(district, lines);
      await (district === undefined || confinement().district !== undefined
        ? append()
        : confinedTo(district, append));
    }
  } catch (error) {
    const actions = entries.map(({ action }) => action).join(' ');
    auditLost?.(error, { requestId: origin.requestId, route: origin.route, actions });
    throw error;
  }
  if ('error' in done) throw done.error;
  return done.value;
}

function lineOf({ district: _, ...entry }: AuditEntry, origin: Origin, outcome: NewLine['outcome']): NewLine {
  return { ...origin, ...entry, outcome };
}
