import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, HeadBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  QueueNameExists,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { localName } from './identities.ts';
import type { Declaration } from './template.ts';

export type Clients = { dynamodb: DynamoDBClient; sqs: SQSClient; s3: S3Client };

/** Makes what is declared and not there yet; what is there keeps its data. */
export async function provision(
  declaration: Declaration,
  clients: Clients,
  limits: QueueLimits,
): Promise<void> {
  await Promise.all([
    createTables(declaration, clients.dynamodb),
    createQueues(declaration, clients.sqs, limits),
    createBuckets(declaration, clients.s3),
  ]);
}

const TableProperties = z.object({
  AttributeDefinitions: z.array(
    z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) }),
  ),
  KeySchema: z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) })),
  StreamSpecification: z
    .object({ StreamViewType: z.enum(['NEW_AND_OLD_IMAGES', 'NEW_IMAGE', 'OLD_IMAGE', 'KEYS_ONLY']) })
    .optional(),
  TimeToLiveSpecification: z.object({ AttributeName: z.string(), Enabled: z.boolean() }).optional(),
  GlobalSecondaryIndexes: z.never().optional(),
  LocalSecondaryIndexes: z.never().optional(),
});

async function createTables(declaration: Declaration, dynamodb: DynamoDBClient): Promise<void> {
  for (const resource of declaration.ofType('AWS::DynamoDB::Table')) {
    const { AttributeDefinitions, KeySchema, StreamSpecification, TimeToLiveSpecification } =
      declaration.read(resource, TableProperties);
    const TableName = localName(resource);
    try {
      await dynamodb.send(
        new CreateTableCommand({
          TableName,
          AttributeDefinitions,
          KeySchema,
          BillingMode: 'PAY_PER_REQUEST',
          ...(StreamSpecification === undefined
            ? {}
            : { StreamSpecification: { StreamEnabled: true, ...StreamSpecification } }),
        }),
      );
      if (TimeToLiveSpecification !== undefined) {
        await dynamodb.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
      }
    } catch (error) {
      if (!(error instanceof ResourceInUseException)) throw error;
      await dynamodb.send(new DescribeTableCommand({ TableName })); // it is there
    }
  }
}

const QueueProperties = z.object({
  VisibilityTimeout: z.number().default(30),
  MessageRetentionPeriod: z.number().default(345_600),
  DelaySeconds: z.number().default(0),
  RedrivePolicy: z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.number() }).optional(),
  FifoQueue: z.literal(false).optional(),
});

export type QueueLimits = {
  /** Tests cannot wait for minutes until a message comes back. */
  maxVisibilitySeconds?: number | undefined;
};

async function createQueues(declaration: Declaration, sqs: SQSClient, limits: QueueLimits): Promise<void> {
  for (const resource of declaration.ofType('AWS::SQS::Queue')) {
    const declared = declaration.read(resource, QueueProperties);
    await ensureQueue(sqs, localName(resource), {
      VisibilityTimeout: String(
        Math.min(declared.VisibilityTimeout, limits.maxVisibilitySeconds ?? declared.VisibilityTimeout),
      ),
      MessageRetentionPeriod: String(declared.MessageRetentionPeriod),
      DelaySeconds: String(declared.DelaySeconds),
      ...(declared.RedrivePolicy === undefined
        ? {}
        : { RedrivePolicy: JSON.stringify(declared.RedrivePolicy) }),
    });
  }
}

/** Returns the queue's address. */
export async function ensureQueue(
  sqs: SQSClient,
  QueueName: string,
  Attributes: Record<string, string>,
): Promise<string> {
  const { QueueUrl } = await sqs
    .send(new CreateQueueCommand({ QueueName, Attributes }))
    .catch((error: unknown) => {
      if (!(error instanceof QueueNameExists)) throw error; // it exists with other attributes: they are set below
      return sqs.send(new CreateQueueCommand({ QueueName }));
    });
  if (QueueUrl === undefined) throw new Error(`The SQS endpoint gave no address for ${QueueName}`);
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
  return QueueUrl;
}

async function createBuckets(declaration: Declaration, s3: S3Client): Promise<void> {
  for (const resource of declaration.ofType('AWS::S3::Bucket')) {
    const Bucket = localName(resource);
    const exists = await s3.send(new HeadBucketCommand({ Bucket })).then(
      () => true,
      () => false,
    );
    if (!exists) await s3.send(new CreateBucketCommand({ Bucket }));
  }
}
