import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { Local } from '../../infra/local/stack.ts';
import type { Commit } from '../../shared/roster/sync-stores.ts';
import { commitKey, commitsPartition } from '../../shared/store/keys.ts';

/** Moves a district's commits, in their order, to these instants: a stack has one clock, and a test wants past days. */
export async function dateCommits(
  local: Local,
  district: string,
  instants: readonly string[],
): Promise<void> {
  const client = new DynamoDBClient({
    endpoint: local.endpoints.dynamodb,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const dynamo = DynamoDBDocumentClient.from(client);
  const TableName = 'rolebook-syncs';
  const { Items = [] } = await dynamo.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': commitsPartition(district) },
      ConsistentRead: true,
    }),
  );
  for (const [index, item] of Items.entries()) {
    // Written by the ledger only.
    const { at, ...commit } = item.commit as Commit;
    const moved = { ...commit, at: instants[index] ?? at };
    const Item = { ...commitKey(district, moved.at, moved.generation), commit: moved };
    if (moved.at === at) continue;
    await dynamo.send(
      new TransactWriteCommand({
        TransactItems: [
          { Put: { TableName, Item } },
          { Delete: { TableName, Key: { pk: item.pk, sk: item.sk } } },
        ],
      }),
    );
  }
  client.destroy();
}
