import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { StoreUnavailable } from '../errors.ts';
import type { MailMessage } from '../messages/mail-messages.ts';

/** What is to be mailed; a district's messages are a group of their own. */
export class MailQueue {
  readonly #sqs: SQSClient;
  readonly #url: string;

  constructor(sqs: SQSClient, url: string) {
    this.#sqs = sqs;
    this.#url = url;
  }

  async send(message: MailMessage): Promise<void> {
    try {
      await this.#sqs.send(
        new SendMessageCommand({
          QueueUrl: this.#url,
          MessageBody: JSON.stringify(message),
          MessageGroupId: message.district ?? 'no-district',
        }),
      );
    } catch (error) {
      throw new StoreUnavailable('A mail was not queued.', { cause: error });
    }
  }
}
