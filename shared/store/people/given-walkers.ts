import { DeleteCommand, type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { lookupId } from '../../access/lookup.ts';
import { shippedCatalogues } from '../../access/shipped-catalogues.ts';
import { StoredLoginName } from '../access-items.ts';
import { ConditionFailed, calling } from '../calls.ts';
import { Given } from '../given.ts';
import {
  accessKey,
  auditDetailsPartition,
  boundedPart,
  holderPartition,
  holderShards,
  loginNamePartition,
  pastPartition,
  shardOf,
  splitKey,
  suppressionsPartition,
} from '../keys.ts';
import { LoginRemains } from '../login-remains.ts';
import { queryAll } from '../query.ts';
import type { KeptPerson } from './kept-person.ts';
import type { Found, Looked, Walker } from './walker.ts';

type Tables = { access: string; assignments: string; accounts: string; syncs: string; logins: string };

/** What stands in an item of `access` beside its key where nothing is said of anybody. */
const bare = new Set(['pk', 'g', 'removed']);

/** What checks read of the person: facts, and what people gave them. */
export function accessWalker(dynamo: DynamoDBDocumentClient, tables: Tables, now: () => string): Walker {
  const given = new Given(dynamo, tables);
  async function* items({ district, users, feedIds, accounts }: KeptPerson) {
    for (const id of new Set([...users, ...feedIds, ...accounts])) {
      const Key = accessKey(district, 'person', id);
      const { Item } = await calling(
        dynamo.send(new GetCommand({ TableName: tables.access, Key, ConsistentRead: true })),
      );
      if (Item !== undefined) yield { id, Key, item: Item };
    }
  }
  return {
    async *find(person): AsyncGenerator<Found> {
      for await (const { id, item } of items(person)) {
        const { pk: _, g: _g, pg: _pg, prev: _prev, ...said } = item;
        yield { where: id, value: said };
      }
    },
    async erase(person) {
      let gone = 0;
      for await (const { id, Key, item } of items(person)) {
        if (Object.keys(item).every((name) => bare.has(name))) continue;
        const doing = { by: 'erasure', at: now() };
        await given.end(person.district, id, { generation: Number.MAX_SAFE_INTEGER, ...doing });
        gone += await emptied(dynamo, tables.access, Key);
      }
      return gone;
    },
    async look(person) {
      const out = { looked: 0, left: 0, ids: 0 };
      for await (const { item } of items(person)) {
        out.looked += 1;
        if (Object.keys(item).every((name) => bare.has(name))) out.ids += 1;
        else out.left += 1;
      }
      return out;
    },
  };
}

/** Whoever got the id since keeps what they have: their facts are there. */
async function emptied(dynamo: DynamoDBDocumentClient, table: string, Key: { pk: string }): Promise<number> {
  try {
    await calling(
      dynamo.send(
        new UpdateCommand({
          TableName: table,
          Key,
          UpdateExpression: 'REMOVE prev, pg, manual, tags, webId, properties, login, loginOf, logins',
          ConditionExpression: 'attribute_not_exists(#now)',
          ExpressionAttributeNames: { '#now': 'now' },
        }),
      ),
    );
    return 1;
  } catch (error) {
    if (error instanceof ConditionFailed) return 0;
    throw error;
  }
}

/** What they held once, and rows of who holds what, whose keys name them. Rows of manual deeds went with these. */
export function assignmentsWalker(dynamo: DynamoDBDocumentClient, table: string): Walker {
  async function* past({ district, users, accounts }: KeptPerson) {
    for (const id of [...users, ...accounts]) {
      yield* queryAll(dynamo, { table, partition: pastPartition(district, id) });
    }
  }
  /** Rows of roles that the shipped catalogues have. */
  async function* held({ district, users }: KeptPerson) {
    for (const id of users) {
      const part = boundedPart('user', id);
      for (const [system, { roles }] of shippedCatalogues) {
        for (const role of roles) {
          const partition = holderPartition(district, system, role.id, shardOf(id, holderShards));
          for await (const item of queryAll(dynamo, { table, partition })) {
            if (splitKey(String(item.sk))[1] === part) yield item;
          }
        }
      }
    }
  }
  async function* all(person: KeptPerson) {
    yield* past(person);
    yield* held(person);
  }
  return {
    async *find(person): AsyncGenerator<Found> {
      for await (const { pk, sk, now, manual, endedAt, endedBy } of all(person)) {
        if ((now ?? manual) !== undefined)
          yield {
            where: `${pk} ${sk}`,
            value: { ...(now === undefined ? {} : { now }), manual, endedAt, endedBy },
          };
      }
    },
    async erase(person) {
      let gone = 0;
      for await (const { pk, sk, now } of all(person)) {
        // The roster's own goes with the sync; what is left of it is a fence, whose key names the person.
        if (now !== undefined) continue;
        await calling(dynamo.send(new DeleteCommand({ TableName: table, Key: { pk, sk } })));
        gone += 1;
      }
      return gone;
    },
    look: (person) => allLeft(all(person)),
  };
}

/**
 * Passwords, sessions, factors, devices, keys, preferences and links of mails: everything under the person's accounts, and that an address
 * of theirs takes no mail. Tickets end by themselves, invitations after seven days.
 */
export function loginsWalker(dynamo: DynamoDBDocumentClient, table: string): Walker {
  const remains = new LoginRemains(dynamo, table);
  async function* all({ district, accounts }: KeptPerson) {
    for (const account of accounts) yield* remains.all(district, account);
  }
  return {
    async *find(person): AsyncGenerator<Found> {
      // When and how they signed in, and what they want to hear of; never what by.
      for await (const { pk, sk, createdAt, seenAt, lastSignInAt, by, preferences, why, at } of all(person)) {
        const isLogin = pk !== suppressionsPartition(person.district);
        const where = isLogin ? (splitKey(String(sk))[0] ?? '') : 'suppressed';
        yield { where, value: { createdAt, seenAt, lastSignInAt, by, preferences, why, at } };
      }
    },
    async erase({ district, accounts }) {
      let gone = 0;
      for (const account of accounts) gone += await remains.erase(district, account);
      return gone;
    },
    look: (person) => allLeft(all(person)),
  };
}

/** Values that stand beside lines of the audit; the lines keep ids, and say by a digest what stood there. */
export function auditWalker(dynamo: DynamoDBDocumentClient, table: string): Walker {
  async function* all({ district, users, accounts }: KeptPerson) {
    for (const id of [...users, ...accounts]) {
      yield* queryAll(dynamo, { table, partition: auditDetailsPartition(district, id) });
    }
  }
  return {
    async *find(person): AsyncGenerator<Found> {
      for await (const { before, after } of all(person)) yield { where: 'detail', value: { before, after } };
    },
    erase: (person) => removeAll(dynamo, table, all(person)),
    look: (person) => allLeft(all(person)),
  };
}

/** That somebody goes by a username or e-mail in the district, by digests of these. */
export function tenantsWalker(
  dynamo: DynamoDBDocumentClient,
  { tenants: table, access }: { tenants: string; access: string },
): Walker {
  async function* all({ district, words, accounts }: KeptPerson) {
    for (const word of words) {
      for (const kind of ['username', 'email'] as const) {
        const lookup = lookupId(kind, word);
        const owner = await ownerOf(district, lookup);
        // Somebody else goes by the same name.
        if (owner !== undefined && !accounts.includes(owner)) continue;
        for await (const item of queryAll(dynamo, { table, partition: loginNamePartition(lookup) }))
          if (item.sk === district) yield item;
      }
    }
  }
  async function ownerOf(district: string, lookup: string): Promise<string | undefined> {
    const Key = accessKey(district, 'login', lookup);
    const { Item } = await calling(
      dynamo.send(new GetCommand({ TableName: access, Key, ConsistentRead: true })),
    );
    return StoredLoginName.parse(Item ?? {}).login;
  }
  return {
    async *find() {},
    // Goes with the account, unless an account of somebody else has the name.
    erase: async () => 0,
    look: (person) => allLeft(all(person)),
  };
}

type Items = AsyncIterable<Record<string, unknown>>;

async function removeAll(dynamo: DynamoDBDocumentClient, table: string, items: Items): Promise<number> {
  let gone = 0;
  for await (const { pk, sk } of items) {
    await calling(dynamo.send(new DeleteCommand({ TableName: table, Key: { pk, sk } })));
    gone += 1;
  }
  return gone;
}

async function allLeft(items: Items): Promise<Looked> {
  let left = 0;
  for await (const _ of items) left += 1;
  return { looked: left, left, ids: 0 };
}
