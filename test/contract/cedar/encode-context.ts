import type { Context } from '@cedar-policy/cedar-wasm/nodejs';
import type { Row } from '../../../shared/access/catalogue.ts';
import { askedBy } from '../../../shared/access/cedar/cedar-context.ts';
import type { AccessQuestion, Assignment, CheckFacts, Person } from '../../../shared/access/facts.ts';
import { digestOf, lookupId } from '../../../shared/access/lookup.ts';
import { reachIn } from './encode-assignment.ts';
import {
  assignmentsOf,
  type Day,
  datetime,
  effective,
  level,
  schoolsOfStudent,
  studentEntity,
  uid,
  uids,
  type Value,
} from './encode-person.ts';

/** What a question says beside its subject and resource, and what the host looks up for it. */
export type Asking = Day & { facts: CheckFacts; question: AccessQuestion; row: Row; subject: Person };

/** `acting`: absent where the user asks without an assignment. */
export function contextOf(asking: Asking, acting: Assignment | undefined): Context {
  const { texts, named, found, fields } = askedBy(asking.row);
  const record = (names: Iterable<string>, value: (name: string) => Value | undefined) =>
    Object.fromEntries(
      [...names].flatMap((name) => {
        const known = value(name);
        return known === undefined ? [] : [[name, known]];
      }),
    );
  return {
    today: datetime(asking.today),
    ...(texts.length === 0 ? {} : { properties: record(texts, (name) => text(asking, name)) }),
    ...(named.size === 0 ? {} : { named: record(named.keys(), (name) => entityNamed(asking, name)) }),
    ...(found.length === 0 ? {} : { found: record(found, (name) => usersFound(asking, name)) }),
    ...record(fields, (field) => makers[field]?.(asking, acting)),
  };
}

function raw({ question }: Asking, name: string): unknown {
  const { properties = {} } = question.resource;
  const value = Object.entries(properties).find(([key]) => key === name)?.[1];
  return value === null ? undefined : value;
}

