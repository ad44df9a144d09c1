import { aliasOf } from './aliases.ts';
import type { Edits, EditWishes } from './edits.ts';
import type { Identity } from './identities.ts';
import { type Change, holderParts } from './plan.ts';
import type { Enrollment, User } from './records.ts';
import type { StateKind, StateLine } from './state.ts';

/**
 * One person as the roster knows them: all records that people have linked, by the roster's own ids. The functions below say what is left
 * of anything kept in S3 without them; what is of others stays as it is, to the byte.
 */
export type Erased = {
  users: Pick<ReadonlySet<string>, 'has'>;
  /** Their enrollments, for places that name an enrollment and not whose it is. */
  enrollments: Pick<ReadonlySet<string>, 'has'>;
};

type Named = { [field: string]: unknown };

/** A line of the state without the person; undefined where nothing is left of it. */
export function lineWithout(kind: StateKind, line: StateLine, erased: Erased): StateLine | undefined {
  const { users } = erased;
  const { id } = line;
  switch (kind) {
    case 'users':
      return users.has(id) ? undefined : withJson(line, userWithout, erased);
    case 'enrollments':
      // Lines of this entity hold its records.
      return isTheirs(id, JSON.parse(line.json) as Enrollment, erased) ? undefined : line;
    case 'person':
      return users.has(id) ? undefined : withJson(line, factsWithout, erased);
    case 'conflict':
      return users.has(id) ? undefined : line;
    case 'shared':
      // Told with the plan that found it: of two who share something, one is left.
      return (JSON.parse(line.json) as { ids: string[] }).ids.some((one) => users.has(one))
        ? undefined
        : line;
    case 'match':
      // Named by the two users (matches.ts).
      return (JSON.parse(id) as string[]).some((one) => users.has(one)) ? undefined : line;
    case 'alias': {
      const { entity, own } = aliasOf(line);
      return isOf(entity, own, erased) ? undefined : line;
    }
    case 'beneath': {
      const slash = id.indexOf('/');
      return editedWithout(id.slice(0, slash), id.slice(slash + 1), line, erased);
    }
    case 'purged':
      // Written by putPurged only.
      return isTarget(
        { ...(JSON.parse(line.json) as Pick<Change, 'table' | 'entity'>), id } as Change,
        erased,
      )
        ? undefined
        : line;
    default:
      return line;
  }
}

function editedWithout(entity: string, id: string, line: StateLine, erased: Erased): StateLine | undefined {
  if (isOf(entity, id, erased)) return undefined;
  if (entity === 'users') return withJson(line, userWithout, erased);
  if (entity !== 'enrollments') return line;
  return isTheirs(id, JSON.parse(line.json) as Enrollment, erased) ? undefined : line;
}

function isOf(entity: string, id: string, { users, enrollments }: Erased): boolean {
  return entity === 'users' ? users.has(id) : entity === 'enrollments' && enrollments.has(id);
}

function isTheirs(id: string, { userId }: Partial<Pick<Enrollment, 'userId'>>, erased: Erased): boolean {
  return erased.enrollments.has(id) || (userId !== undefined && erased.users.has(userId));
}

/** The line itself where its JSON says the same without them. */
function withJson(
  line: StateLine,
  without: (value: Named, erased: Erased) => Named,
  erased: Erased,
): StateLine {
  const value = JSON.parse(line.json) as Named;
  const left = without(value, erased);
  return left === value ? line : { ...line, json: JSON.stringify(left) };
}

const listsOfIds = ['agentIds', 'differsFromIds'] as const satisfies (keyof User)[];

/** A user who is not the person, without naming them; the same value where they are not named. */
export function userWithout<T extends Named>(user: T, { users }: Erased): T {
  const named = listsOfIds.map(
    (field) => [field, filtered(user[field], (id) => !users.has(String(id)))] as const,
  );
  const relations = filtered(user.relations, (one) => !users.has(idOf(one)));
  const changed = Object.fromEntries([...named, ['relations', relations] as const]);
  const same = typeof user.sameAsId === 'string' && users.has(user.sameAsId) ? { sameAsId: null } : {};
  return replaced(user, { ...changed, ...same });
}

