import { setTimeout as sleep } from 'node:timers/promises';
import { BatchGetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { StoreUnavailable } from '../errors.ts';
import { calling, jitter } from './calls.ts';

/** Keys that one `BatchGetItem` takes. */
export const batchKeys = 100;

const attempts = 4;

type Item = Record<string, unknown>;

/**
 * Any number of items of a table without sort keys, by `pk`, in as many consistent batches as they need at the same time.
 * @throws {StoreUnavailable} where a batch is not read to its end
 */
export async function readItems(
  dynamo: DynamoDBDocumentClient,
  table: string,
  pks: readonly string[],
): Promise<Map<string, Item>> {
  const count = Math.ceil(pks.length / batchKeys);
  const parts = Array.from({ length: count }, (_, i) => pks.slice(i * batchKeys, (i + 1) * batchKeys));
  const batches = await Promise.all(parts.map((part) => readBatch(dynamo, table, part)));
  return new Map(batches.flatMap((batch) => [...batch]));
}

async function readBatch(
  dynamo: DynamoDBDocumentClient,
  table: string,
  pks: readonly string[],
): Promise<Map<string, Item>> {
  const items = new Map<string, Item>();
  let keys: Record<string, unknown>[] = pks.map((pk) => ({ pk }));
  for (let attempt = 1; keys.length > 0; attempt += 1) {
    if (attempt > attempts) throw new StoreUnavailable('A batch was not read to its end.');
    if (attempt > 1) await sleep(jitter(attempt));
    const { Responses, UnprocessedKeys } = await calling(
      dynamo.send(new BatchGetCommand({ RequestItems: { [table]: { Keys: keys, ConsistentRead: true } } })),
    );
    for (const item of Responses?.[table] ?? []) items.set(String(item.pk), item);
    keys = UnprocessedKeys?.[table]?.Keys ?? [];
  }
  return items;
}
