import { Stack, type StackProps, Tags } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as ses from 'aws-cdk-lib/aws-ses';
import type { Construct } from 'constructs';
import { Env as SendMail } from '../../functions/send-mail/env.ts';
import { consume } from '../constructs/consume.ts';
import type { Reach } from '../constructs/reach.ts';
import { ServiceFunction } from '../constructs/service-function.ts';
import { type MailNames, type SftpVariables, timeoutSeconds } from '../names.ts';
import type { StorageStack } from './storage.ts';

export type PeopleProps = StackProps & {
  storage: StorageStack;
  reach: Reach;
  bundles: string;
  stage: string;
  mail: MailNames;
  sftp: SftpVariables;
  /** Of the pages that links in mails lead to. */
  origin: string;
};

/** What goes out to people. Who mails are from, a domain's owner shows to SES by DNS, before anything is sent. */
export class PeopleStack extends Stack {
  constructor(scope: Construct, id: string, props: PeopleProps) {
    const { storage, reach, bundles, stage, mail, origin, sftp, ...rest } = props;
    super(scope, id, rest);
    const mails = new ses.ConfigurationSet(this, 'Mails', {
      configurationSetName: mail.settings,
      // Links in mails are secrets: to a server without TLS none goes.
      tlsPolicy: ses.ConfigurationSetTlsPolicy.REQUIRE,
      suppressionReasons: ses.SuppressionReasons.BOUNCES_AND_COMPLAINTS,
      reputationMetrics: true,
    });
    // Who hears of it stands beside the queue (ingest).
    mails.addEventDestination('Outcomes', {
      destination: ses.EventDestination.eventBus(events.EventBus.fromEventBusName(this, 'Bus', 'default')),
      events: [ses.EmailSendingEvent.DELIVERY, ses.EmailSendingEvent.BOUNCE, ses.EmailSendingEvent.COMPLAINT],
    });
    const { tenants, access, accounts, logins, roster, reports, syncs } = storage.tables;
    const sendMail = new ServiceFunction(this, 'send-mail', {
      reach,
      bundles,
      stage,
      env: SendMail,
      environment: {
        TENANTS_TABLE: tenants.tableName,
        ACCESS_TABLE: access.tableName,
        ACCOUNTS_TABLE: accounts.tableName,
        LOGINS_TABLE: logins.tableName,
        ROSTER_TABLE: roster.tableName,
        REPORTS_TABLE: reports.tableName,
        SYNCS_TABLE: syncs.tableName,
        MAIL_FROM: mail.from,
        MAIL_SETTINGS: mail.settings,
        ORIGIN: origin,
        ...sftp,
      },
      timeoutSeconds: timeoutSeconds.mails,
      memoryMegabytes: 512,
    });
    // A new SES account sends fourteen mails a second.
    consume(reach.queues.mails, sendMail, { maxConcurrency: 5 });
    Tags.of(this).add('data-class', 'personal');
  }
}
