import type * as z from 'zod';
import { type CatalogueSet, cellOf, findRole, type Role, type Row } from '../../shared/access/catalogue.ts';
import type { Assignment, Person } from '../../shared/access/facts.ts';
import { inactivityOf } from '../../shared/access/sentences.ts';
import { ineffectiveness } from '../../shared/access/standing.ts';
import type { UserAccess } from '../../shared/messages/access.ts';

type View = z.input<typeof UserAccess>;

/** What a person may do by each assignment, whether or not it is effective on the day `at`, and where it comes from. */
export function accessOf(catalogues: CatalogueSet, person: Person, at: string): View {
  const inactivity = inactivityOf(person);
  const held = [...(person.roster?.assignments ?? []), ...person.manual];
  return {
    user: person.id,
    at,
    status: person.roster?.status,
    assignments: held.map((assignment) => {
      const catalogue = catalogues.get(assignment.system);
      const role = catalogue && findRole(catalogue, assignment.role);
      const why = inactivity ?? whyNot(assignment, role, person, at);
      return {
        ...assignment,
        user: person.id,
        effective: why === undefined,
        why,
        permissions: (catalogue?.rows ?? []).flatMap((row) => permissionsOf(row, assignment.role)),
      };
    }),
  };
}

function whyNot(
  assignment: Assignment,
  role: Role | undefined,
  person: Person,
  today: string,
): string | undefined {
  if (role === undefined) return `No role system has a role ${assignment.system} ${assignment.role}.`;
  return ineffectiveness(assignment, role, { person, today })?.sentence;
}

function permissionsOf(row: Row, role: string): View['assignments'][number]['permissions'] {
  const cell = cellOf(row, role);
  if (cell === undefined) return [];
  const condition = cell === 'allow' ? undefined : cell.when.map((one) => one.kind).join(' and ');
  return [{ permission: row.permission, condition, source: row.source[0] }];
}
