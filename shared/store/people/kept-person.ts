import * as z from 'zod';
import { aliasOf } from '../../roster/aliases.ts';
import { CommittedState } from '../../roster/committed-state.ts';
import type { Enrollment, entities, RecordStatus, User } from '../../roster/records.ts';
import type { StateLine } from '../../roster/state.ts';
import type { Objects, SyncLedger } from '../../roster/sync-stores.ts';
import type { Accounts } from '../accounts.ts';

/**
 * By what one person is known in any store: their linked records, the ids that feeds have for these, their enrollments and accounts, and
 * the words by which a file or a problem may name them. `names`: given and family name of each record, which only together say who somebody is.
 */
export const KeptPerson = z.object({
  district: z.string(),
  users: z.array(z.string()),
  feedIds: z.array(z.string()),
  enrollments: z.array(z.string()),
  accounts: z.array(z.string()),
  words: z.array(z.string()),
  names: z.array(z.array(z.string())).default([]),
});
export type KeptPerson = z.infer<typeof KeptPerson>;

type Deps = {
  ledger: Pick<SyncLedger, 'lane'>;
  objects: Pick<Objects, 'get'>;
  accounts: Pick<Accounts, 'ofUser' | 'find'>;
};

/** `statuses`: of the records, where the roster has them. */
export type Known = { person: KeptPerson; statuses: RecordStatus[] };

/** Reads all users and enrollments of the committed state once. An id that the roster does not have may be an account's. */
export async function findPerson(deps: Deps, district: string, user: string): Promise<Known> {
  const { manifest } = (await deps.ledger.lane(district)).value.committed;
  const state = await CommittedState.open(deps.objects, district, manifest);
  const aliases = (await state.lines('alias', 0, 1)).map(aliasOf);
  const own = aliases.find(({ entity, id }) => entity === 'users' && id === user)?.own ?? user;
  const lines = await linkedTo(state, own);
  const users = [...new Set([own, ...lines.map(({ id }) => id)])];
  const enrollments: string[] = [];
  for await (const { id, json } of linesOf(state, 'enrollments')) {
    // Lines of this entity hold its records.
    if (users.includes((JSON.parse(json) as Enrollment).userId)) enrollments.push(id);
  }
  const feedIds = aliases.flatMap(({ entity, id, own: is }) =>
    entity === 'users' && users.includes(is) ? [id] : [],
  );
  const kept = (await Promise.all(users.map((id) => deps.accounts.ofUser(district, id)))).flat();
  const alone = await deps.accounts.find(district, user);
  const accounts = [...kept, ...(alone === undefined ? [] : [alone])].map(({ account }) => account);
  const records = lines.map(({ json }) => JSON.parse(json) as User);
  const words = [
    ...[...users, ...feedIds, ...records.flatMap(wordsOf)],
    ...accounts.flatMap(({ id, email, username }) => [id, email, username]),
  ];
  const person = {
    ...{ district, users, feedIds, enrollments },
    accounts: [...new Set(accounts.map(({ id }) => id))],
    words: [...new Set(words.filter((word): word is string => typeof word === 'string' && word !== ''))],
    names: records.map(({ givenName, familyName }) => [givenName, familyName]),
  };
  return { person, statuses: lines.map(({ status }) => status) };
}

/** All records that people have said are one with the given one. */
async function linkedTo(state: CommittedState, user: string): Promise<StateLine[]> {
  const found = new Map<string, StateLine>();
  const links: [string, string][] = [];
  for await (const line of linesOf(state, 'users')) {
    if (line.id === user) found.set(line.id, line);
    if (!line.json.includes('"sameAsId"')) continue;
    const { sameAsId } = JSON.parse(line.json) as User;
    if (sameAsId !== undefined) links.push([line.id, sameAsId]);
  }
  const ids = new Set([user]);
  for (let size = 0; size !== ids.size; ) {
    size = ids.size;
    for (const [one, other] of links) if (ids.has(one) || ids.has(other)) ids.add(one).add(other);
  }
  if (ids.size > 1)
    for await (const line of linesOf(state, 'users')) if (ids.has(line.id)) found.set(line.id, line);
  return [...found.values()];
}

async function* linesOf(state: CommittedState, entity: (typeof entities)[number]) {
  const count = state.partitions(entity).length;
  for (let at = 0; at < count; at++) yield* await state.lines(entity, at, count);
}

function wordsOf({ username, email, identifier, userMasterIdentifier, userIds = [], sms, phone }: User) {
  return [
    username,
    email,
    identifier,
    userMasterIdentifier,
    sms,
    phone,
    ...userIds.map((one) => one.identifier),
  ];
}
