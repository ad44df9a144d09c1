import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { LambdaDestination } from 'aws-cdk-lib/aws-s3-notifications';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

type ObjectSourceProps = {
  bucket: s3.Bucket;
  prefix: string;
  target: lambda.Function;
  deadLetters: sqs.IQueue;
};

/** S3 tells a function of every new object below a prefix; three failures later the event is a dead letter. */
export class ObjectSource extends Construct {
  constructor(scope: Construct, id: string, { bucket, prefix, target, deadLetters }: ObjectSourceProps) {
    super(scope, id);
    target.configureAsyncInvoke({ retryAttempts: 2, onFailure: new SqsDestination(deadLetters) });

    // CDK's own role may set the notifications of any bucket.
    const role = new iam.Role(this, 'NotificationsRole', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      description: 'Sets the notifications of a bucket at deployment',
    });
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['s3:GetBucketNotification', 's3:PutBucketNotification'],
        resources: [bucket.bucketArn],
      }),
    );
    // By its attributes: the notification then belongs to this stack, and no stack waits for the other.
    const told = s3.Bucket.fromBucketAttributes(this, 'Bucket', {
      bucketArn: bucket.bucketArn,
      notificationsHandlerRole: role.withoutPolicyUpdates(),
    });
    told.addEventNotification(s3.EventType.OBJECT_CREATED, new LambdaDestination(target), { prefix });
  }
}
