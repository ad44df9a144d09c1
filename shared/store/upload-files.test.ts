import { S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { UploadFiles } from './upload-files.ts';

test('a file is fetched as one that no browser shows, keeps, or takes for what its sender says', async () => {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const files = new UploadFiles(new S3Client({ region: 'us-east-1', credentials }), 'exchange');
  const url = await files.getUrl('kept/d-1/x', { disposition: 'attachment; filename="a.csv"', seconds: 60 });
  expect(Object.fromEntries(new URL(url).searchParams)).toMatchObject({
    'response-content-disposition': 'attachment; filename="a.csv"',
    'response-content-type': 'application/octet-stream',
    'response-cache-control': 'no-store',
    'X-Amz-Expires': '60',
  });
});
