import type { Report } from './report.ts';

/** Whoever writes that a report has come or is asked for sends its message at once: after so long, it ended between the two. */
export const firstLookMs = 5 * 60_000;
/** A call that checks or makes reports lives for fifteen minutes at most: what has not moved for longer, nobody works on. */
const lifeMs = 16 * 60_000;
const longestWaitMs = 6 * 60 * 60_000;
/**
 * After so many, somebody who waits is told. What is asked for can be asked for again: four hours. A file that came is a school's, and a scanner
 * that is down for a weekend is no reason to send it anew: two and a half days.
 */
const mostSendings = { requested: 4, building: 4, received: 14 };

/** What was seen at the last look, and how often its message was sent again. */
export type Watch = { sent: number; revision: number };

/** `leave`: it is finished. `afterMs`: when it is looked at again. */
export type Step =
  | { do: 'leave' }
  | { do: 'wait'; watch: Watch; afterMs: number }
  | { do: 'send'; to: 'checks' | 'builds'; watch: Watch; afterMs: number }
  | { do: 'give-up' };

type Unfinished = keyof typeof mostSendings;

export function isUnfinished<R extends Pick<Report, 'state'>>(
  report: R,
): report is R & { state: Unfinished } {
  return Object.hasOwn(mostSendings, report.state);
}

/** What is done about a report that was unfinished; each sending waits twice as long as the one before, as the queue may be long. */
export function stepFor(report: Pick<Report, 'state' | 'revision'>, watch: Watch): Step {
  if (!isUnfinished(report)) return { do: 'leave' };
  const { state, revision } = report;
  if (state === 'building' && revision !== watch.revision) {
    return { do: 'wait', watch: { ...watch, revision }, afterMs: lifeMs };
  }
  if (watch.sent >= mostSendings[state]) return { do: 'give-up' };
  return {
    do: 'send',
    to: state === 'received' ? 'checks' : 'builds',
    watch: { sent: watch.sent + 1, revision },
    afterMs: Math.min(lifeMs * 2 ** watch.sent, longestWaitMs),
  };
}
