import type { Entity } from './records.ts';

/**
 * What people have said of ids of feeds: whose one is. `is` is the roster's own id of the record; where it is the id itself, the record is one
 * of its own, whatever it looks like.
 */
export type Identity = { entity: Entity; feed: string; id: string; is: string } & {
  owner: string;
  reason: string;
  /** ISO 8601. */
  at: string;
};

export type IdentityAt = Pick<Identity, 'entity' | 'feed' | 'id'>;

/** Entries of a district. All of them are in memory while a plan is made. */
export const maxIdentities = 5000;

/** A tab is in no id. */
export function identityKey({ entity, feed, id }: IdentityAt): string {
  return `${entity}\t${feed}\t${id}`;
}

/** Sorted by key, each key once. */
export function withIdentity(all: readonly Identity[], said: Identity): Identity[] {
  return [...withoutIdentity(all, said), said].sort((a, b) => (identityKey(a) < identityKey(b) ? -1 : 1));
}

export function withoutIdentity(all: readonly Identity[], gone: IdentityAt): Identity[] {
  return all.filter((other) => identityKey(other) !== identityKey(gone));
}
