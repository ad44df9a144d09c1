import { randomUUID } from 'node:crypto';
import type { S3Event } from 'aws-lambda';
import type { ObjectCreated } from '../engines/fauxqs.ts';
import { account, region } from '../template.ts';

export type BucketNotification = {
  bucket: string;
  prefix: string;
  suffix: string;
  functionName: string;
};

export function concerns({ bucket, prefix, suffix }: BucketNotification, object: ObjectCreated): boolean {
  return object.bucket === bucket && object.key.startsWith(prefix) && object.key.endsWith(suffix);
}

/** What S3 tells a function of a new object. Keys are encoded as in a form, as S3 does. */
export function objectCreatedEvent({ bucket, key, size, etag }: ObjectCreated): S3Event {
  const now = Date.now();
  return {
    Records: [
      {
        eventVersion: '2.1',
        eventSource: 'aws:s3',
        awsRegion: region,
        eventTime: new Date(now).toISOString(),
        eventName: etag.includes('-') ? 'ObjectCreated:CompleteMultipartUpload' : 'ObjectCreated:Put',
        userIdentity: { principalId: 'local' },
        requestParameters: { sourceIPAddress: '127.0.0.1' },
        responseElements: { 'x-amz-request-id': randomUUID(), 'x-amz-id-2': 'local' },
        s3: {
          s3SchemaVersion: '1.0',
          configurationId: 'local',
          bucket: { name: bucket, ownerIdentity: { principalId: account }, arn: `arn:aws:s3:::${bucket}` },
          object: {
            key: encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/'),
            size,
            eTag: etag,
            sequencer: now.toString(16).toUpperCase().padStart(16, '0'),
          },
        },
      },
    ],
  };
}
