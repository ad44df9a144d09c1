import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { Retention } from '../messages/privacy.ts';
import { ConditionFailed, calling } from './calls.ts';
import { erasureKey, erasuresPartition, retentionKey } from './keys.ts';
import { KeptPerson } from './people/kept-person.ts';
import { queryAll } from './query.ts';

const StoredErasure = z.object({
  erasureId: z.string(),
  state: z.enum(['queued', 'erasing', 'done', 'incomplete']),
  by: z.string(),
  at: z.string(),
  keepOut: z.boolean(),
  /** What the certificate calls the person. */
  digest: z.string(),
  /** Whom to look for; gone once the erasure is done. */
  person: KeptPerson.optional(),
  /** Tries at the sync that takes the person out of the roster. */
  syncs: z.int().nonnegative(),
  /** By store, what went in all deliveries so far. */
  erased: z.record(z.string(), z.int()),
  /** Nights on which what is incomplete was tried again. */
  retries: z.int().nonnegative().default(0),
  /** Of one that is incomplete: stores that still said something of the person. */
  left: z.array(z.string()).optional(),
  /** The certificate as a JWS. */
  signed: z.string().optional(),
});
export type StoredErasure = z.infer<typeof StoredErasure>;

/** `syncs`: pk = erasures of a district, sk = erasure; and pk = retention of a district. */
export class Erasures {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(dynamo: DynamoDBDocumentClient, table: string) {
    this.#dynamo = dynamo;
    this.#table = table;
  }

  /** Asked for again with the same id, it stays as it is. */
  async create(district: string, erasure: StoredErasure): Promise<StoredErasure> {
    const ConditionExpression = 'attribute_not_exists(pk)';
    const Item = { ...erasureKey(district, erasure.erasureId), ...erasure };
    try {
      await calling(this.#dynamo.send(new PutCommand({ TableName: this.#table, Item, ConditionExpression })));
      return erasure;
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      return (await this.find(district, erasure.erasureId)) ?? erasure;
    }
  }

  async find(district: string, erasureId: string): Promise<StoredErasure | undefined> {
    const Item = await this.#read(erasureKey(district, erasureId));
    return Item === undefined ? undefined : StoredErasure.parse(Item);
  }

  /** All of a district that were not taken to their end. */
  async *incomplete(district: string): AsyncGenerator<StoredErasure> {
    const partition = erasuresPartition(district);
    for await (const item of queryAll(this.#dynamo, { table: this.#table, partition })) {
      const erasure = StoredErasure.parse(item);
      if (erasure.state === 'incomplete') yield erasure;
    }
  }

  /** Two deliveries at once come to the same; what is done stays so. */
  async keep(district: string, erasure: StoredErasure): Promise<void> {
    try {
      await calling(
        this.#dynamo.send(
          new PutCommand({
            TableName: this.#table,
            Item: { ...erasureKey(district, erasure.erasureId), ...erasure },
            ConditionExpression: '#state <> :done',
            ExpressionAttributeNames: { '#state': 'state' },
            ExpressionAttributeValues: { ':done': 'done' },
          }),
        ),
      );
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
    }
  }

  async retention(district: string): Promise<Retention> {
    const Item = await this.#read(retentionKey(district));
    return Retention.parse(Item?.days ?? {});
  }

  async putRetention(district: string, days: Retention): Promise<void> {
    const Item = { ...retentionKey(district), days };
    await calling(this.#dynamo.send(new PutCommand({ TableName: this.#table, Item })));
  }

  async #read(Key: { pk: string; sk: string }): Promise<Record<string, unknown> | undefined> {
    const get = new GetCommand({ TableName: this.#table, Key, ConsistentRead: true });
    return (await calling(this.#dynamo.send(get))).Item;
  }
}
