import type { Include } from '../oneroster-csv/tables.ts';
import type { Pulled } from '../pulling.ts';
import type { CleverApi } from './api.ts';
import { type Changes, type Last, teachersOf } from './changes.ts';
import { type CleverObject, type Collection, type Line, type Members, objects, stripped } from './objects.ts';
import { allOf } from './pages.ts';

/** Objects that are asked for one by one; a full pull takes fewer requests above it. */
export const maxLookUps = 500;

/** Small collections are pulled whole, so that what a change refers to can be checked as in a full pull. */
const whole = ['courses', 'terms', 'schools'] as const;

/** What to ask Clever for, and what for nothing: few districts share contacts. */
type Telling = { changes: Changes; include: Include; areContacts: boolean };

/** How many objects a delta would ask for one by one. */
export function lookUpsOf({ changes: { last, relatives }, areContacts }: Omit<Telling, 'include'>): number {
  const lacking = [...last.sections.values()].filter(isLacking.sections).length;
  const unclear = [...last.users.values()].filter(isLacking.users).length;
  const absent = [...relatives].filter((id) => !last.users.has(id)).length;
  return lacking + unclear + (areContacts ? absent + relatives.size : 0);
}

/** Whether Clever has to be asked for the object again. */
const isLacking = {
  sections: ({ data, isDeleted }: Last<'sections'>) =>
    !isDeleted && (data.school === undefined || data.students === undefined),
  users: ({ data, isDeleted }: Last<'users'>) => !isDeleted && (!data.roles || !data.name),
};

/** The lines of a pull of changes. An object that is asked for and not there any more is one that was deleted. */
export async function* deltaLines(api: CleverApi, telling: Telling): AsyncGenerator<Pulled> {
  const { changes, areContacts } = telling;
  const { last, relatives } = changes;
  for (const [id, change] of last.sections) {
    const now = isLacking.sections(change) ? await again(api, 'sections', id, change) : change;
    yield lineIn('sections', { ...marksOf(now), left: leftOf(changes, now), data: now.data });
  }
  for (const [id, change] of last.users) {
    const now = isLacking.users(change) ? await again(api, 'users', id, change) : change;
    yield lineIn('users', await userLine(api, now, telling));
  }
  for (const id of areContacts ? relatives : []) {
    if (last.users.has(id)) continue;
    const found = await api.one(`/users/${encodeURIComponent(id)}`);
    if (found === undefined) continue; // not shared, and then not in the roster either
    const data = objects.users.parse(found);
    yield lineIn('users', await userLine(api, { data, at: undefined, isDeleted: false }, telling));
  }
  for (const collection of whole) yield* wholeLines(api, collection, changes);
}

async function again<C extends 'sections' | 'users'>(
  api: CleverApi,
  collection: C,
  id: string,
  change: Last<C>,
): Promise<Last<C>> {
  const found = await api.one(`/${collection}/${encodeURIComponent(id)}`);
  if (found === undefined) return { ...change, isDeleted: true };
  // The schema of this very collection.
  return { ...change, data: objects[collection].parse(found) as CleverObject<C> };
}

async function userLine(
  api: CleverApi,
  now: Last<'users'>,
  { include, areContacts }: Telling,
): Promise<Line<'users'>> {
  const data = stripped(now.data, include);
  const isStudent = !now.isDeleted && Boolean(now.data.roles?.student);
  const contacts = isStudent && areContacts ? await contactsOf(api, data.id) : [];
  return { ...marksOf(now), data, ...(contacts.length > 0 ? { contacts } : {}) };
}

export async function hasContacts(api: CleverApi): Promise<boolean> {
  for await (const _ of allOf(api, '/users', { role: 'contact', limit: '1' })) return true;
  return false;
}

async function contactsOf(api: CleverApi, student: string): Promise<string[]> {
  const path = `/users/${encodeURIComponent(student)}/mycontacts`;
  const answer = await api.get(api.at(path));
  if (answer.status === 404) return [];
  const ids: string[] = [];
  for await (const { id } of allOf(api, path)) ids.push(id);
  return ids;
}

function marksOf({ at, isDeleted }: Last<Collection>): Pick<Line, 'at' | 'deleted'> {
  return { ...(at === undefined ? {} : { at }), ...(isDeleted ? { deleted: true } : {}) };
}

function leftOf({ everIn }: Changes, { data, isDeleted }: Last<'sections'>): Members {
  const ever = everIn.get(data.id);
  const students = new Set(isDeleted ? [] : data.students);
  const teachers = new Set(isDeleted ? [] : teachersOf(data));
  return {
    students: [...(ever?.students ?? [])].filter((id) => !students.has(id)),
    teachers: [...(ever?.teachers ?? [])].filter((id) => !teachers.has(id)),
  };
}

async function* wholeLines(
  api: CleverApi,
  collection: (typeof whole)[number],
  { last }: Changes,
): AsyncGenerator<Pulled> {
  const there = new Set<string>();
  for await (const { id, data } of allOf(api, `/${collection}`)) {
    there.add(id);
    const at = last[collection].get(id)?.at;
    yield lineIn(collection, { ...(at === undefined ? {} : { at }), data: objects[collection].parse(data) });
  }
  for (const [id, { data, at, isDeleted }] of last[collection]) {
    if (isDeleted && !there.has(id)) yield lineIn(collection, { ...marksOf({ data, at, isDeleted }), data });
  }
}

export function lineIn(collection: Collection, item: Line): Pulled {
  return { collection, item };
}
