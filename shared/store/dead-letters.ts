import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { StoreUnavailable } from '../errors.ts';

/** How much lies in each, by what it is of; SQS counts about right. @throws {StoreUnavailable} */
export async function countDeadLetters(
  sqs: SQSClient,
  addresses: Readonly<Record<string, string>>,
): Promise<{ of: string; waiting: number }[]> {
  const count = async (QueueUrl: string): Promise<number> => {
    const ask = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] });
    return Number((await sqs.send(ask)).Attributes?.ApproximateNumberOfMessages ?? 0);
  };
  try {
    return await Promise.all(
      Object.entries(addresses).map(async ([of, address]) => ({ of, waiting: await count(address) })),
    );
  } catch (cause) {
    throw new StoreUnavailable('Dead letters could not be counted.', { cause });
  }
}
