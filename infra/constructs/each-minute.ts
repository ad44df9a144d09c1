import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';

/** Calls a function each minute. The next minute looks again, so a failed look needs no retry. */
export function eachMinute(
  scope: Construct,
  id: string,
  { target, description }: { target: IFunction; description: string },
) {
  const targets = [new LambdaFunction(target, { retryAttempts: 0 })];
  return new Rule(scope, id, { description, schedule: Schedule.rate(Duration.minutes(1)), targets });
}
