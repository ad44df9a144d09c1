import { BatchGetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { accessKey, headCopies, headKey, shardOf } from '../../shared/store/keys.ts';
import { countUnits } from './capacity.ts';
import { timed } from './finding.ts';
import { district } from './plan-feed.ts';
import { evaluationOf, type Question, questionsOf } from './questions.ts';
import { connectTo, type Tables, tablesNamed } from './tables.ts';

export type Ask = { count: number; atOnce: number };
export type Asked = { ms: number; requests: number; readUnits: number };

type AskOne = (question: Question) => Promise<unknown>;

/** Asks as often as it is told: `check-asker.ts bare|handler|handler-counted <endpoint> <prefix of the tables> <feed>`. */
async function main(): Promise<void> {
  const [kind, endpoint = '', prefix = '', folder = ''] = process.argv.slice(2);
  const questions = await questionsOf(folder);
  const dynamo = connectTo(endpoint);
  const tables = tablesNamed(prefix);
  const spent = kind === 'handler-counted' ? countUnits(dynamo) : undefined;
  const ask = kind === 'bare' ? bareRead(dynamo, tables.access) : await throughHandler(dynamo, tables);
  process.on('message', async (message) => {
    // Sent by check.ts only.
    const { count, atOnce } = message as Ask;
    const { ms } = await timed(() => askAll(ask, questions.slice(0, count), atOnce));
    const { requests = 0, readUnits = 0 } = spent?.() ?? {};
    process.send?.({ ms, requests, readUnits } satisfies Asked);
  });
  process.send?.('ready');
}

async function askAll(ask: AskOne, questions: readonly Question[], atOnce: number): Promise<void> {
  const waiting = [...questions];
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let question = waiting.pop(); question; question = waiting.pop()) await ask(question);
    }),
  );
}

function bareRead(dynamo: DynamoDBDocumentClient, table: string): AskOne {
  return async ({ user, classId }) => {
    const Keys = [
      headKey(district, shardOf(user, headCopies)),
      accessKey(district, 'person', user),
      accessKey(district, 'class', classId),
    ];
    const { Responses } = await dynamo.send(
      new BatchGetCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } }),
    );
    if (Responses?.[table]?.length !== 3) throw new Error('An item was not there');
  };
}

/** Loaded only here: what a handler brings along must not slow the bare read down. */
async function throughHandler(dynamo: DynamoDBDocumentClient, tables: Tables): Promise<AskOne> {
  const { makeHandler } = await import('../../functions/evaluate-access/handler.ts');
  const { shippedCatalogues } = await import('../../shared/access/shipped-catalogues.ts');
  const { makeEvents } = await import('../../shared/runtime/events.ts');
  const { AccessStore } = await import('../../shared/store/access-store.ts');
  const { CandidateStore } = await import('../../shared/store/candidates.ts');
  const { context, httpEvent } = await import('../builders/http-event.ts');
  const handler = makeHandler({
    access: new AccessStore(dynamo, tables.access),
    candidates: new CandidateStore(dynamo, tables),
    cataloguesOf: () => shippedCatalogues,
    events: makeEvents('evaluate-access'),
    now: () => new Date('2026-11-21T12:00:00Z'),
  });
  const as = { clientId: `${district}.c1`, scopes: 'access.evaluate', district };
  return async (question) => {
    const body = evaluationOf(question, district);
    const { statusCode } = await handler(httpEvent('evaluateAccess', { body, as }), context);
    if (statusCode !== 200) throw new Error(`A check was answered with ${statusCode}`);
  };
}

await main();
