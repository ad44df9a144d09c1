import { createHash } from 'node:crypto';
import { CopyObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { exchangeKey, keptReportKey, problemsCsvKey } from '../../shared/reports/exchange-keys.ts';
import { Bucket } from '../../shared/store/bucket.ts';
import { calling } from '../../shared/store/calls.ts';
import { ObjectWriter } from '../../shared/store/object-writer.ts';
import { openStoredFile } from '../../shared/store/stored-file.ts';
import type { CheckDeps } from './check-report.ts';

type Buckets = { exchange: string; feeds: string };

/** What of a check touches objects. */
export function makeKeptReports(
  s3: S3Client,
  { exchange, feeds }: Buckets,
): Pick<CheckDeps, 'openReport' | 'problemsFile' | 'takeAway' | 'copyReport'> {
  return {
    openReport: ({ district, report }, name) =>
      openStoredFile(s3, { bucket: exchange, key: keptReportKey(district, report), name }),
    problemsFile: ({ district, report }) =>
      new ObjectWriter(s3, { bucket: exchange, key: problemsCsvKey(district, report) }),
    async copyReport({ district, report }, key) {
      const copy = new CopyObjectCommand({
        ...{ Bucket: feeds, Key: key },
        CopySource: `${exchange}/${encodeURIComponent(keptReportKey(district, report))}`,
      });
      return (await calling(s3.send(copy))).CopyObjectResult?.ETag ?? '';
    },
    async takeAway(district, report) {
      const key = exchangeKey(district, report);
      // Something else may stand there by now.
      if ((await digestAt(s3, { bucket: exchange, key })) === report.sha256)
        await new Bucket(s3, exchange).remove(key);
    },
  };
}

/** `undefined` where there is no such object. */
async function digestAt(s3: S3Client, at: { bucket: string; key: string }): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    const file = await openStoredFile(s3, { ...at, name: '' });
    for await (const piece of file.stream()) hash.update(piece);
  } catch (error) {
    if (error instanceof Error && error.name === 'NotFound') return undefined;
    throw error;
  }
  return hash.digest('hex');
}
