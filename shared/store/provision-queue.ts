import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { StoreUnavailable } from '../errors.ts';
import type { ProvisionMessage } from '../messages/account-rules.ts';

/** Districts whose accounts have to follow their roster or rules. */
export class ProvisionQueue {
  readonly #sqs: SQSClient;
  readonly #url: string;

  constructor(sqs: SQSClient, url: string) {
    this.#sqs = sqs;
    this.#url = url;
  }

  async send(district: string): Promise<void> {
    const MessageBody = JSON.stringify({ district } satisfies ProvisionMessage);
    try {
      await this.#sqs.send(
        new SendMessageCommand({ QueueUrl: this.#url, MessageBody, MessageGroupId: district }),
      );
    } catch (error) {
      throw new StoreUnavailable('The accounts of a district were not queued.', { cause: error });
    }
  }
}
