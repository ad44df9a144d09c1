import { Stack, type StackProps, Tags } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { Env as HearSftp } from '../../functions/hear-sftp/env.ts';
import { Env as IdentifySftp } from '../../functions/identify-sftp/env.ts';
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
  /** What the SFTP server asks, and what hears of its downloads; the server itself may be left out. */
  readonly identifySftp: LambdaFunction;
  readonly hearSftp: LambdaFunction;

  constructor(scope: Construct, id: string, props: ExchangeProps) {
    const { storage, reach, bundles, stage, mail: _m, origin: _o, ...rest } = props;
    super(scope, id, rest);
    const common = { reach, bundles, stage };
    const { tenants, access, accounts, logins, syncs, audit, reports } = storage.tables;
    const { exchange } = storage.buckets;

    this.identifySftp = new ServiceFunction(this, 'identify-sftp', {
      ...common,
      env: IdentifySftp,
      environment: {
        TENANTS_TABLE: tenants.tableName,
        ACCESS_TABLE: access.tableName,
        ACCOUNTS_TABLE: accounts.tableName,
        LOGINS_TABLE: logins.tableName,
        SYNCS_TABLE: syncs.tableName,
        AUDIT_TABLE: audit.tableName,
        MAILS_QUEUE: reach.queues.mails.queueUrl,
        EXCHANGE_BUCKET: exchange.bucketName,
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
        TENANTS_TABLE: tenants.tableName,
        ACCESS_TABLE: access.tableName,
        ACCOUNTS_TABLE: accounts.tableName,
        REPORTS_TABLE: reports.tableName,
        EXCHANGE_BUCKET: exchange.bucketName,
      },
      timeoutSeconds: 30,
      memoryMegabytes: 512,
    });
    Tags.of(this).add('data-class', 'personal');
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
