import { Stack, type StackProps, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Env as BuildReport } from '../../functions/build-report/env.ts';
import { consume } from '../constructs/consume.ts';
import type { Reach } from '../constructs/reach.ts';
import { ServiceFunction } from '../constructs/service-function.ts';
import { type MailNames, timeoutSeconds } from '../names.ts';
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
    const { storage, reach, bundles, stage, mail: _m, origin, ...rest } = props;
    super(scope, id, rest);
    const { tables, buckets } = storage;
    const common = { reach, bundles, stage };

    const buildReport = new ServiceFunction(this, 'build-report', {
      ...common,
      env: BuildReport,
      environment: {
        ACCESS_TABLE: tables.access.tableName,
        ASSIGNMENTS_TABLE: tables.assignments.tableName,
        ACCOUNTS_TABLE: tables.accounts.tableName,
        TENANTS_TABLE: tables.tenants.tableName,
        LOGINS_TABLE: tables.logins.tableName,
        SYNCS_TABLE: tables.syncs.tableName,
        REPORTS_TABLE: tables.reports.tableName,
        STATE_BUCKET: buckets.state.bucketName,
        EXCHANGE_BUCKET: buckets.exchange.bucketName,
        ORIGIN: origin,
      },
      timeoutSeconds: timeoutSeconds.builds,
      memoryMegabytes: 1024,
      // What is live stays small (npm run bench -- reports); left alone, V8 lets garbage grow to several times that.
      nodeOptions: '--max-old-space-size=160 --max-semi-space-size=8',
    });
    consume(reach.queues.builds, buildReport, { maxConcurrency: 10 });
    Tags.of(this).add('data-class', 'personal');
  }
}
