import type { CheckFacts } from '../../shared/access/facts.ts';
import { placeInScope, placementsOf } from '../../shared/access/placements.ts';
import { systemOf } from '../../shared/access/question.ts';
import { inSeason } from '../../shared/access/seasons.ts';
import { StoreUnavailable } from '../../shared/errors.ts';
import type { ToldPerson } from '../../shared/reports/generated/told-person.ts';
import type { Way } from '../../shared/reports/generated-kinds.ts';
import type { CommittedState } from '../../shared/roster/committed-state.ts';
import type { User } from '../../shared/roster/records.ts';
import { type AskerDeps, type Asking, allows, factsOf, type Permit, questionOf } from './asker.ts';

/** Another roster was committed while this one was read: what is told would be of two. */
export class RosterMoved extends StoreUnavailable {
  override name = 'RosterMoved';
}

export type Walk = {
  asking: Asking;
  permit: Permit;
  state: CommittedState;
  /** A school in whose folder the report lies. */
  within: string | undefined;
  /** After each read, with how many people have been looked at. */
  looked: (people: number) => Promise<void>;
};

/** Each read takes so many people: what it reads of them is held at once. */
const peopleAtOnce = 400;

/**
 * Everybody of the committed roster, active and in the scope, whom the asker may see: each is asked of the engine that answers checks,
 * by the facts that checks read. One pass through the state, in its own order.
 * @throws {RosterMoved}
 */
export async function* seenPeople(deps: AskerDeps, walk: Walk): AsyncGenerator<ToldPerson[]> {
  const { state, looked } = walk;
  const count = state.partitions('users').length;
  let people = 0;
  for (let partition = 0; partition < count; partition += 1) {
    const lines = await state.lines('users', partition, count);
    for (let at = 0; at < lines.length; at += peopleAtOnce) {
      const users = lines
        .slice(at, at + peopleAtOnce)
        .filter(({ status }) => status === 'active')
        // Written by the planner only, as are all lines of a state.
        .map(({ json }) => JSON.parse(json) as User);
      const seen = await seenOf(deps, walk, users);
      people += users.length;
      await looked(people);
      if (seen.length > 0) yield seen;
    }
  }
}

async function seenOf(deps: AskerDeps, walk: Walk, users: readonly User[]): Promise<ToldPerson[]> {
  const seen = new Map<User, ToldPerson>();
  for (const way of walk.permit.ways) {
    const open = users.filter((user) => !seen.has(user));
    for (const told of await seenBy(deps, walk, way, open)) seen.set(told.user, told);
  }
  return users.flatMap((user) => seen.get(user) ?? []);
}

async function seenBy(
  deps: AskerDeps,
  { asking, permit, within }: Walk,
  way: Way,
  users: readonly User[],
): Promise<ToldPerson[]> {
  const { platform } = asking.asked;
  const properties = platform === undefined ? {} : { properties: { platform } };
  const questions = users.flatMap((user) => {
    const isStudent = user.roles.some(({ role }) => role === 'student');
    const action = isStudent ? way.student : way.other;
    if (action === undefined) return [];
    const name = typeof action === 'string' ? action : action.account;
    const resource = { type: isStudent ? 'student' : 'user', id: user.sourcedId, ...properties };
    return [{ user, ofAccount: typeof action !== 'string', question: questionOf(asking, name, resource) }];
  });
  if (questions.length === 0) return [];
  const read = await factsOf(
    deps,
    asking,
    questions.map(({ question }) => question),
  );
  if (read?.district.committed !== permit.district.committed) {
    throw new RosterMoved('Another roster was committed while a report of this one was made.');
  }
  return questions.flatMap(({ user, question, ofAccount }, at) => {
    const facts = read.checks[at];
    const person =
      facts?.resource !== undefined && 'person' in facts.resource ? facts.resource.person : undefined;
    if (facts === undefined || person === undefined) return [];
    const action = question.action.name;
    if (!isInside({ asking, permit, within }, facts, action)) return [];
    // Of accounts the asker was asked about each at the request, and is again at the end.
    return ofAccount || allows(permit, facts, question) ? [{ user, person }] : [];
  });
}

/** Whether the person is where the report looks, as the system sees it. */
function isInside(
  { asking: { scope }, permit, within }: Pick<Walk, 'asking' | 'permit' | 'within'>,
  known: CheckFacts,
  action: string,
): boolean {
  const system = systemOf(action);
  const catalogue = permit.catalogues.get(system);
  const { district, resource } = inSeason(known, system, permit.today);
  if (catalogue === undefined || resource === undefined) return false;
  const places = placementsOf(resource, { district, catalogue, today: permit.today });
  if (placeInScope(scope, places) === undefined) return false;
  return within === undefined || placeInScope({ type: 'school', ids: [within] }, places) !== undefined;
}
