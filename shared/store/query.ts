import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { calling } from './calls.ts';

type Asked = {
  table: string;
  partition: string;
  after?: string | undefined;
  prefix?: string | undefined;
  limit: number;
  backward?: boolean;
  /** Nothing but `pk` and `sk`; all that a role with `QueryKeys` may read. */
  keysOnly?: boolean;
};

export type Found = { items: Record<string, unknown>[]; more: boolean };

/** One page of one partition, by sort key; `more` where the partition may go on. Consistent. */
export async function queryPage(dynamo: DynamoDBDocumentClient, asked: Asked): Promise<Found> {
  const { table, partition, after, prefix, limit, backward = false, keysOnly = false } = asked;
  const answer = await calling(
    dynamo.send(
      new QueryCommand({
        TableName: table,
        ConsistentRead: true,
        // Not begins_with: the embedded engine takes letters of either case for the same there (docs/local-stack.md).
        KeyConditionExpression:
          prefix === undefined ? 'pk = :pk' : 'pk = :pk and sk between :prefix and :last',
        ExpressionAttributeValues: {
          ':pk': partition,
          ...(prefix === undefined ? {} : { ':prefix': prefix, ':last': `${prefix}\u{10ffff}` }),
        },
        ...(after === undefined ? {} : { ExclusiveStartKey: { pk: partition, sk: after } }),
        ...(keysOnly ? { Select: 'SPECIFIC_ATTRIBUTES', ProjectionExpression: 'pk, sk' } : {}),
        Limit: limit,
        ScanIndexForward: !backward,
      }),
    ),
  );
  return { items: answer.Items ?? [], more: answer.LastEvaluatedKey !== undefined };
}

/** All of one partition, page by page. */
export async function* queryAll(
  dynamo: DynamoDBDocumentClient,
  asked: Pick<Asked, 'table' | 'partition' | 'prefix'>,
): AsyncGenerator<Record<string, unknown>> {
  for (let after: string | undefined, more = true; more; ) {
    const page = await queryPage(dynamo, { ...asked, after, limit: 1000 });
    yield* page.items;
    const last = page.items.at(-1)?.sk;
    after = last === undefined ? undefined : String(last);
    more = page.more && after !== undefined;
  }
}

/** What of one partition sorts before `end`, page by page, the first first. Consistent. */
export async function* queryBefore(
  dynamo: DynamoDBDocumentClient,
  { table, partition, end }: { table: string; partition: string; end: string },
): AsyncGenerator<Record<string, unknown>> {
  let from: Record<string, unknown> | undefined;
  do {
    const answer = await calling(
      dynamo.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :pk and sk < :end',
          ExpressionAttributeValues: { ':pk': partition, ':end': end },
          ConsistentRead: true,
          ExclusiveStartKey: from,
          Limit: 100,
        }),
      ),
    );
    yield* answer.Items ?? [];
    from = answer.LastEvaluatedKey;
  } while (from);
}

/** For what is known to be few. */
export async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
