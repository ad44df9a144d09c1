import { RequestError } from '../../shared/errors.ts';
import type { NewReportRequest, ReportView } from '../../shared/messages/reports.ts';
import {
  type AskedReport,
  generatedFileName,
  generatedReports,
  scopeOf,
} from '../../shared/reports/generated-kinds.ts';
import { keptDays, type Report } from '../../shared/reports/report.ts';
import { Answer } from '../../shared/runtime/routing.ts';
import type { Asked, Deps } from './deps.ts';
import { makeMayAsk } from './may-ask.ts';
import { isOfAccount } from './places.ts';
import { dayMs, laterBy } from './times.ts';

/** Somebody asks for a report that is made here; whoever may not is told what it takes. */
export async function askForReport(
  deps: Deps,
  request: Asked<'createReport'>,
  { account, format, ...wanted }: NewReportRequest,
): Promise<Answer<ReportView>> {
  const { reports, builds, events, access } = deps;
  const { params, by, now, newId: id, caller } = request;
  const { district } = params;
  const { formats } = generatedReports[wanted.kind];
  if (format !== undefined && !formats.includes(format)) throw unfit(wanted.kind, formats);
  const asked: AskedReport = {
    ...wanted,
    format: format ?? formats[0],
    ...(caller.user === undefined ? {} : { as: caller.user }),
  };
  if (!(await makeMayAsk(deps)(request, { account, asked }))) throw notPermitted(wanted.kind);
  if (!(await isOfAccount(access, { district, account }, scopeOf(asked, account)))) throw elsewhere();
  const at = now.toISOString();
  const report: Report = {
    ...{ id, account, folder: 'receive', fileName: generatedFileName({ id, account, at }, asked) },
    ...{ kind: asked.kind, state: 'requested', by, via: 'service', asked, revision: 1 },
    ...{ at, until: laterBy(now, keptDays * dayMs) },
  };
  await reports.create(district, report, { line: { id, at, what: report.state, by } });
  // Also where it was there already: whoever repeats the request may have heard nothing for a crash between the two.
  await builds.send({ district, report: id });
  const what = { report: id, account, kind: asked.kind, format: asked.format };
  events.audited({ district, by, action: 'report-asked', what });
  return new Answer(report, { status: 202 });
}

function unfit(kind: string, formats: readonly string[]): RequestError {
  const detail = `a ${kind} is ${formats.join(' or ')}`;
  return new RequestError('malformed', 'invalid-request', 'There is no such report in that format.', {
    fields: [{ pointer: '/format', detail }],
  });
}

function notPermitted(kind: NewReportRequest['kind']): RequestError {
  const actions = [...new Set(generatedReports[kind].ways.map(({ action }) => action))];
  const message = `This report takes ${actions.join(' or ')} on all that it is about.`;
  return new RequestError('forbidden', 'not-permitted', message, { detail: { permissions: actions } });
}

function elsewhere(): RequestError {
  const message =
    'Everybody who fetches reports of that account would see it, and it is about more than the account.';
  return new RequestError('unprocessable', 'scope-elsewhere', message);
}
