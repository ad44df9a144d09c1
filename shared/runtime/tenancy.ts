import { AsyncLocalStorage } from 'node:async_hooks';
import { WallBreached } from '../errors.ts';
import { districtOfClient } from '../messages/caller.ts';

/**
 * Which district the work in hand may reach. Empty: none yet, so nothing but what belongs to no district. It follows the work over
 * `await`, and never from one request into another.
 */
type Scope = { district?: string };

const scope = new AsyncLocalStorage<Scope>();

/**
 * Does something for one district, to whose data it is confined.
 * @throws {WallBreached} where the work is confined to another district
 */
export function confinedTo<T>(district: string, work: () => T): T {
  const at = scope.getStore();
  if (at?.district === district) return work();
  if (at?.district !== undefined) throw elsewhere();
  return scope.run({ district }, work);
}

/** Does something of which it is not known yet, if ever, for which district: see {@link enterDistrict}. */
export function inNoDistrict<T>(work: () => T): T {
  return scope.run({}, work);
}

/**
 * Confines the rest of the request to the district that it turned out to be of.
 * @throws {WallBreached} where it is confined to another one, or where nothing is begun that could be confined
 */
export function enterDistrict(district: string): void {
  const at = scope.getStore();
  if (at?.district === district) return;
  if (at === undefined || at.district !== undefined) throw elsewhere();
  at.district = district;
}

/** Looks for a client, whose id says of which district it is, if any. */
export function ofClient<T>(clientId: string, work: () => T): T {
  const district = districtOfClient(clientId);
  return district === undefined ? work() : confinedTo(district, work);
}

/** What the work is confined to. */
export function confinement(): Readonly<Scope> {
  return scope.getStore() ?? {};
}

function elsewhere(): WallBreached {
  return new WallBreached('The work of one district may not go on in another.');
}
