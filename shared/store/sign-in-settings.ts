import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { whoNeedsSecondFactor } from '../accounts/administrators.ts';
import { calling } from './calls.ts';
import { signInSettingsKey } from './keys.ts';

const StoredSettings = z.object({ secondFactor: z.enum(whoNeedsSecondFactor).default('nobody') });
export type StoredSettings = z.infer<typeof StoredSettings>;

/** What a district asks of who signs in. `logins`: pk = district, `sign-in`; sk = `settings`. */
export class SignInSettings {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(dynamo: DynamoDBDocumentClient, table: string) {
    this.#dynamo = dynamo;
    this.#table = table;
  }

  async find(district: string): Promise<StoredSettings> {
    const Key = signInSettingsKey(district);
    const { Item } = await calling(
      this.#dynamo.send(new GetCommand({ TableName: this.#table, Key, ConsistentRead: true })),
    );
    return StoredSettings.parse(Item ?? {});
  }

  async put(district: string, settings: StoredSettings): Promise<void> {
    const Item = { ...signInSettingsKey(district), ...settings };
    await calling(this.#dynamo.send(new PutCommand({ TableName: this.#table, Item })));
  }
}
