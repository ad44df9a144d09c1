import { S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { makePublish } from './publish.ts';

async function* pieces() {
  yield '{"a":';
  yield '1}\n';
}

test('an export is fetched for a quarter of an hour, as a file whose name says nothing of the person', async () => {
  const put: string[] = [];
  const s3 = new S3Client({
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    requestHandler: {
      handle: async ({ method, hostname, path }: { method: string; hostname: string; path: string }) => {
        put.push(`${method} ${hostname}${path}`);
        return { response: { statusCode: 200, headers: {} } };
      },
    },
  });
  const { url, bytes, seconds } = await makePublish(s3, 'pages')({ district: 'd-1', id: 'E1' }, pieces());
  expect([put, bytes, seconds]).toEqual([
    ['PUT pages.s3.us-east-1.amazonaws.com/exports/d-1/E1.json'],
    8,
    900,
  ]);
  expect(Object.fromEntries(new URL(url).searchParams)).toMatchObject({
    'response-content-disposition': 'attachment; filename="person.json"',
    'response-content-type': 'application/json',
    'response-cache-control': 'no-store',
    'X-Amz-Expires': '900',
  });
});
