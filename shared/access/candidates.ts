import {
  type Catalogue,
  type CatalogueSet,
  type Cell,
  cellOf,
  findOwnType,
  findRole,
  type Role,
  type Row,
} from './catalogue.ts';
import type { Condition } from './conditions.ts';
import type { AccessQuestion, CheckFacts, DistrictFacts, Person, Scope } from './facts.ts';
import { placeInScope, placementsOf } from './placements.ts';
import { findAsked, findResource, isTypeIn, misasked } from './question.ts';
import { roleEffective } from './role-effective.ts';
import { inSeason } from './seasons.ts';
import { inactivityOf } from './sentences.ts';
import { holdingsIn, ineffectiveness } from './standing.ts';

/**
 * Where a search looks: always a superset of what evaluation allows, never the answer, since each candidate is evaluated. That
 * nothing which evaluation allows lies outside is a law (candidates.test.ts): a new way to be allowed has to come in here too.
 */

/** Everybody who was given the role, for one id of the assignment's scope or for any. */
export type HolderSlice = { system: string; role: string; scopeId?: string };

export type CandidateSource =
  | { from: 'ids'; ids: readonly string[] }
  /** Every record of the roster. */
  | { from: 'records'; entity: 'orgs' | 'classes' | 'users' }
  | { from: 'holders'; slices: readonly HolderSlice[] }
  /** What is kept of resources of a catalogue's own type. */
  | { from: 'kept'; type: string };

/** Looked through in this order; somebody may stand in several. Empty where nothing could be allowed. */
export type Sources = readonly CandidateSource[];

type Question = Pick<AccessQuestion, 'action' | 'resource'>;

/** Who might do it: holders of a role with a cell for the action, in a scope where the resource lies. */
export function subjectSources(
  catalogues: CatalogueSet,
  known: CheckFacts,
  { action, resource: wanted }: Question,
  today: string,
): Sources {
  const asked = findAsked(catalogues, action.name);
  if ('decision' in asked || !isTypeIn(asked.catalogue, wanted.type)) return [];
  const { catalogue, row } = asked;
  const facts = inSeason(known, catalogue.system, today);
  if (row === 'role.effective') {
    return roleEffective(catalogue, facts, wanted, today).decision ? everybody(catalogues) : [];
  }
  if (misasked(catalogue, row, wanted)) return [];
  const resource = findResource(catalogue, facts, wanted);
  if ('decision' in resource) return [];
  const needsNoAssignment = row.open !== undefined && !isForOwnAccount(row.open.when);
  if (needsNoAssignment || hasCalculated(catalogue, row)) return everybody(catalogues);
  const places = placementsOf(resource, { district: facts.district, catalogue, today });
  const slices = catalogue.roles.flatMap((role): HolderSlice[] => {
    const cell = cellOf(row, role.id);
    const of = { system: catalogue.system, role: role.id };
    if (cell === undefined) return [];
    // Where an assignment reaches further than its scope says, or is for a customer, the place does not lead to it.
    if (reachesSchools(cell) || scopesOf(role).includes('customer')) return [of];
    const scopeIds = places.map(({ id }) => id).filter((id) => isPlaceOf(role, id, places));
    return [...new Set(scopeIds)].map((scopeId) => ({ ...of, scopeId }));
  });
  return [
    ...(row.open === undefined ? [] : [{ from: 'ids' as const, ids: [wanted.id] }]),
    ...(slices.length === 0 ? [] : [{ from: 'holders' as const, slices }]),
  ];
}

/**
 * Which resources of a type the subject might do it to; narrow where the subject's own assignments say which. `undefined`
 * where nothing lists the resources of that type.
 */
export function resourceSources(
  catalogues: CatalogueSet,
  known: CheckFacts,
  { action, resource: { type, properties } }: Question,
  today: string,
): Sources | undefined {
  const asked = findAsked(catalogues, action.name);
  if ('decision' in asked || !isTypeIn(asked.catalogue, type)) return [];
  const { catalogue, row } = asked;
  const { district, subject } = inSeason(known, catalogue.system, today);
  if (subject === undefined) return [];
  if (row === 'role.effective') return type === 'user' ? holdersOf(catalogue, properties?.role) : [];
  if (!row.resources.some((one) => one === type)) return [];
  const ways = waysOf(catalogue, row, { subject, district, today });
  if (ways.length === 0) return [];
  switch (type) {
    case 'district':
      return [{ from: 'ids', ids: [district.id] }];
    case 'setting':
      return [{ from: 'ids', ids: catalogue.settings.map(({ id }) => id) }];
    case 'school':
    case 'account':
      return union(ways.map(orgsReached), [{ from: 'records', entity: 'orgs' }]);
    case 'class':
      return union(
        ways.map((way) => classesReached(way, subject)),
        [{ from: 'records', entity: 'classes' }],
      );
    case 'student':
      return union(
        ways.map((way) => studentsReached(way, subject)),
        [allUsers],
      );
    case 'user':
      return union(
        ways.map((way) => usersReached(way, subject)),
        everybody(catalogues),
      );
    default:
      return findOwnType(catalogue, type) === undefined ? undefined : [{ from: 'kept', type }];
  }
}

