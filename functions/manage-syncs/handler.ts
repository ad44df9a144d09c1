import type * as z from 'zod';
import type { CatalogueSet } from '../../shared/access/catalogue.ts';
import { RequestError } from '../../shared/errors.ts';
import type { ChangesView } from '../../shared/messages/changes.ts';
import type { Feed } from '../../shared/messages/districts.ts';
import type { PlanChange, PlanQuery, ProblemView, SyncView } from '../../shared/messages/syncs.ts';
import type { IdentityDeps } from '../../shared/roster/identity-desk.ts';
import { type Acceptable, type CareKind, isCare, type Only } from '../../shared/roster/sync.ts';
import type { Events } from '../../shared/runtime/events.ts';
import { httpHandler } from '../../shared/runtime/http-handler.ts';
import type { IdempotencyKeys } from '../../shared/runtime/idempotency.ts';
import type { Decide } from '../../shared/runtime/permissions.ts';
import { seeOther } from '../../shared/runtime/routing.ts';
import { makeEditHandlers } from './edits.ts';
import type { EditsDesk } from './edits-desk.ts';
import { makeIdentityHandlers } from './identities.ts';
import { approvalOf, makeMappingHandlers } from './mapping.ts';
import type { MappingDesk } from './mapping-desk.ts';
import { type Matches, makeMatchHandlers } from './matches.ts';

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
    snapshot?: true;
    only?: Only;
    dryRun: boolean;
    accept?: Acceptable[];
    requestedBy: string;
  }): Promise<SyncView>;
  /**
   * Pulls the feed first. Idempotent by `syncId`.
   * @throws {RequestError} conflict where a pull of the feed is under way
   */
  pull(request: {
    district: string;
    syncId: string;
    feed: Feed;
    fullEveryDays: number;
    full?: true;
    only?: Only;
    dryRun: boolean;
    accept?: Acceptable[];
    requestedBy: string;
  }): Promise<SyncView>;
  /** Idempotent by `syncId`. */
  care(request: { district: string; syncId: string; kind: CareKind; by: string }): Promise<SyncView>;
  get(district: string, syncId: string): Promise<SyncView | undefined>;
  /** Newest first. */
  list(district: string, paging: Paging): Promise<Page<SyncView>>;
  plan(district: string, syncId: string, asked: z.output<typeof PlanQuery>): Promise<Page<PlanChange>>;
  problems(district: string, syncId: string, paging: Paging): Promise<Page<ProblemView>>;
  /** A presigned file of all problems. */
  problemsCsvUrl(district: string, syncId: string): Promise<string>;
  /** @throws {RequestError} conflict where what the plan changes has moved since */
  approve(district: string, syncId: string, asked: { planHash: string; by: string }): Promise<SyncView>;
  /** Idempotent by `syncId`. @throws {RequestError} conflict where there is nothing to undo, or not yet */
  rollback(
    district: string,
    undoes: string,
    asked: { syncId: string; dryRun: boolean; by: string },
  ): Promise<SyncView>;
  cancel(district: string, syncId: string, asked: { by: string }): Promise<SyncView>;
};

/** `isWhole`: every file of it is in the bucket. `feed`: that it says it is of. */
export type FoundUpload = { isWhole: boolean; feed?: string | undefined };
/** What changed in a district; never refuses a cursor. */
export type ChangesOf = (asked: {
  district: string;
  after?: string | undefined;
  limit: number;
}) => Promise<ChangesView>;

