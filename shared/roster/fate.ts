import { addDays } from '../access/periods.ts';
import type { CommittedState } from './committed-state.ts';
import type { Entity, User } from './records.ts';
import type { Fate } from './removal.ts';
import type { RemovalRules, Season } from './season.ts';
import { readLines, type StateLine } from './state.ts';
import type { Objects } from './sync-stores.ts';

export type FateRules = {
  season: Season;
  removal: RemovalRules;
  /** Calendar day of the district on which the sync began. */
  today: string;
  /** Whether this is one more good run: not where a part of it was applied before, nor of single entities or in a freeze. */
  counts: boolean;
  /** The highest year level of the district's students, where they leave after it; only asked in a rollover. */
  lastGrade: number;
};

/** The new school year has every one of these anew. */
const ofOneYear: ReadonlySet<Entity> = new Set(['academicSessions', 'courses', 'classes', 'enrollments']);

export function fateOf(rules: FateRules, entity: Entity, before: StateLine): Fate {
  const { season, removal, today } = rules;
  if (season.mode === 'add-only') return { stays: before };
  const rollover = season.mode === 'rollover';
  if (ofOneYear.has(entity) && (rollover || before.ended !== undefined)) {
    const ended = before.ended ?? today;
    const longest = Math.max(0, ...Object.values(season.trailOffDays));
    if (today < addDays(ended, longest)) return { stays: { ...before, ended } };
    return { goes: { before, kind: 'suspend', expected: true } };
  }
  const runs = (before.missing ?? 0) + (rules.counts ? 1 : 0);
  if (runs < removal.afterRuns) return { stays: runs === 0 ? before : { ...before, missing: runs } };
  const expected =
    rollover && entity === 'users' && graduates(JSON.parse(before.json) as User, rules.lastGrade);
  return {
    goes: { before: { ...before, missing: runs }, kind: 'suspend', ...(expected ? { expected } : {}) },
  };
}

/** Students of the last year level are expected to leave with it. */
function graduates({ roles, grades = [] }: User, lastGrade: number): boolean {
  const isStudent = roles.some(({ role }) => role === 'student');
  return isStudent && grades.some((grade) => yearLevel(grade) >= Math.min(12, lastGrade));
}

/** The highest year level that the district's active students have. */
export async function lastGradeOf(objects: Pick<Objects, 'get'>, state: CommittedState): Promise<number> {
  let last = 0;
  for (const { key } of state.partitions('users')) {
    if (key === undefined) continue;
    for (const line of readLines(await objects.get(key))) {
      if (line.status !== 'active') continue;
      const { roles, grades = [] } = JSON.parse(line.json) as User;
      if (!roles.some(({ role }) => role === 'student')) continue;
      for (const grade of grades) last = Math.max(last, yearLevel(grade));
    }
  }
  return last;
}

/** OneRoster's codes: numbers from 1, letters for what comes before them. */
function yearLevel(grade: string): number {
  return /^\d{1,2}$/.test(grade) ? Number(grade) : 0;
}
