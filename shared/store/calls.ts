import { setTimeout as sleep } from 'node:timers/promises';
import {
  type DynamoDBDocumentClient,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { StoreUnavailable } from '../errors.ts';

/** A write's own condition did not hold: something else is so. For the repository that wrote to interpret. */
export class ConditionFailed extends Error {
  override name = 'ConditionFailed';
  /** Of a transaction: which of its writes, 0-based. */
  readonly writes: readonly number[];

  constructor(writes: readonly number[], cause: unknown) {
    super('A condition did not hold.', { cause });
    this.writes = writes;
  }
}

/** Faults that trying again does not mend; they are ours and go up as they are. */
const ours = new Set([
  'ValidationException',
  'AccessDeniedException',
  'AccessDenied',
  'ResourceNotFoundException',
  'NoSuchBucket',
  'SerializationException',
  'WallBreached',
]);

/**
 * One call of a store.
 * @throws {StoreUnavailable} after the SDK's own retries
 * @throws {ConditionFailed}
 */
export async function calling<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof Error) || ours.has(error.name)) throw error;
    if (error.name === 'ConditionalCheckFailedException') throw new ConditionFailed([0], error);
    if (error.name === 'TransactionCanceledException') {
      const failed = reasonsOf(error).flatMap((code, at) => (code === 'ConditionalCheckFailed' ? [at] : []));
      if (failed.length > 0) throw new ConditionFailed(failed, error);
    }
    throw new StoreUnavailable('A store did not answer.', { cause: error });
  }
}

function reasonsOf(error: Error): (string | undefined)[] {
  const reasons = 'CancellationReasons' in error ? error.CancellationReasons : undefined;
  return Array.isArray(reasons) ? reasons.map((reason: { Code?: string }) => reason.Code) : [];
}

const usualAttempts = 4;

/**
 * All writes or none. Transactions that touch the same items at once refuse each other: try again, apart.
 * @param attempts more where many are known to touch one item
 */
export async function transact(
  dynamo: DynamoDBDocumentClient,
  writes: NonNullable<TransactWriteCommandInput['TransactItems']>,
  attempts = usualAttempts,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await calling(dynamo.send(new TransactWriteCommand({ TransactItems: writes })));
      return;
    } catch (error) {
      if (!(error instanceof StoreUnavailable) || !isConflict(error.cause) || attempt === attempts)
        throw error;
      await sleep(jitter(attempt));
    }
  }
}

/** Another transaction was at the same items. */
export function isConflict(error: unknown): boolean {
  return error instanceof Error && reasonsOf(error).includes('TransactionConflict');
}

/** Milliseconds before the next attempt: up to 40, 80, 160, … 1,280. */
export function jitter(attempt: number): number {
  return Math.random() * 20 * 2 ** Math.min(attempt, 6);
}
