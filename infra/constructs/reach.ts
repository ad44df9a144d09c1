import { Aws } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { patternsOf } from '../../shared/store/tenant-keys.ts';
import type { BucketName, DeadLetterName, FunctionName, QueueName, SecretKind, TableName } from '../names.ts';
import { type MailAction, type Permissions, permissions } from '../permissions.ts';

/** What there is to reach, and the policy statements that reach exactly what `permissions.ts` allows of it. */
export class Reach {
  readonly tables: Readonly<Record<TableName, dynamodb.Table>>;
  readonly buckets: Readonly<Record<BucketName, s3.Bucket>>;
  readonly queues: Readonly<Record<QueueName, sqs.Queue>>;
  readonly deadLetters: Readonly<Record<DeadLetterName, sqs.Queue>>;
  readonly key: kms.Key;
  /** ARN of all secrets of a kind. */
  readonly secrets: Readonly<Record<SecretKind, string>>;
  /** Address that mails are from; ARNs of its identity and of the settings that they go out by. */
  readonly mail: { from: string; resources: string[] };

  constructor(to: Pick<Reach, 'tables' | 'buckets' | 'queues' | 'deadLetters' | 'key' | 'secrets' | 'mail'>) {
    this.tables = to.tables;
    this.buckets = to.buckets;
    this.queues = to.queues;
    this.deadLetters = to.deadLetters;
    this.key = to.key;
    this.secrets = to.secrets;
    this.mail = to.mail;
  }

  /** For the role of the function itself: of tables, what belongs to no district. */
  statementsOf(name: FunctionName): iam.PolicyStatement[] {
    const allowed = permissions[name];
    const data = [...this.#onTables(allowed, () => []), ...this.#onBuckets(allowed)];
    const queues = (allowed.sendsTo ?? []).map((queue) => this.queues[queue].queueArn);
    const secrets = entries(allowed.secrets ?? {}).map(([kind, actions]) =>
      allow(
        actions.map((action) => `secretsmanager:${action}`),
        [this.secrets[kind]],
      ),
    );
    return [
      ...data,
      ...(data.length > 0 ? [this.#useOfKey()] : []),
      ...secrets,
      ...(allowed.mail === undefined ? [] : [this.#onMail(allowed.mail)]),
      ...(queues.length > 0 ? [allow(['sqs:SendMessage'], queues)] : []),
      ...this.#onDeadLetters(allowed),
    ];
  }

  /** For the role that it takes to work for one district, the one of the session's tag; nothing where it works for none. */
  tenantStatementsOf(name: FunctionName): iam.PolicyStatement[] {
    const allowed = permissions[name];
    if (allowed.findsDistricts) return [];
    const data = this.#onTables(allowed, (table) => patternsOf(table, tagOfSession));
    return data.length === 0 ? [] : [...data, this.#useOfKey()];
  }

  #onTables(
    { tables = {}, keysOnly = [], keys = {} }: Permissions,
    ofDistrict: (table: TableName) => string[],
  ): iam.PolicyStatement[] {
    return entries(tables).flatMap(([table, actions]) => {
      const patterns = [...ofDistrict(table), ...(keys[table] ?? [])];
      if (patterns.length === 0) return [];
      const names = actions.map((action) => `dynamodb:${action}`);
      const statement = allow(names, [this.tables[table].tableArn]);
      statement.addConditions(leadingKeys(patterns));
      if (keysOnly.includes(table)) statement.addConditions(nothingButKeys);
      return [statement];
    });
  }

  #onBuckets({ buckets = {} }: Permissions): iam.PolicyStatement[] {
    return entries(buckets).flatMap(([name, actions]) => {
      const bucket = this.buckets[name];
      const onBucket = actions.filter((action) => action.startsWith('ListBucket'));
      const onObjects = actions.filter((action) => !action.startsWith('ListBucket'));
      return [
        ...(onBucket.length > 0
          ? [
              allow(
                onBucket.map((action) => `s3:${action}`),
                [bucket.bucketArn],
              ),
            ]
          : []),
        ...(onObjects.length > 0
          ? [
              allow(
                onObjects.map((action) => `s3:${action}`),
                [bucket.arnForObjects('*')],
              ),
            ]
          : []),
      ];
    });
  }

  #onDeadLetters({ deadLetters: actions }: Permissions): iam.PolicyStatement[] {
    if (actions === undefined) return [];
    const arns = Object.values(this.deadLetters).map(({ queueArn }) => queueArn);
    return [
      allow(
        actions.map((action) => `sqs:${action}`),
        arns,
      ),
    ];
  }

  /** From our address and no other of the domain. */
  #onMail(actions: readonly MailAction[]): iam.PolicyStatement {
    const statement = allow(
      actions.map((action) => `ses:${action}`),
      this.mail.resources,
    );
    statement.addConditions({ StringEquals: { 'ses:FromAddress': this.mail.from } });
    return statement;
  }

  /** The key opens nothing by itself: only through the services that hold the data. */
  #useOfKey(): iam.PolicyStatement {
    return new iam.PolicyStatement({
      actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'],
      resources: [this.key.keyArn],
      conditions: {
        StringEquals: {
          'kms:ViaService': ['dynamodb', 's3'].map((service) => `${service}.${Aws.REGION}.amazonaws.com`),
        },
      },
    });
  }
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of IAM's policies
const tagOfSession = '${aws:PrincipalTag/district}';

/** Every key of a request has to fit. A request that names none, as a scan does, would fit all patterns: so there must be some. */
function leadingKeys(patterns: string[]) {
  return {
    'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': patterns },
    Null: { 'dynamodb:LeadingKeys': 'false' },
  };
}

/** A request that names no attributes asks for all of them, so it has to select some. */
const nothingButKeys = {
  'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['pk', 'sk'] },
  StringEquals: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
};

function allow(actions: string[], resources: string[]): iam.PolicyStatement {
  return new iam.PolicyStatement({ actions, resources });
}

/** `Object.entries` that keeps the key's type; the records here have no other keys than declared. */
function entries<Key extends string, Value>(record: Partial<Record<Key, Value>>): [Key, Value][] {
  return Object.entries(record) as [Key, Value][];
}
