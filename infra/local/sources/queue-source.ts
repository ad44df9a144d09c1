import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import type { LocalFunction } from '../functions/local-function.ts';
import { region } from '../template.ts';
import type { Source } from './source.ts';

export type QueueMapping = {
  queueUrl: string;
  queueArn: string;
  target: LocalFunction;
  batchSize: number;
  concurrency: number;
  reportsItemFailures: boolean;
  /** What the function is given of a batch; `toSqsEvent` but for asynchronous calls. */
  toEvent: (messages: Message[], queueArn: string) => unknown;
};

const longestWaitSeconds = 20;
const pauseAfterErrorMs = 500;

const BatchResponse = z.object({
  batchItemFailures: z.array(z.object({ itemIdentifier: z.string().nullable() })).nullish(),
});

/**
 * Feeds a function from a queue. What the function does not acknowledge stays where it is until its visibility ends, and goes
 * to the dead letters by the queue's own policy: nothing is ever made visible by hand.
 */
export class QueueSource implements Source {
  readonly #sqs: SQSClient;
  readonly #mapping: QueueMapping;
  readonly #stopping = new AbortController();

  constructor(sqs: SQSClient, mapping: QueueMapping) {
    this.#sqs = sqs;
    this.#mapping = mapping;
  }

  start(): void {
    for (let poller = 0; poller < this.#mapping.concurrency; poller++) void this.#poll();
  }

  stop(): void {
    this.#stopping.abort();
  }

  async #poll(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        const messages = await this.#receive();
        if (messages.length > 0) await this.#deliver(messages);
      } catch {
        if (this.#stopping.signal.aborted) return;
        await sleep(pauseAfterErrorMs); // the engine is busy or gone; the messages are still its
      }
    }
  }

  async #receive(): Promise<Message[]> {
    const { Messages = [] } = await this.#sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: this.#mapping.queueUrl,
        MaxNumberOfMessages: Math.min(10, this.#mapping.batchSize),
        WaitTimeSeconds: longestWaitSeconds,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
      { abortSignal: this.#stopping.signal },
    );
    return Messages;
  }

  async #deliver(messages: Message[]): Promise<void> {
    const outcome = await this.#mapping.target.invoke(
      this.#mapping.toEvent(messages, this.#mapping.queueArn),
    );
    if (!outcome.ok) return;
    const failed = this.#mapping.reportsItemFailures ? failuresIn(outcome.payload) : new Set<string>();
    if (failed === 'all') return;
    const done = messages.filter(({ MessageId }) => MessageId !== undefined && !failed.has(MessageId));
    if (done.length === 0) return;
    await this.#sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl: this.#mapping.queueUrl,
        Entries: done.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
      }),
    );
  }
}

/** As the event source mapping reads it: an answer it cannot read, or an empty id, fails the whole batch. */
function failuresIn(payload: string): Set<string> | 'all' {
  const answer: unknown = JSON.parse(payload);
  if (answer === null || answer === '') return new Set();
  const response = BatchResponse.safeParse(answer);
  if (!response.success) return 'all';
  const ids = (response.data.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier ?? '');
  return ids.includes('') ? 'all' : new Set(ids);
}

export function toSqsEvent(messages: Message[], queueArn: string): SQSEvent {
  return { Records: messages.map((message) => toRecord(message, queueArn)) };
}

function toRecord(message: Message, queueArn: string): SQSRecord {
  const { ApproximateReceiveCount, SentTimestamp, SenderId, ApproximateFirstReceiveTimestamp, ...more } =
    message.Attributes ?? {};
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: {
      ...more,
      ApproximateReceiveCount: ApproximateReceiveCount ?? '1',
      SentTimestamp: SentTimestamp ?? '0',
      SenderId: SenderId ?? '',
      ApproximateFirstReceiveTimestamp: ApproximateFirstReceiveTimestamp ?? '0',
    },
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(([name, { StringValue, DataType }]) => [
        name,
        {
          ...(StringValue === undefined ? {} : { stringValue: StringValue }),
          dataType: DataType ?? 'String',
        },
      ]),
    ),
    md5OfBody: message.MD5OfBody ?? '',
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: region,
  };
}
