import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  type PutCommandInput,
  QueryCommand,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { digestOfSecret, newSecret, readHandle, writeHandle } from '../accounts/secret-handle.ts';
import { RequestError } from '../errors.ts';
import { type NoticeKind, noPreferences, noticeKinds, Preferences } from '../reports/notices.ts';
import { ConditionFailed, calling } from './calls.ts';
import {
  joinKey,
  notificationsKey,
  type RosterKey,
  splitKey,
  suppressionKey,
  suppressionsPartition,
  unsubscribeKey,
} from './keys.ts';
import { putRevision } from './put-revision.ts';

const StoredPreferences = z.object({ preferences: Preferences, revision: z.int().positive() });

/** One that was lifted stays as `lifted` with its time: what happened before that puts none back. */
const StoredSuppression = z.object({
  sk: z.string(),
  /** Digest of the address: another address of the account takes mail. */
  address: z.string(),
  why: z.enum(['bounced', 'complained']),
  at: z.string(),
});
export type Suppression = { account: string; why: 'bounced' | 'complained'; at: string };

const StoredLink = z.object({
  kinds: z.array(z.enum(noticeKinds)),
  digests: z.array(z.string()),
  /** Seconds since the epoch. */
  expiresAt: z.number(),
});

/** A mail is found again after a school year, and its link still works. */
const linkSeconds = 400 * 24 * 3600;
const maxRaces = 10;
/** What a mail system says of a mail, it says sooner. */
const liftedSeconds = 30 * 24 * 3600;

/**
 * What accounts want to hear of, and which take no mail. `logins`: pk = login of the account, sk = `notifications`, and
 * sk = `unsubscribe`, mail; pk = district, `suppressed`, sk = account.
 */
export class NotificationSettings {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #enter: (district: string) => void;

  /** @param enter is told the district that a link is of, before anything of it is read */
  constructor(dynamo: DynamoDBDocumentClient, table: string, enter: (district: string) => void) {
    this.#dynamo = dynamo;
    this.#table = table;
    this.#enter = enter;
  }

  /** `revision` is 0 where nobody has set any. */
  async preferences(
    district: string,
    account: string,
  ): Promise<{ preferences: Preferences; revision: number }> {
    const item = await this.#get(notificationsKey(district, account));
    return item === undefined ? { preferences: noPreferences, revision: 0 } : StoredPreferences.parse(item);
  }

