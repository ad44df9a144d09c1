import {
  type DynamoDBDocumentClient,
  GetCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type Amount, takenBy } from '../reports/quota.ts';
import { keptDays, Report, toldDays } from '../reports/report.ts';
import { ServiceEvent } from '../reports/service-event.ts';
import { firstLookMs, isUnfinished } from '../reports/standstill.ts';
import { ConditionFailed, calling, transact } from './calls.ts';
import {
  accountReportKey,
  accountReportsPartition,
  askedReportKey,
  askedReportsPartition,
  eventKey,
  eventsPartition,
  reportKey,
  reportLineKey,
  reportLinesPartition,
  reportsPartition,
} from './keys.ts';
import { eventWrite } from './outbox.ts';
import { queryAll, queryPage } from './query.ts';
import { usageWrites } from './report-usage.ts';
import { unfinishedItem } from './unfinished-reports.ts';

/** What happened to a report, and by whom: `to` of a mail is an account's id. */
export const ReportLine = z.object({
  /** Sorts in the order of what happened; the same for the same happening. */
  id: z.string(),
  /** ISO 8601. */
  at: z.string(),
  what: z.string(),
  by: z.string().optional(),
  to: z.string().optional(),
  why: z.string().optional(),
  /** The event that a mail is about. */
  of: z.string().optional(),
});
export type ReportLine = z.infer<typeof ReportLine>;

/** All uploads of an account write its usage. */
const attempts = 10;

type Writes = NonNullable<TransactWriteCommandInput['TransactItems']>;
/** What is written with a report or not at all. */
type Along = { line: ReportLine; event?: ServiceEvent | undefined };

/**
 * Reports, their ledgers, and the events that people and other software hear of (the outbox, whose stream `announce-events` reads).
 * `reports`: pk = reports of a district, sk = report; pk = reports of an account, sk = report; pk = reports that somebody asked for,
 * sk = report; pk = lines of a report, sk = line; pk = events of a day, sk = event. What is to be checked or made is looked after from the
 * same write on (`UnfinishedReports`).
 */
export class ReportLedger {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(dynamo: DynamoDBDocumentClient, table: string) {
    this.#dynamo = dynamo;
    this.#table = table;
  }

  /** @returns false where a report of that id is there already, which stays as it is */
  async create(district: string, report: Report, along: Along): Promise<boolean> {
    return (await this.createWithin(district, report, along)) === 'created';
  }

