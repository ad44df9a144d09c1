import { Stack, type StackProps, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Env as PostWebhook } from '../../functions/post-webhook/env.ts';
import { consume } from '../constructs/consume.ts';
import type { Reach } from '../constructs/reach.ts';
import { ServiceFunction } from '../constructs/service-function.ts';
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
};

/** Reports in and out, and who hears of them. */
export class ExchangeStack extends Stack {
  constructor(scope: Construct, id: string, props: ExchangeProps) {
    const { storage, reach, bundles, stage, mail: _m, origin: _o, ...rest } = props;
    super(scope, id, rest);
    const REPORTS_TABLE = storage.tables.reports.tableName;
    const common = { reach, bundles, stage };

    const postWebhook = new ServiceFunction(this, 'post-webhook', {
      ...common,
      env: PostWebhook,
      environment: {
        REPORTS_TABLE,
        WEBHOOK_SECRETS: secretsPrefix(stage, 'webhooks'),
        WEBHOOKS_QUEUE: reach.queues.webhooks.queueUrl,
      },
      timeoutSeconds: timeoutSeconds.webhooks,
      memoryMegabytes: 512,
    });
    // A receiver that is slow holds one of these for fifteen seconds.
    consume(reach.queues.webhooks, postWebhook, { maxConcurrency: 20 });
    Tags.of(this).add('data-class', 'personal');
  }
}
