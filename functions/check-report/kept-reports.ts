import { CopyObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { exchangeKey, keptReportKey, problemsCsvKey } from '../../shared/reports/exchange-keys.ts';
import { idOfObject } from '../../shared/reports/received-report.ts';
import { Bucket } from '../../shared/store/bucket.ts';
import { calling } from '../../shared/store/calls.ts';
import { ObjectWriter } from '../../shared/store/object-writer.ts';
import { openStoredFile } from '../../shared/store/stored-file.ts';
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
    async takeAway(district, report) {
      const key = exchangeKey(district, report);
      const { id, object = id } = report;
      // Something else may stand there by now, or be put there this moment: its own event tells of that.
      await new Bucket(s3, exchange).removeOnly(
        key,
        ({ etag, modified }) => idOfObject({ key, etag, modified: modified.getTime() }) === object,
      );
    },
  };
}
