import { DeleteCommand, type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { calling } from './calls.ts';
import { sshKeysKey } from './keys.ts';

const StoredKeys = z.object({
  keys: z
    .array(
      z.object({
        type: z.string(),
        line: z.string(),
        fingerprint: z.string(),
        comment: z.string(),
        /** ISO 8601. */
        addedAt: z.string(),
      }),
    )
    .default([]),
});
export type StoredSshKey = z.infer<typeof StoredKeys>['keys'][number];

/** The public keys that accounts come by over SFTP. `logins`: pk = district, `login`, account; sk = `ssh-keys`. */
export class SshKeys {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(dynamo: DynamoDBDocumentClient, table: string) {
    this.#dynamo = dynamo;
    this.#table = table;
  }

  async of(district: string, account: string): Promise<StoredSshKey[]> {
    const Key = sshKeysKey(district, account);
    const { Item } = await calling(
      this.#dynamo.send(new GetCommand({ TableName: this.#table, Key, ConsistentRead: true })),
    );
    return StoredKeys.parse(Item ?? {}).keys;
  }

  /** In place of those of before. */
  async put(district: string, account: string, keys: readonly StoredSshKey[]): Promise<void> {
    const Key = sshKeysKey(district, account);
    if (keys.length === 0) {
      await calling(this.#dynamo.send(new DeleteCommand({ TableName: this.#table, Key })));
      return;
    }
    await calling(this.#dynamo.send(new PutCommand({ TableName: this.#table, Item: { ...Key, keys } })));
  }
}
