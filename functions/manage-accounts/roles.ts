import { type CatalogueSet, findRole } from '../../shared/access/catalogue.ts';
import type { Assignment } from '../../shared/access/facts.ts';
import { loginSystem, roleAssignment } from '../../shared/accounts/account.ts';
import type { Caller } from '../../shared/messages/caller.ts';
import { isOperator } from '../../shared/runtime/permissions.ts';
import { deedsOf, type Roles } from '../../shared/store/account-deeds.ts';
import type { Deed } from '../../shared/store/deeds.ts';
import type { Deps } from './deps.ts';

/** The roles of an account's own system, each once. */
export function roleIds(held: readonly Assignment[]): string[] {
  return [...new Set(held.filter(({ system }) => system === loginSystem).map(({ role }) => role))].sort();
}

type Change = {
  district: string;
  account: string;
  wanted: readonly string[];
  by: string;
  at: Date;
  newId: string;
  caller: Caller;
};

/** Deeds that give the wanted roles, as far as they are neither held nor asked for. Privileged ones wait (role-systems §0). */
export function newDeeds(
  catalogues: CatalogueSet,
  { held, asked }: Roles,
  { district, account, wanted, by, at, newId, caller }: Change,
): Deed[] {
  const known = new Set([...roleIds(held), ...asked.map(({ assignment }) => assignment.role)]);
  const catalogue = catalogues.get(loginSystem);
  return wanted
    .filter((role) => !known.has(role))
    .map((role) => {
      const privileged = catalogue && findRole(catalogue, role)?.privileged;
      return {
        kind: privileged === true && !isOperator(caller) ? 'request' : 'assignment',
        userId: account,
        assignment: roleAssignment(role, { id: `${newId}.${role}`, district }),
        by,
        at: at.toISOString(),
      };
    });
}

/** Deeds of the roles that are no longer wanted. */
export async function oldDeeds(
  assignments: Deps['assignments'],
  district: string,
  { held, asked }: Roles,
  wanted: readonly string[],
): Promise<Deed[]> {
  const lost = held.filter(({ system, role }) => system === loginSystem && !wanted.includes(role));
  const deeds = await deedsOf(assignments, district, lost);
  return [...deeds, ...asked.filter(({ assignment }) => !wanted.includes(assignment.role))];
}
