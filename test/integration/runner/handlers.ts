import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type {
  APIGatewayProxyEventV2,
  APIGatewayRequestAuthorizerEventV2,
  Context,
  DynamoDBStreamEvent,
  S3Event,
  SQSBatchResponse,
  SQSEvent,
} from 'aws-lambda';

/** What the fixture's functions did is told by how often each `pk` of one table was seen. */
const dynamo = new DynamoDBClient();

async function saw(pk: string): Promise<void> {
  await dynamo.send(
    new UpdateItemCommand({
      TableName: process.env.SEEN_TABLE,
      Key: { pk: { S: pk } },
      UpdateExpression: 'ADD times :one',
      ExpressionAttributeValues: { ':one': { N: '1' } },
    }),
  );
}

export async function echo(event: APIGatewayProxyEventV2, context: Context) {
  return {
    statusCode: 200,
    headers: {
      'Content-Type': 'application/json',
      'X-Remaining': String(context.getRemainingTimeInMillis() > 0),
    },
    cookies: ['a=1', 'b=2'],
    body: JSON.stringify(event),
  };
}

export async function fixed() {
  return { plain: true };
}

export async function slow(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 5000));
}

export async function broken(): Promise<void> {
  throw new Error('a detail that callers never see');
}

export async function authorize(event: APIGatewayRequestAuthorizerEventV2) {
  await saw(`authorized ${event.identitySource?.[0]}`);
  return { isAuthorized: event.identitySource?.[0] === 'Bearer good', context: { caller: 'ada' } };
}

/** A message `bad…` fails, one `throw…` takes its whole batch with it. */
export async function worked(event: SQSEvent): Promise<SQSBatchResponse> {
  if (event.Records.some(({ body }) => body.startsWith('throw'))) throw new Error('thrown');
  const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
  for (const { body, messageId, attributes } of event.Records) {
    await saw(`worked ${body} receive ${attributes.ApproximateReceiveCount}`);
    if (body.startsWith('bad')) batchItemFailures.push({ itemIdentifier: messageId });
  }
  return { batchItemFailures };
}

export async function received(event: S3Event): Promise<void> {
  for (const { s3 } of event.Records) await saw(`received ${s3.object.key} of ${s3.object.size}`);
}

export async function ticked(): Promise<void> {
  await saw('ticked');
}

/** Tells of its own table's new items but those it made itself. */
export async function streamed(event: DynamoDBStreamEvent): Promise<void> {
  for (const { eventName, dynamodb } of event.Records) {
    const pk = dynamodb?.Keys?.pk?.S ?? '';
    if (eventName === 'INSERT' && !pk.startsWith('streamed')) await saw(`streamed ${pk}`);
  }
}
