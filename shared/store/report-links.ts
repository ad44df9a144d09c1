import { DeleteCommand, type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { calling } from './calls.ts';
import { reportLinkKey, reportLinksPartition } from './keys.ts';
import { collected, queryAll } from './query.ts';

const ReportLink = z.object({
  id: z.string(),
  /** The one account that it opens something to. */
  account: z.string(),
  by: z.string(),
  /** ISO 8601. */
  at: z.string(),
  until: z.string(),
});
export type ReportLink = z.infer<typeof ReportLink>;

/**
 * Links to reports. A link holds no secret: it opens to its person alone, who has to be signed in and still may have the report.
 * `reports`: pk = links of a report, sk = link.
 */
export class ReportLinks {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(dynamo: DynamoDBDocumentClient, table: string) {
    this.#dynamo = dynamo;
    this.#table = table;
  }

  /** Again changes nothing. */
  async create(district: string, report: string, link: ReportLink): Promise<void> {
    const expiresAt = Math.ceil(Date.parse(link.until) / 1000);
    const Item = { ...reportLinkKey(district, report, link.id), ...link, expiresAt };
    await calling(this.#dynamo.send(new PutCommand({ TableName: this.#table, Item })));
  }

  /** `undefined` also after its end. */
  async find(
    { district, report, link }: { district: string; report: string; link: string },
    now: Date,
  ): Promise<ReportLink | undefined> {
    const Key = reportLinkKey(district, report, link);
    const { Item } = await calling(
      this.#dynamo.send(new GetCommand({ TableName: this.#table, Key, ConsistentRead: true })),
    );
    return Item === undefined ? undefined : goodAt(ReportLink.parse(Item), now);
  }

  /** Those that have not ended. */
  async list(district: string, report: string, now: Date): Promise<ReportLink[]> {
    const partition = reportLinksPartition(district, report);
    const items = await collected(queryAll(this.#dynamo, { table: this.#table, partition }));
    return items.flatMap((item) => goodAt(ReportLink.parse(item), now) ?? []);
  }

  /** Again does nothing. */
  async end(district: string, report: string, link: string): Promise<void> {
    const Key = reportLinkKey(district, report, link);
    await calling(this.#dynamo.send(new DeleteCommand({ TableName: this.#table, Key })));
  }
}

function goodAt(link: ReportLink, now: Date): ReportLink | undefined {
  return link.until > now.toISOString() ? link : undefined;
}
