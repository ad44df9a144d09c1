import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import * as http from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { LambdaDestination } from 'aws-cdk-lib/aws-s3-notifications';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { bundle } from '../../../infra/bundle.ts';
import { StreamSource } from '../../../infra/constructs/stream-source.ts';
import { DeadLetterQueue } from '../../../infra/constructs/work-queue.ts';
import { localAppProps } from '../../../infra/local/synthesize.ts';

/** One of everything that the runner knows, in two stacks: data, and the functions that lean on it. */
export async function synthesizeFixture(cache: string): Promise<CloudAssembly> {
  const bundles = join(cache, 'bundles');
  await bundle({ 'all/index': join(import.meta.dirname, 'handlers.ts') }, bundles);
  const app = new App(localAppProps(cache));

  const data = new Stack(app, 'FixtureData');
  const seen = new dynamodb.Table(data, 'Seen', {
    partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
    stream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
  });
  const bucket = new s3.Bucket(data, 'Inbox');

  const stack = new Stack(app, 'FixtureFunctions');
  const fn = (id: string, timeoutSeconds = 5) =>
    new lambda.Function(stack, id, {
      functionName: `fixture-${id.toLowerCase()}`,
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: `index.${id.toLowerCase()}`,
      code: lambda.Code.fromAsset(join(bundles, 'all')),
      timeout: Duration.seconds(timeoutSeconds),
      environment: { SEEN_TABLE: seen.tableName },
    });

  const api = new http.HttpApi(stack, 'Api');
  const authorizer = new HttpLambdaAuthorizer('Authorizer', fn('Authorize'), {
    responseTypes: [HttpLambdaResponseType.SIMPLE],
    identitySource: ['$request.header.Authorization'],
    resultsCacheTtl: Duration.seconds(60),
  });
  const route = (path: string, method: http.HttpMethod, target: lambda.Function, guarded = false) =>
    api.addRoutes({
      path,
      methods: [method],
      integration: new HttpLambdaIntegration(`${target.node.id}Integration`, target),
      ...(guarded ? { authorizer } : {}),
    });
  const echo = fn('Echo');
  route('/echo', http.HttpMethod.POST, echo);
  route('/echo/{id}', http.HttpMethod.GET, echo);
  route('/echo/fixed', http.HttpMethod.GET, fn('Fixed'));
  route('/guarded', http.HttpMethod.GET, echo, true);
  route('/slow', http.HttpMethod.GET, fn('Slow', 1));
  route('/broken', http.HttpMethod.GET, fn('Broken'));

  const deadLetters = new sqs.Queue(stack, 'DeadLetters');
  const work = new sqs.Queue(stack, 'Work', {
    visibilityTimeout: Duration.seconds(30),
    deadLetterQueue: { queue: deadLetters, maxReceiveCount: 2 },
  });
  fn('Worked').addEventSource(new SqsEventSource(work, { batchSize: 5, reportBatchItemFailures: true }));
  s3.Bucket.fromBucketName(stack, 'InboxByName', bucket.bucketName).addEventNotification(
    s3.EventType.OBJECT_CREATED,
    new LambdaDestination(fn('Received')),
    { prefix: 'uploads/' },
  );
  new events.Rule(stack, 'EveryMinute', {
    schedule: events.Schedule.rate(Duration.minutes(1)),
    targets: [new LambdaFunction(fn('Ticked'))],
  });
  new StreamSource(stack, 'SeenByStream', {
    table: seen,
    target: fn('Streamed'),
    deadLetters: new DeadLetterQueue(stack, 'SeenDeadLetters'),
  });
  return app.synth();
}
