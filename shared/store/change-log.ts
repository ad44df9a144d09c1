import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { StoreUnavailable } from '../errors.ts';
import { type LogEntry, logDays, Told } from '../roster/told.ts';
import { ConditionFailed, calling, transact } from './calls.ts';
import { changeHeadKey, changeKey, changesPartition } from './keys.ts';
import { queryPage } from './query.ts';

type Writes = NonNullable<TransactWriteCommandInput['TransactItems']>;

const Item = z.object({
  sequence: z.int().positive(),
  at: z.string(),
  told: z.array(Told),
  manifest: z.string().optional(),
});
const Head = z.object({ sequence: z.int().positive() });

const attempts = 8;

/** Numbers closed in one reading: as many writes at most. */
const mostClosed = 200;

/** Whoever took a number before this many milliseconds has used it, or never will: no function that writes runs longer. */
const underWayMs = 60_000;
const pageEntries = 1000;

/**
 * The log of what changed in a district (decision 0016). Whoever changes something takes the next number, and writes the entry under
 * it in the transaction of the change. A number may stay unused, or be used after later ones: a reader closes it with an entry that
 * tells nothing, and a writer who finds the number closed takes another. So what a reader has passed never changes.
 * `syncs`: pk = changes of a district, sk = number; and the last number that was given out.
 */
export class ChangeLog {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #now: () => string;

  constructor(
    dynamo: DynamoDBDocumentClient,
    table: string,
    now: () => string = () => new Date().toISOString(),
  ) {
    this.#dynamo = dynamo;
    this.#table = table;
    this.#now = now;
  }

  /**
   * All writes and the entry that tells of them, or none.
   * @throws {ConditionFailed} of the writes given
   */
  async transact(district: string, writes: Writes, told: readonly Told[]): Promise<void> {
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      const entry = await this.entry(district, { told });
      try {
        await transact(this.#dynamo, [...writes, entry]);
        return;
      } catch (error) {
        if (!(error instanceof ConditionFailed)) throw error;
        const given = error.writes.filter((at) => at < writes.length);
        if (given.length > 0) throw new ConditionFailed(given, error.cause);
      }
    }
    throw new StoreUnavailable('The log of changes was read faster than it could be written.');
  }

  /** The write of one entry, under a number of its own; fails where a reader has closed that number. */
  async entry(
    district: string,
    { told, manifest }: { told: readonly Told[]; manifest?: string },
  ): Promise<Writes[number]> {
    const answer = await calling(
      this.#dynamo.send(
        new UpdateCommand({
          TableName: this.#table,
          Key: changeHeadKey(district),
          UpdateExpression: 'ADD #sequence :one',
          ExpressionAttributeNames: { '#sequence': 'sequence' },
          ExpressionAttributeValues: { ':one': 1 },
          ReturnValues: 'UPDATED_NEW',
        }),
      ),
    );
    const { sequence } = Head.parse(answer.Attributes);
    return { Put: this.#put(district, sequence, { told, ...(manifest === undefined ? {} : { manifest }) }) };
  }

  /** Entries after a number in their order, none left out between; `more` where there are others behind. */
  async read(
    district: string,
    after: number,
    limit: number,
  ): Promise<{ entries: LogEntry[]; more: boolean }> {
    const found = await this.#page(district, { after, limit });
    const entries: LogEntry[] = [];
    let next = after + 1;
    let closed = 0;
    for (const entry of found.entries) {
      for (; next < entry.sequence; next += 1, closed += 1) {
        // What came under that number just now is read with it the next time.
        if (closed === mostClosed || !(await this.#close(district, next))) return { entries, more: true };
        entries.push({ sequence: next, at: entry.at, told: [] });
      }
      entries.push(entry);
      next = entry.sequence + 1;
    }
    return { entries, more: found.more };
  }

  /** The last number that was given out; 0 before the first. */
  async last(district: string): Promise<number> {
    const { Item: head } = await calling(
      this.#dynamo.send(
        new GetCommand({ TableName: this.#table, Key: changeHeadKey(district), ConsistentRead: true }),
      ),
    );
    return head === undefined ? 0 : Head.parse(head).sequence;
  }

  /** The newest number, after no other up to it can be used any more: a place to follow from. 0 = nothing has changed yet. */
  async tip(district: string): Promise<number> {
    const oldest = new Date(Date.parse(this.#now()) - underWayMs).toISOString();
    const recent = new Set<number>();
    let least = Number.POSITIVE_INFINITY;
    for (let before: number | undefined, more = true; more; ) {
      const page = await this.#page(district, { limit: pageEntries, backward: true, before });
      for (const { sequence, at } of page.entries) {
        recent.add(sequence);
        least = sequence;
        if (at < oldest) return this.#settled(district, recent, least);
      }
      before = least;
      more = page.more;
    }
    if (recent.size === 0) return 0;
    return this.#settled(district, recent, Math.max(1, least - mostClosed));
  }

  async #settled(district: string, recent: ReadonlySet<number>, least: number): Promise<number> {
    const tip = Math.max(...recent);
    for (let sequence = least; sequence < tip; sequence += 1) {
      if (!recent.has(sequence)) await this.#close(district, sequence);
    }
    return tip;
  }

  /** False where the number is used. */
  async #close(district: string, sequence: number): Promise<boolean> {
    try {
      await calling(this.#dynamo.send(new PutCommand(this.#put(district, sequence, { told: [] }))));
      return true;
    } catch (error) {
      if (error instanceof ConditionFailed) return false;
      throw error;
    }
  }

  #put(district: string, sequence: number, entry: { told: readonly Told[]; manifest?: string }) {
    const at = this.#now();
    const expiresAt = Math.floor(Date.parse(at) / 1000) + logDays * 24 * 3600;
    return {
      TableName: this.#table,
      Item: { ...changeKey(district, sequence), sequence, at, ...entry, expiresAt },
      ConditionExpression: 'attribute_not_exists(pk)',
    };
  }

  async #page(
    district: string,
    asked: { limit: number; after?: number; before?: number | undefined; backward?: boolean },
  ): Promise<{ entries: LogEntry[]; more: boolean }> {
    const { limit, backward = false } = asked;
    const from = asked.after ?? asked.before;
    const { items, more } = await queryPage(this.#dynamo, {
      table: this.#table,
      partition: changesPartition(district),
      after: from === undefined ? undefined : changeKey(district, from).sk,
      limit,
      backward,
    });
    const entries = items.map((item): LogEntry => {
      const { manifest, ...entry } = Item.parse(item);
      return manifest === undefined ? entry : { ...entry, manifest };
    });
    return { entries, more };
  }
}
