import { CopyObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exchangeKey, keptReportKey } from '../../shared/reports/exchange-keys.ts';
import { idOfObject } from '../../shared/reports/received-report.ts';
import type { Report } from '../../shared/reports/report.ts';
import { ExchangeObjects } from '../../shared/store/exchange-objects.ts';
import { aReport } from '../../test/builders/check-world.ts';
import { startBucket, type TestBucket } from '../../test/builders/report-district.ts';
import { makeKeptReports } from './kept-reports.ts';

const [district, name] = ['d-1', 'exchange'];
let bucket: TestBucket;

beforeAll(async () => {
  bucket = await startBucket(name);
});
afterAll(() => bucket?.stop());

async function put(fileName: string, Body: string, more: Partial<Report> = {}): Promise<Report> {
  const place = aReport({ fileName, ...more });
  const key = exchangeKey(district, place);
  await bucket.s3.send(new PutObjectCommand({ Bucket: name, Key: key, Body }));
  return { ...place, ...(await arrivedAs(key)) };
}

/** As whoever receives it calls what stands there. */
async function arrivedAs(key: string): Promise<{ id: string }> {
  const found = await new ExchangeObjects(bucket.s3, name).look(key);
  if (found === undefined) throw new Error('Nothing stands there.');
  return { id: idOfObject({ key, etag: found.etag, modified: found.modified.getTime() }) };
}

const takeAway = (report: Report) =>
  makeKeptReports(bucket.s3, { exchange: name, feeds: 'feeds' }).takeAway(district, report);
const stands = (report: Report) => bucket.text(exchangeKey(district, report));

test('takes away what was looked at, and again does nothing', async () => {
  const report = await put('a.csv', 'bad');
  await takeAway(report);
  await takeAway(report);
  expect(await stands(report)).toBeUndefined();
});

test('takes what came over HTTPS by the name of its object', async () => {
  const { id: object, ...report } = await put('b.csv', 'bad');
  await takeAway({ ...report, id: 'announced', object });
  expect(await stands({ ...report, id: object })).toBeUndefined();
});

test('leaves what has been put in its place', async () => {
  const report = await put('c.csv', 'bad');
  await put('c.csv', 'good');
  await takeAway(report);
  expect(await stands(report)).toBe('good');
});

test('leaves what is put in its place between the look and the removal', async () => {
  const report = await put('d.csv', 'bad');
  let isFirst = true;
  bucket.s3.middlewareStack.add(
    (next, { commandName }) =>
      async (call) => {
        if (commandName === 'DeleteObjectCommand' && isFirst) {
          isFirst = false;
          await put('d.csv', 'good');
        }
        return next(call);
      },
    { step: 'initialize', name: 'meanwhile' },
  );
  await takeAway(report);
  bucket.s3.middlewareStack.remove('meanwhile');
  expect([isFirst, await stands(report)]).toEqual([false, 'good']);
});

test('opens the copy and not what stands where it was put', async () => {
  const report = await put('e.csv', 'looked at');
  const from = `${name}/${exchangeKey(district, report)}`;
  const copy = { Bucket: name, Key: keptReportKey(district, report), CopySource: from };
  await bucket.s3.send(new CopyObjectCommand(copy));
  await put('e.csv', 'put later');
  const file = await makeKeptReports(bucket.s3, { exchange: name, feeds: 'feeds' }).openReport(
    district,
    report,
  );
  expect(String(await file.read(0, file.size))).toBe('looked at');
});
