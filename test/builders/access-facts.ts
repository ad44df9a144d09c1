import { evaluate } from '../../shared/access/evaluate.ts';
import type {
  AccessQuestion,
  Assignment,
  CheckFacts,
  Decision,
  Membership,
  Person,
  PersonFacts,
  ResourceFacts,
  Scope,
} from '../../shared/access/facts.ts';
import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';

/** Access facts of district d-1, where a test says only what it is about. */

export const today = '2026-10-15';

export function anAssignment(role: string, scope: Scope, more: Partial<Assignment> = {}): Assignment {
  const id = `${role}@${scope.ids.join('+')}`;
  return { id, system: 'hmh', role, scope, source: 'manual', ...more };
}

export const atSchool = (...ids: string[]): Scope => ({ type: 'school', ids });
export const inDistrict: Scope = { type: 'district', ids: ['d-1'] };

export function enrolled(
  classId: string,
  role: 'teacher' | 'student',
  more: Partial<Membership> = {},
): Membership {
  return { classId, schoolId: 's-3', role, ...more };
}

export function aPerson(id: string, roster: Partial<PersonFacts> = {}, manual: Assignment[] = []): Person {
  const facts: PersonFacts = {
    status: 'active',
    enabled: true,
    orgIds: [],
    memberships: [],
    assignments: [],
    requests: [],
    ...roster,
  };
  return { id, roster: facts, manual };
}

export function aClass(
  id: string,
  schoolId = 's-3',
  status: 'active' | 'suspended' = 'active',
): ResourceFacts {
  return { type: 'class', id, class: { status, schoolId } };
}

export function aSchool(id: string): ResourceFacts {
  return { type: 'school', id, org: { status: 'active', type: 'school' } };
}

export const theDistrict: ResourceFacts = { type: 'district', id: 'd-1' };

export function aSetting(id: string): ResourceFacts {
  return { type: 'setting', id };
}

/** A teacher of school s-3 with these classes. */
export function aTeacher(...classIds: string[]): Person {
  return aPerson('u-17', {
    memberships: classIds.map((id) => enrolled(id, 'teacher')),
    assignments: [anAssignment('teacher', atSchool('s-3'), { source: 'roster' })],
  });
}

/** A student of these classes of school s-3. */
export function aStudent(id: string, ...classIds: string[]): ResourceFacts {
  const memberships = classIds.map((classId) => enrolled(classId, 'student'));
  return { type: 'student', id, person: aPerson(id, { memberships }) };
}

export function theUser(person: Person): ResourceFacts {
  return { type: 'user', id: person.id, person };
}

/** Teachers may view rosters of their classes. */
export const viewing = { 'hmh.teacher.roster.view': true };

type Known = CheckFacts & { resource: ResourceFacts };

export function facts(
  subject: Person,
  resource: ResourceFacts,
  settings: Record<string, boolean> = {},
): Known {
  const district = { id: 'd-1', timeZone: 'America/Chicago', committed: 1, revision: 1, settings };
  return { district, subject, resource };
}

/** Asks whether the subject of the facts may do it to their resource. */
export function asking(
  { subject, resource }: Known,
  action: string,
  properties?: Record<string, unknown>,
): AccessQuestion {
  const { type, id } = resource;
  return {
    subject: { type: 'user', id: subject?.id ?? 'nobody' },
    action: { name: action },
    resource: { type, id, ...(properties ? { properties } : {}) },
  };
}

/** The shipped catalogues' answer today, with its explanation. */
export function ask(known: Known, action: string, properties?: Record<string, unknown>): Decision {
  return evaluate(shippedCatalogues, known, asking(known, action, properties), { today, explain: true });
}
