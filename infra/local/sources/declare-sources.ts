import { join } from 'node:path';
import type { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import type { ObjectCreated } from '../engines/fauxqs.ts';
import type { LocalFunction } from '../functions/local-function.ts';
import { localName, nameInArn, queueArn } from '../identities.ts';
import { ensureQueue } from '../provision.ts';
import { account, type Declaration } from '../template.ts';
import { type BucketNotification, concerns, objectCreatedEvent } from './bucket-source.ts';
import { QueueSource, toSqsEvent } from './queue-source.ts';
import { periodMs, ScheduleSource } from './schedule-source.ts';
import type { Source } from './source.ts';
import { Checkpoints, StreamSource } from './stream-source.ts';

export type SourcesPlace = {
  declaration: Declaration;
  functions: ReadonlyMap<string, LocalFunction>;
  sqs: SQSClient;
  sqsEndpoint: string;
  streams: DynamoDBStreamsClient;
  dataDir: string;
};

const Mapping = z.object({
  FunctionName: z.string(),
  EventSourceArn: z.string(),
  BatchSize: z.number().default(10),
  Enabled: z.boolean().default(true),
  FunctionResponseTypes: z.array(z.string()).default([]),
  ScalingConfig: z.object({ MaximumConcurrency: z.number() }).optional(),
  MaximumRetryAttempts: z.number().default(-1),
  DestinationConfig: z.object({ OnFailure: z.object({ Destination: z.string() }) }).optional(),
  FilterCriteria: z.never().optional(),
});

/** More than this at once only makes two processors slower. */
const maxConcurrency = 2;

/** Everything of the template that calls functions by itself. */
export async function declareSources(place: SourcesPlace): Promise<Source[]> {
  return [...mappedSources(place), ...schedules(place), ...(await asyncQueues(place))];
}

function mappedSources(place: SourcesPlace): Source[] {
  const { declaration, sqs, sqsEndpoint, streams, dataDir } = place;
  return declaration.ofType('AWS::Lambda::EventSourceMapping').flatMap((resource): Source[] => {
    const mapping = declaration.read(resource, Mapping);
    const target = functionNamed(place, nameInArn(mapping.FunctionName));
    const name = nameInArn(mapping.EventSourceArn);
    if (!mapping.Enabled) return [];
    if (mapping.EventSourceArn.startsWith('arn:aws:dynamodb:')) {
      const deadLetters = mapping.DestinationConfig?.OnFailure.Destination;
      const stream = {
        tableName: name,
        streamArn: mapping.EventSourceArn,
        target,
        batchSize: mapping.BatchSize,
        maxRetries:
          mapping.MaximumRetryAttempts < 0 ? Number.POSITIVE_INFINITY : mapping.MaximumRetryAttempts,
        onFailure: async (detail: string) => {
          if (deadLetters === undefined) return;
          const QueueUrl = `${sqsEndpoint}/${account}/${nameInArn(deadLetters)}`;
          await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: detail }));
        },
      };
      return [new StreamSource(streams, stream, new Checkpoints(join(dataDir, `stream-${name}.json`)))];
    }
    return [
      new QueueSource(sqs, {
        queueUrl: `${sqsEndpoint}/${account}/${name}`,
        queueArn: mapping.EventSourceArn,
        target,
        batchSize: mapping.BatchSize,
        concurrency: Math.min(maxConcurrency, mapping.ScalingConfig?.MaximumConcurrency ?? maxConcurrency),
        reportsItemFailures: mapping.FunctionResponseTypes.includes('ReportBatchItemFailures'),
        toEvent: toSqsEvent,
      }),
    ];
  });
}

const Rule = z.object({
  ScheduleExpression: z.string().optional(),
  State: z.string().default('ENABLED'),
  Targets: z.array(z.object({ Arn: z.string() })).default([]),
});

function schedules(place: SourcesPlace): Source[] {
  return place.declaration.ofType('AWS::Events::Rule').flatMap((resource) => {
    const { ScheduleExpression, State, Targets } = place.declaration.read(resource, Rule);
    if (ScheduleExpression === undefined || State !== 'ENABLED') return [];
    return Targets.map(
      ({ Arn }) =>
        new ScheduleSource(
          localName(resource),
          periodMs(ScheduleExpression),
          functionNamed(place, nameInArn(Arn)),
        ),
    );
  });
}

