import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { AccessStore } from '../../shared/store/access-store.ts';
import { splitKey } from '../../shared/store/keys.ts';
import { count, type Finding } from './finding.ts';

/** DynamoDB refuses more consistent reads of one partition than this, in a second; an item is never on two. */
const partitionReads = 3_000;
/** The engine below gives this share of it, so that one process reaches the ceiling. */
const scale = 1 / 50;
const seconds = 2;
const people = 5_000;

/**
 * What every check of a district reads is its head. An engine that refuses reads of a key beyond its budget shows where checks begin to
 * wait for it, with one head and with the copies that there are.
 */
export async function ceiling(): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const copies of ['one', 'all'] as const) {
    const most = await highestRate(copies);
    const whole = count(most / scale);
    findings.push({
      what:
        copies === 'one'
          ? 'checks a second of one district, were its head one item'
          : '  with the copies of the head',
      measured: `${whole} (${count(most)} at ${scale * 100} % of a partition's ${count(partitionReads)} reads)`,
    });
  }
  return findings;
}

/** The highest rate tried at which fewer than 1 % of the reads of the head are refused. */
async function highestRate(copies: 'one' | 'all'): Promise<number> {
  let best = 0;
  for (let rate = 40; rate <= 5_000; rate = Math.ceil(rate * 1.25)) {
    const refused = await refusedAt(rate, copies);
    if (refused > 0.01) break;
    best = rate;
  }
  return best;
}

async function refusedAt(rate: number, copies: 'one' | 'all'): Promise<number> {
  const engine = new BudgetedEngine(partitionReads * scale, copies);
  const access = new AccessStore(engine.client(), 'access');
  const from = performance.now();
  const asked: Promise<unknown>[] = [];
  for (let sent = 0; sent < rate * seconds; ) {
    const due = Math.min(rate * seconds, Math.floor(((performance.now() - from) / 1000) * rate));
    for (; sent < due; sent++) {
      const id = `u-${Math.floor(Math.random() * people)}`;
      const question = {
        subject: { type: 'user', id },
        action: { name: 'hmh:roster.view' },
        resource: { type: 'class', id: `c-${sent % 997}` },
      };
      // One that was refused as often as it is tried counts by its refusals.
      asked.push(access.checkFacts('d-1', question).catch(() => undefined));
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await Promise.all(asked);
  return engine.refused / engine.asked;
}

/** Answers batches from nothing but heads, and leaves keys beyond their budget unprocessed, as DynamoDB does. */
class BudgetedEngine {
  asked = 0;
  refused = 0;
  readonly #perSecond: number;
  readonly #copies: 'one' | 'all';
  readonly #budgets = new Map<string, { left: number; at: number }>();

  constructor(perSecond: number, copies: 'one' | 'all') {
    this.#perSecond = perSecond;
    this.#copies = copies;
  }

  client(): DynamoDBDocumentClient {
    const send = async ({
      input,
    }: {
      input: { RequestItems: Record<string, { Keys: { pk: string }[] }> };
    }) => {
      const [[table, { Keys }] = ['', { Keys: [] }]] = Object.entries(input.RequestItems);
      const served = Keys.filter(({ pk }) => this.#serves(pk));
      const unprocessed = Keys.filter((key) => !served.includes(key));
      return {
        Responses: { [table]: served.filter(({ pk }) => isHead(pk)).map(({ pk }) => ({ pk, ...head })) },
        UnprocessedKeys: unprocessed.length === 0 ? {} : { [table]: { Keys: unprocessed } },
      };
    };
    // All that AccessStore asks of a client.
    return { send } as unknown as DynamoDBDocumentClient;
  }

  #serves(pk: string): boolean {
    if (!isHead(pk)) return true;
    this.asked++;
    const name = this.#copies === 'one' ? 'head' : pk;
    const now = performance.now();
    const budget = this.#budgets.get(name) ?? { left: this.#perSecond, at: now };
    const left = Math.min(this.#perSecond, budget.left + ((now - budget.at) / 1000) * this.#perSecond);
    const serves = left >= 1;
    this.#budgets.set(name, { left: serves ? left - 1 : left, at: now });
    if (!serves) this.refused++;
    return serves;
  }
}

const head = { committed: 1, revision: 0, timeZone: 'UTC', settings: {} };

function isHead(pk: string): boolean {
  return splitKey(pk)[1] === 'head';
}
