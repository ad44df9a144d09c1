import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

export type Spent = {
  requests: number;
  /** Items written, each write of one again. */
  writes: number;
  writeUnits: number;
  readUnits: number;
};

type Capacity = { CapacityUnits?: number };
type Seen = { input: { ReturnConsumedCapacity?: string; TransactItems?: unknown[]; Statements?: unknown[] } };

/** Statements are only ever writes here. */
const writing = /^(Put|Update|Delete|TransactWrite|BatchExecuteStatement)/;

/** Has the engine tell what each request of a client costs; the function returns what was spent so far. */
export function countUnits(dynamo: DynamoDBDocumentClient): () => Spent {
  const spent: Spent = { requests: 0, writes: 0, writeUnits: 0, readUnits: 0 };
  dynamo.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        // Every command of DynamoDB that is sent here takes this option and answers so.
        const { input } = args as Seen;
        input.ReturnConsumedCapacity = 'TOTAL';
        const answer = await next(args);
        const { ConsumedCapacity = [] } = answer.output as { ConsumedCapacity?: Capacity | Capacity[] };
        const units = [ConsumedCapacity]
          .flat()
          .reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
        spent.requests++;
        if (writing.test(commandName)) {
          spent.writes += (input.TransactItems ?? input.Statements)?.length ?? 1;
          spent.writeUnits += units;
        } else spent.readUnits += units;
        return answer;
      },
    { step: 'initialize' },
  );
  return () => ({ ...spent });
}
