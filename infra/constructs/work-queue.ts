import { Duration } from 'aws-cdk-lib';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

/** AWS asks for six times the function's timeout, so that no message comes back while it is still worked on. */
const visibilityFactor = 6;

/** A standard queue with its dead-letter queue. What is in it refers to data, and never is the data. */
export class WorkQueue extends Construct {
  readonly queue: sqs.Queue;
  readonly deadLetters: sqs.Queue;

  constructor(scope: Construct, id: string, { consumerTimeoutSeconds }: { consumerTimeoutSeconds: number }) {
    super(scope, id);
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters');
    this.queue = new sqs.Queue(this, 'Queue', {
      visibilityTimeout: Duration.seconds(visibilityFactor * consumerTimeoutSeconds),
      retentionPeriod: Duration.days(4),
      // Never 1: SQS may count a receive that no consumer ever got.
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: 5 },
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    });
  }
}

/** Keeps what failed for as long as SQS can, for someone to look at. */
export class DeadLetterQueue extends sqs.Queue {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      retentionPeriod: Duration.days(14),
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    });
  }
}
