import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FauxqsEngine, startFauxqs } from '../../infra/local/engines/fauxqs.ts';
import { Feeds } from '../../shared/store/feeds.ts';
import { UploadFiles } from '../../shared/store/upload-files.ts';
import { isComplete, Uploads, uploadObjectKey } from '../../shared/store/uploads.ts';
import { startDynamo, type TestDynamo, testTables } from '../builders/dynamo.ts';
import { aFeed } from '../builders/feed.ts';

const mega = 1024 * 1024;
const now = new Date('2026-11-21T12:00:00Z');
let engine: TestDynamo;
let dataDir: string;
let bucket: FauxqsEngine;
let files: UploadFiles;
let uploads: Uploads;

beforeAll(async () => {
  engine = await startDynamo();
  dataDir = await mkdtemp(join(tmpdir(), 'rolebook-uploads-'));
  bucket = await startFauxqs(dataDir, () => {});
  const s3 = new S3Client({
    endpoint: bucket.endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
  await s3.send(new CreateBucketCommand({ Bucket: 'feeds' }));
  files = new UploadFiles(s3, 'feeds');
  uploads = new Uploads(engine.dynamo, testTables.syncs);
});
afterAll(async () => {
  await bucket.stop();
  await engine.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function announce(uploadId: string, ...sizes: number[]) {
  const announced = sizes.map((size, at) => ({ fileName: `f${at}.csv`, size }));
  await uploads.create('d-1', { uploadId, createdAt: now.toISOString(), by: 'x', files: announced });
}
const put = (url: string, size: number) => fetch(url, { method: 'PUT', body: Buffer.alloc(size, 'x') });

test('an upload is whole when every file is in the bucket, whether or not an event told', async () => {
  await announce('U1', 10, 20);
  await put(await files.putUrl(uploadObjectKey('d-1', 'U1', 'f0.csv')), 10);
  await uploads.arrived(
    { district: 'd-1', uploadId: 'U1', fileName: 'f0.csv' },
    { size: 10, etag: 't', at: now },
  );
  const half = await uploads.look(files, 'd-1', 'U1', now);
  expect(half && isComplete(half)).toBe(false);
  await put(await files.putUrl(uploadObjectKey('d-1', 'U1', 'f1.csv')), 20);
  const whole = await uploads.look(files, 'd-1', 'U1', now);
  expect(whole && isComplete(whole)).toBe(true);
  expect((await uploads.find('d-1', 'U1'))?.files).toMatchObject([
    { etag: 't' },
    { arrivedAt: now.toISOString() },
  ]);
});

test('a file of another size than announced has not arrived', async () => {
  await announce('U2', 10);
  await put(await files.putUrl(uploadObjectKey('d-1', 'U2', 'f0.csv')), 11);
  const seen = await uploads.look(files, 'd-1', 'U2', now);
  expect(seen && isComplete(seen)).toBe(false);
});

test('events of files that nobody announced change nothing', async () => {
  const object = { size: 1, etag: 't', at: now };
  expect(
    await uploads.arrived({ district: 'd-1', uploadId: 'no', fileName: 'f0.csv' }, object),
  ).toBeUndefined();
  expect(await uploads.find('d-1', 'no')).toBeUndefined();
});

test('parts join to the file, and not before all are there', async () => {
  const key = uploadObjectKey('d-1', 'U3', 'big.zip');
  const size = 8 * mega + 5;
  const multipartId = await files.begin(key);
  const parts = await files.partUrls(key, multipartId, size);
  expect(parts.map(({ from, to }) => [from, to])).toEqual([
    [0, 8 * mega],
    [8 * mega, size],
  ]);
  await put(parts[0]?.url ?? '', 8 * mega);
  expect(await files.join(key, multipartId, size)).toBe('missing');
  await put(parts[1]?.url ?? '', 5);
  expect(await files.join(key, multipartId, size)).toBe('joined');
  expect(await files.head(key)).toMatchObject({ size });
});

test('a feed is changed by one of two who read the same', async () => {
  const feeds = new Feeds(engine.dynamo, testTables.syncs);
  const feed = aFeed({ updatedAt: now.toISOString() });
  expect((await feeds.put('d-1', feed)).revision).toBe(1);
  expect((await feeds.put('d-1', feed, { ifRevision: '1' })).revision).toBe(2);
  await expect(feeds.put('d-1', feed, { ifRevision: '1' })).rejects.toMatchObject({
    kind: 'precondition-failed',
  });
  await expect(feeds.put('d-2', feed, { ifRevision: '1' })).rejects.toMatchObject({
    kind: 'precondition-failed',
  });
  expect((await feeds.list('d-1', { limit: 10 })).items).toEqual([feed]);
});
