import { S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { problemsCsvUrl } from './problem-pages.ts';

test('the list of all problems is fetched as a file that no browser keeps or shows', async () => {
  const s3 = new S3Client({
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    requestHandler: { handle: async () => ({ response: { statusCode: 200, headers: {} } }) },
  });
  const objects = { get: () => Promise.reject(new Error('It was made already.')) };
  const sync = { problems: { errors: 1, warnings: 0, parts: 1, prefix: 'problems/d-1/S1' } };
  const url = await problemsCsvUrl({ objects, s3, bucket: 'state' }, sync);
  expect(new URL(url).pathname).toBe('/problems/d-1/S1/problems.csv');
  expect(Object.fromEntries(new URL(url).searchParams)).toMatchObject({
    'response-content-disposition': 'attachment; filename="problems.csv"',
    'response-cache-control': 'no-store',
  });
});
