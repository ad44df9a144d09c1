import { endAfter, isoDayOf } from '../as-oneroster/days.ts';
import { readSource, type SourceRow } from '../as-oneroster/source.ts';
import type { FeedFile, Limits } from '../byte-source.ts';
import { academicSessions } from './sources.ts';

export type Session = { begin: string; lastDay: string };

/** What other files want to know of `academicSessions.csv`, before any of them is read. */
export type Sessions = {
  byId: ReadonlyMap<string, Session>;
  /** The year that a school year ends in. Microsoft's own samples name it by the year that it begins in. */
  schoolYear(named: string): string;
};

export async function readSessions(file: FeedFile | undefined, limits: Limits): Promise<Sessions> {
  const byId = new Map<string, Session>();
  const endings = new Map<string, string>();
  for await (const { cells } of file === undefined ? [] : rowsOf(file, limits)) {
    const { sourcedId = '', type = '', schoolYear = '', startDate = '', endDate = '' } = cells;
    const session = { begin: isoDayOf(startDate), lastDay: isoDayOf(endDate) };
    byId.set(sourcedId, session);
    if (type.toLowerCase() !== 'schoolyear') continue;
    const ending = session.lastDay.slice(0, 4);
    if (ending > (endings.get(schoolYear) ?? '')) endings.set(schoolYear, ending);
  }
  return { byId, schoolYear: (named) => endings.get(named) ?? named };
}

async function* rowsOf(file: FeedFile, limits: Limits): AsyncGenerator<SourceRow> {
  for await (const rows of readSource(academicSessions, file, { limits })) {
    for (const row of rows) if (!('problem' in row)) yield row;
  }
}

/** OneRoster's dates of a row; Microsoft doesn't say whether the last day counts, and here it does. */
export function datesOf(cells: Readonly<Record<string, string>>, session: Session | undefined) {
  const { roleStartDate, roleEndDate } = cells;
  const begin = roleStartDate === undefined ? session?.begin : isoDayOf(roleStartDate);
  const lastDay = roleEndDate === undefined ? session?.lastDay : isoDayOf(roleEndDate);
  return {
    ...(begin === undefined ? {} : { beginDate: begin }),
    ...(lastDay === undefined ? {} : { endDate: endAfter(lastDay) }),
  };
}
