import { DeleteCommand, type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Account } from '../accounts/account.ts';
import { change, type KeptAccount, StoredAccount } from './account-items.ts';
import { ConditionFailed, calling, transact } from './calls.ts';
import { accessKey, accountKey, releasedKey, releasedPartition } from './keys.ts';
import { sessionsEnded } from './login-items.ts';
import { queryPage } from './query.ts';

type Tables = { access: string; accounts: string; logins: string };

/**
 * Accounts whose person was purged: tied to nobody, since whoever gets the id next is somebody else, not approved, and signed out. Those that a
 * rule made wait here to be taken away. `accounts`: pk = district, `released`; sk = account.
 */
export class ReleasedAccounts {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #tables: Tables;

  constructor(dynamo: DynamoDBDocumentClient, tables: Tables) {
    this.#dynamo = dynamo;
    this.#tables = tables;
  }

  /** Again changes nothing. */
  async release(district: string, id: string, user: string): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const before = await this.#find(district, id);
      if (before === undefined || before.account.user !== user) return;
      try {
        await transact(this.#dynamo, this.#writes(district, before, user));
        return;
      } catch (error) {
        if (!(error instanceof ConditionFailed) || attempt === attempts) throw error;
      }
    }
  }

  /** Made by a rule, at most a page of them. */
  async list(district: string): Promise<string[]> {
    const of = { table: this.#tables.accounts, partition: releasedPartition(district), limit: 100 };
    const { items } = await queryPage(this.#dynamo, { ...of, after: undefined });
    return items.map(({ sk }) => String(sk));
  }

  async settle(district: string, id: string): Promise<void> {
    await calling(
      this.#dynamo.send(
        new DeleteCommand({ TableName: this.#tables.accounts, Key: releasedKey(district, id) }),
      ),
    );
  }

  #writes(district: string, before: KeptAccount, user: string) {
    const { id, rule } = before.account;
    const account = released(before.account, user);
    const roles = { gets: [], loses: [] };
    const tables = this.#tables;
    return [
      ...change(tables, district, { before, account, roles }).map(({ write }) => write),
      {
        Update: {
          TableName: tables.access,
          Key: accessKey(district, 'person', user),
          UpdateExpression: 'REMOVE logins.#id',
          ExpressionAttributeNames: { '#id': id },
        },
      },
      { Update: sessionsEnded({ table: tables.logins, district, account: id }) },
      ...(rule === undefined
        ? []
        : [{ Put: { TableName: tables.accounts, Item: releasedKey(district, id) } }]),
    ];
  }

  async #find(district: string, id: string): Promise<KeptAccount | undefined> {
    const { Item } = await calling(
      this.#dynamo.send(
        new GetCommand({
          TableName: this.#tables.accounts,
          Key: accountKey(district, id),
          ConsistentRead: true,
        }),
      ),
    );
    return Item === undefined ? undefined : StoredAccount.parse(Item);
  }
}

const attempts = 5;

function released({ user: _, profile, ...account }: Account, user: string): Account {
  // The record of that id will be somebody else's.
  const keeps = profile !== undefined && profile.id !== user;
  return { ...account, approved: false, ...(keeps ? { profile } : {}) };
}