  /** @returns false where they were put meanwhile; `revision`: as they were read */
  async put(
    at: { district: string; account: string; revision: number },
    preferences: Preferences,
  ): Promise<boolean> {
    const { district, account, revision } = at;
    const item = { ...notificationsKey(district, account), preferences };
    return putRevision(this.#dynamo, { table: this.#table, item, after: revision });
  }

  /** The text of a link that turns these off; each mail has its own. `mail`: its id. */
  async link(
    district: string,
    mail: string,
    of: { account: string; kinds: NoticeKind[]; at: Date },
  ): Promise<string> {
    const secret = newSecret();
    const { account, kinds } = of;
    const key = unsubscribeKey(district, account, mail);
    const before = await this.#get(key);
    // A mail that goes out twice has two good links.
    const digests = [
      ...(before === undefined ? [] : StoredLink.parse(before).digests),
      digestOfSecret(secret),
    ];
    const expiresAt = Math.ceil(of.at.getTime() / 1000) + linkSeconds;
    const Item = { ...key, kinds, digests: digests.slice(-10), expiresAt };
    await calling(this.#dynamo.send(new PutCommand({ TableName: this.#table, Item })));
    return writeHandle({ district, id: joinKey(account, mail), secret });
  }

  /** What a link turns off, looked at; `undefined` also after its end. */
  async find(
    link: string,
    now: Date,
  ): Promise<{ district: string; account: string; kinds: NoticeKind[] } | undefined> {
    const handle = readHandle(link);
    const [account, mail] = handle === undefined ? [] : splitKey(handle.id);
    if (handle === undefined || account === undefined || mail === undefined) return undefined;
    const { district, secret } = handle;
    this.#enter(district);
    const item = await this.#get(unsubscribeKey(district, account, mail));
    if (item === undefined) return undefined;
    const { kinds, digests, expiresAt } = StoredLink.parse(item);
    if (expiresAt * 1000 <= now.getTime()) return undefined;
    // Digests of random secrets: to compare them as they are gives nothing away.
    return digests.includes(digestOfSecret(secret)) ? { district, account, kinds } : undefined;
  }

  /** Safe to repeat. */
  async turnOff({
    district,
    account,
    kinds,
  }: {
    district: string;
    account: string;
    kinds: NoticeKind[];
  }): Promise<void> {
    for (let race = 0; race < maxRaces; race++) {
      const { preferences, revision } = await this.preferences(district, account);
      const off = Object.fromEntries(kinds.map((kind) => [kind, 'off'] as const));
      const after = { ...preferences, events: { ...preferences.events, ...off } };
      if (await this.put({ district, account, revision }, after)) return;
    }
    throw new RequestError('conflict', 'changed-meanwhile', 'Somebody else changes it at the same time.');
  }

  /** What happened before the last suppression, or before the last was lifted, changes nothing. */
  async suppress(district: string, email: string, { account, why, at }: Suppression): Promise<void> {
    const Item = { ...suppressionKey(district, account), address: addressDigest(email), why, at };
    const newest = {
      ConditionExpression: 'attribute_not_exists(pk) OR #at < :at',
      ExpressionAttributeNames: { '#at': 'at' },
      ExpressionAttributeValues: { ':at': at },
    };
    await this.#putIf(Item, newest);
  }

  /** Why this address of the account takes no mail, if so. */
  async suppression(
    district: string,
    account: string,
    email: string,
  ): Promise<Suppression['why'] | undefined> {
    const item = await this.#get(suppressionKey(district, account));
    if (item === undefined || item.lifted === true) return undefined;
    const { address, why } = StoredSuppression.parse(item);
    return address === addressDigest(email) ? why : undefined;
  }

  /** By account; `after`: `next` of the page before, which may have fewer than `limit`. */
  async suppressions(
    district: string,
    { after, limit }: { after?: string | undefined; limit: number },
  ): Promise<{ items: Suppression[]; next?: string }> {
    const start = after === undefined ? {} : { ExclusiveStartKey: suppressionKey(district, after) };
    const { Items = [], LastEvaluatedKey } = await calling(
      this.#dynamo.send(
        new QueryCommand({
          TableName: this.#table,
          KeyConditionExpression: 'pk = :pk',
          FilterExpression: 'attribute_not_exists(lifted)',
          ExpressionAttributeValues: { ':pk': suppressionsPartition(district) },
          ConsistentRead: true,
          Limit: limit,
          ...start,
        }),
      ),
    );
    const items = Items.map((item) => {
      const { sk, why, at } = StoredSuppression.parse(item);
      return { account: sk, why, at };
    });
    return { items, ...(LastEvaluatedKey === undefined ? {} : { next: String(LastEvaluatedKey.sk) }) };
  }

  /** @returns whether there was one */
  async liftSuppression(district: string, account: string, at: Date): Promise<boolean> {
    const expiresAt = Math.ceil(at.getTime() / 1000) + liftedSeconds;
    const Item = { ...suppressionKey(district, account), lifted: true, at: at.toISOString(), expiresAt };
    return this.#putIf(Item, { ConditionExpression: 'attribute_exists(why)' });
  }

  /** @returns false where the condition does not hold */
  async #putIf(Item: Record<string, unknown>, condition: Omit<PutCommandInput, 'TableName' | 'Item'>) {
    try {
      await calling(this.#dynamo.send(new PutCommand({ TableName: this.#table, Item, ...condition })));
      return true;
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      return false;
    }
  }

  async #get(Key: RosterKey): Promise<Record<string, unknown> | undefined> {
    const { Item } = await calling(
      this.#dynamo.send(new GetCommand({ TableName: this.#table, Key, ConsistentRead: true })),
    );
    return Item;
  }
}

function addressDigest(email: string): string {
  return digestOfSecret(email.trim().toLowerCase());
}
