import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { calling } from './calls.ts';
import { sentMailKey } from './keys.ts';

/** SQS gives nothing out again after fourteen days, dead letters included. */
const keptSeconds = 15 * 24 * 3600;

/**
 * Which mails have gone out, so that a message that comes again sends none. `logins`: pk = district, `sent-mail`, id; sk = `mail`.
 * Neither address nor text is kept.
 */
export class SentMails {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(dynamo: DynamoDBDocumentClient, table: string) {
    this.#dynamo = dynamo;
    this.#table = table;
  }

  async has(district: string, id: string): Promise<boolean> {
    const { Item } = await calling(
      this.#dynamo.send(
        new GetCommand({ TableName: this.#table, Key: sentMailKey(district, id), ConsistentRead: true }),
      ),
    );
    return Item !== undefined;
  }

  /** `reference`: what the mail system calls it, for what it says of it later. */
  async record(
    district: string,
    { id, reference, at }: { id: string; reference: string; at: Date },
  ): Promise<void> {
    const expiresAt = Math.ceil(at.getTime() / 1000) + keptSeconds;
    const item = { ...sentMailKey(district, id), reference, at: at.toISOString(), expiresAt };
    await calling(this.#dynamo.send(new PutCommand({ TableName: this.#table, Item: item })));
  }
}