/** Numbers as text; what is no text is the empty one. */
function text(asking: Asking, name: string): string | undefined {
  const value = raw(asking, name);
  if (value === undefined || typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : '';
}

function entityNamed(asking: Asking, name: string): Value | undefined {
  const type = askedBy(asking.row).named.get(name);
  const id = raw(asking, name);
  if (type === undefined || typeof id !== 'string') return undefined;
  if (type === 'User' && asking.facts.more?.persons?.get(id) === undefined) return undefined;
  return uid(asking, type, id);
}

/** How many users have what the property says, as the one condition of the row means it. */
function usersFound(asking: Asking, property: string): number | undefined {
  const conditions = [...(asking.row.open?.when ?? []), ...(asking.row.rules ?? []).map(({ must }) => must)];
  const counted = conditions.find((one) => one.kind === 'loginsFound' && one.value === property);
  if (counted?.kind !== 'loginsFound') return undefined;
  const by = counted.as ?? (counted.by === undefined ? '' : (text(asking, counted.by.property) ?? ''));
  return asking.facts.more?.logins?.get(lookupId(by, text(asking, property) ?? ''));
}

/** Schools of classes, as the enrollments of whoever has the account tell. */
function schoolsOfClasses(ids: readonly string[], { roster }: Person): string[] {
  const enrolled = roster?.memberships ?? [];
  return enrolled.filter(({ classId }) => ids.includes(classId)).map(({ schoolId }) => schoolId);
}

type Maker = (asking: Asking, acting: Assignment | undefined) => Value | undefined;

const makers: Record<string, Maker> = {
  count: (asking) => {
    const count = raw(asking, 'count');
    if (count === undefined) return undefined;
    return typeof count === 'number' && Number.isInteger(count) ? count : 0;
  },
  role: (asking) => {
    const role = raw(asking, 'role');
    if (role === undefined) return undefined;
    return typeof role === 'string' ? role.replace(new RegExp(`^${asking.catalogue.system}:`), '') : '';
  },
  straddles: (asking, acting) => {
    const { resource } = asking.facts;
    if (resource?.type !== 'user' || acting === undefined) return false;
    const { person } = resource;
    const mine = new Set(acting.scope.ids);
    const reachesOut: Record<string, (ids: string[]) => boolean> = {
      [acting.scope.type]: (ids) => ids.some((id) => mine.has(id)) && !ids.every((id) => mine.has(id)),
      ...(acting.scope.type === 'school' || acting.scope.type === 'account'
        ? { class: (ids) => schoolsOfClasses(ids, person).some((id) => !mine.has(id)) }
        : {}),
    };
    return effective(person, asking).some(({ scope }) => reachesOut[scope.type]?.(scope.ids) === true);
  },
  rows: (asking) => rowsOf(asking),
  from: (asking) => place(asking, 'from'),
  to: (asking) => place(asking, 'to'),
  students: (asking, acting) => studentsNamed(asking, acting),
  newStudent: (asking) => studentToBe(asking),
  next: (asking, acting) => reachToBe(asking, acting),
  addressDigest: (asking) => {
    const address = text(asking, 'address');
    return address === undefined ? undefined : digestOf(address);
  },
  attribute: (asking) => attributeName(asking, text(asking, 'attributeRole')),
  year: (asking) => text(asking, 'year'),
};

/** With or without the prefix of the roles that stand for attributes. */
export function attributeName({ catalogue }: Day, role: string | undefined): string | undefined {
  const prefix = catalogue.attributeRoles?.prefix ?? '';
  return role?.startsWith(prefix) ? role.slice(prefix.length) : role;
}

const notSchools = new Set(['district', 'local', 'state', 'national']);

function schoolIsKnown({ facts }: Asking, id: string): boolean {
  const org = facts.more?.orgs?.get(id);
  return org !== undefined && !notSchools.has(org.type);
}

function rowsOf(asking: Asking): Value | undefined {
  const rows = raw(asking, 'rows');
  if (!Array.isArray(rows) || rows.length > 10_000) return undefined;
  const part = (row: unknown, name: string) => {
    const value =
      typeof row === 'object' && row !== null
        ? Object.entries(row).find(([key]) => key === name)?.[1]
        : undefined;
    return value === undefined || value === null || typeof value === 'string' ? (value ?? undefined) : '';
  };
  const read = rows.map((row: unknown) => ({
    kind: part(row, 'kind') ?? '',
    accountType: part(row, 'accountType'),
    classId: part(row, 'class'),
    school: part(row, 'school'),
  }));
  const classes = asking.facts.more?.classes;
  const known = read.flatMap(({ classId }) =>
    classId !== undefined && classes?.has(classId) ? [classId] : [],
  );
  const schools = read.flatMap(({ classId, school }) =>
    school === undefined || (classId !== undefined && classes?.has(classId)) ? [] : [school],
  );
  return {
    kinds: [...new Set(read.map(({ kind }) => kind))],
    staffAs: [
      ...new Set(
        read.flatMap(({ kind, accountType }) =>
          kind === 'staff' && accountType !== undefined ? [accountType] : [],
        ),
      ),
    ],
    classes: uids(
      asking,
      'Class',
      read.flatMap(({ classId }) => (classId === undefined ? [] : [classId])),
    ),
    known: uids(asking, 'Class', known),
    homes: uids(
      asking,
      'Org',
      known.flatMap((id) => classes?.get(id)?.schoolId ?? []),
    ),
    schools: uids(asking, 'Org', schools),
    schoolOnly: read.some(({ classId, school }) => classId === undefined && school !== undefined),
    bare: read.some(({ classId, school }) => classId === undefined && school === undefined),
    unreadable: read.some(({ classId, school }) => classId === '' || school === ''),
    unknown:
      schools.some((id) => !schoolIsKnown(asking, id)) ||
      (classes === undefined && read.some(({ classId }) => classId !== undefined)),
  };
}

function place(asking: Asking, name: string): Value | undefined {
  const end = raw(asking, name);
  if (end === undefined) return undefined;
  const { type, id } = { type: '', id: '', ...(end as object) } as { type: unknown; id: unknown };
  const { classes, persons } = asking.facts.more ?? {};
  if (typeof id !== 'string') return {};
  if (type === 'class' && classes?.has(id)) return { class: uid(asking, 'Class', id) };
  if (type === 'school' && schoolIsKnown(asking, id)) return { org: uid(asking, 'Org', id) };
  if (type === 'user' && persons?.has(id)) return { user: uid(asking, 'User', id) };
  return {};
}

/** `undefined` = not given, `null` = no list of texts or numbers. */
function list(asking: Asking, name: string): string[] | undefined | null {
  const value = raw(asking, name);
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) return null;
  const good = value.filter((one) => typeof one === 'string' || typeof one === 'number');
  return good.length === value.length ? good.map(String) : null;
}