const MailRule = Rule.extend({
  EventPattern: z.object({ source: z.array(z.string()) }).optional(),
});

/** Names of the queues that rules pass SES's events to, of which they take `detail`. */
export function mailOutcomeQueues(declaration: Declaration): string[] {
  return declaration.ofType('AWS::Events::Rule').flatMap((resource) => {
    const { EventPattern, Targets } = declaration.read(resource, MailRule);
    return EventPattern?.source.includes('aws.ses') ? Targets.map(({ Arn }) => nameInArn(Arn)) : [];
  });
}

const Notifications = z.object({
  BucketName: z.string(),
  NotificationConfiguration: z.object({
    LambdaFunctionConfigurations: z
      .array(
        z.object({
          Events: z.array(z.string()),
          LambdaFunctionArn: z.string(),
          Filter: z
            .object({
              Key: z.object({ FilterRules: z.array(z.object({ Name: z.string(), Value: z.string() })) }),
            })
            .optional(),
        }),
      )
      .default([]),
  }),
});

/** Which new objects of which bucket are told to whom. */
export function bucketNotifications(declaration: Declaration): BucketNotification[] {
  return declaration.ofType('Custom::S3BucketNotifications').flatMap((resource) => {
    const { BucketName, NotificationConfiguration } = declaration.read(resource, Notifications);
    return NotificationConfiguration.LambdaFunctionConfigurations.filter(({ Events }) =>
      Events.some((event) => event.startsWith('s3:ObjectCreated:')),
    ).map(({ LambdaFunctionArn, Filter }) => {
      const rule = (name: string) =>
        Filter?.Key.FilterRules.find(({ Name }) => Name.toLowerCase() === name)?.Value ?? '';
      return {
        bucket: BucketName,
        prefix: rule('prefix'),
        suffix: rule('suffix'),
        functionName: nameInArn(LambdaFunctionArn),
      };
    });
  });
}

/** Passes a new object on to the queues of the functions that are to know. */
export function notify(
  notifications: readonly BucketNotification[],
  object: ObjectCreated,
  send: (queueName: string, body: string) => void,
): void {
  for (const notification of notifications) {
    if (concerns(notification, object)) {
      send(asyncQueueName(notification.functionName), JSON.stringify(objectCreatedEvent(object)));
    }
  }
}

const InvokeConfig = z.object({
  FunctionName: z.string(),
  MaximumRetryAttempts: z.number().default(2),
  DestinationConfig: z.object({ OnFailure: z.object({ Destination: z.string() }).optional() }).optional(),
});

/** Lambda keeps asynchronous calls in a queue of its own; so do we, so that none is lost when this machine stops. */
async function asyncQueues(place: SourcesPlace): Promise<Source[]> {
  const { declaration, sqs } = place;
  const configs = declaration
    .ofType('AWS::Lambda::EventInvokeConfig')
    .map((resource) => declaration.read(resource, InvokeConfig));
  const targets = new Set(bucketNotifications(declaration).map(({ functionName }) => functionName));
  return Promise.all(
    [...targets].map(async (functionName) => {
      const target = functionNamed(place, functionName);
      const config = configs.find(({ FunctionName }) => nameInArn(FunctionName) === functionName);
      const deadLetterTargetArn = config?.DestinationConfig?.OnFailure?.Destination;
      const maxReceiveCount = 1 + (config?.MaximumRetryAttempts ?? 2);
      const queueName = asyncQueueName(functionName);
      const queueUrl = await ensureQueue(sqs, queueName, {
        VisibilityTimeout: String(target.timeoutSeconds + 30),
        ...(deadLetterTargetArn === undefined
          ? {}
          : { RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount }) }),
      });
      return new QueueSource(sqs, {
        queueUrl,
        queueArn: queueArn(queueName),
        target,
        batchSize: 1,
        concurrency: maxConcurrency,
        reportsItemFailures: false,
        toEvent: ([message]) => JSON.parse(message?.Body ?? 'null'),
      });
    }),
  );
}

export function asyncQueueName(functionName: string): string {
  return `${functionName}-calls`;
}

function functionNamed({ functions }: SourcesPlace, name: string): LocalFunction {
  const found = functions.get(name);
  if (found === undefined) throw new Error(`The template calls ${name}, which has no bundle`);
  return found;
}
