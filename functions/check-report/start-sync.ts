import { RequestError } from '../../shared/errors.ts';
import type { Feed } from '../../shared/messages/districts.ts';
import { refusalOf } from '../../shared/reports/refusals.ts';
import type { Report } from '../../shared/reports/report.ts';
import { type DueTimes, feedCame } from '../../shared/roster/due.ts';
import { madeUlid } from '../../shared/roster/made-ulid.ts';
import { type DeskDeps, startSync } from '../../shared/roster/sync-desk.ts';
import { type Uploads, uploadObjectKey } from '../../shared/store/uploads.ts';
import { baseName } from './content-type.ts';
import type { Seen } from './look.ts';
import { Refused } from './refused.ts';

export type SyncDeps = DeskDeps & {
  uploads: Pick<Uploads, 'createOnce' | 'arrived' | 'give'>;
  due: DueTimes;
  /** Copies the kept report to a key of the bucket of feeds. @returns the copy's tag */
  copyReport(district: string, report: Report, key: string): Promise<string>;
};

/**
 * Makes the report an upload of the feed, and starts its sync as a request over the API would: plan, guard and approval are the
 * sync's. Every id is made of the report, so that all of it may be done again.
 * @returns the sync's id
 * @throws {Refused} too-many-syncs
 */
export async function startRosterSync(
  deps: SyncDeps,
  { district, report, seen, feed }: { district: string; report: Report; seen: Seen; feed: Feed },
): Promise<string> {
  const { size, sha256 } = seen;
  const at = Date.parse(report.at);
  const [uploadId, syncId] = [
    madeUlid(at, [district, report.id, 'upload']),
    madeUlid(at, [district, report.id, 'sync']),
  ];
  const fileName = baseName(report.fileName);
  const place = { district, uploadId, fileName };
  const { by } = report;
  const files = [{ fileName, size, sha256 }];
  await deps.uploads.createOnce(district, { uploadId, createdAt: report.at, by, feed: feed.id, files });
  const etag = await deps.copyReport(district, report, uploadObjectKey(district, uploadId, fileName));
  // Given before anybody hears that it is whole, so that no trigger of the feed syncs it besides.
  const given = await deps.uploads.give({ district, uploadId }, { syncId, by });
  await deps.uploads.arrived(place, { size, etag, at: new Date(deps.now()) });
  const { format: feedFormat, guard, include, season, removal } = feed;
  const settings = { feedFormat, guard, include, season, removal };
  try {
    await startSync(deps, {
      ...{ district, syncId: given.syncId, dryRun: false, requestedBy: by },
      ...{ kind: 'feed', feed: feed.id, uploadId, ...settings },
    });
  } catch (error) {
    if (!(error instanceof RequestError && error.code === 'too-many-queued')) throw error;
    throw new Refused(refusalOf('too-many-syncs'));
  }
  await feedCame(deps.due, district, feed, Date.parse(deps.now()));
  return given.syncId;
}
