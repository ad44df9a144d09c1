import { type CatalogueSet, findRole } from '../../shared/access/catalogue.ts';
import type { Assignment } from '../../shared/access/facts.ts';
import { type Account, loginSystem, roleAssignment } from '../../shared/accounts/account.ts';
import { RequestError } from '../../shared/errors.ts';
import type { Caller } from '../../shared/messages/caller.ts';
import { isOperator } from '../../shared/runtime/permissions.ts';
import type { Deed } from '../../shared/store/deeds.ts';
import type { Deps } from './deps.ts';

/** What an account has by hand in all systems, and which of its requests still wait. */
export type Roles = { held: Assignment[]; asked: Deed[] };

export const noRoles: Roles = { held: [], asked: [] };

export async function rolesOf(
  { accounts, assignments }: Pick<Deps, 'accounts' | 'assignments'>,
  district: string,
  { id, asked }: Account,
): Promise<Roles> {
  const deeds = await Promise.all(asked.map((request) => assignments.find(district, request)));
  const waiting = deeds.filter((deed) => deed?.kind === 'request').filter((deed) => deed !== undefined);
  return { held: (await accounts.assignments(district, [id])).get(id) ?? [], asked: waiting };
}

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

/** @throws {RequestError} precondition-failed where one was taken away since it was read */
export async function deedsOf(
  assignments: Deps['assignments'],
  district: string,
  held: readonly Assignment[],
): Promise<Deed[]> {
  const deeds = await Promise.all(held.map(({ id }) => assignments.find(district, id)));
  const found = deeds.filter((deed) => deed !== undefined);
  if (found.length === deeds.length) return found;
  throw new RequestError('precondition-failed', 'changed-meanwhile', 'Somebody changed it meanwhile.');
}
