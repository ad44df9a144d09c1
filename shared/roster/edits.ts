import { type Entity, entities } from './records.ts';

/**
 * What people have edited of a roster: single fields of records that a feed brings, and records that no feed brings. Both lie
 * over the feed until they are released, or until their day has come. Times are ISO 8601.
 */
type Told = {
  /** Who asked for it. */
  owner: string;
  reason: string;
  /** The first calendar day, in the district's time zone, on which it is no longer in force. */
  until?: string | undefined;
  at: string;
};

export type EditedRecord = { entity: Entity; sourcedId: string };
export type Fields = Record<string, unknown>;
/** `value` is null where the field is to be blank. */
export type Override = EditedRecord & Told & { field: string; value: unknown };
export type ManualRecord = EditedRecord & Told & { record: Fields };

/** Sorted by their keys, each key once. */
export type Edits = { overrides: Override[]; records: ManualRecord[] };

/** What an edit is of: a field, or the whole of a manual record. */
export type EditAt = EditedRecord & { field?: string | undefined };

/** What people ask for, each key once: entries to put, and entries to release. */
export type EditWishes = Edits & { releases: EditAt[] };

/** Which edits are in force, and the first day on which one of them ends. */
export type CommittedEdits = { version: string; until?: string };

export const noEdits: Edits = { overrides: [], records: [] };
export const noWishes: EditWishes = { ...noEdits, releases: [] };

/** Entries of a district. All of them are in memory while a plan is made. */
export const maxEdits = 5000;

/** A tab is in no id. */
export function recordKey({ entity, sourcedId }: EditedRecord): string {
  return `${entity}\t${sourcedId}`;
}

export function editKey(edit: EditAt): string {
  return `${recordKey(edit)}\t${edit.field ?? ''}`;
}

function byKey(a: EditAt, b: EditAt): number {
  const [left, right] = [editKey(a), editKey(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** A later wish takes the place of an earlier one for the same key. */
export function addWishes(before: EditWishes, more: EditWishes): EditWishes {
  const again = keysOf([...more.overrides, ...more.records, ...more.releases]);
  const rest = <T extends EditAt>(edits: readonly T[]) => edits.filter((edit) => !again.has(editKey(edit)));
  return {
    overrides: [...rest(before.overrides), ...more.overrides].sort(byKey),
    records: [...rest(before.records), ...more.records].sort(byKey),
    releases: [...rest(before.releases), ...more.releases].sort(byKey),
  };
}

export function withWishes(edits: Edits, wishes: EditWishes): Edits {
  const { overrides, records } = addWishes({ ...edits, releases: [] }, wishes);
  return { overrides, records };
}

export function without(edits: Edits, gone: readonly EditAt[]): Edits {
  return withWishes(edits, { ...noWishes, releases: [...gone] });
}

/** Takes back what one sync made of `was`; what was edited since stays as it is. */
export function undone(now: Edits, { was, became }: { was: Edits; became: Edits }): Edits {
  const byKeys = ({ overrides, records }: Edits) =>
    new Map([...overrides, ...records].map((edit) => [editKey(edit), edit]));
  const [old, made, stands] = [byKeys(was), byKeys(became), byKeys(now)];
  const text = (edit: unknown) => JSON.stringify(edit);
  const isBack = (edit: EditAt) => {
    const key = editKey(edit);
    const moved = text(old.get(key)) !== text(made.get(key));
    return moved && text(stands.get(key)) === text(made.get(key));
  };
  return withWishes(now, {
    overrides: was.overrides.filter(isBack),
    records: was.records.filter(isBack),
    releases: [...made.values()].filter((edit) => !old.has(editKey(edit)) && isBack(edit)),
  });
}

export function inForce({ until }: Pick<Told, 'until'>, today: string): boolean {
  return until === undefined || today < until;
}

/** Ids of records whose edits are others after than before. */
export function movedIds(before: Edits, after: Edits): Map<Entity, Set<string>> {
  const texts = (edits: Edits) =>
    new Map([...edits.overrides, ...edits.records].map((edit) => [editKey(edit), JSON.stringify(edit)]));
  const [old, now] = [texts(before), texts(after)];
  const ids = new Map<Entity, Set<string>>(entities.map((entity) => [entity, new Set()]));
  for (const edit of [...before.overrides, ...before.records, ...after.overrides, ...after.records]) {
    const key = editKey(edit);
    if (old.get(key) !== now.get(key)) ids.get(edit.entity)?.add(edit.sourcedId);
  }
  return ids;
}

/** The entries whose day has come. */
export function expired({ overrides, records }: Edits, today: string): EditAt[] {
  return [...overrides, ...records].filter((edit) => !inForce(edit, today));
}

/** The first day on which an entry ends. */
export function nextExpiry({ overrides, records }: Edits): string | undefined {
  return [...overrides, ...records]
    .flatMap(({ until }) => until ?? [])
    .sort()
    .at(0);
}

export function countEdits({ overrides, records }: Edits): number {
  return overrides.length + records.length;
}

/** A record with values of people in place of the feed's; a field that it has stays where it stands. */
export function overlaid(record: Fields, overrides: readonly Override[]): Fields {
  const laid = { ...record };
  for (const { field, value } of overrides) {
    if (value === null) delete laid[field];
    else laid[field] = value;
  }
  return laid;
}

export function keysOf(edits: readonly EditAt[]): Set<string> {
  return new Set(edits.map(editKey));
}
