import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { ConditionFailed, calling } from './calls.ts';

type Next = { table: string; item: Record<string, unknown>; after: number };

/**
 * Puts an item in the place of the revision that was read.
 * @param next `after`: that revision; 0 where there was none
 * @returns false where somebody else has put one since
 */
export async function putRevision(
  dynamo: DynamoDBDocumentClient,
  { table, item, after }: Next,
): Promise<boolean> {
  const Item = { ...item, revision: after + 1 };
  const condition =
    after === 0
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : { ConditionExpression: 'revision = :seen', ExpressionAttributeValues: { ':seen': after } };
  try {
    await calling(dynamo.send(new PutCommand({ TableName: table, Item, ...condition })));
    return true;
  } catch (error) {
    if (error instanceof ConditionFailed) return false;
    throw error;
  }
}
