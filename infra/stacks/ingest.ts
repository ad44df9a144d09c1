import { ArnFormat, CfnOutput, Stack, type StackProps, Tags } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import { Env as AnnounceSyncs } from '../../functions/announce-syncs/env.ts';
import { Env as ApplyChanges } from '../../functions/apply-changes/env.ts';
import { Env as ErasePerson } from '../../functions/erase-person/env.ts';
import { Env as FinishSync } from '../../functions/finish-sync/env.ts';
import { Env as PlanSync } from '../../functions/plan-sync/env.ts';
import { Env as ProvisionAccounts } from '../../functions/provision-accounts/env.ts';
import { Env as PullFeed } from '../../functions/pull-feed/env.ts';
import { Env as ReceiveUpload } from '../../functions/receive-upload/env.ts';
import { Env as ReconcileSyncs } from '../../functions/reconcile-syncs/env.ts';
import { Env as StartDueSyncs } from '../../functions/start-due-syncs/env.ts';
import { consume } from '../constructs/consume.ts';
import { eachMinute } from '../constructs/each-minute.ts';
import { ObjectSource } from '../constructs/object-source.ts';
import { Reach } from '../constructs/reach.ts';
import { ServiceFunction } from '../constructs/service-function.ts';
import { StreamSource } from '../constructs/stream-source.ts';
import { DeadLetterQueue, WorkQueue } from '../constructs/work-queue.ts';
import {
  deadLetterNames,
  type MailNames,
  pascalCase,
  type QueueName,
  type SecretKind,
  secretsPrefix,
  timeoutSeconds,
} from '../names.ts';
import type { StorageStack } from './storage.ts';

export type IngestProps = StackProps & {
  storage: StorageStack;
  bundles: string;
  stage: string;
  mail: MailNames;
};

/** The way of a feed: from the upload to the commit, and what drives it on when something was lost. */
export class IngestStack extends Stack {
  readonly reach: Reach;

