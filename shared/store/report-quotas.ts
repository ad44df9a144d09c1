import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { Amount, type DeploymentQuota, type DistrictQuotas, quotaOf, type Room } from '../reports/quota.ts';
import { ConditionFailed, calling } from './calls.ts';
import { reportQuotasKey } from './keys.ts';
import { ReportUsage } from './report-usage.ts';

const StoredQuotas = z.object({
  each: Amount.optional(),
  accounts: z.array(Amount.extend({ account: z.string() })),
  revision: z.int().positive(),
});

/** `revision` is 0 where a district says nothing. */
export type SaidQuotas = DistrictQuotas & { revision: number };

/** How much each account may have lying in `upload` and `test`. `reports`: pk = quotas of a district, sk = `quotas`. */
export class ReportQuotas {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #usage: ReportUsage;
  readonly deployment: DeploymentQuota;

  constructor(dynamo: DynamoDBDocumentClient, table: string, deployment: DeploymentQuota) {
    this.#dynamo = dynamo;
    this.#table = table;
    this.#usage = new ReportUsage(dynamo, table);
    this.deployment = deployment;
  }

  async said(district: string): Promise<SaidQuotas> {
    const Key = reportQuotasKey(district);
    const { Item } = await calling(
      this.#dynamo.send(new GetCommand({ TableName: this.#table, Key, ConsistentRead: true })),
    );
    return Item === undefined ? { accounts: [], revision: 0 } : StoredQuotas.parse(Item);
  }

  /** @param said `revision`: as it was read. @returns false where somebody else has put some since */
  async put(district: string, { revision, ...said }: SaidQuotas): Promise<boolean> {
    const Item = { ...reportQuotasKey(district), ...said, revision: revision + 1 };
    const condition =
      revision === 0
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : { ConditionExpression: 'revision = :seen', ExpressionAttributeValues: { ':seen': revision } };
    try {
      await calling(this.#dynamo.send(new PutCommand({ TableName: this.#table, Item, ...condition })));
      return true;
    } catch (error) {
      if (error instanceof ConditionFailed) return false;
      throw error;
    }
  }

  async room(district: string, account: string): Promise<Room> {
    const [room] = await this.rooms(district, [account]);
    return room ?? { used: { bytes: 0, files: 0 }, most: this.deployment.usual };
  }

  /** In the order of `accounts`. */
  async rooms(district: string, accounts: readonly string[]): Promise<Room[]> {
    const [said, ...used] = await Promise.all([
      this.said(district),
      ...accounts.map((account) => this.#usage.used(district, account)),
    ]);
    return accounts.map((account, at) => ({
      used: used[at] ?? { bytes: 0, files: 0 },
      most: quotaOf(this.deployment, said, account),
    }));
  }
}