/** One way to be allowed: by an assignment, or without one. */
type Way = { scope?: Scope; cell: Cell };
/** Ids, or `all` where only a walk over the whole district will do. */
type Reached = readonly string[] | 'all';

const allUsers: CandidateSource = { from: 'records', entity: 'users' };

/**
 * All users of the roster, then the accounts without a roster person, by system. An account that was never given a role stands in
 * no list.
 */
export function everybody(catalogues: CatalogueSet): Sources {
  const holders = [...catalogues.values()].map(({ system, roles }): CandidateSource => {
    return { from: 'holders', slices: roles.map(({ id }) => ({ system, role: id })) };
  });
  return [allUsers, ...holders];
}

function waysOf(
  catalogue: Catalogue,
  row: Row,
  { subject, district, today }: { subject: Person; district: DistrictFacts; today: string },
): Way[] {
  const open: Way[] = row.open === undefined ? [] : [{ cell: { when: row.open.when } }];
  if (inactivityOf(subject) !== undefined) return open;
  const held = holdingsIn(catalogue, subject, district).flatMap((assignment): Way[] => {
    const role = findRole(catalogue, assignment.role);
    const cell = role && cellOf(row, role.id);
    if (role === undefined || cell === undefined) return [];
    const lapsed = ineffectiveness(assignment, role, { person: subject, today }) !== undefined;
    return lapsed ? [] : [{ scope: assignment.scope, cell }];
  });
  return [...open, ...held];
}

function holdersOf(catalogue: Catalogue, wanted: unknown): Sources {
  if (typeof wanted !== 'string') return [];
  const prefix = `${catalogue.system}:`;
  const role = findRole(catalogue, wanted.startsWith(prefix) ? wanted.slice(prefix.length) : wanted);
  if (role === undefined) return [];
  return [{ from: 'holders', slices: [{ system: catalogue.system, role: role.id }] }];
}

function union(reached: readonly Reached[], walk: Sources): Sources {
  const ids = new Set<string>();
  for (const some of reached) {
    if (some === 'all') return walk;
    for (const id of some) ids.add(id);
  }
  return ids.size === 0 ? [] : [{ from: 'ids', ids: [...ids] }];
}

function orgsReached({ scope, cell }: Way): Reached {
  if (scope?.type === 'class') return reachesSchools(cell) ? 'all' : [];
  return scope?.type === 'school' || scope?.type === 'account' ? scope.ids : 'all';
}

function classesReached(way: Way, subject: Person): Reached {
  if (isForAssignedClasses(way.cell)) return assignedClasses(way, subject);
  return way.scope?.type === 'class' && !reachesSchools(way.cell) ? way.scope.ids : 'all';
}

/** No list leads from a class to its students. */
function studentsReached(way: Way, subject: Person): Reached {
  return isForAssignedClasses(way.cell) && assignedClasses(way, subject).length === 0 ? [] : 'all';
}

function usersReached({ cell }: Way, subject: Person): Reached {
  if (isForAssignedClasses(cell)) return [];
  return isForOwnAccount(conditionsOf(cell)) ? [subject.id] : 'all';
}

function assignedClasses({ scope }: Way, { roster }: Person): readonly string[] {
  const taught = (roster?.memberships ?? []).filter(({ role }) => role === 'teacher');
  return [...(scope?.type === 'class' ? scope.ids : []), ...taught.map(({ classId }) => classId)];
}

function conditionsOf(cell: Cell): readonly Condition[] {
  return cell === 'allow' ? [] : cell.when;
}

function isForAssignedClasses(cell: Cell): boolean {
  return conditionsOf(cell).some(({ kind }) => kind === 'assignedClass');
}

function isForOwnAccount(conditions: readonly Condition[]): boolean {
  return conditions.some(({ kind }) => kind === 'ownAccount');
}

function reachesSchools(cell: Cell): boolean {
  return cell !== 'allow' && 'within' in cell;
}

function hasCalculated({ roles }: Catalogue, row: Row): boolean {
  return roles.some(({ id, calculated }) => calculated !== undefined && cellOf(row, id) !== undefined);
}

function scopesOf({ scope, alsoFor = [] }: Role): Scope['type'][] {
  return [scope, ...alsoFor];
}

function isPlaceOf(role: Role, id: string, places: Parameters<typeof placeInScope>[1]): boolean {
  return scopesOf(role).some((type) => placeInScope({ type, ids: [id] }, places) !== undefined);
}
