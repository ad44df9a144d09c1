import type { BuildMessage, CheckMessage } from '../../shared/messages/report-messages.ts';
import { stepFor } from '../../shared/reports/standstill.ts';
import type { Events } from '../../shared/runtime/events.ts';
import type { DistrictQueue } from '../../shared/store/district-queue.ts';
import { endUnfinished, type GiveUpDeps, leaveNothing } from '../../shared/store/give-up-report.ts';
import type { Unfinished, UnfinishedReports } from '../../shared/store/unfinished-reports.ts';

export type LookDeps = GiveUpDeps & {
  unfinished: Pick<UnfinishedReports, 'replace'>;
  checks: Pick<DistrictQueue<CheckMessage>, 'send'>;
  builds: Pick<DistrictQueue<BuildMessage>, 'send'>;
  events: Pick<Events, 'reportSentAgain' | 'reportGivenUp'>;
};

/** After what was done, the next look is written: a crash between the two does it again, which changes nothing. */
export async function lookAfter(deps: LookDeps, one: Unfinished): Promise<void> {
  const { district } = one;
  const report = await deps.reports.find(district, one.report);
  // The sweep has taken it away.
  if (report === undefined) return deps.unfinished.replace(one, undefined);
  const step = stepFor(report, one);
  switch (step.do) {
    case 'leave':
      // Whoever gave it up may not have come to take its file away.
      if (report.state === 'failed' && report.asked !== undefined) {
        await leaveNothing(deps.shelf, { district, report });
      }
      return deps.unfinished.replace(one, undefined);
    case 'give-up':
      // Where it has moved just now, the next minute looks again.
      if (!(await endUnfinished(deps, { district, report }))) return;
      deps.events.reportGivenUp({ district, report: report.id, state: report.state });
      return deps.unfinished.replace(one, undefined);
    case 'send':
      await deps[step.to].send({ district, report: report.id });
      deps.events.reportSentAgain({ district, report: report.id, state: report.state });
      break;
    case 'wait':
      break;
    default:
      return step satisfies never;
  }
  const at = deps.now().getTime() + step.afterMs;
  await deps.unfinished.replace(one, { ...one, ...step.watch, at });
}
