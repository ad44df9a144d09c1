import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type AccountRules, noProgress, type Progress } from '../accounts/provision-accounts.ts';
import { RequestError } from '../errors.ts';
import { AccountRule } from '../messages/account-rules.ts';
import { ConditionFailed, calling } from './calls.ts';
import { accountProgressKey, accountRulesKey } from './keys.ts';

const StoredRules = z.object({ rules: z.array(AccountRule), revision: z.int().positive() });

const Stand = z.object({ rules: z.int(), manifest: z.string().optional() });
const StoredProgress = z.object({
  progress: z.object({
    done: Stand.optional(),
    doing: Stand.extend({ partition: z.int() }).optional(),
    made: z.int(),
    removed: z.int(),
    kept: z.int(),
    unmade: z.array(z.object({ user: z.string(), rule: z.string(), code: z.string() })),
  }),
  version: z.int(),
});

/** By which rules accounts are made, and how far that is. `accounts`: pk = district, `account-rules`; sk = `rules`, `progress`. */
export class AccountRuleStore {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(dynamo: DynamoDBDocumentClient, table: string) {
    this.#dynamo = dynamo;
    this.#table = table;
  }

  async find(district: string): Promise<AccountRules | undefined> {
    const item = await this.#get(accountRulesKey(district));
    if (item === undefined) return undefined;
    return StoredRules.parse(item);
  }

  /** @throws {RequestError} precondition-failed where they were put meanwhile */
  async put(district: string, { rules, revision }: AccountRules): Promise<void> {
    const kept = await this.#put(accountRulesKey(district), { rules, revision }, { revision: revision - 1 });
    if (kept) return;
    throw new RequestError('precondition-failed', 'changed-meanwhile', 'Somebody changed it meanwhile.');
  }

  async progress(district: string): Promise<{ progress: Progress; version: number }> {
    const item = await this.#get(accountProgressKey(district));
    if (item === undefined) return { progress: noProgress, version: 0 };
    // As above; the codes are those that keep() was given.
    return StoredProgress.parse(item) as { progress: Progress; version: number };
  }

  /** @returns whether nobody was faster */
  keep(district: string, progress: Progress, version: number): Promise<boolean> {
    return this.#put(accountProgressKey(district), { progress, version: version + 1 }, { version });
  }

  async #put(
    key: { pk: string; sk: string },
    item: Record<string, unknown>,
    expected: { revision: number } | { version: number },
  ): Promise<boolean> {
    const [[name, value] = ['', 0]] = Object.entries(expected);
    try {
      await calling(
        this.#dynamo.send(
          new PutCommand({
            TableName: this.#table,
            Item: { ...key, ...item },
            ...(value === 0
              ? { ConditionExpression: 'attribute_not_exists(pk)' }
              : {
                  ConditionExpression: '#of = :seen',
                  ExpressionAttributeNames: { '#of': name },
                  ExpressionAttributeValues: { ':seen': value },
                }),
          }),
        ),
      );
      return true;
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      return false;
    }
  }

  async #get(Key: { pk: string; sk: string }): Promise<Record<string, unknown> | undefined> {
    const { Item } = await calling(
      this.#dynamo.send(new GetCommand({ TableName: this.#table, Key, ConsistentRead: true })),
    );
    return Item;
  }
}
