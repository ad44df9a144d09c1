import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { Events } from './events.ts';

type StreamDeps = {
  events: Pick<Events, 'recordFailed' | 'flush'>;
  /** One record, which may come more than once. */
  apply: (record: DynamoDBRecord) => Promise<void>;
};

/** Records of a table's stream, one after the other in their order. */
export function streamHandler({ events, apply }: StreamDeps) {
  return async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    const failures: DynamoDBBatchResponse['batchItemFailures'] = [];
    for (const record of Records) {
      try {
        await apply(record);
      } catch (error) {
        const itemIdentifier = record.dynamodb?.SequenceNumber ?? '';
        events.recordFailed(error, { messageId: itemIdentifier, receiveCount: 1 });
        failures.push({ itemIdentifier });
        // A stream goes on from the first failure: what follows comes again.
        break;
      }
    }
    events.flush();
    return { batchItemFailures: failures };
  };
}

type Image = NonNullable<DynamoDBRecord['dynamodb']>['NewImage'];

/** An item as it was before or after what a record tells of; `undefined` where there was none. */
export function itemIn(image: Image): Record<string, unknown> | undefined {
  // The types of events and of the SDK name the same wire format twice.
  return image === undefined ? undefined : unmarshall(image as Parameters<typeof unmarshall>[0]);
}
