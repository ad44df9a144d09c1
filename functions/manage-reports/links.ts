import { RequestError } from '../../shared/errors.ts';
import type { ReportLinkView } from '../../shared/messages/reports.ts';
import { folderPermissions } from '../../shared/reports/folder-permissions.ts';
import type { Report } from '../../shared/reports/report.ts';
import type { Answer } from '../../shared/runtime/routing.ts';
import type { ReportLink } from '../../shared/store/report-links.ts';
import type { Asked, Deps } from './deps.ts';
import { download } from './downloads.ts';
import type { Found } from './finding.ts';
import { hourMs, laterBy } from './times.ts';

/** Nobody gives a link who may not have the report, nor to somebody to whom it would open nothing. */
export async function createLink(
  { links, reports, decide, isAccount, events }: Deps,
  request: Asked<'createReportLink'>,
  { report, sight }: Found,
): Promise<ReportLinkView> {
  const { params, body, by, now, newId: id, origin } = request;
  const { district } = params;
  const { see } = folderPermissions[report.folder];
  const resource = { type: 'account', id: report.account };
  if (!(await sight.gets(report))) await request.require(see, resource);
  const subject = { type: 'user', id: body.account };
  const isHolder =
    (await isAccount(district, body.account)) &&
    (await decide(district, { subject, action: { name: see }, resource })).decision;
  if (!isHolder) throw wouldOpenNothing();
  const at = now.toISOString();
  const link = { id, account: body.account, by, at, until: laterBy(now, body.hours * hourMs) };
  await links.create(district, report.id, link);
  await reports.note(district, report.id, {
    line: { id, at, what: 'link-made', by, to: body.account },
  });
  const what = { report: report.id, link: id, to: body.account };
  events.audited({ district, by, action: 'report-link-made', what });
  return viewOf(link, { district, report, origin });
}

export async function listLinks(
  { links }: Deps,
  { params: { district }, now, origin }: Asked<'listReportLinks'>,
  { report }: Found,
): Promise<{ items: ReportLinkView[] }> {
  const found = await links.list(district, report.id, now);
  return { items: found.map((link) => viewOf(link, { district, report, origin })) };
}

export async function endLink(
  { links, reports, events }: Deps,
  { params, by, now, newId }: Asked<'endReportLink'>,
  { report }: Found,
): Promise<undefined> {
  const { district, link } = params;
  const found = await links.find({ district, report: report.id, link }, now);
  if (found === undefined) throw unknownLink();
  await links.end(district, report.id, link);
  await reports.note(district, report.id, {
    line: { id: newId, at: now.toISOString(), what: 'link-ended', by, to: found.account },
  });
  events.audited({ district, by, action: 'report-link-ended', what: { report: report.id, link } });
  return undefined;
}

/** To a session of its person alone: a machine that acts as them has the report's own address. */
export async function followLink(
  deps: Deps,
  request: Asked<'followReportLink'>,
  found: Found,
): Promise<Answer<never>> {
  const { params, caller, now } = request;
  const link = await deps.links.find(params, now);
  if (link === undefined || caller.session === undefined || caller.user !== link.account) throw unknownLink();
  return download(deps, request, { ...found, link: link.id });
}

function viewOf(
  { id, account, by, at, until }: ReportLink,
  { district, report, origin }: { district: string; report: Report; origin: string },
): ReportLinkView {
  return {
    id,
    account,
    by,
    at,
    until,
    url: `${origin}/v1/districts/${district}/reports/${report.id}/links/${id}/download`,
  };
}

function unknownLink(): RequestError {
  return new RequestError('not-found', 'unknown-link', 'The link has ended, or is for somebody else.');
}

function wouldOpenNothing(): RequestError {
  const message = 'No account of that id may fetch reports there, so that the link would open nothing.';
  return new RequestError('unprocessable', 'not-a-holder', message);
}
