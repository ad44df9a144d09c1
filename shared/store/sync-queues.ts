import { SendMessageBatchCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { StoreUnavailable } from '../errors.ts';
import type { ChangesMessage, FinishMessage, PlanMessage, PullMessage } from '../messages/sync-messages.ts';
import type { PullQueue } from '../roster/pull-desk.ts';
import type { SyncQueues } from '../roster/sync-stores.ts';

type Urls = { plans?: string; changes?: string; finishes?: string; pulls?: string };

/** The queues of the sync. Messages are references; their group is the district, so that no district starves another. */
export class SqsSyncQueues implements SyncQueues, PullQueue {
  readonly #sqs: SQSClient;
  readonly #urls: Urls;

  /** A function names only the queues it may send to. */
  constructor(sqs: SQSClient, urls: Urls) {
    this.#sqs = sqs;
    this.#urls = urls;
  }

  async plan(district: string, syncId: string): Promise<void> {
    await this.#send(this.#urls.plans, district, { district, syncId } satisfies PlanMessage);
  }

  async pull(district: string, syncId: string, afterSeconds = 0): Promise<void> {
    const message = { district, syncId } satisfies PullMessage;
    await this.#send(this.#urls.pulls, district, message, afterSeconds);
  }

  async finish(district: string, syncId: string): Promise<void> {
    await this.#send(this.#urls.finishes, district, { district, syncId } satisfies FinishMessage);
  }

  async chunks(
    at: { district: string; syncId: string; generation: number; planHash: string },
    numbers: number[],
  ): Promise<void> {
    for (let from = 0; from < numbers.length; from += 10) {
      const entries = numbers.slice(from, from + 10).map((chunk) => ({
        Id: String(chunk),
        MessageBody: JSON.stringify({ ...at, chunk } satisfies ChangesMessage),
        MessageGroupId: at.district,
      }));
      const answer = await this.#sqs.send(
        new SendMessageBatchCommand({ QueueUrl: this.#url(this.#urls.changes), Entries: entries }),
      );
      if (answer.Failed?.length) throw new StoreUnavailable(`${answer.Failed.length} chunks were not queued`);
    }
  }

  async #send(
    url: string | undefined,
    district: string,
    message: PlanMessage | FinishMessage | PullMessage,
    afterSeconds = 0,
  ): Promise<void> {
    await this.#sqs.send(
      new SendMessageCommand({
        QueueUrl: this.#url(url),
        MessageBody: JSON.stringify(message),
        MessageGroupId: district,
        ...(afterSeconds === 0 ? {} : { DelaySeconds: afterSeconds }),
      }),
    );
  }

  #url(url: string | undefined): string {
    if (url === undefined) throw new Error('this function was not given that queue');
    return url;
  }
}
