import { Aws } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { patternsOf } from '../../shared/store/tenant-keys.ts';
import type { BucketName, FunctionName, QueueName, TableName } from '../names.ts';
import { type Permissions, permissions } from '../permissions.ts';

/** What there is to reach, and the policy statements that reach exactly what `permissions.ts` allows of it. */
export class Reach {
  readonly tables: Readonly<Record<TableName, dynamodb.Table>>;
  readonly buckets: Readonly<Record<BucketName, s3.Bucket>>;
  readonly queues: Readonly<Record<QueueName, sqs.Queue>>;
  readonly key: kms.Key;
  /** ARN of all secrets of feeds. */
  readonly secrets: string;

  constructor(to: Pick<Reach, 'tables' | 'buckets' | 'queues' | 'key' | 'secrets'>) {
    this.tables = to.tables;
    this.buckets = to.buckets;
    this.queues = to.queues;
    this.key = to.key;
    this.secrets = to.secrets;
  }

  /** For the role of the function itself: of tables, what belongs to no district. */
  statementsOf(name: FunctionName): iam.PolicyStatement[] {
    const allowed = permissions[name];
    const data = [...this.#onTables(allowed, () => []), ...this.#onBuckets(allowed)];
    const queues = (allowed.sendsTo ?? []).map((queue) => this.queues[queue].queueArn);
    const secrets = (allowed.secrets ?? []).map((action) => `secretsmanager:${action}`);
    return [
      ...data,
      ...(data.length > 0 ? [this.#useOfKey()] : []),
      ...(secrets.length > 0 ? [allow(secrets, [this.secrets])] : []),
      ...(queues.length > 0 ? [allow(['sqs:SendMessage'], queues)] : []),
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
      const onObjects = actions.filter((action) => action !== 'ListBucket');
      return [
        ...(actions.includes('ListBucket') ? [allow(['s3:ListBucket'], [bucket.bucketArn])] : []),
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
