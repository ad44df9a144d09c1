import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { ConditionFailed, calling } from './calls.ts';
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

  /**
   * That of mails of one kind only one goes out until an instant. `turn`: digest of whom and what they are for; `mail`: the one that
   * goes, which may take the turn again.
   * @returns false where another has it
   */
  async takeTurn(
    district: string,
    { turn, mail, at, until }: { turn: string; mail: string; at: Date; until: Date },
  ): Promise<boolean> {
    const ends = { until: until.toISOString(), expiresAt: Math.ceil(until.getTime() / 1000) };
    try {
      await calling(
        this.#dynamo.send(
          new PutCommand({
            TableName: this.#table,
            Item: { ...sentMailKey(district, turn), mail, ...ends },
            ConditionExpression: 'attribute_not_exists(pk) OR mail = :mail OR #until <= :at',
            ExpressionAttributeNames: { '#until': 'until' },
            ExpressionAttributeValues: { ':mail': mail, ':at': at.toISOString() },
          }),
        ),
      );
      return true;
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      return false;
    }
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
