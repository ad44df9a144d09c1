import type { EntityJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { Catalogue, Row } from '../../../shared/access/catalogue.ts';
import { entityTypeOf } from '../../../shared/access/cedar/cedar-names.ts';
import type {
  AccessQuestion,
  CheckFacts,
  ClassFacts,
  Person,
  ResourceFacts,
} from '../../../shared/access/facts.ts';
import { assignmentEntity } from './encode-assignment.ts';
import { type Asking, attributeName, contextOf } from './encode-context.ts';
import {
  assignmentsOf,
  type Day,
  studentEntity,
  type Uid,
  uid,
  uids,
  userEntities,
  type Value,
} from './encode-person.ts';

export type CedarRequest = {
  principal: Uid;
  action: Uid;
  resource: Uid;
  context: Record<string, Value>;
  entities: EntityJson[];
};

/**
 * The requests that a question comes to: one for each assignment of the subject in the system, or for the user, as the action's
 * principals say. None where the subject or the resource isn't known, which denies.
 */
export function requestsOf(
  catalogue: Catalogue,
  facts: CheckFacts,
  question: AccessQuestion,
  today: string,
): CedarRequest[] {
  const permission = question.action.name.slice(catalogue.system.length + 1);
  const row = catalogue.rows.find((one) => one.permission === permission);
  const resource = row && knownResource(catalogue, facts, question, row);
  if (row === undefined || resource === undefined || facts.subject === undefined) return [];
  const { subject, district } = facts;
  const asking: Asking = { catalogue, district, today, facts, question, row, subject };
  const [held, calculated] = [false, true].map((wanted) =>
    Object.keys(row.cells).some(
      (id) => (catalogue.roles.find((role) => role.id === id)?.calculated !== undefined) === wanted,
    ),
  );
  const acting = held === true ? assignmentsOf(subject, asking) : [];
  const shared = {
    action: uid(asking, 'Action', permission),
    resource: uid(asking, entityTypeOf(resource.type), resource.id),
  };
  const entities = entitiesOf(asking, resource);
  return [
    ...acting.map((assignment) => ({
      ...shared,
      principal: uid(asking, 'Assignment', assignment.id),
      context: contextOf(asking, assignment),
      entities: [...entities, assignmentEntity(assignment, subject, asking)],
    })),
    ...(calculated === true || row.open !== undefined
      ? [
          {
            ...shared,
            principal: uid(asking, 'User', subject.id),
            context: contextOf(asking, undefined),
            entities,
          },
        ]
      : []),
  ];
}

const named: readonly string[] = ['applicant', 'ledger', 'school_division', 'page', 'cms_content', 'report'];

function knownResource(
  catalogue: Catalogue,
  { district, resource }: CheckFacts,
  { resource: { type, id } }: AccessQuestion,
  row: Row,
): ResourceFacts | undefined {
  if (!row.resources.some((one) => one === type)) return undefined;
  if (type === 'district') return id === district.id ? { type, id } : undefined;
  if (type === 'setting') return catalogue.settings.some((one) => one.id === id) ? { type, id } : undefined;
  if (resource?.type === type && resource.id === id) {
    const isHigher =
      resource.type === 'school' && ['district', 'local', 'state', 'national'].includes(resource.org.type);
    const isNoStudent = resource.type === 'student' && resource.person.roster === undefined;
    return isHigher || isNoStudent ? undefined : resource;
  }
  return named.includes(type) ? ({ type, id } as ResourceFacts) : undefined;
}

function entitiesOf(asking: Asking, resource: ResourceFacts): EntityJson[] {
  const { facts, subject, district } = asking;
  const persons = new Map<string, Person>(facts.more?.persons ?? []);
  persons.set(subject.id, subject);
  if (resource.type === 'user') persons.set(resource.id, resource.person);
  const inDistrict = [uid(asking, 'District', district.id)];
  const all = [
    {
      uid: uid(asking, 'District', district.id),
      attrs: {
        ...(district.schoolYear === undefined ? {} : { schoolYear: district.schoolYear }),
        settings: Object.fromEntries(
          Object.entries(district.settings).filter(([id]) =>
            asking.catalogue.settings.some((one) => one.id === id),
          ),
        ),
      },
      parents: uids(asking, 'Customer', district.customers ?? []),
    },
    ...[...persons.values()].flatMap((person) => userEntities(person, asking)),
    ...placesFrom(asking, resource, [...persons.values()]),
    ...resourceEntities(asking, resource).map((entity) => ({
      ...entity,
      parents: entity.parents ?? inDistrict,
    })),
  ];
  // What was asked about comes last and is what is kept.
  return [...new Map(all.map((entity) => [JSON.stringify(entity.uid), entity as EntityJson])).values()];
}

type Bare = { uid: Uid; attrs: Record<string, Value>; parents?: Uid[] };

function resourceEntities(asking: Asking, resource: ResourceFacts): Bare[] {
  const self = uid(asking, entityTypeOf(resource.type), resource.id);
  const present = (attrs: Record<string, Value | undefined>) =>
    Object.fromEntries(
      Object.entries(attrs).filter((pair): pair is [string, Value] => pair[1] !== undefined),
    );
  switch (resource.type) {
    case 'student':
      return [studentEntity(resource.person, asking) as Bare];
    case 'page':
      return [{ uid: self, attrs: present({ role: resource.role }) }];
    case 'cms_content': {
      const attribute = attributeName(asking, resource.attributeRole);
      return [{ uid: self, attrs: present({ attribute, year: resource.year }) }];
    }
    case 'dat_query':
    case 'dat_filter':
      return [{ uid: self, attrs: { ownerExists: resource.ownerExists, copyKept: resource.copyKept } }];
    case 'account':
      return resource.seats === undefined
        ? []
        : [{ uid: self, attrs: { seats: seats(asking, resource.seats) } }];
    case 'setting':
    case 'applicant':
    case 'ledger':
    case 'school_division':
    case 'report':
      return [{ uid: self, attrs: {} }];
    default:
      return [];
  }
}

function seats({ catalogue }: Day, held: Record<string, string[]>): Value {
  const limited = catalogue.roles.filter((role) => role.seats !== undefined);
  return Object.fromEntries(
    limited.map(({ id }) => {
      const holders = new Map(Object.entries(held)).get(`${catalogue.system}:${id}`) ?? [];
      return [id, { holders, taken: holders.length }];
    }),
  );
}

/** Orgs and classes, as far as the facts of the question know them. */
function placesFrom(asking: Asking, resource: ResourceFacts, persons: readonly Person[]): Bare[] {
  const { more } = asking.facts;
  const people = resource.type === 'student' ? [...persons, resource.person] : persons;
  const memberships = people.flatMap(({ roster }) => roster?.memberships ?? []);
  const known: [string, ClassFacts][] = [
    ...(more?.classes ?? []),
    ...(resource.type === 'class' ? [[resource.id, resource.class] as [string, ClassFacts]] : []),
  ];
  const orgs = new Set([
    ...(resource.type === 'school' || resource.type === 'account' ? [resource.id] : []),
    ...memberships.map(({ schoolId }) => schoolId),
    ...known.map(([, { schoolId }]) => schoolId),
    ...(more?.orgs?.keys() ?? []),
    ...people.flatMap(({ roster }) => [
      ...(roster?.orgIds ?? []),
      ...(roster?.datedOrgs ?? []).map(({ orgId }) => orgId),
    ]),
  ]);
  return [
    ...[...orgs].map((id) => ({
      uid: uid(asking, 'Org', id),
      attrs: {},
      parents: [uid(asking, 'District', asking.district.id)],
    })),
    ...memberships.map(({ classId, schoolId }) => ({
      uid: uid(asking, 'Class', classId),
      attrs: {},
      parents: [uid(asking, 'Org', schoolId)],
    })),
    ...known.map(([id, { status, schoolId, inactive }]) => ({
      uid: uid(asking, 'Class', id),
      attrs: { status, ...(inactive === undefined ? {} : { inactive }) },
      parents: [uid(asking, 'Org', schoolId)],
    })),
  ];
}
