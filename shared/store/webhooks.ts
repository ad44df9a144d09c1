import { DeleteCommand, type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { disabledEvent, Webhook } from '../reports/webhook.ts';
import { ConditionFailed, calling, transact } from './calls.ts';
import { webhookKey, webhooksPartition } from './keys.ts';
import { eventWrite } from './outbox.ts';
import { queryPage } from './query.ts';

/** Of a district; one page of a query holds them. */
export const mostWebhooks = 20;

/** Where other software of a district wants to be called. `reports`: pk = webhooks of a district, sk = webhook. */
export class Webhooks {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(dynamo: DynamoDBDocumentClient, table: string) {
    this.#dynamo = dynamo;
    this.#table = table;
  }

  async find(district: string, id: string): Promise<Webhook | undefined> {
    const get = new GetCommand({
      TableName: this.#table,
      Key: webhookKey(district, id),
      ConsistentRead: true,
    });
    const { Item } = await calling(this.#dynamo.send(get));
    return Item === undefined ? undefined : Webhook.parse(Item);
  }

  async list(district: string): Promise<Webhook[]> {
    const partition = webhooksPartition(district);
    const { items } = await queryPage(this.#dynamo, { table: this.#table, partition, limit: mostWebhooks });
    return items.map((item) => Webhook.parse(item));
  }

  /**
   * @param before as it was read; absent where it is to be new
   * @returns what is kept now; nothing where it has changed since
   */
  async put(
    district: string,
    wanted: Omit<Webhook, 'revision'>,
    before?: Webhook,
  ): Promise<Webhook | undefined> {
    const webhook = { ...wanted, revision: (before?.revision ?? 0) + 1 };
    const put = new PutCommand(this.#write(district, webhook, before));
    return (await isWritten(this.#dynamo.send(put))) ? webhook : undefined;
  }

  /** As `put` does, with the event that tells of it; both or neither. */
  async disable(
    district: string,
    wanted: Omit<Webhook, 'revision'>,
    before: Webhook,
  ): Promise<Webhook | undefined> {
    const webhook = { ...wanted, revision: before.revision + 1 };
    const event = disabledEvent(district, webhook);
    if (event === undefined) throw new Error('Only what is disabled is told of so.');
    const writes = [{ Put: this.#write(district, webhook, before) }, eventWrite(this.#table, event)];
    try {
      await transact(this.#dynamo, writes);
      return webhook;
    } catch (error) {
      if (error instanceof ConditionFailed) return undefined;
      throw error;
    }
  }

  #write(district: string, webhook: Webhook, before: Webhook | undefined) {
    const Item = { ...webhookKey(district, webhook.id), ...webhook };
    return { TableName: this.#table, Item, ...onlyAfter(before) };
  }

  /** @returns false where it has changed since */
  remove(district: string, before: Webhook): Promise<boolean> {
    const Key = webhookKey(district, before.id);
    const gone = new DeleteCommand({ TableName: this.#table, Key, ...onlyAfter(before) });
    return isWritten(this.#dynamo.send(gone));
  }
}

/** The condition that nobody has written since. */
export function onlyAfter(before: { revision: number } | undefined) {
  if (before === undefined) return { ConditionExpression: 'attribute_not_exists(pk)' };
  return {
    ConditionExpression: 'revision = :before',
    ExpressionAttributeValues: { ':before': before.revision },
  };
}

/** False where its condition did not hold. */
export async function isWritten(call: Promise<unknown>): Promise<boolean> {
  try {
    await calling(call);
    return true;
  } catch (error) {
    if (error instanceof ConditionFailed) return false;
    throw error;
  }
}
