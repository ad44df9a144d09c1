import { DeleteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { calling } from './calls.ts';
import { IdentityLinks } from './identity-links.ts';
import { loginKey, loginPartition, type RosterKey, suppressionsPartition } from './keys.ts';
import { queryAll } from './query.ts';

type Item = Record<string, unknown>;

/**
 * All of an account in `logins`: what stands with its login (sessions, factors, devices, keys, preferences, links of mails), and that its
 * address takes no mail.
 */
export class LoginRemains {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #links: IdentityLinks;

  constructor(dynamo: DynamoDBDocumentClient, table: string) {
    this.#dynamo = dynamo;
    this.#table = table;
    this.#links = new IdentityLinks(dynamo, table);
  }

  async *all(district: string, account: string): AsyncGenerator<Item> {
    yield* queryAll(this.#dynamo, { table: this.#table, partition: loginPartition(district, account) });
    const partition = suppressionsPartition(district);
    for await (const item of queryAll(this.#dynamo, { table: this.#table, partition, prefix: account }))
      if (item.sk === account) yield item;
  }

  /**
   * What goes with an account: all but its closed login, which keeps whoever is signed in out until it ends by itself.
   * @returns how many items there were
   */
  removeAll(district: string, account: string): Promise<number> {
    return this.#remove(district, account, ({ sk }) => sk !== loginKey(district, account).sk);
  }

  /** @returns how many items there were */
  erase(district: string, account: string): Promise<number> {
    return this.#remove(district, account, () => true);
  }

  async #remove(district: string, account: string, goes: (item: Item) => boolean): Promise<number> {
    // Whose a subject is stands elsewhere, by a digest that only the account's own item leads to.
    let gone = await this.#links.removeAll(district, account);
    for await (const item of this.all(district, account)) {
      if (!goes(item)) continue;
      const Key: RosterKey = { pk: String(item.pk), sk: String(item.sk) };
      await calling(this.#dynamo.send(new DeleteCommand({ TableName: this.#table, Key })));
      gone += 1;
    }
    return gone;
  }
}
