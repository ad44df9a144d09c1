import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { RequestError } from '../errors.ts';
import { StoredManual } from './access-items.ts';
import { Assignments } from './assignments.ts';
import { calling } from './calls.ts';
import type { Doing } from './deeds.ts';
import { KeptFacts } from './kept-facts.ts';
import { accessKey } from './keys.ts';
import { ReleasedAccounts } from './released-accounts.ts';

type Tables = { access: string; assignments: string; accounts: string; syncs: string; logins: string };

/** Attributes of a person's item that people wrote and that no other item repeats. */
export const givenAttributes = ['properties', 'tags', 'webId'] as const;

/** Records that are named as the roster's people are. */
const recordsOfPeople = ['student', 'household', 'evaluator'] as const;

/** What people gave a person by hand, to be ended where the person was purged: whoever gets the id next is somebody else. */
export class Given {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #assignments: Assignments;
  readonly #records: KeptFacts;
  readonly #accounts: ReleasedAccounts;

  constructor(dynamo: DynamoDBDocumentClient, tables: Tables) {
    this.#dynamo = dynamo;
    this.#table = tables.access;
    this.#assignments = new Assignments(dynamo, tables);
    this.#records = new KeptFacts(dynamo, tables);
    this.#accounts = new ReleasedAccounts(dynamo, tables);
  }

  /**
   * Ends assignments, with their seats, takes away what is kept of the person's records, and unties their accounts. Nothing where the item is of `generation` or
   * a later one: then that was done, and what stands there was given since. Only what was there when it looked is taken.
   */
  async end(
    district: string,
    userId: string,
    { generation, ...doing }: Doing & { generation: number },
  ): Promise<void> {
    const Key = accessKey(district, 'person', userId);
    const { Item = {} } = await calling(
      this.#dynamo.send(new GetCommand({ TableName: this.#table, Key, ConsistentRead: true })),
    );
    if (typeof Item.g === 'number' && Item.g >= generation) return;
    const { manual, logins } = StoredManual.parse(Item);
    for (const id of Object.keys(manual)) await this.#endAssignment(district, userId, { id, doing });
    for (const id of Object.keys(logins)) await this.#accounts.release(district, id, userId);
    for (const type of recordsOfPeople) {
      const at = { kind: 'record', type, id: userId } as const;
      const kept = await this.#records.find(district, at);
      if (kept) await unlessGone(this.#records.remove(district, at, String(kept.revision)));
    }
  }

  async #endAssignment(
    district: string,
    userId: string,
    { id, doing }: { id: string; doing: Doing },
  ): Promise<void> {
    const deed = await this.#assignments.find(district, id);
    if (deed) return unlessGone(this.#assignments.remove(district, deed, doing));
    await calling(
      this.#dynamo.send(
        new UpdateCommand({
          TableName: this.#table,
          Key: accessKey(district, 'person', userId),
          UpdateExpression: 'REMOVE manual.#id',
          ExpressionAttributeNames: { '#id': id },
        }),
      ),
    );
  }
}

/** Somebody else took it away, or wrote it anew for another, since it was looked at. */
async function unlessGone(removal: Promise<void>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
  }
}
