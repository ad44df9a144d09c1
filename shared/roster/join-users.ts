import type { OpenFeed, Problem, UserPart } from './feed-reading.ts';
import type { User, UserFact, UserRole } from './records.ts';
import type { StateLine } from './state.ts';
import { factsOf } from './user-facts.ts';

/** Roles in the one order in which a user record keeps them, repeats dropped. */
export function sortRoles(roles: readonly UserRole[]): UserRole[] {
  const keyed = new Map<string, UserRole>();
  for (const role of roles) {
    const { orgId, beginDate = '', endDate = '', roleType, sourcedId = '' } = role;
    keyed.set(JSON.stringify([orgId, role.role, beginDate, endDate, roleType, sourcedId]), role);
  }
  return [...keyed.entries()].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, role]) => role);
}

/** What the roster knows of users, where a feed does not say all of them and their parts. */
export type KnownUsers = {
  before: ReadonlyMap<string, StateLine>;
  /** What the feed itself says of a committed user, without edits. */
  own(line: StateLine): string;
  modes: NonNullable<OpenFeed['parts']>;
  /** Whether users who have no row are as they were, but for what the parts say. */
  staysWithoutRow: boolean;
  /** Told of users whose parts were not taken. */
  tell(problem: Problem): void;
};

/**
 * Joins what `roles.csv` and `demographics.csv` say of users (lines `part TAB id TAB json`, of changes with a time) to their rows,
 * or to what was known of them.
 */
export function* joinUsers(
  users: Iterable<StateLine>,
  parts: string,
  known?: KnownUsers,
): Generator<StateLine> {
  if (parts === '' && known === undefined) {
    yield* users;
    return;
  }
  const said = readParts(parts);
  const named = new Set<string>();
  for (const line of users) {
    if (known) named.add(line.id);
    const part = said.get(line.id);
    const before = known?.before.get(line.id);
    const isRemoval = line.status === 'tobedeleted' && line.modified !== undefined;
    if ((!part && !known) || isRemoval) {
      yield line;
      continue;
    }
    const was = known && before ? userOf(known.own(before)) : undefined;
    const user = userOf(line.json);
    yield {
      ...line,
      json: JSON.stringify(joined(user, part ?? nothing, { was, modes: known?.modes ?? {} })),
    };
  }
  if (known) yield* joinWithoutRow(said, named, known);
}

/** Users of the roster whom no row names, but a file of parts. */
function* joinWithoutRow(
  said: ReadonlyMap<string, Said>,
  named: ReadonlySet<string>,
  { before, own, modes, staysWithoutRow, tell }: KnownUsers,
): Generator<StateLine> {
  for (const [id, { demographics }] of said) {
    const status = before.get(id)?.status;
    // A role that names nobody was told with its row.
    const isTold = status === undefined ? demographics?.value === undefined : status === 'active';
    if (!named.has(id) && !isTold) tell(inactive(id));
  }
  const isFull = Object.values(modes).includes('full');
  for (const line of staysWithoutRow ? before.values() : []) {
    const part = said.get(line.id);
    if (named.has(line.id) || line.status !== 'active' || (!part && !isFull)) continue;
    const was = userOf(own(line));
    const user = joined(was, part ?? nothing, { was, modes: stayed(modes) });
    yield { status: 'active', id: line.id, json: JSON.stringify(user) };
  }
}

function inactive(value: string): Problem {
  return {
    file: 'users.csv',
    column: 'sourcedId',
    code: 'inactive-user',
    severity: 'warning',
    value,
    message: `${value} is not active, so what the feed says of their roles or demographics was not taken.`,
    hint: 'Send the user as active, with the roles that the user has then.',
  };
}

/** What files of parts say of one user. */
type Said = {
  roles: Map<string, SaidRole>;
  unnamed: UserRole[];
  agents: Set<string>;
  facts: UserFact[];
  demographics?: SaidDemographics;
};
type SaidRole = { role: UserRole | undefined; modified: string };
type SaidDemographics = { value: Record<string, string> | undefined; modified: string };

const emptySaid = (): Said => ({ roles: new Map(), unnamed: [], agents: new Set(), facts: [] });
const nothing = emptySaid();

// Lines of parts and users are written by readFeed and by plans, from checked rows.
const userOf = (json: string): User => JSON.parse(json) as User;

function readParts(parts: string): Map<string, Said> {
  const said = new Map<string, Said>();
  for (const line of parts.split('\n')) {
    if (line === '') continue;
    const [part = '', id = '', json = '', modified = ''] = line.split('\t');
    const mine = said.get(id) ?? emptySaid();
    said.set(id, mine);
    const value: unknown = JSON.parse(json);
    if (part === 'agent') mine.agents.add(value as string);
    else if (part === 'fact') mine.facts.push(value as UserFact);
    else if (part === 'role') sayRole(mine, value as UserRole, modified);
    else if (part === 'no roles') sayRole(mine, { sourcedId: value as string }, modified);
    else if (modified >= (mine.demographics?.modified ?? '')) {
      const about = part === 'demographics' ? (value as Record<string, string>) : undefined;
      mine.demographics = { value: about, modified };
    }
  }
  return said;
}

/** Of several changes of one role the newest counts. */
function sayRole({ roles, unnamed }: Said, role: UserRole | { sourcedId: string }, modified: string): void {
  const { sourcedId } = role;
  const whole = 'orgId' in role ? role : undefined;
  if (sourcedId === undefined) {
    if (whole) unnamed.push(whole);
  } else if (modified >= (roles.get(sourcedId)?.modified ?? ''))
    roles.set(sourcedId, { role: whole, modified });
}

type Upon = { was: User | undefined; modes: Partial<Record<UserPart, 'full' | 'delta' | 'own'>> };

/** A user without a row keeps a part that no file says anything of. */
function stayed(modes: KnownUsers['modes']): Upon['modes'] {
  return { roles: 'own', demographics: 'own', ...modes };
}

function joined({ demographics: own, ...user }: User, said: Said, { was, modes }: Upon): User {
  const isDelta = modes.roles === 'delta';
  const before = isDelta ? rolesLeft(was?.roles ?? [], said) : modes.roles === 'full' ? [] : user.roles;
  const come = [...said.roles.values()].flatMap(({ role }) => role ?? []);
  const told = said.demographics;
  const kept =
    modes.demographics === 'delta' ? was?.demographics : modes.demographics === 'own' ? own : undefined;
  const demographics = told === undefined ? kept : told.value;
  const all = {
    ...user,
    ...agentsOf(user.agentIds, said),
    roles: sortRoles([...before, ...said.unnamed, ...come]),
    ...factsOf(said.facts),
  };
  return demographics === undefined ? all : { ...all, demographics };
}

/** A row of a user is followed by all relatives; where only they come, nobody says that another is gone. */
function agentsOf(known: readonly string[] | undefined, { agents }: Said): Pick<User, 'agentIds'> {
  if (agents.size === 0) return known === undefined ? {} : { agentIds: [...known] };
  return { agentIds: [...new Set([...(known ?? []), ...agents])].sort() };
}

/** Without those that are said anew: by their id, or where they have none by what they are. */
function rolesLeft(roles: readonly UserRole[], said: Said): UserRole[] {
  const come = [...said.roles.values()].flatMap(({ role }) => role ?? []);
  return roles.filter(({ sourcedId, orgId, role }) =>
    sourcedId === undefined
      ? !come.some((other) => other.orgId === orgId && other.role === role)
      : !said.roles.has(sourcedId),
  );
}
