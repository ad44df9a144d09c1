import { exchangeKey } from '../reports/exchange-keys.ts';
import { idOfObject } from '../reports/received-report.ts';
import type { Report } from '../reports/report.ts';
import type { Bucket } from './bucket.ts';

/** Takes the file of a report from where SFTP shows it; what was kept of it stays. Again does nothing. */
export async function takeAway(
  shelf: Pick<Bucket, 'removeOnly'>,
  district: string,
  report: Pick<Report, 'id' | 'object' | 'account' | 'folder' | 'fileName'>,
): Promise<void> {
  const key = exchangeKey(district, report);
  const { id, object = id } = report;
  // Something else may stand there by now, or be put there this moment: its own event tells of that.
  await shelf.removeOnly(
    key,
    ({ etag, modified }) => idOfObject({ key, etag, modified: modified.getTime() }) === object,
  );
}