export type Deps = {
  desk: SyncDesk;
  mappings: MappingDesk;
  edits: EditsDesk;
  matches: Matches;
  identities: IdentityDeps;
  changes: ChangesOf;
  catalogues: CatalogueSet;
  findFeed: (district: string, feed: string) => Promise<Feed | undefined>;
  findUpload: (district: string, uploadId: string) => Promise<FoundUpload | undefined>;
  /** Id of the newest upload that names the feed and of which every file is there. */
  newestUpload: (district: string, feed: string) => Promise<string | undefined>;
  /** When a client was made, ISO 8601. */
  clientSince: (clientId: string) => Promise<string | undefined>;
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
        const { dryRun, accept, only, mode } = body;
        const asked = {
          dryRun,
          ...(accept === undefined ? {} : { accept: [...new Set(accept)] }),
          ...(only === undefined ? {} : { only }),
        };
        const request = { ...asked, district, syncId: newId, feed, requestedBy: by };
        const { source } = feed;
        const sync =
          typeof source === 'string' || body.upload !== undefined
            ? await desk.start({
                ...request,
                ...(mode === undefined ? {} : { snapshot: true }),
                uploadId: await arrivedUpload(deps, feed, { district, ...body }),
              })
            : await desk.pull({
                ...request,
                fullEveryDays: source.fullEveryDays,
                ...(mode === undefined ? {} : { full: true }),
              });
        if (accept !== undefined) {
          const what = { sync: newId, feed: feed.id, accept: accept.join(' ') };
          events.audited({ district, by, action: 'gate-overruled', what });
        }
        return sync;
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

      async listChanges({ params: { district }, query }) {
        return deps.changes({ district, ...query });
      },

      async approveSync({ params, body, by, caller }) {
        const { district } = params;
        const { planHash } = body;
        await refuseMadeForIt(deps, caller.clientId, await existing(district, params.sync));
        const sync = await desk.approve(district, params.sync, { planHash, by });
        if (sync.kind === 'edits') {
          events.audited({ district, by, action: 'edits-approved', what: { sync: sync.syncId, planHash } });
        } else if (sync.kind === 'mapping') events.audited({ district, by, ...approvalOf(sync, planHash) });
        else if (isCare(sync.kind)) {
          const what = { sync: sync.syncId, planHash };
          events.audited({ district, by, action: `${sync.kind}-approved`, what });
        } else
          events.audited({ district, by, action: 'sync-approved', what: { sync: sync.syncId, planHash } });
        return sync;
      },

      async rollbackSync({ params, body, by, newId }) {
        const { district, sync: undoes } = params;
        const dryRun = body?.dryRun ?? false;
        const sync = await desk.rollback(district, undoes, { syncId: newId, dryRun, by });
        const what = { sync: sync.syncId, undoes, dryRun };
        events.audited({ district, by, action: 'sync-rolled-back', what });
        return sync;
      },

      async cancelSync({ params, by }) {
        return desk.cancel(params.district, params.sync, { by });
      },

      ...makeMappingHandlers(deps),
      ...makeEditHandlers(deps),
      ...makeMatchHandlers(deps),
      ...makeIdentityHandlers(deps),
    },
  });
}

/**
 * Whoever approves first could make a client and approve with it again: the second has to be one that was there before the plan.
 * @throws {RequestError} conflict
 */
async function refuseMadeForIt(deps: Deps, clientId: string, { hold, createdAt }: SyncView): Promise<void> {
  if (hold?.awaits !== 'second-person') return;
  const since = await deps.clientSince(clientId);
  if (since !== undefined && since <= createdAt) return;
  const message = 'This client was made after the plan. The second approval takes one that was there before.';
  throw new RequestError('conflict', 'approver-too-new', message);
}

/** @throws {RequestError} where there is nothing whole to sync */
async function arrivedUpload(
  deps: Deps,
  { id: feed, source }: Feed,
  { district, upload }: { district: string; upload?: string | undefined },
): Promise<string> {
  const uploadId = upload ?? (await deps.newestUpload(district, feed));
  if (uploadId === undefined) {
    throw new RequestError(
      'unprocessable',
      'upload-missing',
      'There is no whole upload that names this feed: name the upload to sync.',
      { fields: [{ pointer: '/upload', detail: 'needed where no upload names the feed' }] },
    );
  }
  const found = await deps.findUpload(district, uploadId);
  if (found === undefined) {
    throw new RequestError('not-found', 'unknown-upload', 'There is no such upload in this district.');
  }
  // Uploads of a feed that is pulled are its pulls.
  if (found.feed !== feed && (found.feed !== undefined || typeof source !== 'string')) {
    throw new RequestError(
      'unprocessable',
      'upload-of-another-feed',
      found.feed === undefined
        ? `The upload is not of the feed ${feed}, which is pulled.`
        : `The upload is of the feed ${found.feed}.`,
    );
  }
  if (!found.isWhole) {
    throw new RequestError('conflict', 'upload-incomplete', 'Not every file of the upload is there yet.');
  }
  return uploadId;
}

/** Only where it is asked for by name, since browsers and most clients accept anything. */
function prefersCsv(accept: string | undefined): boolean {
  return accept?.split(',').some((range) => /^\s*text\/csv\s*(;|$)/i.test(range)) === true;
}
