import { type CatalogueSet, findRole } from '../catalogue.ts';
import type {
  AccessQuestion,
  CheckFacts,
  ClassFacts,
  DistrictFacts,
  NamedFacts,
  OrgFacts,
  Person,
  ResourceFacts,
} from '../facts.ts';
import { lookupId } from '../lookup.ts';
import { namedKeys } from '../named-keys.ts';
import { isOpen } from '../periods.ts';
import { anyDistrict, listOf, membershipsOf, personOf } from './given-people.ts';
import type { Check, Given } from './test-file.ts';

/** What the tests of a file are given, as the evaluator takes it. */
export type Facts = {
  persons: ReadonlyMap<string, Person>;
  classes: ReadonlyMap<string, ClassFacts>;
  orgs: ReadonlyMap<string, OrgFacts>;
  /** How many users have a username or e-mail, by `lookupId`. */
  logins: ReadonlyMap<string, number>;
};

/** Nobody has to be listed: whoever is in a class or under `people` is of the roster, whoever else is named has an account. */
export function factsOf(given: Given): Facts {
  const { classes = {}, people = {}, assignments = [], logins = {} } = given;
  const memberships = membershipsOf(classes);
  const ids = new Set([
    ...Object.keys(people),
    ...memberships.keys(),
    ...assignments.map(({ user }) => user),
    ...Object.keys(logins),
  ]);
  return {
    persons: new Map([...ids].map((id) => [id, personOf(id, given, memberships.get(id))])),
    classes: new Map(
      Object.entries(classes).map(([id, { school, suspended, inactive }]): [string, ClassFacts] => [
        id,
        {
          status: suspended ? 'suspended' : 'active',
          schoolId: school,
          ...(inactive ? { inactive } : {}),
        },
      ]),
    ),
    orgs: orgsOf(given),
    logins: loginCounts(logins),
  };
}

/** The facts of one check. */
export function factsForCheck(
  catalogues: CatalogueSet,
  { given, facts }: { given: Given; facts: Facts },
  check: Check,
): { facts: CheckFacts; question: AccessQuestion } {
  const [, type = '', id = ''] = /^([^:]+):(.+)$/s.exec(check.resource) ?? [];
  const resource = { type, id, ...(check.with === undefined ? {} : { properties: check.with }) };
  const found = resourceOf(catalogues, { given, facts, today: check.today ?? given.today }, { type, id });
  const asked = namedKeys(resource).filter(({ kind }) => kind === 'login');
  const more: NamedFacts = {
    persons: facts.persons,
    classes: facts.classes,
    orgs: facts.orgs,
    logins: new Map(asked.map((key) => [key.id, facts.logins.get(key.id) ?? 0])),
  };
  const subject = facts.persons.get(check.user);
  return {
    question: { subject: { type: 'user', id: check.user }, action: { name: check.action }, resource },
    facts: {
      district: districtOf(given, check),
      ...(subject === undefined ? {} : { subject }),
      ...(found === undefined ? {} : { resource: found }),
      more,
    },
  };
}

function districtOf({ district, customers, schoolYear, settings }: Given, check: Check): DistrictFacts {
  return {
    id: district ?? anyDistrict,
    timeZone: 'UTC',
    committed: 1,
    revision: 1,
    settings: { ...settings, ...check.settings },
    ...(customers === undefined ? {} : { customers }),
    ...(schoolYear === undefined ? {} : { schoolYear }),
  };
}

type Here = { given: Given; facts: Facts; today: string };

function resourceOf(
  catalogues: CatalogueSet,
  { given, facts, today }: Here,
  { type, id }: { type: string; id: string },
): ResourceFacts | undefined {
  switch (type) {
    case 'school':
    case 'account': {
      const org = facts.orgs.get(id);
      if (org === undefined) return undefined;
      return type === 'school'
        ? { type, id, org }
        : { type, id, org, seats: seatsAt(id, catalogues, given, today) };
    }
    case 'class': {
      const classRecord = facts.classes.get(id);
      return classRecord && { type, id, class: classRecord };
    }
    case 'student':
    case 'user': {
      const person = facts.persons.get(id);
      return person && { type, id, person };
    }
    case 'page': {
      const role = given.pages?.[id];
      return { type, id, ...(role === undefined ? {} : { role }) };
    }
    case 'cms_content': {
      const { attribute, year } = given.contents?.[id] ?? {};
      return {
        type,
        id,
        ...(attribute === undefined ? {} : { attributeRole: attribute }),
        ...(year === undefined ? {} : { year }),
      };
    }
    case 'dat_query':
    case 'dat_filter': {
      const listed = (type === 'dat_query' ? given.queries : given.filters) ?? {};
      if (!Object.hasOwn(listed, id)) return undefined;
      const owned = listed[id];
      return { type, id, ownerExists: owned?.ownerRemoved !== true, copyKept: owned?.copyKept === true };
    }
    default:
      return undefined;
  }
}

/** Holders of limited roles, as the assignments of the day say. */
function seatsAt(
  account: string,
  catalogues: CatalogueSet,
  { assignments = [] }: Given,
  today: string,
): Record<string, string[]> {
  const seats: Record<string, string[]> = {};
  for (const { user, role, account: at, from, until } of assignments) {
    const [system = '', id = ''] = role.split(':');
    const catalogue = catalogues.get(system);
    const isLimited = catalogue !== undefined && findRole(catalogue, id)?.seats !== undefined;
    if (!isLimited || !listOf(at).includes(account) || !isOpen({ begin: from, end: until }, today)) continue;
    seats[role] = [...(seats[role] ?? []), user];
  }
  return seats;
}

function orgsOf({ orgs = {}, classes = {}, people = {}, assignments = [] }: Given): Map<string, OrgFacts> {
  const named = [
    ...Object.values(classes).map(({ school }) => school),
    ...Object.values(people).flatMap((person) => [
      ...(person?.orgs ?? []),
      ...Object.keys(person?.reach ?? {}),
    ]),
    ...assignments.flatMap(({ school, account }) => [...listOf(school), ...listOf(account)]),
  ];
  const listed = Object.entries(orgs).map(([id, org]): [string, OrgFacts] => {
    const { type, suspended } = typeof org === 'string' ? { type: org } : { ...org };
    return [id, { type, status: suspended ? 'suspended' : 'active' }];
  });
  return new Map([
    ...named.map((id): [string, OrgFacts] => [id, { type: 'school', status: 'active' }]),
    ...listed,
  ]);
}

function loginCounts(logins: NonNullable<Given['logins']>): Map<string, number> {
  const keys = Object.values(logins).flatMap((login) => [
    ...(login?.username === undefined ? [] : [lookupId('username', login.username)]),
    ...(login?.email === undefined ? [] : [lookupId('email', login.email)]),
  ]);
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}
