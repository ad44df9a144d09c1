import type { ClassRecord, Course, Enrollment, Entity, Org, User } from './records.ts';

/**
 * Groups of an entity's records that the guard looks at: all of them, those of a school, those of a role, those of a role at a
 * school. Written `school TAB role`, either of them empty for any.
 */
export type Cell = string;

/** How many records a group has. */
export type Tallies = Partial<Record<Entity, Record<Cell, number>>>;

type Place = { school?: string | undefined; role?: string | undefined };

/** Every group that a record is in, each once. */
export function cellsOf(entity: Entity, record: unknown): Set<Cell> {
  const cells = new Set<Cell>(['\t']);
  for (const { school = '', role = '' } of placesOf(entity, record)) {
    cells.add(`${school}\t`).add(`\t${role}`).add(`${school}\t${role}`);
  }
  return cells;
}

export function schoolsOf(entity: Entity, record: unknown): string[] {
  return placesOf(entity, record).flatMap(({ school }) => school ?? []);
}

export function placeOf(cell: Cell): { school?: string; role?: string } {
  const [school = '', role = ''] = cell.split('\t');
  return { ...(school === '' ? {} : { school }), ...(role === '' ? {} : { role }) };
}

/** The record is one of the entity's. */
function placesOf(entity: Entity, record: unknown): Place[] {
  switch (entity) {
    case 'users': {
      const { roles, primaryOrgId } = record as User;
      if (roles.length === 0) return [{ school: primaryOrgId }];
      return roles.map(({ orgId, role }) => ({ school: orgId, role }));
    }
    case 'enrollments': {
      const { schoolId, role } = record as Enrollment;
      return [{ school: schoolId, role }];
    }
    case 'classes':
      return [{ school: (record as ClassRecord).schoolId }];
    case 'courses':
      return [{ school: (record as Course).orgId }];
    case 'orgs':
      return [{ school: (record as Org).sourcedId }];
    case 'academicSessions':
      return [];
    default:
      return entity satisfies never;
  }
}
