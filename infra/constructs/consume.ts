import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type * as sqs from 'aws-cdk-lib/aws-sqs';

/** One message a call: what fails waits alone. */
export function consume(
  queue: sqs.IQueue,
  target: lambda.Function,
  { maxConcurrency }: { maxConcurrency: number },
): void {
  target.addEventSource(
    new SqsEventSource(queue, { batchSize: 1, maxConcurrency, reportBatchItemFailures: true }),
  );
}
