import * as z from 'zod';
import type { ClassFacts, DistrictFacts, OrgFacts, Person, PersonFacts } from '../access/facts.ts';
import type { FactKey } from '../access/named-keys.ts';
import { StoredClassFacts, StoredOrgFacts, StoredPersonFacts } from './access-items.ts';
import { accessKey } from './keys.ts';
import { outrun, pointedAt, Versioned, visible } from './versioned.ts';

export type Item = Record<string, unknown>;

/** What was read of a district: its head, items by their key, and the persons that were put together already. */
export type View = {
  district: DistrictFacts;
  items: ReadonlyMap<string, Item>;
  persons: Map<string, Person | undefined>;
};

/** An item has moved two commits on since the head was read. */
export class Outrun extends Error {
  override name = 'Outrun';
}

export function itemIn({ district, items }: View, key: FactKey): Item | undefined {
  return items.get(accessKey(district.id, key.kind, key.id).pk);
}

/** The roster part of an item, as of the commit that the head shows. */
function seenIn(view: View, key: FactKey): unknown {
  const item = itemIn(view, key);
  const seen = visible(item === undefined ? undefined : Versioned.parse(item), view.district.committed);
  if (seen === outrun) throw new Outrun();
  return seen;
}

/** A record that goes by another of the same person. */
const Linked = z.object({ same: z.string() });

/** The roster's own id of what a feed has by this one, or of the person whose record this is; itself, where it leads nowhere else. */
export function ownId(view: View, key: FactKey): string {
  const { kind, id } = key;
  if (kind !== 'person' && kind !== 'class' && kind !== 'org') return id;
  const seen = seenIn(view, key);
  return pointedAt(seen) ?? Linked.safeParse(seen).data?.same ?? id;
}

/** Nothing where the id stands for another record. */
function factsIn(view: View, key: FactKey): unknown {
  const seen = seenIn(view, key);
  return pointedAt(seen) === undefined ? seen : undefined;
}

export function personFactsIn(view: View, id: string): PersonFacts | undefined {
  const found = factsIn(view, { kind: 'person', id });
  return found === undefined ? undefined : StoredPersonFacts.parse(found);
}

export function classIn(view: View, id: string): ClassFacts | undefined {
  const found = factsIn(view, { kind: 'class', id });
  return found === undefined ? undefined : StoredClassFacts.parse(found);
}

export function orgIn(view: View, id: string): OrgFacts | undefined {
  const found = factsIn(view, { kind: 'org', id });
  return found === undefined ? undefined : StoredOrgFacts.parse(found);
}
