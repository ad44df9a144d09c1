import * as z from 'zod';
import { RequestError } from '../../shared/errors.ts';
import type { ReportsQuery } from '../../shared/messages/reports.ts';
import type { Report } from '../../shared/reports/report.ts';
import type { ReportsOf } from '../../shared/store/report-ledger.ts';
import type { AnyAsked, Asked, Deps } from './deps.ts';
import type { Sight } from './sight.ts';

export type Found = { report: Report; sight: Sight };

/** One report, of which nobody learns who may not see it. */
export function makeFind(
  reports: Pick<Deps['reports'], 'find'>,
  sightOf: (request: AnyAsked) => Promise<Sight>,
) {
  return async (request: AnyAsked & { params: { report: string } }): Promise<Found> => {
    const { district, report: id } = request.params;
    const sight = await sightOf(request);
    const report = await reports.find(district, id);
    if (report !== undefined && (await sight.sees(report))) return { report, sight };
    throw new RequestError(
      'not-found',
      'unknown-report',
      'There is no such report, or it is not yours to see.',
    );
  };
}

/** Whoever sees little may look through so many pages of one account before a page of theirs ends without being full. */
const mostRounds = 10;

/** Reports of all places where the caller sees some, as one list: the newest first. */
export async function listSeen(
  reports: Pick<Deps['reports'], 'list'>,
  sight: Sight,
  { params: { district }, query, by }: Asked<'listReports'>,
): Promise<{ items: Report[]; cursor?: string }> {
  const { limit, cursor } = query;
  const places = placesOf(sight, by, query.account);
  const items: Report[] = [];
  let after = cursor === undefined ? undefined : readCursor(cursor);
  for (let round = 0; round < mostRounds; round += 1) {
    const pages = await Promise.all(
      places.map((place) => reports.list(district, { ...place, after, limit })),
    );
    // What is older than the end of some page may lack reports of that place.
    const end = pages
      .flatMap(({ next }) => next ?? [])
      .sort()
      .at(-1);
    for (const report of merged(pages.flatMap((page) => page.items))) {
      if (end !== undefined && report.id < end) break;
      if (!isWanted(report, query) || !(await sight.sees(report))) continue;
      items.push(report);
      if (items.length === limit) return { items, cursor: writeCursor(report.id) };
    }
    if (end === undefined) return { items };
    after = end;
  }
  return { items, ...(after === undefined ? {} : { cursor: writeCursor(after) }) };
}

function placesOf({ oversees, accounts }: Sight, by: string, account: string | undefined): ReportsOf[] {
  const wanted = account === undefined ? accounts : accounts.filter((one) => one === account);
  if (oversees) return [account === undefined ? {} : { account }];
  return [...wanted.map((one) => ({ account: one })), { by }];
}

/** Each once. */
function merged(all: readonly Report[]): Report[] {
  const byId = new Map(all.map((report) => [report.id, report]));
  return [...byId.values()].sort((a, b) => (a.id < b.id ? 1 : -1));
}

function isWanted(report: Report, { account, folder, kind, state }: ReportsQuery): boolean {
  return (
    (account === undefined || report.account === account) &&
    (folder === undefined || report.folder === folder) &&
    (kind === undefined || report.kind === kind) &&
    (state === undefined || report.state === state)
  );
}

const Cursor = z.string().regex(/^[0-9A-Z]{26}$/);

function writeCursor(id: string): string {
  return Buffer.from(id).toString('base64url');
}

function readCursor(cursor: string): string {
  const read = Cursor.safeParse(Buffer.from(cursor, 'base64url').toString());
  if (read.success) return read.data;
  throw new RequestError('malformed', 'cursor-invalid', 'The cursor is not one of this list.');
}
