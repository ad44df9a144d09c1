import type { Assignment } from '../access/facts.ts';
import type { Account } from '../accounts/account.ts';
import { RequestError } from '../errors.ts';
import type { Accounts } from './accounts.ts';
import type { Assignments } from './assignments.ts';
import type { Deed } from './deeds.ts';

type Stores = { accounts: Pick<Accounts, 'assignments'>; assignments: Pick<Assignments, 'find'> };

/** What an account has by hand in all systems, and which of its requests still wait. */
export type Roles = { held: Assignment[]; asked: Deed[] };

export const noRoles: Roles = { held: [], asked: [] };

export async function rolesOf(
  { accounts, assignments }: Stores,
  district: string,
  { id, asked }: Account,
): Promise<Roles> {
  const deeds = await Promise.all(asked.map((request) => assignments.find(district, request)));
  const waiting = deeds.filter((deed) => deed?.kind === 'request').filter((deed) => deed !== undefined);
  return { held: (await accounts.assignments(district, [id])).get(id) ?? [], asked: waiting };
}

/** @throws {RequestError} precondition-failed where one was taken away since it was read */
export async function deedsOf(
  assignments: Stores['assignments'],
  district: string,
  held: readonly Assignment[],
): Promise<Deed[]> {
  const deeds = await Promise.all(held.map(({ id }) => assignments.find(district, id)));
  const found = deeds.filter((deed) => deed !== undefined);
  if (found.length === deeds.length) return found;
  throw new RequestError('precondition-failed', 'changed-meanwhile', 'Somebody changed it meanwhile.');
}
