import {
  type Catalogue,
  type CatalogueSet,
  type Cell,
  findRole,
  isGivenFor,
  type Role,
  type Row,
} from './catalogue.ts';
import type { Condition } from './conditions.ts';
import { evaluate } from './evaluate.ts';
import type { AccessQuestion, Assignment, CheckFacts, Person, ResourceFacts, Scope } from './facts.ts';
import { holds } from './holds.ts';
import { containsSchool, isInScope } from './in-scope.ts';
import { isSchool } from './orgs.ts';
import { isOpen } from './periods.ts';
import type { Circumstances } from './predicates/verdict.ts';
import { byOwnIds } from './question.ts';
import { inSeason } from './seasons.ts';
import { inactivityOf } from './sentences.ts';

/** Decides from rows compiled to tests; see {@link engineOf}. */
export type Engine = {
  /**
   * The decision of {@link evaluate} without its reason, for searches and whoever else asks of thousands. Questions that no role
   * answers alone go to `evaluate`; a property test holds the two together.
   */
  allows(facts: CheckFacts, question: AccessQuestion, today: string): boolean;
};

/** Catalogues are never changed in place, so that what was compiled of them is good for as long as they live. */
const engines = new WeakMap<CatalogueSet, Engine>();

export function engineOf(catalogues: CatalogueSet): Engine {
  const known = engines.get(catalogues);
  if (known !== undefined) return known;
  const engine = makeEngine(catalogues);
  engines.set(catalogues, engine);
  return engine;
}

function makeEngine(catalogues: CatalogueSet): Engine {
  const rows = new Map<string, CompiledRow>();
  for (const catalogue of catalogues.values()) {
    for (const row of catalogue.rows) {
      const made = compile(catalogue, row);
      if (made !== undefined) rows.set(`${catalogue.system}:${row.permission}`, made);
    }
  }
  return {
    allows(facts, question, today) {
      const row = rows.get(question.action.name);
      if (row === undefined || facts.logins !== undefined) {
        return evaluate(catalogues, facts, question, { today }).decision;
      }
      const asked = byOwnIds(question, facts);
      return allowsRow(row, inSeason(facts, row.catalogue.system, today), asked, today);
    },
  };
}

function allowsRow(row: CompiledRow, facts: CheckFacts, question: AccessQuestion, today: string): boolean {
  const { subject, district } = facts;
  const { id, type } = question.subject;
  if (subject === undefined || subject.id !== id || type !== 'user') return false;
  const resource = resourceOf(facts, question.resource, row);
  if (resource === undefined || inactivityOf(subject) !== undefined) return false;
  const matter: Matter = {
    catalogue: row.catalogue,
    district,
    subject,
    resource,
    properties: question.resource.properties ?? none,
    asked: nothing,
    more: facts.more ?? none,
    today,
    scope: nowhere,
  };
  const { roster, manual } = subject;
  return (roster !== undefined && holdsOne(row, roster.assignments, matter)) || holdsOne(row, manual, matter);
}

const none = {};
const nothing = { subject: none, action: none };
const nowhere: Scope = { type: 'school', ids: [] };

type Test = (at: Circumstances) => boolean;
/** `scope`: of the assignment that is looked at. */
type Matter = { -readonly [K in keyof Circumstances]: Circumstances[K] };
type CompiledCell = { role: Role; tests: readonly Test[] };
type CompiledRow = {
  catalogue: Catalogue;
  types: ReadonlySet<string>;
  cells: ReadonlyMap<string, CompiledCell>;
  /** Rules of the row; they bind every role. */
  rules: readonly Test[];
};

function holdsOne(
  { catalogue, cells, rules }: CompiledRow,
  held: readonly Assignment[],
  at: Matter,
): boolean {
  for (const assignment of held) {
    if (assignment.system !== catalogue.system) continue;
    const cell = cells.get(assignment.role);
    if (cell === undefined || !isEffective(assignment, cell.role, at)) continue;
    if (!isInScope(assignment.scope, at)) continue;
    at.scope = assignment.scope;
    if (all(cell.tests, at) && all(rules, at)) return true;
  }
  return false;
}

function all(tests: readonly Test[], at: Circumstances): boolean {
  for (const test of tests) if (!test(at)) return false;
  return true;
}

function isEffective({ from, until, scope }: Assignment, role: Role, { subject, today }: Matter): boolean {
  if ((until !== undefined && until <= today) || (from !== undefined && from > today)) return false;
  return isGivenFor(role, scope.type) && (role.needsWebId !== true || subject.webId !== undefined);
}

