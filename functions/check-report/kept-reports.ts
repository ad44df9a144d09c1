import { CopyObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { keptReportKey, problemsCsvKey } from '../../shared/reports/exchange-keys.ts';
import { Bucket } from '../../shared/store/bucket.ts';
import { calling } from '../../shared/store/calls.ts';
import { ObjectWriter } from '../../shared/store/object-writer.ts';
import { openStoredFile } from '../../shared/store/stored-file.ts';
import { takeAway } from '../../shared/store/take-away.ts';
import type { CheckDeps } from './check-report.ts';
import { baseName } from './content-type.ts';

type Buckets = { exchange: string; feeds: string };

/** What of a check touches objects. */
export function makeKeptReports(
  s3: S3Client,
  { exchange, feeds }: Buckets,
): Pick<CheckDeps, 'openReport' | 'problemsFile' | 'takeAway' | 'copyReport'> {
  return {
    openReport: (district, report) => {
      const name = baseName(report.fileName);
      return openStoredFile(s3, { bucket: exchange, key: keptReportKey(district, report), name });
    },
    problemsFile: ({ district, report }) =>
      new ObjectWriter(s3, { bucket: exchange, key: problemsCsvKey(district, report) }),
    async copyReport(district, report, key) {
      const copy = new CopyObjectCommand({
        ...{ Bucket: feeds, Key: key },
        CopySource: `${exchange}/${encodeURIComponent(keptReportKey(district, report))}`,
      });
      return (await calling(s3.send(copy))).CopyObjectResult?.ETag ?? '';
    },
    takeAway: (district, report) => takeAway(new Bucket(s3, exchange), district, report),
  };
}
