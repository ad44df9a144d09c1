import { type CatalogueSet, findRole } from '../access/catalogue.ts';
import type { Assignment, Person } from '../access/facts.ts';
import { loginSystem } from './account.ts';

/** `asked`: requests of the account's own, which may be confirmed later. */
export type Reached = { person: Person; asked: readonly Assignment[] };

/**
 * Roles beyond the pcr ones that somebody comes to act by who signs in with the account: whoever may change its name, e-mail or
 * profile can make it theirs. Of two kinds of people who edit users, those who hand out pcr roles are stopped by privileged roles of
 * other systems, the others by any role that their own permission does not speak of (decision 0032).
 */
export function takenOver(
  catalogues: CatalogueSet,
  { person, asked }: Reached,
  { givesRoles }: { givesRoles: boolean },
): Assignment[] {
  const { roster } = person;
  const held = [...person.manual, ...(roster?.assignments ?? []), ...(roster?.requests ?? [])];
  const elsewhere = [...held, ...asked].filter(({ system }) => system !== loginSystem);
  if (!givesRoles) return [...elsewhere, ...asked.filter(({ system }) => system === loginSystem)];
  return elsewhere.filter(({ system, role }) => {
    const catalogue = catalogues.get(system);
    // What nobody knows any more may be anything.
    return catalogue === undefined || findRole(catalogue, role)?.privileged !== false;
  });
}
