import {
  type DynamoDBDocumentClient,
  GetCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type Amount, atLeastNothing, takenMore } from '../reports/quota.ts';
import type { Report } from '../reports/report.ts';
import { calling } from './calls.ts';
import { reportUsageKey, reportUsagePartition } from './keys.ts';
import { putRevision } from './put-revision.ts';
import { queryAll } from './query.ts';

const StoredUsage = z.object({
  sk: z.string(),
  bytes: z.int(),
  files: z.int(),
  /** Grows by one with every change. */
  revision: z.int().positive(),
});

/** `used` may be below 0 until a table is counted for the first time; `revision` is 0 where nothing is written down yet. */
export type Usage = { account: string; used: Amount; revision: number };

/**
 * How much of what each account brought lies there: the sum of what its reports take (`shared/reports/quota.ts`), changed in the
 * transactions of `ReportLedger`. `reports`: pk = usage of a district, sk = account.
 */
export class ReportUsage {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(dynamo: DynamoDBDocumentClient, table: string) {
    this.#dynamo = dynamo;
    this.#table = table;
  }

  async used(district: string, account: string): Promise<Amount> {
    const Key = reportUsageKey(district, account);
    const { Item } = await calling(
      this.#dynamo.send(new GetCommand({ TableName: this.#table, Key, ConsistentRead: true })),
    );
    return Item === undefined ? { bytes: 0, files: 0 } : atLeastNothing(usageIn(Item).used);
  }

  /** Of all accounts that ever brought anything. */
  async *all(district: string): AsyncGenerator<Usage> {
    const partition = reportUsagePartition(district);
    for await (const item of queryAll(this.#dynamo, { table: this.#table, partition })) yield usageIn(item);
  }

  /** Puts what was counted in the place of what was read. @returns false where it has changed since */
  async correct(district: string, { account, revision }: Usage, counted: Amount): Promise<boolean> {
    const item = { ...reportUsageKey(district, account), ...counted };
    return putRevision(this.#dynamo, { table: this.#table, item, after: revision });
  }
}

type Writes = NonNullable<TransactWriteCommandInput['TransactItems']>;
type Change = { before?: Report; after: Report; most?: Amount | undefined };

/**
 * What changes with a report: nothing where its account takes as much as before, else one write.
 * @param change `most`: what the account may have in all; above that, the write's condition does not hold
 */
export function usageWrites(TableName: string, district: string, { before, after, most }: Change): Writes {
  const more = takenMore(before, after);
  if (more.bytes === 0 && more.files === 0) return [];
  const within =
    most === undefined
      ? { values: {} }
      : {
          values: { ':bytesBefore': most.bytes - more.bytes, ':filesBefore': most.files - more.files },
          condition: {
            ConditionExpression:
              'attribute_not_exists(pk) or (#bytes <= :bytesBefore and #files <= :filesBefore)',
          },
        };
  const update = {
    TableName,
    Key: reportUsageKey(district, after.account),
    UpdateExpression: 'ADD #bytes :bytes, #files :files, #revision :one',
    ExpressionAttributeNames: { '#bytes': 'bytes', '#files': 'files', '#revision': 'revision' },
    ExpressionAttributeValues: {
      ...{ ':bytes': more.bytes, ':files': more.files, ':one': 1 },
      ...within.values,
    },
  };
  return [{ Update: { ...update, ...within.condition } }];
}

function usageIn(item: Record<string, unknown>): Usage {
  const { sk, bytes, files, revision } = StoredUsage.parse(item);
  return { account: sk, used: { bytes, files }, revision };
}
