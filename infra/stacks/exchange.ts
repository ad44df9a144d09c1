import { Stack, type StackProps, Tags } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { Env as AnnounceEvents } from '../../functions/announce-events/env.ts';
import { Env as BuildReport } from '../../functions/build-report/env.ts';
import { Env as CheckReport } from '../../functions/check-report/env.ts';
import { Env as HearMail } from '../../functions/hear-mail/env.ts';
import { Env as HearSftp } from '../../functions/hear-sftp/env.ts';
import { Env as IdentifySftp } from '../../functions/identify-sftp/env.ts';
import { Env as PostWebhook } from '../../functions/post-webhook/env.ts';
import { Env as ReceiveReport } from '../../functions/receive-report/env.ts';
import { Env as ReconcileReports } from '../../functions/reconcile-reports/env.ts';
import { consume } from '../constructs/consume.ts';
import { eachMinute } from '../constructs/each-minute.ts';
import { ObjectSource } from '../constructs/object-source.ts';
import type { Reach } from '../constructs/reach.ts';
import { ServiceFunction } from '../constructs/service-function.ts';
import { StreamSource } from '../constructs/stream-source.ts';
import { type MailNames, secretsPrefix, timeoutSeconds } from '../names.ts';
import type { StorageStack } from './storage.ts';

export type ExchangeProps = StackProps & {
  storage: StorageStack;
  reach: Reach;
  bundles: string;
  stage: string;
  mail: MailNames;
  /** Of the pages that links in mails lead to. */
  origin: string;
  /** Where a malware scanner listens; empty where there is none. */
  clamd: string;
  /** How much of what accounts bring may lie there, JSON. */
  quota: string;
};

/** Reports in and out, and who hears of them. */
export class ExchangeStack extends Stack {
  /** What the SFTP server asks, and what hears of its downloads; the server itself may be left out. */
  readonly identifySftp: LambdaFunction;
  readonly hearSftp: LambdaFunction;

  constructor(scope: Construct, id: string, props: ExchangeProps) {
    const { storage, reach, bundles, stage, mail: _m, origin, clamd, quota, ...rest } = props;
    super(scope, id, rest);
    const common = { reach, bundles, stage };
    const { tables, buckets } = storage;

    const receiveReport = new ServiceFunction(this, 'receive-report', {
      ...common,
      env: ReceiveReport,
      environment: {
        ACCESS_TABLE: tables.access.tableName,
        REPORTS_TABLE: tables.reports.tableName,
        EXCHANGE_BUCKET: buckets.exchange.bucketName,
        CHECKS_QUEUE: reach.queues.checks.queueUrl,
        REPORT_QUOTA: quota,
      },
      // S3 copies a file of 5 GB within a minute.
      timeoutSeconds: 120,
      memoryMegabytes: 512,
    });
    new ObjectSource(this, 'Received', {
      bucket: buckets.exchange,
      prefix: 'in/',
      target: receiveReport,
      deadLetters: reach.deadLetters.received,
    });

    const checkReport = new ServiceFunction(this, 'check-report', {
      ...common,
      env: CheckReport,
      environment: {
        REPORTS_TABLE: tables.reports.tableName,
        SYNCS_TABLE: tables.syncs.tableName,
        ACCESS_TABLE: tables.access.tableName,
        EXCHANGE_BUCKET: buckets.exchange.bucketName,
        FEEDS_BUCKET: buckets.feeds.bucketName,
        PLANS_QUEUE: reach.queues.plans.queueUrl,
        CLAMD: clamd,
      },
      timeoutSeconds: timeoutSeconds.checks,
      memoryMegabytes: 1024,
    });
    consume(reach.queues.checks, checkReport, { maxConcurrency: 10 });

    const postWebhook = new ServiceFunction(this, 'post-webhook', {
      ...common,
      env: PostWebhook,
      environment: {
        AUDIT_TABLE: tables.audit.tableName,
        REPORTS_TABLE: tables.reports.tableName,
        WEBHOOK_SECRETS: secretsPrefix(stage, 'webhooks'),
        WEBHOOKS_QUEUE: reach.queues.webhooks.queueUrl,
      },
      timeoutSeconds: timeoutSeconds.webhooks,
      memoryMegabytes: 512,
    });
    // A receiver that is slow holds one of these for fifteen seconds.
    consume(reach.queues.webhooks, postWebhook, { maxConcurrency: 20 });

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

    this.identifySftp = new ServiceFunction(this, 'identify-sftp', {
      ...common,
      env: IdentifySftp,
      environment: {
        TENANTS_TABLE: tables.tenants.tableName,
        ACCESS_TABLE: tables.access.tableName,
        ACCOUNTS_TABLE: tables.accounts.tableName,
        LOGINS_TABLE: tables.logins.tableName,
        SYNCS_TABLE: tables.syncs.tableName,
        AUDIT_TABLE: tables.audit.tableName,
        MAILS_QUEUE: reach.queues.mails.queueUrl,
        REPORTS_TABLE: tables.reports.tableName,
        EXCHANGE_BUCKET: buckets.exchange.bucketName,
        REPORT_QUOTA: quota,
        SFTP_ROLE: this.#roleOfSessions(storage).roleArn,
      },
      timeoutSeconds: 10,
      // A password takes a processor of its own to work out.
      memoryMegabytes: 1792,
    });
    this.hearSftp = new ServiceFunction(this, 'hear-sftp', {
      ...common,
      env: HearSftp,
      environment: {
        TENANTS_TABLE: tables.tenants.tableName,
        ACCESS_TABLE: tables.access.tableName,
        ACCOUNTS_TABLE: tables.accounts.tableName,
        REPORTS_TABLE: tables.reports.tableName,
        EXCHANGE_BUCKET: buckets.exchange.bucketName,
      },
      timeoutSeconds: 30,
      memoryMegabytes: 512,
    });

    this.#reconciler(storage, common);
    this.#notices(storage, common);
    Tags.of(this).add('data-class', 'personal');
  }

