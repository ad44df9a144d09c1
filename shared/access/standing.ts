import { calculatedRoles } from './calculated-roles.ts';
import { type Catalogue, isGivenFor, type Role } from './catalogue.ts';
import type { Assignment, DistrictFacts, Person, ReasonCode } from './facts.ts';
import { holdingWords } from './sentences.ts';

/** Why an assignment grants nothing today. */
export type Ineffective = { code: Extract<ReasonCode, 'expired' | 'not-effective'>; sentence: string };

/** All that a person was given in a system, whether or not it is effective. Requests are not given. */
export function assignmentsIn(system: string, person: Person): Assignment[] {
  return [...(person.roster?.assignments ?? []), ...person.manual].filter((a) => a.system === system);
}

/** All that a person holds in a system: given or calculated, whether or not it is effective. */
export function holdingsIn(
  catalogue: Catalogue,
  person: Person,
  district: Pick<DistrictFacts, 'id' | 'schoolYear'>,
): Assignment[] {
  return [...assignmentsIn(catalogue.system, person), ...calculatedRoles(catalogue, person, district)];
}

/** Why the assignment grants nothing today; `undefined` where it is effective. */
export function ineffectiveness(
  assignment: Assignment,
  role: Role,
  { person, today }: { person: Person; today: string },
): Ineffective | undefined {
  const { from, until, scope } = assignment;
  const holding = holdingWords(role, scope);
  if (until !== undefined && until <= today) {
    return { code: 'expired', sentence: `Was ${holding} until ${until}.` };
  }
  if (from !== undefined && from > today) {
    return { code: 'not-effective', sentence: `Will be ${holding} from ${from}.` };
  }
  if (role.calculated !== undefined && assignment.source !== 'calculated') {
    const sentence = `Is ${holding} by assignment, but that role is calculated only, so it is not effective.`;
    return { code: 'not-effective', sentence };
  }
  if (!isGivenFor(role, scope.type)) {
    const sentence = `Is ${holding}, but that role is given for a ${role.scope}, so it is not effective.`;
    return { code: 'not-effective', sentence };
  }
  if (role.needsWebId === true && person.webId === undefined) {
    const sentence = `Is ${holding}, but has no web ID, so the role is not effective.`;
    return { code: 'not-effective', sentence };
  }
  return undefined;
}
