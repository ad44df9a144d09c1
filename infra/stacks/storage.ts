import { Duration, RemovalPolicy, Stack, type StackProps, Tags } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { type BucketName, pascalCase, type TableName } from '../names.ts';

/** Everything that must survive: tables, buckets, and the key that they are encrypted with. */
export class StorageStack extends Stack {
  readonly key: kms.Key;
  readonly tables: Record<TableName, dynamodb.Table>;
  readonly buckets: Record<BucketName, s3.Bucket>;

  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    this.key = new kms.Key(this, 'PersonalData', {
      description: 'Encrypts what Rolebook knows about people',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.tables = {
      roster: this.#table('roster', { sort: true }),
      access: this.#table('access', { sort: false }),
      assignments: this.#table('assignments', { sort: true }),
      syncs: this.#table('syncs', {
        sort: true,
        timeToLiveAttribute: 'expiresAt',
        stream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
      }),
      tenants: this.#table('tenants', { sort: true, timeToLiveAttribute: 'expiresAt' }),
      accounts: this.#table('accounts', { sort: true }),
      logins: this.#table('logins', { sort: true, timeToLiveAttribute: 'expiresAt' }),
      audit: this.#table('audit', { sort: true }),
      reports: this.#table('reports', {
        sort: true,
        timeToLiveAttribute: 'expiresAt',
        stream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
      }),
    };
    this.buckets = {
      feeds: this.#bucket('feeds', {
        versioned: true,
        lifecycleRules: [
          {
            id: 'a-school-year-and-a-month',
            expiration: Duration.days(400),
            noncurrentVersionExpiration: Duration.days(30),
          },
        ],
        cors: [
          {
            allowedMethods: [s3.HttpMethods.PUT],
            allowedOrigins: ['*'], // the signature in the address is the permission
            allowedHeaders: ['*'],
            exposedHeaders: ['ETag'],
            maxAge: 3600,
          },
        ],
      }),
      state: this.#bucket('state', {}),
      // What is served in pages is made anew from the state; it is read for two days at most.
      pages: this.#bucket('pages', {
        lifecycleRules: [{ id: 'three-days', expiration: Duration.days(3) }],
      }),
      // What can be fetched for ninety days; then it is archived, and gone after a school year.
      exchange: this.#bucket('exchange', {
        versioned: true,
        lifecycleRules: [
          { id: 'windows', prefix: 'in/', expiration: Duration.days(90) },
          { id: 'fetched', prefix: 'out/', expiration: Duration.days(90) },
          {
            id: 'archive',
            prefix: 'kept/',
            transitions: [
              { storageClass: s3.StorageClass.GLACIER_INSTANT_RETRIEVAL, transitionAfter: Duration.days(90) },
            ],
            expiration: Duration.days(400),
          },
          { id: 'overwritten', noncurrentVersionExpiration: Duration.days(90) },
        ],
        cors: [
          {
            allowedMethods: [s3.HttpMethods.PUT, s3.HttpMethods.GET],
            allowedOrigins: ['*'], // the signature in the address is the permission
            allowedHeaders: ['*'],
            exposedHeaders: ['ETag'],
            maxAge: 3600,
          },
        ],
      }),
      // For the school years in which somebody may ask: no seal goes before, whoever wants it.
      seals: this.#bucket('seals', {
        versioned: true,
        objectLockEnabled: true,
        objectLockDefaultRetention: s3.ObjectLockRetention.compliance(Duration.days(7 * 365)),
      }),
    };
    Tags.of(this).add('data-class', 'personal');
  }

  #table(
    name: TableName,
    { sort, ...more }: { sort: boolean } & Pick<dynamodb.TableProps, 'stream' | 'timeToLiveAttribute'>,
  ): dynamodb.Table {
    return new dynamodb.Table(this, pascalCase(name), {
      partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
      ...(sort ? { sortKey: { name: 'sk', type: dynamodb.AttributeType.STRING } } : {}),
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      encryption: dynamodb.TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: this.key,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      ...more,
    });
  }

  #bucket(name: BucketName, { lifecycleRules = [], ...more }: s3.BucketProps): s3.Bucket {
    return new s3.Bucket(this, pascalCase(name), {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      encryption: s3.BucketEncryption.KMS,
      encryptionKey: this.key,
      bucketKeyEnabled: true,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [
        { id: 'unfinished-uploads', abortIncompleteMultipartUploadAfter: Duration.days(7) },
        ...lifecycleRules,
      ],
      ...more,
    });
  }
}
