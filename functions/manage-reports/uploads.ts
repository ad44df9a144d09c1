import { RequestError } from '../../shared/errors.ts';
import type { NewReportUpload, ReportView } from '../../shared/messages/reports.ts';
import { exchangeKey } from '../../shared/reports/exchange-keys.ts';
import { folderPermissions } from '../../shared/reports/folder-permissions.ts';
import { fits, type Room, roomInWords } from '../../shared/reports/quota.ts';
import { refusalOf } from '../../shared/reports/refusals.ts';
import { awaitedDays, type Report } from '../../shared/reports/report.ts';
import { Answer } from '../../shared/runtime/routing.ts';
import { singlePutBytes, urlSeconds } from '../../shared/store/upload-files.ts';
import type { Asked, Deps } from './deps.ts';
import { dayMs, laterBy } from './times.ts';

/** A file is announced, and where it is to be put is told; S3 itself then tells that it has come. */
export async function awaitUpload(
  { files, reports, quotas, events }: Deps,
  request: Asked<'createReport'>,
  body: NewReportUpload,
): Promise<Answer<ReportView>> {
  const { params, by, now, newId: id } = request;
  const { district } = params;
  const { account, folder, fileName, size, sha256 } = body;
  await request.require(folderPermissions[folder].put, { type: 'account', id: account });
  const room = await quotas.room(district, account);
  // A repeated request has its room already.
  if (!fits(room, size) && (await reports.find(district, id)) === undefined) throw noRoom(room);
  const key = exchangeKey(district, body);
  const metadata = { report: id };
  const multipartId = size <= singlePutBytes ? undefined : await files.begin(key, metadata);
  const target =
    multipartId === undefined
      ? await files.putTarget(key, { size, sha256, metadata })
      : { parts: await files.partUrls(key, multipartId, size) };
  const report: Report = {
    ...{ id, account, folder, fileName, kind: 'unknown', state: 'awaited', size, by, via: 'https' },
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(multipartId === undefined ? {} : { multipartId }),
    ...{ at: now.toISOString(), until: laterBy(now, awaitedDays * dayMs), revision: 1 },
  };
  const line = { id, at: report.at, what: report.state, by };
  const made = await reports.createWithin(district, report, { line, most: room.most });
  if (made === 'over-quota') throw noRoom(await quotas.room(district, account));
  events.audited({
    district,
    by,
    action: 'report-awaited',
    what: { report: id, account, folder, bytes: size },
  });
  const upload = { fileName, ...target };
  return new Answer({ ...report, upload, uploadUntil: laterBy(now, urlSeconds * 1000) }, { status: 201 });
}

/** Joins the parts; whoever may not bring files any more does not. */
export async function completeUpload(
  { files }: Deps,
  request: Asked<'completeReport'>,
  report: Report,
): Promise<Report> {
  const { folder, account, state, multipartId, size = 0 } = report;
  if (folder === 'receive') throw notUploaded();
  await request.require(folderPermissions[folder].put, { type: 'account', id: account });
  if (state !== 'awaited' || multipartId === undefined) return report;
  const joined = await files.join(exchangeKey(request.params.district, report), multipartId, size);
  if (joined === 'joined') return report;
  const message = 'The parts are not all there, or do not make the size that was announced.';
  throw new RequestError('conflict', 'upload-incomplete', message);
}

/** 409 and not 507: nothing of ours is full, and it is no fault that a gateway should try again (decision 0035). */
function noRoom(room: Room): RequestError {
  const { message, hint } = refusalOf('quota-exceeded', roomInWords(room));
  return new RequestError('conflict', 'quota-exceeded', `${message} ${hint}`, { detail: room });
}

function notUploaded(): RequestError {
  return new RequestError('conflict', 'not-an-upload', 'This report is made here; nothing is uploaded.');
}
