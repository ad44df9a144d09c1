import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { Amount, type DeploymentQuota, type DistrictQuotas, quotaOf, type Room } from '../reports/quota.ts';
import { calling } from './calls.ts';
import { reportQuotasKey } from './keys.ts';
import { putRevision } from './put-revision.ts';
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
    const item = { ...reportQuotasKey(district), ...said };
    return putRevision(this.#dynamo, { table: this.#table, item, after: revision });
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
