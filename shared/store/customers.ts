import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { calling } from './calls.ts';
import { customerKey } from './keys.ts';

/** `districts`: sorted. `leaving`: districts that a change took out, until their heads say so. */
const Customer = z.object({ districts: z.array(z.string()), leaving: z.array(z.string()) });
export type Customer = z.infer<typeof Customer>;

/** Which districts are a customer's. `tenants`: pk = `customers`, sk = customer. Checks go by the heads of the districts. */
export class Customers {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(dynamo: DynamoDBDocumentClient, table: string) {
    this.#dynamo = dynamo;
    this.#table = table;
  }

  async find(customer: string): Promise<Customer | undefined> {
    const { Item } = await calling(
      this.#dynamo.send(
        new GetCommand({ TableName: this.#table, Key: customerKey(customer), ConsistentRead: true }),
      ),
    );
    return Item === undefined ? undefined : Customer.parse(Item);
  }

  async put(customer: string, value: Customer): Promise<void> {
    const Item = { ...customerKey(customer), ...value };
    await calling(this.#dynamo.send(new PutCommand({ TableName: this.#table, Item })));
  }
}
