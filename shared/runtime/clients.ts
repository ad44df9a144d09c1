import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SQSClient } from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type Credentials, makeTenantCredentials } from './tenant-credentials.ts';
import { wallObjects, wallTables } from './walls.ts';

/** A function's variables: tables and buckets are called `…_TABLE` and `…_BUCKET`. */
type Variables = Readonly<Record<string, string | undefined>>;

/** SDK clients with our defaults, once. Endpoints of local engines come from `AWS_ENDPOINT_URL_…`, which the SDK reads itself. */
export function makeDynamo(variables: Variables): DynamoDBDocumentClient {
  const client = new DynamoDBClient({ maxAttempts: 5, ...signing(variables.TENANT_ROLE_ARN) });
  const dynamo = DynamoDBDocumentClient.from(client, {
    marshallOptions: { removeUndefinedValues: true },
  });
  wallTables(dynamo, namedIn(variables, '_TABLE'));
  return dynamo;
}

/**
 * A local engine, where there is one, has its buckets in the path. The same endpoint is in presigned URLs, so it must be one that
 * callers reach.
 */
export function makeS3(variables: Variables): S3Client {
  const s3 = new S3Client({
    forcePathStyle: variables.AWS_ENDPOINT_URL_S3 !== undefined,
    // Else a presigned PUT would carry the checksum of an empty body.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    maxAttempts: 5,
  });
  wallObjects(s3, namedIn(variables, '_BUCKET'));
  return s3;
}

/** Of the presigned addresses that {@link makeS3} makes for a bucket. */
export function bucketOrigin({ AWS_ENDPOINT_URL_S3: local, AWS_REGION }: Variables, bucket: string): string {
  return local === undefined ? `https://${bucket}.s3.${AWS_REGION}.amazonaws.com` : new URL(local).origin;
}

/** @param role that reaches the one district which its session is tagged with; absent where a function serves all at once */
function signing(role: string | undefined): { credentials?: () => Promise<Credentials> } {
  if (role === undefined) return {};
  const sts = new STSClient({ maxAttempts: 5 });
  const assume = async (district: string): Promise<Credentials> => {
    const { Credentials: given } = await sts.send(
      new AssumeRoleCommand({
        RoleArn: role,
        // What an audit trail shows; a name of a session is 64 characters at most, as is an id of a district.
        RoleSessionName: `district-${district}`.slice(0, 64),
        Tags: [{ Key: 'district', Value: district }],
      }),
    );
    const {
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      SessionToken,
      Expiration,
    } = given ?? {};
    if (accessKeyId === undefined || secretAccessKey === undefined)
      throw new Error('STS gave no credentials.');
    return {
      ...{ accessKeyId, secretAccessKey },
      ...(SessionToken === undefined ? {} : { sessionToken: SessionToken }),
      ...(Expiration === undefined ? {} : { expiration: Expiration }),
    };
  };
  return {
    credentials: makeTenantCredentials({
      own: () => sts.config.credentials(),
      assume,
      now: () => Date.now(),
    }),
  };
}

/** `{ ROSTER_TABLE: 'Storage-Roster12' }` as `Storage-Roster12` → `roster`. */
function namedIn(variables: Variables, ending: string): Map<string, string> {
  return new Map(
    Object.entries(variables).flatMap(([name, value]) =>
      name.endsWith(ending) && value !== undefined
        ? [[value, name.slice(0, -ending.length).toLowerCase()] as const]
        : [],
    ),
  );
}

export function makeSecrets(): SecretsManagerClient {
  return new SecretsManagerClient({ maxAttempts: 5 });
}

export function makeSqs(): SQSClient {
  return new SQSClient({ maxAttempts: 5 });
}

export function makeSes(): SESv2Client {
  return new SESv2Client({ maxAttempts: 3 });
}
