import { type DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { digestOfSecret, newSecret, readHandle, writeHandle } from '../accounts/secret-handle.ts';
import { ConditionFailed, calling } from './calls.ts';
import { loginKey, ticketKey } from './keys.ts';
import { StoredLogin } from './login-items.ts';

const purposes = ['reset', 'invitation', 'sign-in'] as const;

const StoredTicket = z.object({
  account: z.string(),
  purpose: z.enum(purposes),
  /** Of the secrets that it was sent with: a mail that goes out twice has two good links. */
  digests: z.array(z.string()),
  /** Of the account's login when it was opened; a login with a higher one takes its links no more. */
  links: z.int().nonnegative().default(0),
  until: z.string(),
  usedAt: z.string().optional(),
});

export type Ticket = {
  id: string;
  district: string;
  account: string;
  purpose: (typeof purposes)[number];
  until: string;
};

/** `links`: of the login that it is good for. */
export type OpenTicket = Ticket & { links: number };

/** More mails of one ticket than this have links that open nothing. */
const mostDigests = 10;

/** What one-time links stand for. `logins`: pk = district, `ticket`, id; sk = `ticket`. */
export class Tickets {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #enter: (district: string) => void;

  /** @param enter is told the district that a link is of, before anything of it is read */
  constructor(dynamo: DynamoDBDocumentClient, table: string, enter: (district: string) => void) {
    this.#dynamo = dynamo;
    this.#table = table;
    this.#enter = enter;
  }

  /** Again with the same id changes nothing. An address that its link goes to is to be read after this. */
  async open({ id, district, account, purpose, until }: Ticket): Promise<void> {
    const expiresAt = Math.ceil(Date.parse(until) / 1000);
    const links = await this.#linksOf(district, account);
    const item = { ...ticketKey(district, id), account, purpose, until, digests: [], links, expiresAt };
    await this.#unless(
      new PutCommand({ TableName: this.#table, Item: item, ConditionExpression: 'attribute_not_exists(pk)' }),
    );
  }

  /** The text of a link that opens it; each call makes another. */
  async link(district: string, id: string): Promise<string> {
    const secret = newSecret();
    await this.#unless(
      new UpdateCommand({
        TableName: this.#table,
        Key: ticketKey(district, id),
        UpdateExpression: 'SET digests = list_append(digests, :one)',
        ConditionExpression: 'attribute_exists(pk) AND size(digests) < :most',
        ExpressionAttributeValues: { ':one': [digestOfSecret(secret)], ':most': mostDigests },
      }),
    );
    return writeHandle({ district, id, secret });
  }

  /** What a link stands for, while it does. */
  async find(link: string, now: Date): Promise<OpenTicket | undefined> {
    const handle = readHandle(link);
    if (handle === undefined) return undefined;
    this.#enter(handle.district);
    const Item = await this.#get(ticketKey(handle.district, handle.id));
    if (Item === undefined) return undefined;
    const { account, purpose, digests, links, until, usedAt } = StoredTicket.parse(Item);
    const isOpen = usedAt === undefined && until > now.toISOString();
    // Digests of random secrets: to compare them as they are gives nothing away.
    if (!isOpen || !digests.includes(digestOfSecret(handle.secret))) return undefined;
    if (links !== (await this.#linksOf(handle.district, account))) return undefined;
    return { id: handle.id, district: handle.district, account, purpose, until, links };
  }

  /** @returns whether it was this call that used it */
  async use(ticket: Ticket, now: Date): Promise<boolean> {
    return this.#unless(new UpdateCommand(usingTicket(this.#table, ticket, now)));
  }

  async #linksOf(district: string, account: string): Promise<number> {
    return StoredLogin.parse((await this.#get(loginKey(district, account))) ?? {}).links;
  }

  async #get(Key: { pk: string; sk: string }): Promise<Record<string, unknown> | undefined> {
    const { Item } = await calling(
      this.#dynamo.send(new GetCommand({ TableName: this.#table, Key, ConsistentRead: true })),
    );
    return Item;
  }

  async #unless(command: PutCommand | UpdateCommand): Promise<boolean> {
    try {
      await calling(command instanceof PutCommand ? this.#dynamo.send(command) : this.#dynamo.send(command));
      return true;
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      return false;
    }
  }
}

/** The write that uses it; its condition fails where another was faster. */
export function usingTicket(table: string, { district, id }: Ticket, now: Date) {
  return {
    TableName: table,
    Key: ticketKey(district, id),
    UpdateExpression: 'SET usedAt = :now',
    ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(usedAt)',
    ExpressionAttributeValues: { ':now': now.toISOString() },
  };
}
