import { type Catalogue, type Cell, cellOf, type Role, type Row, sourceOf } from './catalogue.ts';
import type { Condition } from './conditions.ts';
import type {
  Assignment,
  DistrictFacts,
  NamedFacts,
  Person,
  ReasonCode,
  ResourceFacts,
  Scope,
} from './facts.ts';
import { holds } from './holds.ts';
import { type Placement, placeInScope } from './placements.ts';
import type { Circumstances, Verdict } from './predicates/verdict.ts';
import { elsewhereWords, holdersWords, holdingLine, holdingWords } from './sentences.ts';
import { type Ineffective, ineffectiveness } from './standing.ts';

/** What is asked, and of whom, where all parts are known. */
export type Matter = {
  catalogue: Catalogue;
  row: Row;
  district: DistrictFacts;
  subject: Person;
  resource: ResourceFacts;
  /** Where the resource lies today. */
  placements: readonly Placement[];
  properties: Readonly<Record<string, unknown>>;
  asked: Circumstances['asked'];
  more: NamedFacts;
  today: string;
};

/** How far one assignment comes towards the answer; the furthest is the nearest miss. */
const reaches = {
  noCell: 0,
  lapsedElsewhere: 1,
  elsewhere: 2,
  lapsedAndCondition: 3,
  condition: 4,
  rule: 5,
  lapsed: 6,
  allowed: 7,
} as const;

export type Weighed = {
  assignment: Assignment;
  role: Role;
  reach: (typeof reaches)[keyof typeof reaches];
  code: ReasonCode;
  /** The source line of the row, or of the overlay that changed the cell. */
  source: string | undefined;
  /** Lines that held, in order. */
  path: string[];
  /** Sentences, nearest first; empty exactly where allowed. */
  misses: string[];
};

/** One assignment against one row: its role's cell, its own scope, its dates, the cell's conditions. */
export function weigh(assignment: Assignment, role: Role, matter: Matter): Weighed {
  const { catalogue, row, subject, resource, today } = matter;
  const held = { assignment, role, source: sourceOf(row, role.id) };
  const cell = cellOf(row, role.id);
  const holding = holdingWords(role, assignment.scope);
  if (cell === undefined) {
    const task = `${catalogue.system}:${row.permission}`;
    const miss = `Is ${holding}; ${task} is not for that role, only for ${holdersWords(catalogue, row)}.`;
    return { ...held, reach: reaches.noCell, code: 'no-role', path: [], misses: [miss] };
  }
  const lapse = ineffectiveness(assignment, role, { person: subject, today });
  const place = placeInScope(scopeOfCell(cell, assignment.scope, subject), matter.placements);
  if (place === undefined) {
    const reach = lapse ? reaches.lapsedElsewhere : reaches.elsewhere;
    const misses = missesOf(holding, lapse, [elsewhereWords(resource)]);
    return { ...held, reach, code: 'out-of-scope', path: [], misses };
  }
  const tested = testOf(row, cell === 'allow' ? [] : cell.when, {
    ...matter,
    scope: assignment.scope,
  });
  return {
    ...held,
    ...outcome(lapse, tested.failure),
    path: [
      ...(lapse ? [] : [holdingLine(subject.id, assignment, place.id)]),
      ...(place.because === undefined ? [] : [place.because]),
      ...tested.path,
    ],
    misses: missesOf(holding, lapse, tested.misses),
  };
}

type Failure = Extract<ReasonCode, 'condition' | 'rule' | 'out-of-scope' | 'suspended'>;
type Tested = { failure: Failure | undefined; path: string[]; misses: string[] };

/** Conditions, then the row's rules. A condition that fails is the answer; rules bind those who meet the conditions. */
export function testOf(row: Row, when: readonly Condition[], at: Circumstances): Tested {
  const conditions = when.map((condition) => holds(condition, at));
  const rules = (row.rules ?? []).map(({ says, must }) => saying(holds(must, at), says));
  const [failed, broken] = [conditions.filter(isMissed), rules.filter(isMissed)];
  const nearest: Failure = failed.length > 0 ? 'condition' : 'rule';
  const all = [...failed, ...broken];
  return {
    failure: all.length === 0 ? undefined : (all[0]?.code ?? nearest),
    path: [...conditions, ...rules].flatMap((verdict) => (verdict.holds ? verdict.path : [])),
    misses: all.map(({ miss }) => miss),
  };
}

function isMissed(verdict: Verdict): verdict is Extract<Verdict, { holds: false }> {
  return !verdict.holds;
}

/** A rule is quoted where it refuses. */
function saying(verdict: Verdict, says: string): Verdict {
  return verdict.holds ? verdict : { ...verdict, miss: `${verdict.miss} (rule: ${says.replace(/\.$/, '')})` };
}

/** The schools of a scope's classes, as the subject's enrollments know them, or the subject's own orgs. */
function scopeOfCell(cell: Cell, scope: Scope, { roster }: Person): Scope {
  if (cell === 'allow' || !('within' in cell) || scope.type !== 'class') return scope;
  const schools = (roster?.memberships ?? [])
    .filter(({ classId }) => scope.ids.includes(classId))
    .map(({ schoolId }) => schoolId);
  return { type: 'school', ids: schools.length > 0 ? [...new Set(schools)] : (roster?.orgIds ?? []) };
}

/** A lapsed assignment answers with its lapse, even where a condition fails too: renewing it comes first. */
function outcome(
  lapse: Ineffective | undefined,
  failure: Failure | undefined,
): Pick<Weighed, 'reach' | 'code'> {
  if (lapse) return { reach: failure ? reaches.lapsedAndCondition : reaches.lapsed, code: lapse.code };
  if (failure === undefined) return { reach: reaches.allowed, code: 'allowed' };
  return { reach: failure === 'rule' ? reaches.rule : reaches.condition, code: failure };
}

function missesOf(holding: string, lapse: Ineffective | undefined, failed: readonly string[]): string[] {
  if (lapse === undefined) return failed.map((miss) => `Is ${holding}, but ${miss}.`);
  return [lapse.sentence, ...failed.map((miss) => `Besides, ${miss}.`)];
}
