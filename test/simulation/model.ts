import { schoolsOf } from '../../shared/roster/cells.ts';
import type { Hold } from '../../shared/roster/guard.ts';
import { type Entity, entities, type RecordStatus } from '../../shared/roster/records.ts';
import type { TinyRoster } from './rosters.ts';

type Value = {
  status: RecordStatus;
  record: unknown;
  /** When it was suspended; ISO 8601. */
  since?: string | undefined;
};

/** What a pure reader of the committed feeds would hold, by entity and id. */
export type Model = ReadonlyMap<string, Value>;

export const key = (entity: Entity, id: string) => `roster\t${entity}\t${id}`;

/** A full feed; `held`: what it takes away waits. */
export function afterFeed(
  before: Model,
  roster: TinyRoster,
  { held, at: since }: { held: Hold; at: string | undefined },
): Model {
  const next = new Map(before);
  for (const entity of entities) {
    for (const [at, { status, record }] of before) {
      const [, kind = '', id = ''] = at.split('\t');
      if (kind !== entity || roster[entity].has(id) || status !== 'active') continue;
      if (!isHeld(held, entity, record)) next.set(at, { status: 'suspended', record, since });
    }
    for (const [id, record] of roster[entity]) next.set(key(entity, id), { status: 'active', record });
  }
  return next;
}

function isHeld({ all, schools }: Hold, entity: Entity, record: unknown): boolean {
  return all || schoolsOf(entity, record).some((school) => schools.has(school));
}

/** The models before and after a sync. */
export type Around = { before: Model; after: Model };

/** A rollback; `held`: what it takes away waits. */
export function afterRollback(now: Model, { before, after }: Around, held: Hold): Model {
  const next = new Map(now);
  for (const at of new Set([...before.keys(), ...after.keys()])) {
    const is = now.get(at);
    const back = backTo({ was: before.get(at), made: after.get(at), is });
    // The key was made by key().
    const entity = at.split('\t')[1] as Entity;
    if (is?.status === 'active' && back?.status !== 'active' && isHeld(held, entity, is.record)) continue;
    if (back === undefined) next.delete(at);
    else next.set(at, back);
  }
  return next;
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** As whoever reads the two rosters side by side would say it, one field after the other. */
function backTo({ was, made, is }: Record<'was' | 'made' | 'is', Value | undefined>): Value | undefined {
  if (same(was, made)) return is;
  if (same(is, made)) return was;
  if (was === undefined || made === undefined || is === undefined) return is;
  const [x, y, z] = [was, made, is].map(({ record }) => record as Record<string, unknown>);
  const record = { ...z };
  for (const field of Object.keys({ ...x, ...z })) {
    if (!same(x?.[field], y?.[field]) && same(z?.[field], y?.[field])) record[field] = x?.[field];
  }
  const standing = ({ status, since }: Value) => ({ status, since });
  const isStatusBack = !same(standing(was), standing(made)) && same(standing(is), standing(made));
  return { ...standing(isStatusBack ? was : is), record };
}
