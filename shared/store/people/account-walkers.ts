import { RequestError } from '../../errors.ts';
import type { Accounts } from '../accounts.ts';
import type { Assignments } from '../assignments.ts';
import type { KeptFacts } from '../kept-facts.ts';
import type { KeptPerson } from './kept-person.ts';
import type { Found, Walker } from './walker.ts';

type Deps = {
  accounts: Pick<Accounts, 'find' | 'remove' | 'assignments'>;
  assignments: Pick<Assignments, 'find'>;
  now(): string;
};

/** User accounts. Whose queries and filters go with them was settled when the erasure was asked for (003:25). */
export function accountsWalker({ accounts, assignments, now }: Deps): Walker {
  async function* all({ district, accounts: ids }: KeptPerson) {
    for (const id of ids) {
      const kept = await accounts.find(district, id);
      if (kept !== undefined) yield kept;
    }
  }
  return {
    async *find(person): AsyncGenerator<Found> {
      for await (const { account } of all(person)) yield { where: account.id, value: account };
    },
    async erase(person) {
      const { district } = person;
      let gone = 0;
      for await (const kept of all(person)) {
        const held = (await accounts.assignments(district, [kept.account.id])).get(kept.account.id) ?? [];
        const ids = [...held.map(({ id }) => id), ...kept.account.asked];
        const found = await Promise.all(ids.map((id) => assignments.find(district, id)));
        const deeds = found.filter((deed) => deed !== undefined);
        await accounts.remove(district, kept, { deeds, doing: { by: 'erasure', at: now() } });
        gone += 1;
      }
      return gone;
    },
    async look(person) {
      let left = 0;
      for await (const _ of all(person)) left += 1;
      return { looked: person.accounts.length, left, ids: 0 };
    },
  };
}

/** Records of these kinds name others. */
const naming = ['household', 'evaluator'] as const;
const theirs = ['student', 'household', 'applicant', 'evaluator', 'donor'] as const;

/** What people keep of the person's records, and of households and evaluators that name them. */
export function factsWalker(facts: Pick<KeptFacts, 'find' | 'list' | 'put' | 'remove'>): Walker {
  async function* own({ district, users, accounts }: KeptPerson) {
    for (const type of theirs) {
      for (const id of [...users, ...accounts]) {
        const at = { kind: 'record', type, id } as const;
        const kept = await facts.find(district, at);
        if (kept !== undefined) yield { at, kept };
      }
    }
  }
  async function* others(person: KeptPerson) {
    for (const type of naming) yield* namedBy(person, type);
  }
  async function* namedBy(person: KeptPerson, type: (typeof naming)[number]) {
    const at = { kind: 'record', type } as const;
    for (let cursor: string | undefined, more = true; more; ) {
      const page = await facts.list(person.district, at, { limit: 100, cursor });
      for (const kept of page.items) {
        if (person.users.includes(kept.id) || person.accounts.includes(kept.id)) continue;
        const left = {
          ...without(kept.value, 'students', person),
          ...without(kept.value, 'applicants', person),
        };
        if (Object.keys(left).length > 0) yield { at: { ...at, id: kept.id }, kept, left };
      }
      cursor = page.cursor;
      more = cursor !== undefined;
    }
  }
  return {
    async *find(person): AsyncGenerator<Found> {
      for await (const { at, kept } of own(person)) yield { where: `${at.type} ${at.id}`, value: kept.value };
      for await (const { at } of others(person))
        yield { where: `${at.type} ${at.id}`, value: `A record of kind ${at.type} names the person.` };
    },
    async erase(person) {
      let gone = 0;
      for await (const { at, kept } of own(person)) {
        await unlessGone(facts.remove(person.district, at, String(kept.revision)));
        gone += 1;
      }
      for await (const { at, kept, left } of others(person)) {
        const ifMatch = String(kept.revision);
        await facts.put(person.district, at, { ...kept.value, ...left }, { ifMatch });
        gone += 1;
      }
      return gone;
    },
    async look(person) {
      let left = 0;
      for await (const _ of own(person)) left += 1;
      for await (const _ of others(person)) left += 1;
      return { looked: left, left, ids: 0 };
    },
  };
}

/** What is left of those whom a record names, where the person is among them; else nothing. */
function without(
  record: Record<string, unknown>,
  list: 'students' | 'applicants',
  { users, accounts }: KeptPerson,
): Record<string, unknown> {
  const named = record[list];
  if (!Array.isArray(named)) return {};
  // Households say besides how they are related.
  const idOf = (one: string | { id?: unknown }) => String(typeof one === 'string' ? one : one.id);
  const isTheirs = (id: string) => users.includes(id) || accounts.includes(id);
  const left = named.filter((one: string | { id?: unknown }) => !isTheirs(idOf(one)));
  return left.length < named.length ? { [list]: left } : {};
}

async function unlessGone(removal: Promise<void>): Promise<void> {
  await removal.catch((error: unknown) => {
    if (!(error instanceof RequestError && error.kind === 'not-found')) throw error;
  });
}