  /** Sends again what stands still. */
  #reconciler(
    { tables, buckets }: StorageStack,
    common: Pick<ExchangeProps, 'reach' | 'bundles' | 'stage'>,
  ): void {
    const { queues } = common.reach;
    const reconcileReports = new ServiceFunction(this, 'reconcile-reports', {
      ...common,
      env: ReconcileReports,
      environment: {
        REPORTS_TABLE: tables.reports.tableName,
        EXCHANGE_BUCKET: buckets.exchange.bucketName,
        CHECKS_QUEUE: queues.checks.queueUrl,
        BUILDS_QUEUE: queues.builds.queueUrl,
      },
      timeoutSeconds: 60,
      memoryMegabytes: 512,
    });
    eachMinute(this, 'LookAfterReports', {
      target: reconcileReports,
      description: 'Looks after reports that are not finished',
    });
  }

  /** Who hears of an event, and what came of the mails. */
  #notices(storage: StorageStack, common: Pick<ExchangeProps, 'reach' | 'bundles' | 'stage'>): void {
    const { access, assignments, accounts, reports, logins } = storage.tables;
    const { queues } = common.reach;
    const announceEvents = new ServiceFunction(this, 'announce-events', {
      ...common,
      env: AnnounceEvents,
      environment: {
        ACCESS_TABLE: access.tableName,
        ASSIGNMENTS_TABLE: assignments.tableName,
        ACCOUNTS_TABLE: accounts.tableName,
        REPORTS_TABLE: reports.tableName,
        MAILS_QUEUE: queues.mails.queueUrl,
        WEBHOOKS_QUEUE: queues.webhooks.queueUrl,
      },
      timeoutSeconds: 60,
      memoryMegabytes: 512,
    });
    new StreamSource(this, 'Outbox', {
      table: reports,
      target: announceEvents,
      deadLetters: common.reach.deadLetters.outbox,
    });
    const hearMail = new ServiceFunction(this, 'hear-mail', {
      ...common,
      env: HearMail,
      environment: {
        ACCESS_TABLE: access.tableName,
        ACCOUNTS_TABLE: accounts.tableName,
        LOGINS_TABLE: logins.tableName,
        REPORTS_TABLE: reports.tableName,
      },
      timeoutSeconds: timeoutSeconds['mail-events'],
      memoryMegabytes: 256,
    });
    consume(queues['mail-events'], hearMail, { maxConcurrency: 5 });
  }

  /** What all SFTP sessions may do together; each has a policy of its own that leaves it one person's folders. */
  #roleOfSessions({ buckets: { exchange }, key }: StorageStack): iam.Role {
    const role = new iam.Role(this, 'SftpSessions', {
      assumedBy: new iam.ServicePrincipal('transfer.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
      description: 'What SFTP sessions may do, each within a policy of its own',
    });
    const allow = (actions: string[], resources: string[]) =>
      role.addToPolicy(new iam.PolicyStatement({ actions, resources }));
    allow(['s3:ListBucket'], [exchange.bucketArn]);
    allow(['s3:GetObject'], [exchange.arnForObjects('in/*'), exchange.arnForObjects('out/*')]);
    allow(['s3:PutObject', 's3:DeleteObject'], [exchange.arnForObjects('in/*')]);
    allow(['kms:Decrypt', 'kms:GenerateDataKey'], [key.keyArn]);
    return role;
  }
}
