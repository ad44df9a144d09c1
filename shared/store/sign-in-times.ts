import { setTimeout as sleep } from 'node:timers/promises';
import { BatchGetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { StoreUnavailable } from '../errors.ts';
import { batchKeys } from './batch-get.ts';
import { calling, jitter } from './calls.ts';
import { loginKey } from './keys.ts';

const attempts = 4;
const Time = z.object({ pk: z.string(), lastSignInAt: z.string().optional() });

/** When accounts last signed in, and nothing else of how they do. `logins`: pk = district, `login`, account; sk = `login`. */
export class SignInTimes {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(dynamo: DynamoDBDocumentClient, table: string) {
    this.#dynamo = dynamo;
    this.#table = table;
  }

  /** By account; who never did is not among them. */
  async of(district: string, accounts: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const byKey = new Map(accounts.map((account) => [loginKey(district, account).pk, account]));
    const times = new Map<string, string>();
    for (let at = 0; at < accounts.length; at += batchKeys) {
      const keys = accounts.slice(at, at + batchKeys).map((account) => loginKey(district, account));
      for (const { pk, lastSignInAt } of await this.#read(keys)) {
        const account = byKey.get(pk);
        if (account !== undefined && lastSignInAt !== undefined) times.set(account, lastSignInAt);
      }
    }
    return times;
  }

  async #read(keys: Record<string, unknown>[]): Promise<z.infer<typeof Time>[]> {
    const found: z.infer<typeof Time>[] = [];
    for (let attempt = 1, left = keys; left.length > 0; attempt += 1) {
      if (attempt > attempts) throw new StoreUnavailable('A batch was not read to its end.');
      if (attempt > 1) await sleep(jitter(attempt));
      const asked = { [this.#table]: { Keys: left, ProjectionExpression: 'pk, lastSignInAt' } };
      const { Responses, UnprocessedKeys } = await calling(
        this.#dynamo.send(new BatchGetCommand({ RequestItems: asked })),
      );
      found.push(...z.array(Time).parse(Responses?.[this.#table] ?? []));
      left = UnprocessedKeys?.[this.#table]?.Keys ?? [];
    }
    return found;
  }
}
