import type { CatalogueSet } from './catalogue.ts';
import type { Assignment, DistrictFacts, Person } from './facts.ts';
import { roleNamed } from './role-effective.ts';
import { assignmentInSeason } from './seasons.ts';
import { inactivityOf } from './sentences.ts';
import { ineffectiveness } from './standing.ts';

type Here = { person: Person; district: DistrictFacts; catalogues: CatalogueSet; today: string };

/** Why an assignment that somebody holds gives them nothing, in a sentence; `undefined` where it is effective. */
export function whyNotEffective(
  assignment: Assignment,
  { person, district, catalogues, today }: Here,
): string | undefined {
  const inactivity = inactivityOf(person);
  if (inactivity !== undefined) return inactivity;
  const catalogue = catalogues.get(assignment.system);
  const role = catalogue && roleNamed(catalogue, assignment.role);
  if (role === undefined) return `No role system has a role ${assignment.system} ${assignment.role}.`;
  const inDays = assignmentInSeason(assignment, person, { district, today });
  return ineffectiveness(inDays, role, { person, today })?.sentence;
}
