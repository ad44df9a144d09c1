import type { ResourceType, Role } from '../../../shared/access/catalogue.ts';
import type {
  AccessQuestion,
  Assignment,
  CheckFacts,
  ClassFacts,
  OrgFacts,
  Person,
  ResourceFacts,
  Scope,
} from '../../../shared/access/facts.ts';
import { aPerson, enrolled } from '../../builders/access-facts.ts';

/**
 * A small district where everything lies that questions are about: customer k-1, district d-1, schools s-1 (the resource's) and
 * s-2, classes c-1 and c-3 of s-1 and c-2 of s-2.
 */
export type Scene = {
  subject: Person;
  resource: ResourceFacts;
  properties: Record<string, unknown>;
  district: CheckFacts['district'];
  /** What properties can name; `undefined` = not read. */
  persons: Person[] | undefined;
  classes: Record<string, ClassFacts>;
  orgs: Record<string, OrgFacts>;
  logins: Map<string, number>;
};

/** One thing that is otherwise than in the plain scene. */
export type Change = { name: string; edit: (scene: Scene) => Scene };

export const today = '2026-10-15';
export const yesterday = '2026-10-14';
export const tomorrow = '2026-10-16';

export const here: Record<Scope['type'], string> = {
  customer: 'k-1',
  district: 'd-1',
  account: 's-1',
  school: 's-1',
  class: 'c-1',
};

export const away: Record<Scope['type'], string> = {
  customer: 'k-9',
  district: 'd-9',
  account: 's-2',
  school: 's-2',
  class: 'c-3',
};

/** Read where a question names classes beside its resource. */
export const allClasses: Record<string, ClassFacts> = {
  'c-1': { status: 'active', schoolId: 's-1' },
  'c-2': { status: 'active', schoolId: 's-2' },
  'c-3': { status: 'active', schoolId: 's-1' },
};

export const allOrgs: Record<string, OrgFacts> = {
  's-1': { status: 'active', type: 'school' },
  's-2': { status: 'active', type: 'school' },
  'd-1': { status: 'active', type: 'district' },
};

export function assignment(
  system: string,
  role: string,
  scope: Scope,
  more: Partial<Assignment> = {},
): Assignment {
  const id = `${system}:${role}@${scope.type}:${scope.ids.join('+')}${more.until ?? ''}${more.from ?? ''}`;
  return { id, system, role, scope, source: 'manual', ...more };
}

export function scopeHere(type: Scope['type']): Scope {
  return { type, ids: [here[type]] };
}

export function student(id = 'st-1'): Person {
  return aPerson(id, { memberships: [enrolled('c-1', 'student', { schoolId: 's-1' })], grades: ['02'] });
}

const resources: Record<ResourceType, () => ResourceFacts> = {
  district: () => ({ type: 'district', id: 'd-1' }),
  school: () => ({ type: 'school', id: 's-1', org: { status: 'active', type: 'school' } }),
  account: () => ({ type: 'account', id: 's-1', org: { status: 'active', type: 'school' }, seats: {} }),
  class: () => ({ type: 'class', id: 'c-1', class: { status: 'active', schoolId: 's-1' } }),
  student: () => ({ type: 'student', id: 'st-1', person: student() }),
  user: () => ({ type: 'user', id: 'u-2', person: aPerson('u-2', { orgIds: ['s-1'] }) }),
  setting: () => ({ type: 'setting', id: '' }),
  applicant: () => ({ type: 'applicant', id: 'ap-1' }),
  ledger: () => ({ type: 'ledger', id: 'l-1' }),
  school_division: () => ({ type: 'school_division', id: 's-1' }),
  page: () => ({ type: 'page', id: 'p-1' }),
  cms_content: () => ({ type: 'cms_content', id: 'w-1' }),
  dat_query: () => ({ type: 'dat_query', id: 'q-1', ownerExists: true, copyKept: false }),
  dat_filter: () => ({ type: 'dat_filter', id: 'f-1', ownerExists: true, copyKept: false }),
  report: () => ({ type: 'report', id: 'r-1' }),
};

/** The subject holds the role for what the resource lies in; a calculated role is held by records, see `changes.ts`. */
export function plainScene(system: string, role: Role, scope: Scope['type'], on: ResourceType): Scene {
  const held = role.calculated === undefined ? [assignment(system, role.id, scopeHere(scope))] : [];
  return {
    subject: { ...aPerson('u-1', {}, held), webId: 'w-1' },
    resource: resources[on](),
    properties: {},
    district: {
      id: 'd-1',
      timeZone: 'America/Chicago',
      committed: 1,
      revision: 1,
      settings: {},
      customers: ['k-1'],
      schoolYear: '2027',
    },
    persons: [],
    classes: {},
    orgs: {},
    logins: new Map(),
  };
}

export function factsOf(scene: Scene): CheckFacts {
  const { subject, district, persons, classes, orgs, logins } = scene;
  const resource: ResourceFacts =
    scene.resource.type === 'user' && scene.resource.id === subject.id
      ? { ...scene.resource, person: subject }
      : scene.resource;
  const more = {
    ...(persons === undefined ? {} : { persons: new Map(persons.map((person) => [person.id, person])) }),
    classes: new Map(Object.entries(classes)),
    orgs: new Map(Object.entries(orgs)),
    logins,
  };
  return { district, subject, resource, more };
}

export function questionOf({ subject, resource, properties }: Scene, action: string): AccessQuestion {
  return {
    subject: { type: 'user', id: subject.id },
    action: { name: action },
    resource: { type: resource.type, id: resource.id, properties },
  };
}

export function withSubject(scene: Scene, subject: Partial<Person>): Scene {
  return { ...scene, subject: { ...scene.subject, ...subject } };
}

export function withRoster(person: Person, roster: Partial<NonNullable<Person['roster']>>): Person {
  return person.roster === undefined ? person : { ...person, roster: { ...person.roster, ...roster } };
}

/** The student or user asked about. */
export function withAsked(scene: Scene, change: (person: Person) => Person): Scene {
  const { resource } = scene;
  if (resource.type !== 'student' && resource.type !== 'user') return scene;
  return { ...scene, resource: { ...resource, person: change(resource.person) } };
}

export function property(name: string, value: unknown): Change {
  return {
    name: `${name} ${JSON.stringify(value)}`,
    edit: (scene) => ({ ...scene, properties: { ...scene.properties, [name]: value } }),
  };
}

export function choices(name: string, values: readonly unknown[]): Change[] {
  return values.map((value) => property(name, value));
}
