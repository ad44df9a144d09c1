import type { ConditionOf } from '../conditions.ts';
import { isSchool } from '../orgs.ts';
import { isOpen } from '../periods.ts';
import { placeInScope, placementsOf, placementsOfClass, placementsOfSchool } from '../placements.ts';
import { alternatives } from '../sentences.ts';
import { assignedClassIds, attendedClassIds, taughtBy } from './classes.ts';
import { type Circumstances, given, no, type Verdict, yes } from './verdict.ts';

/** Rows of an import and ends of a move: places that a check names beside its resource. */

const mostRows = 10_000;

type ImportRow = { number: number; kind: string; accountType?: string; class?: string; school?: string };

/** `undefined` where no rows were given that can be read. */
function rowsOf(at: Circumstances): ImportRow[] | undefined {
  const rows = given(at, 'rows');
  if (!Array.isArray(rows) || rows.length > mostRows) return undefined;
  return rows.map((row: unknown, i) => {
    const text = (name: string) => partOf(row, name);
    const [accountType, classId, school] = [text('accountType'), text('class'), text('school')];
    return {
      number: i + 1,
      kind: text('kind') ?? '',
      ...(accountType === undefined ? {} : { accountType }),
      ...(classId === undefined ? {} : { class: classId }),
      ...(school === undefined ? {} : { school }),
    };
  });
}

/** A member of what the caller gave; one that isn't text names nothing that exists. */
function partOf(value: unknown, name: string): string | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  const part: unknown = Reflect.get(value, name);
  return part === undefined || part === null ? undefined : typeof part === 'string' ? part : '';
}

/** "row 2 (student of class c-8)". */
function rowWords({ number, kind, class: classId, school, accountType }: ImportRow): string {
  const short = (text: string) => (text.length <= 40 ? text : '…');
  const where =
    classId !== undefined
      ? ` of class ${short(classId)}`
      : school === undefined
        ? ''
        : ` of school ${short(school)}`;
  return `row ${number} (${short(accountType ?? kind)}${where})`;
}

export function rowsInside(condition: ConditionOf<'rowsInside'>, at: Circumstances): Verdict {
  const rows = rowsOf(at);
  if (rows === undefined)
    return no('properties.rows, the kinds and groups that the file touches, are missing');
  const assigned = condition.assignedClasses === true ? assignedClassIds(at) : undefined;
  const outside = rows.filter((row) => !condition.kinds.includes(row.kind) || !isInside(row, at, assigned));
  if (outside.length === 0) return yes('all rows are inside');
  return no(`outside are ${outside.map(rowWords).join(', ')}`);
}

export function staffRowsOnly(condition: ConditionOf<'staffRowsOnly'>, at: Circumstances): Verdict {
  const others = (rowsOf(at) ?? []).filter(
    ({ kind, accountType }) =>
      kind === 'staff' && accountType !== undefined && !condition.accountTypes.includes(accountType),
  );
  if (others.length === 0) return yes();
  return no(`others than ${alternatives(condition.accountTypes)} are ${others.map(rowWords).join(', ')}`);
}

/** `assigned`: the only classes that count; `undefined` = all in the scope. */
function isInside(
  { class: classId, school }: ImportRow,
  at: Circumstances,
  assigned: ReadonlySet<string> | undefined,
): boolean {
  const { resource, more } = at;
  if (classId === '' || school === '') return false;
  if (assigned !== undefined) {
    const touched = classId ?? (school === undefined && resource.type === 'class' ? resource.id : undefined);
    return touched !== undefined && assigned.has(touched);
  }
  // A class that the roster doesn't have is one that the file makes: at the school it names, or where it is imported.
  const isNew = classId !== undefined && more.classes?.has(classId) === false;
  if (classId !== undefined && !isNew) return classInScope(classId, at);
  return school === undefined || schoolInScope(school, at);
}

function classInScope(id: string, { more, scope, district }: Circumstances): boolean {
  const known = more.classes?.get(id);
  return (
    known !== undefined && placeInScope(scope, placementsOfClass(id, known.schoolId, district)) !== undefined
  );
}

function schoolInScope(id: string, { more, scope, district }: Circumstances): boolean {
  const org = more.orgs?.get(id);
  return (
    org !== undefined && isSchool(org) && placeInScope(scope, placementsOfSchool(id, district)) !== undefined
  );
}

/** `{type: class, school or user (a teacher), id}`. */
type End = { type: string; id: string };

/** `undefined` = not given; one that can't be read has a type that is none. */
function endOf(at: Circumstances, name: 'from' | 'to'): End | undefined {
  const end = given(at, name);
  return end === undefined ? undefined : { type: partOf(end, 'type') ?? '', id: partOf(end, 'id') ?? '' };
}

export function endsInside(condition: ConditionOf<'endsInside'>, at: Circumstances): Verdict {
  const assigned = condition.assignedClasses === true ? assignedClassIds(at) : undefined;
  for (const name of ['from', 'to'] as const) {
    const end = endOf(at, name);
    if (end === undefined && condition.required === true) return no(`properties.${name} is missing`);
    if (end === undefined) continue;
    const inside = assigned ? end.type === 'class' && assigned.has(end.id) : endInScope(end, at);
    if (!inside) return no(`${name} ${endWords(end)} is not inside`);
  }
  return yes('from and to are inside');
}

function endWords({ type, id }: End): string {
  return ['class', 'school', 'user'].includes(type) && id.length <= 100 ? `${type} ${id}` : 'what is given';
}

function endInScope({ type, id }: End, at: Circumstances): boolean {
  const { district, catalogue, more, scope, today } = at;
  if (type === 'class') return classInScope(id, at);
  if (type === 'school') return schoolInScope(id, at);
  const person = type === 'user' ? more.persons?.get(id) : undefined;
  if (person === undefined) return false;
  return (
    placeInScope(scope, placementsOf({ type: 'user', id, person }, { district, catalogue, today })) !==
    undefined
  );
}

export function movedFromThere(at: Circumstances): Verdict {
  const from = endOf(at, 'from');
  const { resource, district, catalogue, more, today } = at;
  if (from === undefined || resource.type !== 'student') return yes();
  const attended = attendedClassIds(resource.person, today);
  const there = {
    class: () => attended.has(from.id),
    school: () =>
      placementsOf(resource, { district, catalogue, today }).some(
        ({ type, id }) => type === 'org' && id === from.id,
      ),
    user: () => {
      const teacher = more.persons?.get(from.id);
      return (
        teacher !== undefined && taughtBy(teacher).some((m) => isOpen(m, today) && attended.has(m.classId))
      );
    },
  };
  const { type } = from;
  if ((type === 'class' || type === 'school' || type === 'user') && there[type]()) return yes();
  return no(`student ${resource.id} is not with ${endWords(from)} today`);
}
