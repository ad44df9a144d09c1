import { randomBytes, randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { ulid } from 'ulid';
import * as z from 'zod';
import { chainCount, emptyHead, type Head, hashAfter, type KeptLine } from '../audit/chain.ts';
import { AuditLine, canonical, Detail, digestOfDetail, type NewLine, operatorAudit } from '../audit/line.ts';
import { StoreUnavailable } from '../errors.ts';
import { ConditionFailed, calling, isConflict, jitter } from './calls.ts';
import { type Page, walk } from './cursors.ts';
import { auditDetailKey, auditHead, auditHeadKey, auditLineKey, auditPartition } from './keys.ts';
import { queryPage } from './query.ts';

const StoredHead = z.object({ sequence: z.int().positive(), hash: z.string() });
const StoredLine = z.object({ line: z.string(), hash: z.string() });

type Writes = NonNullable<TransactWriteCommandInput['TransactItems']>;

/** Lines of one transaction, which may have a hundred writes. */
const mostAtOnce = 40;
const attempts = 40;
/** Lines that one page may look at. */
const mostLookedAt = 3000;
const mostRemembered = 10_000;

/**
 * The audit of every district: lines in chains, each line's hash over all before it. Nothing here changes or takes away a line.
 * `audit`: pk = district, `audit`, chain; sk = number of the line, or `head` · pk = district, `audit-details`, whose; sk = id.
 */
export class AuditChains {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;
  /** Where this instance wrote last, by district: while nobody else writes there, a line takes no read. */
  readonly #heads = new Map<string, Head>();

  constructor(dynamo: DynamoDBDocumentClient, table: string) {
    this.#dynamo = dynamo;
    this.#table = table;
  }

  /** All lines, in their order; of more than forty some may be written where the rest is not. */
  async append(district: string | undefined, lines: readonly NewLine[]): Promise<void> {
    for (let from = 0; from < lines.length; from += mostAtOnce) {
      await this.#appendSome(district ?? operatorAudit, lines.slice(from, from + mostAtOnce));
    }
  }

  async #appendSome(district: string, lines: readonly NewLine[]): Promise<void> {
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      const remembered = this.#heads.get(district);
      const head = remembered ?? (await this.#head(district, randomInt(chainCount)));
      const { writes, next } = this.#writes(district, head, lines);
      try {
        await calling(this.#dynamo.send(new TransactWriteCommand({ TransactItems: writes })));
        if (this.#heads.size >= mostRemembered) this.#heads.clear();
        this.#heads.set(district, next);
        return;
      } catch (error) {
        const isTaken = error instanceof ConditionFailed;
        if (!isTaken && !(error instanceof StoreUnavailable && isConflict(error.cause))) throw error;
        // Somebody else writes in this chain: try another.
        this.#heads.delete(district);
        if (remembered === undefined) await sleep(jitter(Math.min(attempt, 4)));
      }
    }
    throw new StoreUnavailable('The audit was written to faster than lines could be added.');
  }

  #writes(district: string, head: Head, lines: readonly NewLine[]): { writes: Writes; next: Head } {
    const TableName = this.#table;
    let next = head;
    const puts = lines.flatMap(({ personal, ...rest }): Writes => {
      const sequence = next.sequence + 1;
      const place = { district, chain: head.chain, sequence };
      const beside = personal === undefined ? undefined : detailOf(personal);
      const line = { ...rest, ...place, ...(beside === undefined ? {} : { detail: beside.reference }) };
      const text = canonical(line);
      next = { chain: head.chain, sequence, hash: hashAfter(next.hash, line) };
      const isNew = { ConditionExpression: 'attribute_not_exists(pk)' };
      const Item = { ...auditLineKey(district, head.chain, sequence), line: text, hash: next.hash };
      if (beside === undefined) return [{ Put: { TableName, Item, ...isNew } }];
      const { about, id } = beside.reference;
      const detail = { ...auditDetailKey(district, about, id), detail: beside.detail };
      return [{ Put: { TableName, Item, ...isNew } }, { Put: { TableName, Item: detail, ...isNew } }];
    });
    const { sequence, hash } = next;
    const moved = { TableName, Item: { ...auditHeadKey(district, head.chain), sequence, hash } };
    return { writes: [{ Put: { ...moved, ...isStill(head) } }, ...puts], next };
  }

  /** Where each chain ends. */
  heads(district: string): Promise<Head[]> {
    return Promise.all(Array.from({ length: chainCount }, (_, chain) => this.#head(district, chain)));
  }

  async #head(district: string, chain: number): Promise<Head> {
    const Item = await this.#get(auditHeadKey(district, chain));
    return Item === undefined ? emptyHead(district, chain) : { chain, ...StoredHead.parse(Item) };
  }

  /** Chain after chain, each in its order; of one where `chain` names it. A page may end without being full. */
  async list(
    district: string,
    { chain, limit, cursor }: { chain?: number | undefined; limit: number; cursor?: string | undefined },
    isWanted: (line: AuditLine) => boolean,
  ): Promise<Page<KeptLine>> {
    const chains = chain === undefined ? Array.from({ length: chainCount }, (_, at) => at) : [chain];
    const partitions = chains.map((one) => auditPartition(district, one));
    const page = await walk(partitions, { limit, cursor, most: mostLookedAt }, async (slice) => {
      const found = await queryPage(this.#dynamo, { table: this.#table, ...slice });
      const items = found.items.map((item) => {
        const sk = String(item.sk);
        const kept = sk === auditHead ? undefined : keptLine(item);
        return { sk, item: kept !== undefined && isWanted(kept.line) ? kept : undefined };
      });
      return { items, more: found.more };
    });
    return { ...page, items: await Promise.all(page.items.map((kept) => this.#withDetail(district, kept))) };
  }

  async #withDetail(district: string, kept: KeptLine): Promise<KeptLine> {
    const { detail: reference } = kept.line;
    if (reference === undefined) return kept;
    const Item = await this.#get(auditDetailKey(district, reference.about, reference.id));
    return Item === undefined ? kept : { ...kept, detail: Detail.parse(Item.detail) };
  }

  async #get(Key: { pk: string; sk: string }): Promise<Record<string, unknown> | undefined> {
    const { Item } = await calling(
      this.#dynamo.send(new GetCommand({ TableName: this.#table, Key, ConsistentRead: true })),
    );
    return Item;
  }
}

function isStill({ sequence, hash }: Head) {
  if (sequence === 0) return { ConditionExpression: 'attribute_not_exists(pk)' };
  return {
    ConditionExpression: '#sequence = :sequence AND #hash = :hash',
    ExpressionAttributeNames: { '#sequence': 'sequence', '#hash': 'hash' },
    ExpressionAttributeValues: { ':sequence': sequence, ':hash': hash },
  };
}

function detailOf({ about, before, after }: NonNullable<NewLine['personal']>) {
  const salt = randomBytes(32).toString('hex');
  const detail: Detail = {
    salt,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  };
  return { detail, reference: { about, id: ulid(), digest: digestOfDetail(detail) } };
}

function keptLine(item: Record<string, unknown>): KeptLine {
  const { line, hash } = StoredLine.parse(item);
  return { line: AuditLine.parse(JSON.parse(line)), hash };
}
