import { type DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { RequestError } from '../errors.ts';
import { ConditionFailed, calling } from './calls.ts';
import { idempotencyKey } from './keys.ts';

const keptSeconds = 24 * 3600;
/** Longer than any function runs: after it the first attempt is dead, and another may take over with the same id. */
const lockSeconds = 60;

const Stored = z.object({
  request: z.string(),
  newId: z.string(),
  /** Seconds since the epoch; 0 where the first attempt was refused. */
  lockedUntil: z.number(),
  sealed: z.instanceof(Uint8Array).optional(),
  expiresAt: z.number(),
});

type Begin = { id: string; request: string; newId: string; now: Date };
type Begun = { kind: 'mine'; newId: string } | { kind: 'kept'; sealed: Uint8Array };

/** `tenants`: pk = hash of client and key. Expired items count as gone, whether or not they have been deleted. */
export class Idempotency {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(dynamo: DynamoDBDocumentClient, table: string) {
    this.#dynamo = dynamo;
    this.#table = table;
  }

  /** @throws {RequestError} conflict while the first request runs, unprocessable where it was another one */
  async begin(asked: Begin): Promise<Begun> {
    const { id, request, newId, now } = asked;
    const seconds = Math.floor(now.getTime() / 1000);
    const fresh = { request, newId, lockedUntil: seconds + lockSeconds, expiresAt: seconds + keptSeconds };
    try {
      await calling(
        this.#dynamo.send(
          new PutCommand({
            TableName: this.#table,
            Item: { ...idempotencyKey(id), ...fresh },
            ConditionExpression: 'attribute_not_exists(pk) or expiresAt <= :now or lockedUntil = :free',
            ExpressionAttributeValues: { ':now': seconds, ':free': 0 },
          }),
        ),
      );
      return { kind: 'mine', newId };
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      return this.#again(asked, seconds);
    }
  }

  async keep(id: string, sealed: Uint8Array, now: Date): Promise<void> {
    const expiresAt = Math.floor(now.getTime() / 1000) + keptSeconds;
    await this.#update(id, 'SET sealed = :sealed, expiresAt = :at', { ':sealed': sealed, ':at': expiresAt });
  }

  async release(id: string): Promise<void> {
    await this.#update(id, 'SET lockedUntil = :free', { ':free': 0 });
  }

  async #again({ id, request }: Begin, seconds: number): Promise<Begun> {
    const { Item } = await calling(
      this.#dynamo.send(
        new GetCommand({ TableName: this.#table, Key: idempotencyKey(id), ConsistentRead: true }),
      ),
    );
    const stored = Stored.parse(Item);
    if (stored.request !== request) {
      throw new RequestError(
        'unprocessable',
        'idempotency-key-reused',
        'This Idempotency-Key came with another request before.',
      );
    }
    if (stored.sealed !== undefined) return { kind: 'kept', sealed: stored.sealed };
    const running = new RequestError(
      'conflict',
      'request-running',
      'The first request of this key still runs.',
    );
    if (stored.lockedUntil > seconds) throw running;
    try {
      await this.#update(
        id,
        'SET lockedUntil = :until',
        { ':until': seconds + lockSeconds, ':seen': stored.lockedUntil },
        'lockedUntil = :seen',
      );
    } catch (error) {
      throw error instanceof ConditionFailed ? running : error;
    }
    return { kind: 'mine', newId: stored.newId };
  }

  async #update(
    id: string,
    UpdateExpression: string,
    ExpressionAttributeValues: Record<string, unknown>,
    ConditionExpression = 'attribute_exists(pk)',
  ): Promise<void> {
    const at = { TableName: this.#table, Key: idempotencyKey(id) };
    await calling(
      this.#dynamo.send(
        new UpdateCommand({ ...at, UpdateExpression, ExpressionAttributeValues, ConditionExpression }),
      ),
    );
  }
}
