import type * as z from 'zod';
import type { CatalogueSet } from '../../shared/access/catalogue.ts';
import { RequestError } from '../../shared/errors.ts';
import type { Feed } from '../../shared/messages/districts.ts';
import type { PlanChange, PlanQuery, ProblemView, SyncView } from '../../shared/messages/syncs.ts';
import { type CareKind, isCare } from '../../shared/roster/sync.ts';
import type { Events } from '../../shared/runtime/events.ts';
import { httpHandler } from '../../shared/runtime/http-handler.ts';
import type { IdempotencyKeys } from '../../shared/runtime/idempotency.ts';
import type { Decide } from '../../shared/runtime/permissions.ts';
import { seeOther } from '../../shared/runtime/routing.ts';
import { approvalOf, makeMappingHandlers } from './mapping.ts';
import type { MappingDesk } from './mapping-desk.ts';

type Paging = { limit: number; cursor?: string | undefined };
type Page<T> = { items: T[]; cursor?: string };

/** Syncs of a district as people and machines handle them. */
export type SyncDesk = {
  /**
   * Idempotent by `syncId`.
   * @throws {RequestError} conflict where too many syncs of the district wait
   */
  start(request: {
    district: string;
    syncId: string;
    feed: Feed;
    uploadId: string;
    dryRun: boolean;
    requestedBy: string;
  }): Promise<SyncView>;
  /** Idempotent by `syncId`. @throws {RequestError} conflict where something waits for an approval */
  care(request: { district: string; syncId: string; kind: CareKind; by: string }): Promise<SyncView>;
  get(district: string, syncId: string): Promise<SyncView | undefined>;
  /** Newest first. */
  list(district: string, paging: Paging): Promise<Page<SyncView>>;
  plan(district: string, syncId: string, asked: z.output<typeof PlanQuery>): Promise<Page<PlanChange>>;
  problems(district: string, syncId: string, paging: Paging): Promise<Page<ProblemView>>;
  /** A presigned file of all problems. */
  problemsCsvUrl(district: string, syncId: string): Promise<string>;
  /** @throws {RequestError} conflict where the state has moved since */
  approve(district: string, syncId: string, asked: { planHash: string; by: string }): Promise<SyncView>;
  cancel(district: string, syncId: string, asked: { by: string }): Promise<SyncView>;
};

export type Deps = {
  desk: SyncDesk;
  mappings: MappingDesk;
  catalogues: CatalogueSet;
  findFeed: (district: string, feed: string) => Promise<Feed | undefined>;
  /** Whether every file of an upload is in the bucket, `undefined` where there is no such upload. */
  uploadIsComplete: (district: string, uploadId: string) => Promise<boolean | undefined>;
  decide: Decide;
  idempotency: IdempotencyKeys;
  events: Events;
  now: () => Date;
};

export function makeHandler(deps: Deps) {
  const { desk, decide, idempotency, events, now } = deps;

  async function existing(district: string, syncId: string): Promise<SyncView> {
    const sync = await desk.get(district, syncId);
    if (sync !== undefined) return sync;
    throw new RequestError('not-found', 'unknown-sync', 'There is no such sync in this district.');
  }

  async function care(
    kind: CareKind,
    asked: { district: string; syncId: string; by: string },
  ): Promise<SyncView> {
    const sync = await desk.care({ ...asked, kind });
    events.audited({
      district: asked.district,
      by: asked.by,
      action: `${kind}-started`,
      what: { sync: sync.syncId },
    });
    return sync;
  }

  return httpHandler<'manage-syncs'>({
    function: 'manage-syncs',
    decide,
    idempotency,
    events,
    now,
    handlers: {
      async startSync({ params: { district }, body, by, newId }) {
        const feed = await deps.findFeed(district, body.feed);
        if (feed === undefined) throw new RequestError('not-found', 'unknown-feed', 'There is no such feed.');
        const uploadId = await arrivedUpload(deps, district, body.upload);
        return desk.start({
          district,
          syncId: newId,
          feed,
          uploadId,
          dryRun: body.dryRun,
          requestedBy: by,
        });
      },

      startPurge: ({ params: { district }, by, newId }) => care('purge', { district, by, syncId: newId }),
      startRepair: ({ params: { district }, by, newId }) => care('repair', { district, by, syncId: newId }),

      async listSyncs({ params, query }) {
        return desk.list(params.district, query);
      },

      async getSync({ params }) {
        return existing(params.district, params.sync);
      },

      async getSyncPlan({ params, query }) {
        await existing(params.district, params.sync);
        return desk.plan(params.district, params.sync, query);
      },

      async listSyncProblems({ params, query, headers }) {
        await existing(params.district, params.sync);
        if (prefersCsv(headers.accept)) {
          return seeOther(await desk.problemsCsvUrl(params.district, params.sync));
        }
        return desk.problems(params.district, params.sync, query);
      },

      async approveSync({ params, body, by }) {
        const { district } = params;
        const { planHash } = body;
        const sync = await desk.approve(district, params.sync, { planHash, by });
        if (sync.kind === 'mapping') events.audited({ district, by, ...approvalOf(sync, planHash) });
        if (isCare(sync.kind)) {
          const what = { sync: sync.syncId, planHash };
          events.audited({ district, by, action: `${sync.kind}-approved`, what });
        }
        return sync;
      },

      async cancelSync({ params, by }) {
        return desk.cancel(params.district, params.sync, { by });
      },

      ...makeMappingHandlers(deps),
    },
  });
}

/** @throws {RequestError} where there is nothing whole to sync */
async function arrivedUpload(deps: Deps, district: string, uploadId: string | undefined): Promise<string> {
  if (uploadId === undefined) {
    throw new RequestError(
      'unprocessable',
      'upload-missing',
      'This feed is uploaded: name the upload to sync.',
      {
        fields: [{ pointer: '/upload', detail: 'needed for a feed whose source is upload' }],
      },
    );
  }
  const complete = await deps.uploadIsComplete(district, uploadId);
  if (complete === undefined) {
    throw new RequestError('not-found', 'unknown-upload', 'There is no such upload in this district.');
  }
  if (!complete) {
    throw new RequestError('conflict', 'upload-incomplete', 'Not every file of the upload is there yet.');
  }
  return uploadId;
}

/** Only where it is asked for by name, since browsers and most clients accept anything. */
function prefersCsv(accept: string | undefined): boolean {
  return accept?.split(',').some((range) => /^\s*text\/csv\s*(;|$)/i.test(range)) === true;
}
