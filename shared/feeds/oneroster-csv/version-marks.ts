import type { TableName } from './row.ts';

type Marks = Partial<Record<TableName, readonly string[]>>;

/** Columns that only 1.0 has. Source: OneRoster 1.0 sample sets, as the text of 1.0 is not published any more. */
const only10: Marks = {
  users: ['userId', 'agents'],
  courses: ['schoolYearId', 'grade'],
  classes: ['grade', 'termSourcedId'],
  demographics: ['userSourcedId'],
};

/** Columns that came with 1.1. */
const since11: Marks = {
  academicSessions: ['schoolYear'],
  courses: ['schoolYearSourcedId', 'grades', 'subjectCodes'],
  classes: ['grades', 'termSourcedIds', 'subjectCodes', 'periods'],
  users: ['enabledUser', 'userIds', 'agentSourcedIds'],
  demographics: ['sourcedId'],
  enrollments: ['beginDate', 'endDate'],
};

/** What the header of a file says of the version it is of; undefined where it says nothing. */
export function eraOf(table: TableName, header: readonly string[]): '1.0' | 'later' | 'mixed' | undefined {
  const names = new Set(header.map((name) => name.trim().toLowerCase()));
  const has = (marks: Marks) => marks[table]?.some((name) => names.has(name.toLowerCase())) ?? false;
  if (has(since11)) return has(only10) ? 'mixed' : 'later';
  return has(only10) ? '1.0' : undefined;
}

/** 1.2.0 and 1.2.1 both write 1.2 into their manifests; a column that 1.2.1 took away tells them apart. */
export function editionOf(version: string, users: readonly string[] | undefined): string {
  if (version !== '1.2' || users === undefined) return version;
  const isFirst = users.some((name) => name.trim().toLowerCase() === 'resourcesourcedids');
  return isFirst ? '1.2.0' : '1.2.1';
}