  /** @param along `most`: what the account may have in all; where this were more, nothing is written */
  async createWithin(
    district: string,
    report: Report,
    { most, ...along }: Along & { most?: Amount },
  ): Promise<'created' | 'there' | 'over-quota'> {
    const isNew = 'attribute_not_exists(pk)';
    const { id, account, by, asked } = report;
    const places = [
      accountReportKey(district, account, id),
      ...(asked === undefined ? [] : [askedReportKey(district, by, id)]),
    ];
    const { bytes, files } = takenBy(report);
    // Where nothing is written down of the account yet, its write compares nothing.
    if (most !== undefined && (bytes > most.bytes || files > most.files))
      return (await this.find(district, id)) === undefined ? 'over-quota' : 'there';
    const usage = usageWrites(this.#table, district, { after: report, most });
    const writes = [
      this.#put({ ...reportKey(district, id), ...report, ...endOf(report) }, isNew),
      ...places.map((place) => this.#put({ ...place, ...endOf(report) })),
      ...(isUnfinished(report) ? [this.#lookAfter(district, report, along)] : []),
      ...this.#along(district, report.id, along),
      ...usage,
    ];
    const failed = await this.#write(writes);
    if (failed === undefined) return 'created';
    // What is there already has its room.
    const isUsage = usage.length > 0 && failed.every((at) => at === writes.length - 1);
    return isUsage ? 'over-quota' : 'there';
  }

  /**
   * What a report has become; `before` as it was read.
   * @returns false where it has changed since
   */
  async change(district: string, before: Report, after: Report, along: Along): Promise<boolean> {
    const item = {
      ...reportKey(district, after.id),
      ...after,
      ...endOf(after),
      revision: before.revision + 1,
    };
    return this.#all([
      this.#put(item, 'revision = :before', { ':before': before.revision }),
      ...(isUnfinished(after) && !isUnfinished(before) ? [this.#lookAfter(district, item, along)] : []),
      ...this.#along(district, after.id, along),
      ...usageWrites(this.#table, district, { before, after }),
    ]);
  }

  /** How far it is with it, which is nothing that happened. @returns false where it has changed since */
  async progress(district: string, before: Report, progress: Report['progress']): Promise<boolean> {
    const item = { ...reportKey(district, before.id), ...before, progress, revision: before.revision + 1 };
    return this.#all([this.#put(item, 'revision = :before', { ':before': before.revision })]);
  }

  /** Something happened that leaves the report as it is, e.g. that it was fetched. @returns false where it is told already */
  async note(district: string, report: string, along: Along): Promise<boolean> {
    return this.#all(this.#along(district, report, along));
  }

  /** An event of no report. @returns false where it is told already */
  async tell(event: ServiceEvent): Promise<boolean> {
    return this.#all([this.#event(event)]);
  }

  /** `day`: of the event, `YYYY-MM-DD`. `undefined` where it is kept no longer. */
  async findEvent(district: string, day: string, event: string): Promise<ServiceEvent | undefined> {
    const Key = eventKey(district, day, event);
    const { Item } = await calling(
      this.#dynamo.send(new GetCommand({ TableName: this.#table, Key, ConsistentRead: true })),
    );
    return Item === undefined ? undefined : ServiceEvent.parse(Item.event);
  }

  /** All of a day, in no order that means anything. */
  async *events(district: string, day: string): AsyncGenerator<ServiceEvent> {
    const partition = eventsPartition(district, day);
    for await (const { event } of queryAll(this.#dynamo, { table: this.#table, partition }))
      yield ServiceEvent.parse(event);
  }

  async find(district: string, report: string): Promise<Report | undefined> {
    const { Item } = await calling(
      this.#dynamo.send(
        new GetCommand({ TableName: this.#table, Key: reportKey(district, report), ConsistentRead: true }),
      ),
    );
    return Item === undefined ? undefined : Report.parse(Item);
  }

  /** The newest first, of the district, of an account, or those that somebody asked for; `after` as `next` of the page before. */
  async list(
    district: string,
    { after, limit, ...of }: ReportsOf & { after?: string | undefined; limit: number },
  ): Promise<{ items: Report[]; next?: string }> {
    const isAll = of.account === undefined && of.by === undefined;
    const partition = partitionOf(district, of);
    const page = await queryPage(this.#dynamo, {
      table: this.#table,
      partition,
      after,
      limit,
      backward: true,
    });
    const found = isAll
      ? page.items.map((item) => Report.parse(item))
      : await Promise.all(page.items.map(({ sk }) => this.find(district, String(sk))));
    const last = page.items.at(-1)?.sk;
    return {
      items: found.filter((report) => report !== undefined),
      ...(page.more && last !== undefined ? { next: String(last) } : {}),
    };
  }

  async *lines(district: string, report: string): AsyncGenerator<ReportLine> {
    const partition = reportLinesPartition(district, report);
    for await (const item of queryAll(this.#dynamo, { table: this.#table, partition }))
      yield ReportLine.parse(item);
  }

  async #all(writes: Writes): Promise<boolean> {
    return (await this.#write(writes)) === undefined;
  }

  /** @returns which of the writes' conditions did not hold, 0-based; `undefined` where all is written */
  async #write(writes: Writes): Promise<readonly number[] | undefined> {
    try {
      await transact(this.#dynamo, writes, attempts);
      return undefined;
    } catch (error) {
      if (error instanceof ConditionFailed) return error.writes;
      throw error;
    }
  }

  #lookAfter(district: string, { id, revision }: Pick<Report, 'id' | 'revision'>, { line }: Along) {
    const at = Date.parse(line.at) + firstLookMs;
    return this.#put(unfinishedItem({ district, report: id, at, sent: 0, revision }));
  }

  #along(district: string, report: string, { line, event }: Along): Writes {
    const isNew = 'attribute_not_exists(pk)';
    return [
      this.#put({ ...reportLineKey(district, report, line.id), ...line }, isNew),
      ...(event === undefined ? [] : [this.#event(event)]),
    ];
  }

  #event(event: ServiceEvent): Writes[number] {
    return eventWrite(this.#table, event);
  }

  #put(Item: Record<string, unknown>, condition?: string, values?: Record<string, unknown>): Writes[number] {
    return {
      Put: {
        TableName: this.#table,
        Item,
        ...(condition === undefined ? {} : { ConditionExpression: condition }),
        ...(values === undefined ? {} : { ExpressionAttributeValues: values }),
      },
    };
  }
}

/** Whose reports: all of the district where neither is given. */
export type ReportsOf =
  | { account: string; by?: undefined }
  | { by: string; account?: undefined }
  | AllReports;
type AllReports = { account?: undefined; by?: undefined };

function partitionOf(district: string, { account, by }: ReportsOf): string {
  if (account !== undefined) return accountReportsPartition(district, account);
  return by === undefined ? reportsPartition(district) : askedReportsPartition(district, by);
}

/** When it is told of no longer. */
function endOf({ until }: Pick<Report, 'until'>): { expiresAt: number } {
  return { expiresAt: Math.ceil(Date.parse(until) / 1000) + (toldDays - keptDays) * 24 * 3600 };
}
