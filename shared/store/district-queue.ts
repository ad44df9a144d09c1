import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { StoreUnavailable } from '../errors.ts';

/** A queue of references; those of one district are a group, so that no district starves another. */
export class DistrictQueue<Message extends { district?: string | undefined }> {
  readonly #sqs: SQSClient;
  readonly #url: string;

  constructor(sqs: SQSClient, url: string) {
    this.#sqs = sqs;
    this.#url = url;
  }

  /** @throws {StoreUnavailable} */
  async send(message: Message, afterSeconds = 0): Promise<void> {
    const send = new SendMessageCommand({
      QueueUrl: this.#url,
      MessageBody: JSON.stringify(message),
      MessageGroupId: message.district ?? 'no-district',
      ...(afterSeconds === 0 ? {} : { DelaySeconds: afterSeconds }),
    });
    try {
      await this.#sqs.send(send);
    } catch (error) {
      throw new StoreUnavailable('A message was not queued.', { cause: error });
    }
  }
}
