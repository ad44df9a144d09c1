import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { wallObjects, wallTables } from './walls.ts';

/** A function's variables: tables and buckets are called `…_TABLE` and `…_BUCKET`. */
type Variables = Readonly<Record<string, string | undefined>>;

/** SDK clients with our defaults, once. Endpoints of local engines come from `AWS_ENDPOINT_URL_…`, which the SDK reads itself. */
export function makeDynamo(variables: Variables): DynamoDBDocumentClient {
  const dynamo = DynamoDBDocumentClient.from(new DynamoDBClient({ maxAttempts: 5 }), {
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
