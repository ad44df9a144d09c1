import type { S3Client } from '@aws-sdk/client-s3';
import { decodeTime } from 'ulid';
import { RequestError } from '../../shared/errors.ts';
import { type DueTimes, feedCame } from '../../shared/roster/due.ts';
import { type PullDeskDeps, startPull } from '../../shared/roster/pull-desk.ts';
import { rollbackSync } from '../../shared/roster/rollback-desk.ts';
import type { FeedUploads } from '../../shared/roster/start-due.ts';
import type { Sync } from '../../shared/roster/sync.ts';
import { approveSync, cancelSync, startSync } from '../../shared/roster/sync-desk.ts';
import type { Objects } from '../../shared/roster/sync-stores.ts';
import { type CareDeps, startCare } from '../../shared/roster/weekly-care.ts';
import type { DynamoSyncLedger } from '../../shared/store/sync-ledger.ts';
import type { SyncDesk } from './handler.ts';
import { makeView } from './live-view.ts';
import { planPage } from './plan-pages.ts';
import { problemPage, problemsCsvUrl } from './problem-pages.ts';

type Deps = Omit<CareDeps, 'ledger'> &
  Pick<PullDeskDeps, 'pulls'> & {
    ledger: DynamoSyncLedger;
    objects: Pick<Objects, 'get'>;
    uploads: Pick<FeedUploads, 'give'>;
    due: DueTimes;
    s3: S3Client;
    bucket: string;
  };

/** Syncs as the handler needs them, on top of the ledger and the bucket of plans. */
export function makeDesk(deps: Deps): SyncDesk {
  const { ledger } = deps;
  const view = makeView(deps);
  const kept = async (district: string, syncId: string): Promise<Sync> => {
    const sync = await ledger.sync(district, syncId);
    if (!sync) throw new RequestError('not-found', 'unknown-sync', 'There is no such sync in this district.');
    return sync.value;
  };
  return {
    async start({ feed, ...request }) {
      const { format, guard, include, season, removal } = feed;
      const settings = { feedFormat: format, guard, include, season, removal };
      const sync = await startSync(deps, { ...request, kind: 'feed', feed: feed.id, ...settings });
      const { district, syncId, uploadId, requestedBy } = request;
      if (!request.dryRun && request.only === undefined) {
        // So that no trigger syncs it again; where this is lost, one does, and finds nothing new.
        await deps.uploads.give({ district, uploadId }, { syncId, by: requestedBy });
        await feedCame(deps.due, district, feed, decodeTime(uploadId));
      }
      return view(sync);
    },
    async pull({ feed, full, fullEveryDays, ...request }) {
      const { format, guard, include, season, removal } = feed;
      const settings = { feedFormat: format, fullEveryDays, guard, include, season, removal };
      const asked = { ...request, feed: feed.id, ...settings, ...(full === undefined ? {} : { full }) };
      return view(await startPull(deps, asked));
    },
    async care(asked) {
      return view(await startCare(deps, asked));
    },
    async get(district, syncId) {
      const sync = await ledger.sync(district, syncId);
      return sync && view(sync.value);
    },
    async list(district, { limit, cursor }) {
      const page = await ledger.list(district, {
        limit,
        ...(cursor === undefined ? {} : { before: cursor }),
      });
      const items = await Promise.all(page.syncs.map(view));
      return page.next === undefined ? { items } : { items, cursor: page.next };
    },
    async plan(district, syncId, asked) {
      const { plan } = await kept(district, syncId);
      return plan ? planPage(deps.objects, plan, asked) : { items: [] };
    },
    async problems(district, syncId, paging) {
      return problemPage(deps, await kept(district, syncId), paging);
    },
    async problemsCsvUrl(district, syncId) {
      return problemsCsvUrl(deps, await kept(district, syncId));
    },
    async approve(district, syncId, asked) {
      return view(await approveSync(deps, { district, syncId, ...asked }));
    },
    async rollback(district, undoes, asked) {
      return view(await rollbackSync(deps, { district, undoes, ...asked }));
    },
    async cancel(district, syncId, asked) {
      return view(await cancelSync(deps, { district, syncId, ...asked }));
    },
  };
}