/** The students that the question names are given as one answer: Cedar can't say "each of them". */
function studentsNamed(asking: Asking, acting: Assignment | undefined): Value | undefined {
  const named = list(asking, 'students');
  if (named === null) return { reached: false };
  if (named === undefined || named.length === 0 || acting === undefined) return undefined;
  const { type, id } = asking.question.resource;
  const accounts = type === 'account' ? [id] : acting.scope.ids;
  const isReached = (student: Person) =>
    accounts.some((account) => {
      const { levels, tags } = reachIn(account, asking.subject, asking);
      const places = schoolsOfStudent(student, asking);
      if (!places.includes(account)) return false;
      if (levels.length === 0 && tags.length === 0) return true;
      const byLevel = JSON.stringify(studentEntity(student, asking).attrs.levels ?? []);
      const hasLevel = levels.some((one) =>
        byLevel.includes(JSON.stringify({ account: uid(asking, 'Org', account), level: one })),
      );
      return hasLevel || (student.tags ?? []).some((tag) => tags.includes(tag));
    });
  const reached = named.every((one) => {
    const student = asking.facts.more?.persons?.get(one);
    return student?.roster !== undefined && isReached(student);
  });
  return { reached };
}

/** A student of the account as they would be made. */
function studentToBe(asking: Asking): Value | undefined {
  const tags = list(asking, 'tags');
  if (tags === null) return undefined;
  const account = uid(asking, 'Org', asking.question.resource.id);
  const yearLevel = raw(asking, 'yearLevel');
  return {
    levels: yearLevel === undefined ? [] : [{ account, level: level(String(yearLevel)) }],
    tags: (tags ?? []).map((tag) => ({ account, tag })),
  };
}

function reachToBe(asking: Asking, acting: Assignment | undefined): Value | undefined {
  const [levels, tags] = [list(asking, 'yearLevels'), list(asking, 'tags')];
  if (levels === null || tags === null || acting === undefined) return undefined;
  const accounts =
    assignmentsOf(asking.subject, asking).includes(acting) && acting.scope.type === 'account'
      ? acting.scope.ids
      : [];
  const restricted = accounts
    .map((id) => ({ id, now: reachIn(id, asking.subject, asking) }))
    .filter(({ now }) => now.levels.length + now.tags.length > 0)
    .map(({ id, now }) => ({
      account: uid(asking, 'Org', id),
      levels: levels?.map(level) ?? now.levels,
      tags: tags ?? now.tags,
    }));
  return {
    levels: restricted.flatMap(({ account, levels: next }) => next.map((one) => ({ account, level: one }))),
    tags: restricted.flatMap(({ account, tags: next }) => next.map((tag) => ({ account, tag }))),
    whole: restricted.flatMap(({ account, levels: a, tags: b }) =>
      a.length + b.length === 0 ? [account] : [],
    ),
  };
}
