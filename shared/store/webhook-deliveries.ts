import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { Delivery } from '../reports/webhook.ts';
import { calling } from './calls.ts';
import { type Page, walk } from './cursors.ts';
import { deliveriesPartition, deliveryKey } from './keys.ts';
import { queryPage } from './query.ts';
import { isWritten, onlyAfter } from './webhooks.ts';

type Asked = {
  limit: number;
  cursor?: string | undefined;
  state?: Delivery['state'] | undefined;
};

/** Kept as long as the events are. */
const keptMs = 30 * 24 * 3600 * 1000;
/** Looked at for one page, of which a state may leave out some. */
const mostLooked = 1000;

/** How calls go. `reports`: pk = deliveries of a webhook, sk = time and id of the event. */
export class WebhookDeliveries {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(dynamo: DynamoDBDocumentClient, table: string) {
    this.#dynamo = dynamo;
    this.#table = table;
  }

  async find(
    district: string,
    webhook: string,
    of: { at: string; id: string },
  ): Promise<Delivery | undefined> {
    const Key = deliveryKey(district, webhook, of);
    const get = new GetCommand({ TableName: this.#table, Key, ConsistentRead: true });
    const { Item } = await calling(this.#dynamo.send(get));
    return Item === undefined ? undefined : Delivery.parse(Item);
  }

  /**
   * @param before as it was read; absent where it is to be new
   * @returns what is kept now; nothing where somebody else has written since
   */
  async put(
    { district, webhook }: { district: string; webhook: string },
    wanted: Delivery,
    before?: Delivery,
  ): Promise<Delivery | undefined> {
    const delivery = { ...wanted, revision: (before?.revision ?? 0) + 1 };
    const expiresAt = Math.ceil((Date.parse(delivery.at) + keptMs) / 1000);
    const Item = { ...deliveryKey(district, webhook, delivery), ...delivery, expiresAt };
    const put = new PutCommand({ TableName: this.#table, Item, ...onlyAfter(before) });
    return (await isWritten(this.#dynamo.send(put))) ? delivery : undefined;
  }

  /** The newest event first. */
  list(district: string, webhook: string, { state, ...page }: Asked): Promise<Page<Delivery>> {
    const partitions = [deliveriesPartition(district, webhook)];
    return walk(partitions, { ...page, most: mostLooked }, async ({ partition, after }) => {
      const asked = { table: this.#table, partition, after, limit: page.limit, backward: true };
      const { items, more } = await queryPage(this.#dynamo, asked);
      return {
        more,
        items: items.map((item) => {
          const delivery = Delivery.parse(item);
          const isWanted = state === undefined || delivery.state === state;
          return { sk: String(item.sk), item: isWanted ? delivery : undefined };
        }),
      };
    });
  }
}
