import type { Marks, StateLine } from './state.ts';

/** One record before and after the sync that is undone, and as it is now; absent = not there. */
export type Stood = {
  before: StateLine | undefined;
  after: StateLine | undefined;
  now: StateLine | undefined;
};

/** What a record comes back to, and the fields that it keeps because somebody has changed them since. */
export type Restored = { line: StateLine | undefined; kept: string[] };

/**
 * Three-way by top-level field, status and marks as one more: what the sync changed and nobody has changed since goes back. Nobody
 * has touched the record since: it is again what it was, byte for byte, but for the mark of when it last changed.
 */
export function restoreLine({ before, after, now }: Stood): Restored {
  if (isSame(now, after)) return { line: before, kept: [] };
  if (isSame(now, before)) return { line: now, kept: [] };
  // Made by one sync and changed by a later, or gone since, or gone and made anew: the later one has the record as a whole.
  if (before === undefined || after === undefined || now === undefined) {
    const isLeftAlone = now && after && now.json === after.json && standsAs(now, after);
    if (isLeftAlone) return { line: before, kept: [] };
    return { line: now, kept: changedFields(after ?? before, now) };
  }
  const { json, kept } = restoreFields(before.json, after.json, now.json);
  const status = restoreStatus(before, after, now);
  return {
    line: { ...status.of, id: now.id, json },
    kept: status.kept ? ['status', ...kept] : kept,
  };
}

export function isSame(one: StateLine | undefined, other: StateLine | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return one.json === other.json && isSameStatus(one, other);
}

type Status = Pick<StateLine, 'status'> & Marks;

/** That a record was changed is not what it was changed to. */
function isSameStatus(one: Status, other: Status): boolean {
  return (
    one.status === other.status &&
    one.since === other.since &&
    one.missing === other.missing &&
    one.ended === other.ended &&
    one.feed === other.feed
  );
}

/** Runs that missed an active record, and a class that trails, are nobody's edit. */
function standsAs(now: Status, other: Status): boolean {
  return now.status === other.status && now.since === other.since;
}

function restoreStatus(before: Status, after: Status, now: Status): { of: Status; kept: boolean } {
  if (isSameStatus(before, after)) return { of: statusOf(now), kept: false };
  if (standsAs(now, after)) return { of: statusOf(before), kept: false };
  return { of: statusOf(now), kept: before.status !== after.status && now.status !== before.status };
}

function statusOf({ status, changed, since, missing, ended, feed, modified }: Status): Status {
  return {
    status,
    ...(changed === undefined ? {} : { changed }),
    ...(since === undefined ? {} : { since }),
    ...(missing === undefined ? {} : { missing }),
    ...(ended === undefined ? {} : { ended }),
    ...(feed === undefined ? {} : { feed }),
    ...(modified === undefined ? {} : { modified }),
  };
}

type Fields = Record<string, unknown>;
/** Written by a plan from a record. */
const fieldsOf = (json: string): Fields => JSON.parse(json) as Fields;

function restoreFields(before: string, after: string, now: string): { json: string; kept: string[] } {
  if (before === after) return { json: now, kept: [] };
  const [was, made, is] = [fieldsOf(before), fieldsOf(after), fieldsOf(now)];
  const kept: string[] = [];
  const fields: Fields = {};
  for (const field of inOrder(Object.keys(was), Object.keys(is))) {
    const [x, y, z] = [was, made, is].map((record) => JSON.stringify(record[field]));
    const goesBack = x !== y && z === y;
    if (x !== y && z !== y && z !== x) kept.push(field);
    const value = goesBack ? was[field] : is[field];
    if (value !== undefined) fields[field] = value;
  }
  return { json: JSON.stringify(fields), kept };
}

/** Records have their fields in one order, some left out: so has what is made of two of them. */
function inOrder(one: readonly string[], other: readonly string[]): Set<string> {
  const order = new Set<string>();
  const left = [...one];
  for (const field of other) {
    const at = left.indexOf(field);
    for (const earlier of left.splice(0, at + 1)) order.add(earlier);
    order.add(field);
  }
  for (const field of left) order.add(field);
  return order;
}

function changedFields(one: StateLine | undefined, other: StateLine | undefined): string[] {
  if (one === undefined || other === undefined) return ['status'];
  const [a, b] = [fieldsOf(one.json), fieldsOf(other.json)];
  const fields = [...inOrder(Object.keys(a), Object.keys(b))].filter(
    (field) => JSON.stringify(a[field]) !== JSON.stringify(b[field]),
  );
  return one.status === other.status && fields.length > 0 ? fields : ['status', ...fields];
}
