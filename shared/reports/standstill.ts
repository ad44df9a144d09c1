import type { Report } from './report.ts';

/** Whoever writes that a report has come or is asked for sends its message at once: after so long, it ended between the two. */
export const firstLookMs = 5 * 60_000;
/** A call that checks or makes reports lives for fifteen minutes at most: what has not moved for longer, nobody works on. */
const lifeMs = 16 * 60_000;
/** After so many, somebody who waits is told. */
const mostSendings = 4;

/** What was seen at the last look, and how often its message was sent again. */
export type Watch = { sent: number; revision: number };

/** `leave`: it is finished. `afterMs`: when it is looked at again. */
export type Step =
  | { do: 'leave' }
  | { do: 'wait'; watch: Watch; afterMs: number }
  | { do: 'send'; to: 'checks' | 'builds'; watch: Watch; afterMs: number }
  | { do: 'give-up' };

export function isUnfinished({ state }: Pick<Report, 'state'>): boolean {
  return state === 'received' || state === 'requested' || state === 'building';
}

/** What is done about a report that was unfinished; each sending waits twice as long as the one before, as the queue may be long. */
export function stepFor(report: Pick<Report, 'state' | 'revision'>, watch: Watch): Step {
  const { state, revision } = report;
  if (!isUnfinished(report)) return { do: 'leave' };
  if (state === 'building' && revision !== watch.revision) {
    return { do: 'wait', watch: { ...watch, revision }, afterMs: lifeMs };
  }
  if (watch.sent >= mostSendings) return { do: 'give-up' };
  return {
    do: 'send',
    to: state === 'received' ? 'checks' : 'builds',
    watch: { sent: watch.sent + 1, revision },
    afterMs: lifeMs * 2 ** watch.sent,
  };
}
