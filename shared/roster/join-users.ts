import type { User, UserFact, UserRole } from './records.ts';
import type { StateLine } from './state.ts';
import { factsOf } from './user-facts.ts';

/** Roles in the one order in which a user record keeps them, repeats dropped. */
export function sortRoles(roles: readonly UserRole[]): UserRole[] {
  const keyed = new Map<string, UserRole>();
  for (const role of roles) {
    keyed.set(
      JSON.stringify([role.orgId, role.role, role.beginDate ?? '', role.endDate ?? '', role.roleType]),
      role,
    );
  }
  return [...keyed.entries()].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, role]) => role);
}

/** Joins what files beside their own say of users (lines `part TAB id TAB json`) to their rows. */
export function* joinUsers(users: Iterable<StateLine>, parts: string): Generator<StateLine> {
  if (parts === '') {
    yield* users;
    return;
  }
  const roles = new Map<string, UserRole[]>();
  const agents = new Map<string, Set<string>>();
  const demographics = new Map<string, Record<string, string>>();
  const facts = new Map<string, UserFact[]>();
  for (const line of parts.split('\n')) {
    if (line === '') continue;
    const [part = '', id = '', json = ''] = line.split('\t');
    // Written by readFeed from checked rows.
    if (part === 'demographics') demographics.set(id, JSON.parse(json) as Record<string, string>);
    else if (part === 'fact') facts.set(id, [...(facts.get(id) ?? []), JSON.parse(json) as UserFact]);
    else if (part === 'agent') agents.set(id, (agents.get(id) ?? new Set()).add(JSON.parse(json) as string));
    else roles.set(id, [...(roles.get(id) ?? []), JSON.parse(json) as UserRole]);
  }
  for (const line of users) {
    const more = roles.get(line.id);
    const relatives = agents.get(line.id);
    const about = demographics.get(line.id);
    const told = facts.get(line.id);
    if (!more && !relatives && !about && !told) {
      yield line;
      continue;
    }
    const user = JSON.parse(line.json) as User;
    const joined: User = {
      ...user,
      roles: sortRoles([...user.roles, ...(more ?? [])]),
      ...(relatives ? { agentIds: [...new Set([...(user.agentIds ?? []), ...relatives])].sort() } : {}),
      ...(about ? { demographics: about } : {}),
      ...factsOf(told ?? []),
    };
    yield { ...line, json: JSON.stringify(joined) };
  }
}
