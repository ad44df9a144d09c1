import { RequestError } from '../../shared/errors.ts';
import { attachmentNamed } from '../../shared/reports/content-disposition.ts';
import { contentKey } from '../../shared/reports/exchange-keys.ts';
import { isFetchable, isUnseen } from '../../shared/reports/fetchable.ts';
import { folderPermissions } from '../../shared/reports/folder-permissions.ts';
import type { Report } from '../../shared/reports/report.ts';
import { type Answer, seeOther } from '../../shared/runtime/routing.ts';
import type { Asked, Deps } from './deps.ts';
import type { Found } from './finding.ts';

/** Long enough for a browser to follow; what has begun goes on. */
const urlSeconds = 60;

type Request = Pick<Asked<'downloadReport'>, 'params' | 'by' | 'now' | 'newId' | 'require'>;

/** Leads to the file, and tells of it: a line of the report's ledger, an event and a line of the audit. */
export async function download(
  { files, reports, events }: Pick<Deps, 'files' | 'reports' | 'events'>,
  request: Request,
  { report, sight, link }: Found & { link?: string },
): Promise<Answer<never>> {
  const { params, by, now, newId } = request;
  const { district } = params;
  const { id, account, folder, fileName } = report;
  if (!(await sight.gets(report))) await refuse(request, report);
  refuseUnready(report, now);
  refuseUnmade(report);
  const url = await files.getUrl(contentKey(district, report), {
    disposition: attachmentNamed(fileName),
    seconds: urlSeconds,
  });
  const at = now.toISOString();
  const why = link === undefined ? {} : { why: 'link' };
  const facts = { folder, kind: report.kind, via: 'https' };
  await reports.note(district, id, {
    line: { id: newId, at, what: 'downloaded', by, ...why },
    event: { id: newId, district, kind: 'report.downloaded', at, account, report: id, by, facts },
  });
  const what = { report: id, account, ...(link === undefined ? {} : { link }) };
  events.audited({ district, by, action: 'report-downloaded', what });
  return seeOther(url);
}

/** @throws {RequestError} with what the folder takes */
async function refuse({ require }: Request, { folder, account }: Report): Promise<never> {
  await require(folderPermissions[folder].see, { type: 'account', id: account });
  throw new RequestError('forbidden', 'not-permitted', 'You may no longer have this report.');
}

/** @throws {RequestError} where there is nothing to fetch, now or ever again */
export function refuseUnready(report: Report, now: Date): void {
  const { state, until, asked } = report;
  if (state === 'archived' || until <= now.toISOString()) {
    const message = `It could be fetched until ${until.slice(0, 10)}, and is archived. Ask whoever runs the service to bring it back.`;
    throw new RequestError('gone', 'report-archived', message);
  }
  if (state === 'quarantined') {
    const message = 'What came may do harm, and is given to nobody.';
    throw new RequestError('forbidden', 'report-quarantined', message);
  }
  if (asked === undefined && isUnseen(report)) {
    const message = 'It was refused before anybody looked into it, and is given to nobody.';
    throw new RequestError('forbidden', 'report-quarantined', message);
  }
  if (isFetchable(report)) return;
  const message =
    state === 'failed' || state === 'refused'
      ? 'It could not be made or checked: ask for it, or bring it, again.'
      : `It is ${state}, and cannot be fetched yet.`;
  throw new RequestError('conflict', 'report-not-ready', message, { detail: { state } });
}

/** What came is kept also where it was refused; of what was refused before it was made there is nothing. */
function refuseUnmade({ state, asked }: Report): void {
  if (state !== 'refused' || asked === undefined) return;
  const message = 'It could not be made as it was asked for.';
  throw new RequestError('conflict', 'report-not-ready', message, { detail: { state } });
}
