import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListBucketsCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { ListQueuesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import type { Local } from '../../infra/local/stack.ts';
import { unpackFeed } from '../../shared/feeds/open-feed.ts';
import { memorySource } from './feed-files.ts';

const aws = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };

/** A table's item, an object or a message: where it is, and all of its text. */
export type StoredText = { where: string; text: string };

export async function* allItems({ endpoints }: Local): AsyncGenerator<StoredText> {
  const client = new DynamoDBClient({ ...aws, endpoint: endpoints.dynamodb });
  const dynamo = DynamoDBDocumentClient.from(client);
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  for (const TableName of TableNames) {
    for await (const { Items = [] } of paginateScan(
      { client: dynamo },
      { TableName, ConsistentRead: true },
    )) {
      for (const item of Items)
        yield { where: `${TableName} ${item.pk} ${item.sk}`, text: JSON.stringify(item) };
    }
  }
}

/** Zips as what is in them. The engine keeps one version of an object. */
export async function* allObjects({ endpoints }: Local): AsyncGenerator<StoredText> {
  const s3 = new S3Client({ ...aws, endpoint: endpoints.s3, forcePathStyle: true });
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  for (const { Name: Bucket = '' } of Buckets) {
    for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket })) {
      for (const { Key = '' } of Contents) {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
        const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
        yield { where: `${Bucket} ${Key}`, text: await textIn(bytes) };
      }
    }
  }
}

async function textIn(bytes: Buffer): Promise<string> {
  if (bytes.subarray(0, 2).toString() !== 'PK') return bytes.toString();
  const parts: Buffer[] = [];
  for (const file of await unpackFeed([memorySource('feed.zip', bytes)])) {
    for await (const part of file.stream()) parts.push(Buffer.from(part));
  }
  return Buffer.concat(parts).toString();
}

/** What waits in any queue, dead letters included; messages are hidden for a moment by it. */
export async function* allMessages({ endpoints }: Local): AsyncGenerator<StoredText> {
  const sqs = new SQSClient({ ...aws, endpoint: endpoints.sqs });
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
  for (const QueueUrl of QueueUrls) {
    const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 });
    const { Messages = [] } = await sqs.send(receive);
    for (const { Body = '' } of Messages) yield { where: QueueUrl, text: Body };
  }
}