function resourceOf(
  { resource, district }: CheckFacts,
  { type, id }: AccessQuestion['resource'],
  { types }: CompiledRow,
): ResourceFacts | undefined {
  if (!types.has(type)) return undefined;
  if (type === 'district') return id === district.id ? { type, id } : undefined;
  if (resource === undefined || resource.type !== type || resource.id !== id) return undefined;
  if (resource.type === 'school' && !isSchool(resource.org)) return undefined;
  if (resource.type === 'student' && resource.person.roster === undefined) return undefined;
  return resource;
}

/** Of these nothing is known but by what is asked, or by the head. */
const plainTypes = new Set(['district', 'school', 'account', 'class', 'student', 'user']);

/** `undefined` where the row isn't answered by roles that people hold alone. */
function compile(catalogue: Catalogue, row: Row): CompiledRow | undefined {
  const hasCalculated =
    catalogue.attributeRoles !== undefined || catalogue.roles.some((one) => one.calculated);
  const cells = Object.entries(row.cells);
  const isPlain =
    catalogue.resourceTypes === undefined &&
    catalogue.subjectTypes === undefined &&
    row.open === undefined &&
    !hasCalculated &&
    cells.every(
      ([, cell]) => cell === 'allow' || (!('within' in cell) && cell.when.every(isPlainCondition)),
    ) &&
    (row.rules ?? []).every(({ must }) => isPlainCondition(must));
  if (!isPlain || !row.resources.every((type) => plainTypes.has(type))) return undefined;
  return {
    catalogue,
    types: new Set(row.resources),
    cells: new Map(
      cells.flatMap(([id, cell]) => {
        const role = findRole(catalogue, id);
        return role === undefined ? [] : [[id, { role, tests: conditionsOf(cell).map(testOf) }] as const];
      }),
    ),
    rules: (row.rules ?? []).map(({ must }) => testOf(must)),
  };
}

/** Properties of subjects and actions are `evaluate`'s to look at. */
function isPlainCondition(condition: Condition): boolean {
  const { kind } = condition;
  if (kind === 'propertyIn') return condition.of === undefined;
  return kind !== 'propertyOfSubject' && kind !== 'anyOf';
}

function conditionsOf(cell: Cell): readonly Condition[] {
  return cell === 'allow' ? [] : cell.when;
}

/** The commonest by themselves, without the words of a verdict. */
function testOf(condition: Condition): Test {
  switch (condition.kind) {
    case 'propertyIn': {
      const { property, orAbsent = false } = condition;
      const values = new Set(condition.values);
      return ({ properties }) => {
        const value = Object.hasOwn(properties, property) ? (properties[property] ?? undefined) : undefined;
        if (value === undefined) return orAbsent;
        return ['string', 'number', 'boolean'].includes(typeof value) && values.has(String(value));
      };
    }
    case 'assignedClass':
      return (at) => {
        const { resource } = at;
        if (resource.type === 'class') return isAssigned(at, resource, condition.evenInactive === true);
        return resource.type === 'student' && teachesOneOf(at, resource.person);
      };
    default:
      return (at) => holds(condition, at).holds;
  }
}

type OneClass = Extract<ResourceFacts, { type: 'class' }>;

/** As a teacher today, by the scope itself or by an enrollment inside it. */
function isAssigned(at: Circumstances, { id, class: one }: OneClass, even: boolean): boolean {
  const { scope, subject } = at;
  if (!even && (one.status !== 'active' || one.inactive === true)) return false;
  if (scope.type === 'class') return scope.ids.includes(id);
  return isTeacherOf(subject, id, at);
}

/** By an enrollment of today in a class inside the scope. */
function isTeacherOf(
  { roster }: Person,
  classId: string,
  { scope, district, today }: Circumstances,
): boolean {
  for (const membership of roster?.memberships ?? []) {
    if (membership.classId !== classId || membership.role !== 'teacher' || !isOpen(membership, today))
      continue;
    if (containsSchool(scope, membership.schoolId, district)) return true;
  }
  return false;
}

/** A class that the scope or an enrollment inside it gives the subject, and that the student attends. */
function teachesOneOf(at: Circumstances, { roster }: Person): boolean {
  const { scope, subject, today } = at;
  for (const { classId, role, begin, end } of roster?.memberships ?? []) {
    if (role !== 'student' || !isOpen({ begin, end }, today)) continue;
    if (scope.type === 'class' ? scope.ids.includes(classId) : isTeacherOf(subject, classId, at)) return true;
  }
  return false;
}
