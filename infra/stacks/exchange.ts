import { Stack, type StackProps, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Env as ReceiveReport } from '../../functions/receive-report/env.ts';
import { ObjectSource } from '../constructs/object-source.ts';
import type { Reach } from '../constructs/reach.ts';
import { ServiceFunction } from '../constructs/service-function.ts';
import type { MailNames } from '../names.ts';
import type { StorageStack } from './storage.ts';

export type ExchangeProps = StackProps & {
  storage: StorageStack;
  reach: Reach;
  bundles: string;
  stage: string;
  mail: MailNames;
  /** Of the pages that links in mails lead to. */
  origin: string;
};

/** Reports in and out, and who hears of them. */
export class ExchangeStack extends Stack {
  constructor(scope: Construct, id: string, props: ExchangeProps) {
    const { storage, reach, bundles, stage, mail: _m, origin: _o, ...rest } = props;
    super(scope, id, rest);
    const { access, reports } = storage.tables;
    const { exchange } = storage.buckets;
    const common = { reach, bundles, stage };

    const receiveReport = new ServiceFunction(this, 'receive-report', {
      ...common,
      env: ReceiveReport,
      environment: {
        ACCESS_TABLE: access.tableName,
        REPORTS_TABLE: reports.tableName,
        EXCHANGE_BUCKET: exchange.bucketName,
        CHECKS_QUEUE: reach.queues.checks.queueUrl,
      },
      // S3 copies a file of 5 GB within a minute.
      timeoutSeconds: 120,
      memoryMegabytes: 512,
    });
    new ObjectSource(this, 'Received', { bucket: exchange, prefix: 'in/', target: receiveReport });
    Tags.of(this).add('data-class', 'personal');
  }
}
