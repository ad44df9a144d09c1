import { FairTurns } from './fair-turns.ts';
import type { App } from './s3-gaps.ts';

export type SqsMessage = { messageAttributes: object; messageGroupId?: string | undefined };

/** As much of the engine's queue as is used here. */
export type SqsQueue = {
  persistence?: unknown;
  messages: SqsMessage[];
  inflightMessages: ReadonlyMap<string, { message: SqsMessage }>;
  enqueue: (message: SqsMessage) => void;
  dequeue: (count: number, ...more: unknown[]) => unknown[];
  processTimers: () => void;
};
export type SqsStore = { createQueue: (...as: unknown[]) => SqsQueue };

type Entry = { MessageAttributes?: object; MessageGroupId?: string };

/** The groups of messages that were sent and not yet queued: the engine passes these objects on as they came. */
const groups = new WeakMap<object, string>();

/** Fair queues: what SQS does on a standard queue whose messages name their group. Before queues are loaded. */
export function makeQueuesFair(store: SqsStore): void {
  const createQueue = store.createQueue.bind(store);
  store.createQueue = (...as) => {
    const queue = createQueue(...as);
    const turns = new FairTurns();
    const enqueue = queue.enqueue.bind(queue);
    queue.enqueue = (message) => {
      message.messageGroupId ??= groups.get(message.messageAttributes);
      enqueue(message);
    };
    const dequeue = queue.dequeue.bind(queue);
    queue.dequeue = (count, ...more) => {
      queue.processTimers(); // what has become visible again waits as well
      const inFlight = [...queue.inflightMessages.values()].map(({ message }) => message);
      queue.messages = turns.order(queue.messages, inFlight, count);
      return dequeue(count, ...more);
    };
    return queue;
  };
}

/** Keeps the group that a message is sent with; on standard queues the engine drops it. */
export function keepMessageGroups(app: App): void {
  app.addHook('preHandler', async ({ headers, body }) => {
    if (!String(headers['x-amz-target']).startsWith('AmazonSQS.SendMessage')) return undefined;
    // Parsed by the engine as what SQS takes; it checks the rest itself.
    const sent = body as Entry & { Entries?: Entry[] };
    for (const entry of sent.Entries ?? [sent]) {
      entry.MessageAttributes ??= {};
      if (entry.MessageGroupId !== undefined) groups.set(entry.MessageAttributes, entry.MessageGroupId);
    }
    return undefined;
  });
}
