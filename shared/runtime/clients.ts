import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** SDK clients with our defaults, once. Endpoints of local engines come from `AWS_ENDPOINT_URL_…`, which the SDK reads itself. */
export function makeDynamo(): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(new DynamoDBClient({ maxAttempts: 5 }), {
    marshallOptions: { removeUndefinedValues: true },
  });
}

/**
 * @param endpoint a local engine's, where there is one: its buckets stand in the path. The same endpoint is in presigned URLs,
 *   so it must be one that callers reach.
 */
export function makeS3(endpoint: string | undefined): S3Client {
  return new S3Client({
    forcePathStyle: endpoint !== undefined,
    // Else a presigned PUT would carry the checksum of an empty body.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    maxAttempts: 5,
  });
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
