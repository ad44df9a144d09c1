import type { Account } from './api-types.ts';
import { table } from './render.ts';

export function accountRow({ id, username, email, approved, locked, roles }: Account): string[] {
  return [id, username, email, stateOf({ approved, locked }), roles.join(' ')];
}

function stateOf({ approved, locked }: Pick<Account, 'approved' | 'locked'>): string {
  return [approved ? 'approved' : 'not approved', ...(locked ? ['locked'] : [])].join(', ');
}

export function accountText(account: Account): string {
  const { id, username, email, user, profile, roles, requestedRoles = [], ledgers, schools, webId } = account;
  const rows: [string, string | undefined][] = [
    ['id', id],
    ['username', username],
    ['e-mail', email],
    ['person', user],
    ['profile', profile && `${profile.kind} ${profile.id}`],
    ['may sign in', stateOf(account)],
    ['roles', roles.join(' ')],
    ['asked for', requestedRoles.join(' ')],
    ['ledgers', ledgers.join(' ')],
    ['schools', schools.join(' ')],
    ['web ID', webId],
  ];
  return table(rows.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, value]])));
}