/** Access facts of somebody else. */
export function factsWithout<T extends Named>(facts: T, { users }: Erased): T {
  return replaced(facts, {
    related: filtered(facts.related, (one) => !users.has(idOf(one))),
    also: filtered(facts.also, (id) => !users.has(String(id))),
  });
}

/** `undefined`: as it was; null: nothing is left. */
function filtered(value: unknown, keep: (one: unknown) => boolean): unknown[] | null | undefined {
  if (!Array.isArray(value) || value.every(keep)) return undefined;
  const left = value.filter(keep);
  return left.length === 0 ? null : left;
}

function replaced<T extends Named>(value: T, fields: Named): T {
  const moved = Object.entries(fields).filter(([, left]) => left !== undefined);
  if (moved.length === 0) return value;
  const next: Named = { ...value };
  for (const [field, left] of moved) {
    if (left === null) delete next[field];
    else next[field] = left;
  }
  // The same fields, fewer of them.
  return next as T;
}

function idOf(one: unknown): string {
  return typeof one === 'object' && one !== null ? String(Reflect.get(one, 'id')) : '';
}

type Value = { status?: unknown; record?: Named };

/** A change of a plan without the person; undefined where it was of them. */
export function changeWithout(change: Change, erased: Erased): Change | undefined {
  const values = [change.now, change.prev].filter((value) => value !== undefined);
  if (isTarget(change, erased)) return undefined;
  const { table, entity } = change;
  if (table === 'roster' && entity === 'enrollments') {
    // What rosterChange writes.
    const theirs = values.some((value) => isTheirs(change.id, (value as Value).record ?? {}, erased));
    return theirs ? undefined : change;
  }
  const isUser = table === 'roster' && entity === 'users';
  if (!isUser && !(table === 'access' && entity === 'person')) return change;
  const next = { ...change };
  let moved = false;
  for (const side of ['now', 'prev'] as const) {
    const value = change[side] as (Value & Named) | undefined;
    if (value === undefined) continue;
    const left = isUser ? recordWithout(value, erased) : factsWithout(value, erased);
    if (left === value) continue;
    next[side] = left;
    moved = true;
  }
  return moved ? next : change;
}

function recordWithout<T extends Value>(value: T, erased: Erased): T {
  if (value.record === undefined) return value;
  const record = userWithout(value.record, erased);
  return record === value.record ? value : { ...value, record };
}

function isTarget({ table, entity, id }: Pick<Change, 'table' | 'entity' | 'id'>, erased: Erased): boolean {
  if (table === 'roster') return isOf(entity, id, erased);
  if (table === 'assignments') return erased.users.has(holderParts(id).userId);
  return entity === 'person' && erased.users.has(id);
}

/** Edits, or wishes for some, without those of the person and without naming them in others. */
export function editsWithout<E extends Edits | EditWishes>(edits: E, erased: Erased): E {
  const stays = ({ entity, sourcedId }: { entity: string; sourcedId: string }) =>
    !isOf(entity, sourcedId, erased);
  const overrides = edits.overrides.filter(stays).map((edit) => {
    if (edit.entity !== 'users') return edit;
    const whole = { [edit.field]: edit.value };
    const left = userWithout(whole, erased);
    // Blank, not released: what the feed says beneath stays overridden.
    return left === whole ? edit : { ...edit, value: left[edit.field] ?? null };
  });
  const records = edits.records.filter(stays).flatMap((made) => {
    if (made.entity === 'enrollments') return isTheirs(made.sourcedId, made.record, erased) ? [] : [made];
    if (made.entity !== 'users') return [made];
    const record = userWithout(made.record, erased);
    return record === made.record ? [made] : [{ ...made, record }];
  });
  const releases = 'releases' in edits ? { releases: edits.releases.filter(stays) } : {};
  return { ...edits, overrides, records, ...releases };
}

/** What people have said of ids of feeds, without what they said of the person's. */
export function identitiesWithout(all: readonly Identity[], erased: Erased): Identity[] {
  return all.filter(({ entity, id, is }) => !isOf(entity, is, erased) && !isOf(entity, id, erased));
}
