import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { userWithout } from '../../roster/without-person.ts';
import { calling } from '../calls.ts';
import { rosterKey, rosterPartition, rosterShards } from '../keys.ts';
import { queryAll } from '../query.ts';
import type { KeptPerson } from './kept-person.ts';
import type { Found, Walker } from './walker.ts';

type Item = Record<string, unknown>;

/**
 * The records of the person and what records of others say of them. Both go by the sync of the erasure; of each record an item without
 * anything but its key stays, so that no late writer of an earlier sync can bring it back.
 */
export function rosterWalker(dynamo: DynamoDBDocumentClient, table: string): Walker {
  async function* theirs({ district, users, feedIds, enrollments }: KeptPerson) {
    const keys = [
      ...[...users, ...feedIds].map((id) => rosterKey(district, 'users', id)),
      ...enrollments.map((id) => rosterKey(district, 'enrollments', id)),
    ];
    for (const Key of keys) {
      const { Item } = await calling(
        dynamo.send(new GetCommand({ TableName: table, Key, ConsistentRead: true })),
      );
      if (Item !== undefined) yield Item as Item;
    }
  }
  async function* others({ district }: KeptPerson) {
    for (let shard = 0; shard < rosterShards; shard++) {
      yield* queryAll(dynamo, { table, partition: rosterPartition(district, 'users', shard) });
    }
  }
  return {
    async *find(person): AsyncGenerator<Found> {
      for await (const { sk, now, prev } of theirs(person)) yield { where: String(sk), value: now ?? prev };
      for await (const item of others(person)) {
        if (!person.users.includes(String(item.sk)) && isNaming(item, person))
          yield { where: String(item.sk), value: 'The record of somebody else names the person.' };
      }
    },
    // The sync of the erasure has done it.
    erase: async () => 0,
    async look(person) {
      const out = { looked: 0, left: 0, ids: 0 };
      for await (const { now, prev } of theirs(person)) {
        if (now === undefined && prev === undefined) out.ids += 1;
        else out.left += 1;
      }
      for await (const item of others(person)) {
        out.looked += 1;
        if (!person.users.includes(String(item.sk)) && isNaming(item, person)) out.left += 1;
      }
      return out;
    },
  };
}

function isNaming({ now, prev }: Item, { users, enrollments }: KeptPerson): boolean {
  const erased = { users: new Set(users), enrollments: new Set(enrollments) };
  return [now, prev].some((value) => {
    const record: unknown =
      typeof value === 'object' && value !== null ? Reflect.get(value, 'record') : undefined;
    if (typeof record !== 'object' || record === null) return false;
    const fields = { ...record };
    return userWithout(fields, erased) !== fields;
  });
}
