import type { SQSEvent, SQSRecord } from 'aws-lambda';

/** A message as SQS gives it to a function; received for the first time, where nothing else is said. */
export function sqsRecord(
  messageId: string,
  body: string,
  received: { times?: number; sentMs?: number } = {},
): SQSRecord {
  const { times = 1, sentMs = 0 } = received;
  const attributes = {
    ApproximateReceiveCount: String(times),
    SentTimestamp: String(sentMs),
    SenderId: 's',
    ApproximateFirstReceiveTimestamp: String(sentMs),
  };
  const from = { messageAttributes: {}, md5OfBody: '', eventSource: 'aws:sqs', eventSourceARN: 'arn' };
  return { messageId, receiptHandle: 'r', body, attributes, ...from, awsRegion: 'us-east-1' };
}

export function sqsEvent(message: unknown, sentMs = 0): SQSEvent {
  return { Records: [sqsRecord('m-1', JSON.stringify(message), { sentMs })] };
}
