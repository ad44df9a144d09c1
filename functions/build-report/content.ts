import { accessReviewSheet } from '../../shared/reports/generated/access-review.ts';
import { rosterSheet } from '../../shared/reports/generated/roster.ts';
import { startCardsSheet } from '../../shared/reports/generated/start-cards.ts';
import { studentListSheet } from '../../shared/reports/generated/student-list.ts';
import { syncHistory } from '../../shared/reports/generated/sync-history.ts';
import type { Row, Sheet, Surroundings, ToldPerson } from '../../shared/reports/generated/told-person.ts';
import { detailRow, headerRow, trailerRow } from '../../shared/reports/studenttracker-graduates.ts';
import type { CommittedState } from '../../shared/roster/committed-state.ts';
import type { Sync } from '../../shared/roster/sync.ts';
import type { AskerDeps } from './asker.ts';
import { seenPeople, type Walk } from './people.ts';
import { type ReviewDeps, reviewedOf } from './reviewed.ts';

export type ContentDeps = AskerDeps &
  ReviewDeps & {
    syncs: {
      list(
        district: string,
        page: { limit: number; before?: string },
      ): Promise<{ syncs: Sync[]; next?: string }>;
    };
    origin: string;
  };

/** What a report has to say: its columns, and its rows as they come. */
export type Content = { columns: Row; rows: AsyncIterable<readonly Row[]> };

/** @returns in a sentence why there is none, where something is missing that was to be asked for */
export function contentOf(deps: ContentDeps, walk: Walk, around: Surroundings): Content | string {
  const { permit, asking } = walk;
  const { kind, graduation } = asking.asked;
  const people = (sheet: Sheet<ToldPerson>): Content => ({
    columns: sheet.columns,
    rows: rowsOf(seenPeople(deps, walk), sheet, around),
  });
  switch (kind) {
    case 'roster':
      return people(rosterSheet);
    case 'student-list':
      return people(studentListSheet);
    case 'start-cards':
      return people(startCardsSheet(deps.origin));
    case 'access-review': {
      const sheet = accessReviewSheet(permit.district, permit.catalogues);
      return { columns: sheet.columns, rows: rowsOf(reviewedOf(deps, walk), sheet, around) };
    }
    case 'sync-history':
      return { columns: syncHistory.columns, rows: syncRows(deps, asking.district) };
    case 'studenttracker-graduates-file':
      return graduation === undefined
        ? 'A graduates file needs the graduation date, the diploma, the account code and the ACT code: no roster says them.'
        : { columns: [], rows: graduateRows(deps, walk, { ...around, graduation }) };
    default:
      return kind satisfies never;
  }
}

/** What orgs and classes are called; small beside the people. */
export async function namesIn(state: CommittedState): Promise<Pick<Surroundings, 'orgs' | 'classes'>> {
  const names = async (kind: 'orgs' | 'classes', called: 'name' | 'title') => {
    const found = new Map<string, string>();
    const count = state.partitions(kind).length;
    for (let partition = 0; partition < count; partition += 1) {
      for (const { id, json } of await state.lines(kind, partition, count)) {
        // Written by the planner only; both records have the member that is asked for.
        found.set(id, String((JSON.parse(json) as Record<string, unknown>)[called] ?? ''));
      }
    }
    return found;
  };
  return { orgs: await names('orgs', 'name'), classes: await names('classes', 'title') };
}

async function* rowsOf<Told>(
  told: AsyncIterable<readonly Told[]>,
  sheet: Sheet<Told>,
  around: Surroundings,
): AsyncGenerator<readonly Row[]> {
  for await (const some of told) yield some.flatMap((one) => sheet.rowsOf(one, around));
}

async function* syncRows({ syncs }: ContentDeps, district: string): AsyncGenerator<readonly Row[]> {
  for (let before: string | undefined, more = true; more; ) {
    const page = await syncs.list(district, { limit: 100, ...(before === undefined ? {} : { before }) });
    yield page.syncs.map(syncHistory.rowOf);
    before = page.next;
    more = before !== undefined;
  }
}

async function* graduateRows(
  deps: ContentDeps,
  walk: Walk,
  { graduation, ...around }: Surroundings & { graduation: Parameters<typeof detailRow>[1] },
): AsyncGenerator<readonly Row[]> {
  const [account = ''] = walk.asking.scope.ids;
  yield [headerRow(graduation, around.orgs.get(account) ?? '', around.today)];
  let details = 0;
  for await (const some of seenPeople(deps, walk)) {
    const rows = some.flatMap((told) => {
      const row = detailRow(told, graduation, around);
      return row === undefined ? [] : [row];
    });
    details += rows.length;
    yield rows;
  }
  yield [trailerRow(details)];
}
