import type { Person } from '../../shared/access/facts.ts';
import type { Reviewed } from '../../shared/reports/generated/access-review.ts';
import type { AccessStore } from '../../shared/store/access-store.ts';
import type { Accounts } from '../../shared/store/accounts.ts';
import type { Assignments } from '../../shared/store/assignments.ts';
import { type AskerDeps, allows, factsOf, questionOf } from './asker.ts';
import { RosterMoved, seenPeople, type Walk } from './people.ts';

export type ReviewDeps = AskerDeps & {
  access: Pick<AccessStore, 'holders'>;
  accounts: Pick<Accounts, 'list'>;
  assignments: Pick<Assignments, 'find'>;
};

type Named = Pick<Reviewed, 'id' | 'name' | 'username'>;

/** Accounts of one read. */
const accountsAtOnce = 100;

/** Everybody whom the asker may see, with all that they and their logins hold; then accounts without a person of the roster. */
export async function* reviewedOf(deps: ReviewDeps, walk: Walk): AsyncGenerator<Reviewed[]> {
  for await (const some of seenPeople(deps, walk)) {
    const named = some.map(({ user }) => ({
      id: user.sourcedId,
      name: `${user.givenName} ${user.familyName}`,
      username: user.username ?? '',
    }));
    yield reviewed(deps, walk, named);
  }
  // Nobody says where they are, so that only who reviews the whole district is told of them.
  if (walk.within !== undefined || walk.asking.scope.type !== 'district') return;
  for (let cursor: string | undefined, more = true; more; ) {
    const page = await deps.accounts.list(walk.asking.district, {
      limit: accountsAtOnce,
      ...(cursor === undefined ? {} : { cursor }),
    });
    const alone = page.items.flatMap(({ account }) =>
      account.user === undefined
        ? [{ id: account.id, name: account.username, username: account.username }]
        : [],
    );
    yield reviewed(deps, walk, await visible(deps, walk, alone));
    cursor = page.cursor;
    more = cursor !== undefined;
  }
}

async function visible(
  deps: ReviewDeps,
  { asking, permit }: Walk,
  accounts: readonly Named[],
): Promise<Named[]> {
  const { other } = permit.ways[0] ?? {};
  if (other === undefined || accounts.length === 0) return [];
  const questions = accounts.map(({ id }) => questionOf(asking, other, { type: 'user', id }));
  const read = await factsOf(deps, asking, questions);
  return accounts.filter((_, at) => {
    const [facts, question] = [read?.checks[at], questions[at]];
    return facts !== undefined && question !== undefined && allows(permit, facts, question);
  });
}

async function reviewed(
  { access, assignments }: ReviewDeps,
  { asking: { district }, permit }: Walk,
  named: readonly Named[],
): Promise<Reviewed[]> {
  if (named.length === 0) return [];
  const found = await access.holders(
    district,
    named.map(({ id }) => id),
  );
  if (found?.district.committed !== permit.district.committed) {
    throw new RosterMoved('Another roster was committed while an access review of this one was made.');
  }
  const all: Reviewed[] = [];
  for (const one of named) {
    const person = found.persons.get(one.id);
    if (person !== undefined) all.push({ ...one, person, given: await givenTo(person) });
  }
  return all;

  async function givenTo({ manual }: Person): Promise<Reviewed['given']> {
    const deeds = await Promise.all(manual.map(({ id }) => assignments.find(district, id)));
    return new Map(
      deeds.flatMap((deed) =>
        deed === undefined ? [] : [[deed.assignment.id, { by: deed.by, at: deed.at }] as const],
      ),
    );
  }
}
