import { Stack, type StackProps, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Env as AnnounceEvents } from '../../functions/announce-events/env.ts';
import { Env as HearMail } from '../../functions/hear-mail/env.ts';
import { consume } from '../constructs/consume.ts';
import type { Reach } from '../constructs/reach.ts';
import { ServiceFunction } from '../constructs/service-function.ts';
import { StreamSource } from '../constructs/stream-source.ts';
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
    const { storage, reach, bundles, stage, mail: _m, origin: _o, ...rest } = props;
    super(scope, id, rest);
    this.#notices(storage, { reach, bundles, stage });
    Tags.of(this).add('data-class', 'personal');
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
      },
      timeoutSeconds: 60,
      memoryMegabytes: 512,
    });
    new StreamSource(this, 'Outbox', { table: reports, target: announceEvents });
    const hearMail = new ServiceFunction(this, 'hear-mail', {
      ...common,
      env: HearMail,
      environment: { LOGINS_TABLE: logins.tableName, REPORTS_TABLE: reports.tableName },
      timeoutSeconds: timeoutSeconds['mail-events'],
      memoryMegabytes: 256,
    });
    consume(queues['mail-events'], hearMail, { maxConcurrency: 5 });
  }
}