  constructor(scope: Construct, id: string, { storage, bundles, stage, mail, ...props }: IngestProps) {
    super(scope, id, props);
    const pulls = this.#queue('pulls');
    const plans = this.#queue('plans');
    const changes = this.#queue('changes');
    const finishes = this.#queue('finishes');
    const mails = this.#queue('mails');
    const provisions = this.#queue('provisions');
    const erasures = this.#queue('erasures');
    const checks = this.#queue('checks');
    const builds = this.#queue('builds');
    const webhooks = this.#queue('webhooks');
    const mailEvents = this.#queue('mail-events');
    const queues = {
      pulls: pulls.queue,
      plans: plans.queue,
      changes: changes.queue,
      finishes: finishes.queue,
      mails: mails.queue,
      provisions: provisions.queue,
      erasures: erasures.queue,
      checks: checks.queue,
      builds: builds.queue,
      webhooks: webhooks.queue,
      'mail-events': mailEvents.queue,
    };
    const deadLettersOf = (name: string) => new DeadLetterQueue(this, `${pascalCase(name)}DeadLetters`);
    const deadLetters = {
      pulls: pulls.deadLetters,
      plans: plans.deadLetters,
      changes: changes.deadLetters,
      finishes: finishes.deadLetters,
      mails: mails.deadLetters,
      provisions: provisions.deadLetters,
      erasures: erasures.deadLetters,
      checks: checks.deadLetters,
      builds: builds.deadLetters,
      webhooks: webhooks.deadLetters,
      'mail-events': mailEvents.deadLetters,
      uploads: deadLettersOf('uploads'),
      'ended-syncs': deadLettersOf('ended-syncs'),
      // Of the stack that takes reports in and out: here, where all of them can be looked at.
      received: deadLettersOf('received'),
      outbox: deadLettersOf('outbox'),
    };
    const secretsOf = (kind: SecretKind) =>
      this.formatArn({
        service: 'secretsmanager',
        resource: 'secret',
        resourceName: `${secretsPrefix(stage, kind)}*`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      });
    const secrets = {
      feeds: secretsOf('feeds'),
      'identity-providers': secretsOf('identity-providers'),
      webhooks: secretsOf('webhooks'),
    };
    const { tables, buckets, key } = storage;
    const inSes = (resource: string, resourceName: string) =>
      this.formatArn({ service: 'ses', resource, resourceName });
    const sending = {
      from: mail.from,
      resources: [inSes('identity', domainOf(mail.from)), inSes('configuration-set', mail.settings)],
    };
    // The rule stands beside the queue that lets it in.
    new events.Rule(this, 'MailOutcomes', {
      description: 'What SES says of mails that went out',
      eventPattern: {
        source: ['aws.ses'],
        detail: { mail: { tags: { 'ses:configuration-set': [mail.settings] } } },
      },
      targets: [
        new SqsQueue(mailEvents.queue, { message: events.RuleTargetInput.fromEventPath('$.detail') }),
      ],
    });
    this.reach = new Reach({ tables, buckets, queues, deadLetters, key, secrets, mail: sending });

    const { syncs, roster, access, assignments, accounts, tenants, logins } = storage.tables;
    const { feeds, state } = storage.buckets;
    const common = { reach: this.reach, bundles, stage };

    const receiveUpload = new ServiceFunction(this, 'receive-upload', {
      ...common,
      env: ReceiveUpload,
      environment: { SYNCS_TABLE: syncs.tableName, FEEDS_BUCKET: feeds.bucketName },
      timeoutSeconds: 30,
      memoryMegabytes: 512,
    });
    new ObjectSource(this, 'Uploads', {
      bucket: feeds,
      prefix: 'uploads/',
      target: receiveUpload,
      deadLetters: deadLetters.uploads,
    });

    const pullFeed = new ServiceFunction(this, 'pull-feed', {
      ...common,
      env: PullFeed,
      environment: {
        SYNCS_TABLE: syncs.tableName,
        FEEDS_BUCKET: feeds.bucketName,
        FEED_SECRETS: secretsPrefix(stage, 'feeds'),
        PULLS_QUEUE: queues.pulls.queueUrl,
        PLANS_QUEUE: queues.plans.queueUrl,
      },
      timeoutSeconds: timeoutSeconds.pulls,
      // Some pullers hold what they have until the vendor has shown that it is whole.
      memoryMegabytes: 2048,
    });
    consume(pulls.queue, pullFeed, { maxConcurrency: 20 });

    const planSync = new ServiceFunction(this, 'plan-sync', {
      ...common,
      env: PlanSync,
      environment: {
        SYNCS_TABLE: syncs.tableName,
        ROSTER_TABLE: roster.tableName,
        ACCESS_TABLE: access.tableName,
        ASSIGNMENTS_TABLE: assignments.tableName,
        FEEDS_BUCKET: feeds.bucketName,
        STATE_BUCKET: state.bucketName,
        PLANS_QUEUE: queues.plans.queueUrl,
        CHANGES_QUEUE: queues.changes.queueUrl,
        FINISHES_QUEUE: queues.finishes.queueUrl,
      },
      timeoutSeconds: timeoutSeconds.plans,
      memoryMegabytes: 2048,
      // The live heap stays below 100 MB; left alone, V8 lets garbage of a large feed grow to several times that.
      nodeOptions: '--max-old-space-size=384 --max-semi-space-size=8',
      temporaryStorageMegabytes: 4096,
    });
    consume(plans.queue, planSync, { maxConcurrency: 20 });

    const applyChanges = new ServiceFunction(this, 'apply-changes', {
      ...common,
      env: ApplyChanges,
      environment: {
        SYNCS_TABLE: syncs.tableName,
        STATE_BUCKET: state.bucketName,
        ROSTER_TABLE: roster.tableName,
        ACCESS_TABLE: access.tableName,
        ASSIGNMENTS_TABLE: assignments.tableName,
        ACCOUNTS_TABLE: accounts.tableName,
        LOGINS_TABLE: logins.tableName,
        FINISHES_QUEUE: queues.finishes.queueUrl,
      },
      timeoutSeconds: timeoutSeconds.changes,
      memoryMegabytes: 1024,
    });
    // One chunk a call: a chunk that fails waits alone, and fifty at a time stay below a new table's 4,000 writes a second.
    consume(changes.queue, applyChanges, { maxConcurrency: 50 });

    const finishSync = new ServiceFunction(this, 'finish-sync', {
      ...common,
      env: FinishSync,
      environment: {
        SYNCS_TABLE: syncs.tableName,
        ACCESS_TABLE: access.tableName,
        PLANS_QUEUE: queues.plans.queueUrl,
      },
      timeoutSeconds: timeoutSeconds.finishes,
      memoryMegabytes: 512,
    });
    consume(finishes.queue, finishSync, { maxConcurrency: 10 });

    const erasePerson = new ServiceFunction(this, 'erase-person', {
      ...common,
      env: ErasePerson,
      environment: {
        ROSTER_TABLE: roster.tableName,
        ACCESS_TABLE: access.tableName,
        ASSIGNMENTS_TABLE: assignments.tableName,
        SYNCS_TABLE: syncs.tableName,
        TENANTS_TABLE: tenants.tableName,
        ACCOUNTS_TABLE: accounts.tableName,
        LOGINS_TABLE: logins.tableName,
        AUDIT_TABLE: storage.tables.audit.tableName,
        FEEDS_BUCKET: feeds.bucketName,
        STATE_BUCKET: state.bucketName,
        PAGES_BUCKET: storage.buckets.pages.bucketName,
        REPORTS_TABLE: storage.tables.reports.tableName,
        EXCHANGE_BUCKET: storage.buckets.exchange.bucketName,
        ERASURES_QUEUE: queues.erasures.queueUrl,
        PLANS_QUEUE: queues.plans.queueUrl,
      },
      timeoutSeconds: timeoutSeconds.erasures,
      memoryMegabytes: 1024,
    });
    consume(erasures.queue, erasePerson, { maxConcurrency: 5 });

    const reconcileSyncs = new ServiceFunction(this, 'reconcile-syncs', {
      ...common,
      env: ReconcileSyncs,
      environment: {
        SYNCS_TABLE: syncs.tableName,
        PLANS_QUEUE: queues.plans.queueUrl,
        CHANGES_QUEUE: queues.changes.queueUrl,
        FINISHES_QUEUE: queues.finishes.queueUrl,
        PULLS_QUEUE: queues.pulls.queueUrl,
      },
      timeoutSeconds: 60,
      memoryMegabytes: 512,
    });
    eachMinute(this, 'EveryMinute', {
      target: reconcileSyncs,
      description: 'Re-drives syncs that stand still',
    });

    const startDueSyncs = new ServiceFunction(this, 'start-due-syncs', {
      ...common,
      env: StartDueSyncs,
      environment: {
        SYNCS_TABLE: syncs.tableName,
        ACCESS_TABLE: access.tableName,
        TENANTS_TABLE: tables.tenants.tableName,
        AUDIT_TABLE: tables.audit.tableName,
        SEALS_BUCKET: buckets.seals.bucketName,
        PLANS_QUEUE: queues.plans.queueUrl,
        PULLS_QUEUE: queues.pulls.queueUrl,
        ERASURES_QUEUE: queues.erasures.queueUrl,
        MAILS_QUEUE: queues.mails.queueUrl,
      },
      timeoutSeconds: 60,
      memoryMegabytes: 512,
    });
    eachMinute(this, 'WhatIsDue', {
      target: startDueSyncs,
      description: 'Starts syncs whose time has come, and tells of feeds that are late',
    });

    const announceSyncs = new ServiceFunction(this, 'announce-syncs', {
      ...common,
      env: AnnounceSyncs,
      environment: {
        PROVISIONS_QUEUE: queues.provisions.queueUrl,
        SYNCS_TABLE: syncs.tableName,
        REPORTS_TABLE: storage.tables.reports.tableName,
      },
      timeoutSeconds: 60,
      memoryMegabytes: 256,
    });
    new StreamSource(this, 'SyncsThatEnded', {
      table: syncs,
      target: announceSyncs,
      deadLetters: deadLetters['ended-syncs'],
    });

    const provisionAccounts = new ServiceFunction(this, 'provision-accounts', {
      ...common,
      env: ProvisionAccounts,
      environment: {
        ACCESS_TABLE: access.tableName,
        ASSIGNMENTS_TABLE: assignments.tableName,
        ACCOUNTS_TABLE: accounts.tableName,
        SYNCS_TABLE: syncs.tableName,
        TENANTS_TABLE: storage.tables.tenants.tableName,
        LOGINS_TABLE: storage.tables.logins.tableName,
        AUDIT_TABLE: storage.tables.audit.tableName,
        STATE_BUCKET: state.bucketName,
        PROVISIONS_QUEUE: queues.provisions.queueUrl,
        MAILS_QUEUE: queues.mails.queueUrl,
      },
      timeoutSeconds: timeoutSeconds.provisions,
      memoryMegabytes: 1024,
    });
    consume(provisions.queue, provisionAccounts, { maxConcurrency: 5 });

    for (const name of deadLetterNames) {
      new CfnOutput(this, `${pascalCase(name)}DeadLettersAddress`, { value: deadLetters[name].queueUrl });
    }
    Tags.of(this).add('data-class', 'references');
  }

  #queue(name: QueueName): WorkQueue {
    return new WorkQueue(this, pascalCase(name), { consumerTimeoutSeconds: timeoutSeconds[name] });
  }
}

/** What SES calls a domain's identity. */
function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}
