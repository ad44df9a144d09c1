import type { Dropped, FeedRow } from '../../roster/feed-reading.ts';
import type { Entity } from '../../roster/records.ts';
import { maxIdLength } from '../oneroster-csv/columns.ts';
import type { TableName } from '../oneroster-csv/row.ts';
import { idOfKind, type PersonKind } from './natural-ids.ts';
import type { BadRow } from './source.ts';

/** Others are parts of users. */
const entityOfTable: Readonly<Partial<Record<TableName, Entity>>> = {
  orgs: 'orgs',
  academicSessions: 'academicSessions',
  courses: 'courses',
  classes: 'classes',
  users: 'users',
  enrollments: 'enrollments',
};

/** Nobody can say whose row it was; people whom any of its cells names stay as they were, as it may have been a part of theirs. */
export function badRow(
  { problem, texts }: BadRow,
  tables: readonly TableName[],
  sharing: readonly PersonKind[],
): FeedRow {
  const entities = new Set(tables.flatMap((table) => entityOfTable[table] ?? []));
  const hasParts = tables.some((table) => entityOfTable[table] === undefined);
  const named = texts.filter((text) => hasParts && text !== '' && text.length <= maxIdLength);
  const people = named.flatMap((id) => [id, ...sharing.map((kind) => idOfKind(kind, id))]);
  const [first, ...others]: Dropped[] = [
    ...[...entities].map((entity) => ({ entity })),
    ...people.map((sourcedId) => ({ entity: 'users' as const, sourcedId, part: true as const })),
  ];
  return {
    kind: 'problem',
    problem,
    ...(first && { dropped: { ...first, ...(others.length > 0 && { others }) } }),
  };
}
