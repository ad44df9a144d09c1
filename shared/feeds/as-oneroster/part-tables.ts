import type { FeedRow } from '../../roster/feed-reading.ts';
import type { UserFact } from '../../roster/records.ts';
import { type Column, reference, text } from '../oneroster-csv/columns.ts';
import type { FactTableName } from '../oneroster-csv/row.ts';
import { defineTable, type Origin, type Table } from '../oneroster-csv/table.ts';

/** Of no standard: what a format says of people in rows of their own. Read after users. */
export function partTables(): Table[] {
  return [
    defineTable<{ sourcedId: string; userId: string; agentId: string }>({
      name: 'agents',
      header: 'sourcedId* userSourcedId* agentSourcedId*',
      fields: { userId: reference('userSourcedId', 'users'), agentId: reference('agentSourcedId', 'users') },
      toRow: ({ userId, agentId }, { file, line }) => ({ kind: 'user-agent', file, line, userId, agentId }),
    }),
    factTable('relations', 'studentSourcedId* relationship*', {
      columns: { id: reference('studentSourcedId', 'users'), relationship: text('relationship') },
      toFact: ({ id, relationship }) => ({ fact: 'relation', id, relationship }),
    }),
    factTable('applicants', 'applicantSourcedId* relationship* recordStatus*', {
      columns: {
        id: text('applicantSourcedId'),
        relationship: text('relationship'),
        status: text('recordStatus'),
      },
      toFact: ({ id, relationship, status }) => ({ fact: 'applicant', id, relationship, status }),
    }),
    factTable('evaluators', 'applicantSourcedId*', {
      columns: { id: text('applicantSourcedId') },
      toFact: ({ id }) => ({ fact: 'evaluates', id }),
    }),
    factTable('tags', 'tag*', {
      columns: { tag: text('tag') },
      toFact: ({ tag }) => ({ fact: 'tag', tag }),
    }),
    factTable('attributes', 'name* year', {
      columns: { name: text('name'), year: text('year') },
      toFact: ({ name, year }) => ({ fact: 'attribute', name, ...(year === undefined ? {} : { year }) }),
    }),
    factTable('statuses', 'year* recordStatus*', {
      columns: { year: text('year'), status: text('recordStatus') },
      toFact: ({ year, status }) => ({ fact: 'status', year, status }),
    }),
    factTable('donors', '', { columns: {}, toFact: () => ({ fact: 'donor' }) }),
  ];
}

type FactColumns<K extends string> = {
  columns: Record<K, Column<string>>;
  toFact(cells: Record<K, string>): UserFact;
};

function factTable<K extends string>(
  name: FactTableName,
  header: string,
  { columns, toFact }: FactColumns<K>,
): Table {
  return defineTable<Record<K, string> & { sourcedId: string; userId: string }>({
    name,
    header: `sourcedId* userSourcedId* ${header}`,
    // The columns of the fact and the user's, as the type of the cells says.
    fields: { ...columns, userId: reference('userSourcedId', 'users') } as never,
    toRow: (cells, origin) => factRow(cells.userId, toFact(cells), origin),
  });
}

function factRow(userId: string, fact: UserFact, { file, line }: Origin): FeedRow {
  return { kind: 'user-fact', file, line, userId, fact };
}
