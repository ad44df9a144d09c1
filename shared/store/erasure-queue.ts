import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { StoreUnavailable } from '../errors.ts';
import type { ErasureMessage } from '../messages/privacy.ts';

/** Erasures and nightly looks; a district's messages are a group of their own. */
export class ErasureQueue {
  readonly #sqs: SQSClient;
  readonly #url: string;

  constructor(sqs: SQSClient, url: string) {
    this.#sqs = sqs;
    this.#url = url;
  }

  async send(message: ErasureMessage, afterSeconds = 0): Promise<void> {
    const send = new SendMessageCommand({
      QueueUrl: this.#url,
      MessageBody: JSON.stringify(message),
      MessageGroupId: message.district,
      ...(afterSeconds === 0 ? {} : { DelaySeconds: afterSeconds }),
    });
    try {
      await this.#sqs.send(send);
    } catch (error) {
      throw new StoreUnavailable('An erasure was not queued.', { cause: error });
    }
  }
}
