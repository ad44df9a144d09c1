import type { CataloguesOf } from '../../shared/access/district-catalogues.ts';
import { asPlain } from '../../shared/audit/line.ts';
import { RequestError } from '../../shared/errors.ts';
import type { Feed, FeedSettings, FeedView } from '../../shared/messages/districts.ts';
import { armCare, armFeed, type DueTimes, lateness } from '../../shared/roster/due.ts';
import type { FeedPull } from '../../shared/roster/pulls.ts';
import type { Events } from '../../shared/runtime/events.ts';
import { withEtag } from '../../shared/runtime/routing.ts';
import type { AccessStore } from '../../shared/store/access-store.ts';
import type { Feeds } from '../../shared/store/feeds.ts';
import { atHead } from './at-head.ts';
import { keepSource, type SourceDeps } from './feed-source.ts';
import { inWords, seasonDaysAfter, systemsUnknown } from './season-days.ts';
import { unfit } from './unfit.ts';

export type FeedDeps = SourceDeps & {
  feeds: Pick<Feeds, 'put' | 'find' | 'list' | 'expect'>;
  /** How the last pull of a feed went. */
  lastPull(district: string, feed: string): Promise<FeedPull['last']>;
  access: Pick<AccessStore, 'district'>;
  cataloguesOf: CataloguesOf;
  due: DueTimes;
  events: Pick<Events, 'audited'>;
};

type FeedRequest = { params: { district: string; feed: string }; now: Date };
type PutRequest = FeedRequest & { by: string; body: FeedSettings; ifMatch?: string };

export function makeFeedHandlers(deps: FeedDeps) {
  const { feeds, access, cataloguesOf, due, events } = deps;
  return {
    async putFeed({ params, now, by, body, ifMatch }: PutRequest) {
      const { district } = params;
      // Before a secret changes; the put itself looks again.
      const before = (await feeds.expect(district, params.feed, ifMatch))?.feed;
      const source = await keepSource(deps, body.source, { ...params, now, before });
      const wanted = { id: params.feed, ...body, source, updatedAt: now.toISOString() };
      const ifRevision = ifMatch === undefined ? {} : { ifRevision: ifMatch };
      const { feed, revision, timeZone } = await atHead(access, district, async (head) => {
        const { timeZone } = head;
        const season = seasonDaysAfter(head, wanted);
        if (season === undefined) return { ...(await feeds.put(district, wanted, ifRevision)), timeZone };
        const unknown = systemsUnknown(season, [...(await cataloguesOf(head)).keys()]);
        if (unknown.length > 0) throw unfit(unknown);
        const change = { parts: { season }, revision: head.revision };
        const kept = await feeds.put(district, wanted, { ...ifRevision, head: change });
        events.audited({ district, by, action: 'season-days-changed', what: inWords(season) });
        return { ...kept, timeZone };
      });
      const values = { ...(before && { before: asPlain(before) }), after: asPlain(feed) };
      events.audited({ district, by, action: 'feed-changed', what: { feed: feed.id }, ...values });
      await noteCredentials(deps, { district, by, before, feed });
      const place = { district, timeZone, now: now.getTime() };
      await armFeed(due, place, feed);
      await armCare(due, place);
      return withEtag(feed, revision);
    },

    async getFeed({ params, now }: FeedRequest) {
      const kept = await feeds.find(params.district, params.feed);
      if (kept === undefined) throw new RequestError('not-found', 'unknown-feed', 'There is no such feed.');
      return withEtag(await viewOf(deps, params.district, kept.feed, now), kept.revision);
    },

    async listFeeds({
      params,
      query,
    }: {
      params: { district: string };
      query: { limit: number; cursor?: string | undefined };
    }) {
      return feeds.list(params.district, query);
    },
  };
}

/** Whoever changed credentials may have to answer for it; those of a feed that is uploaded again are of no use to anybody. */
async function noteCredentials(
  { secrets, events }: FeedDeps,
  { district, by, before, feed }: { district: string; by: string; before: Feed | undefined; feed: Feed },
): Promise<void> {
  const was = before === undefined || typeof before.source === 'string' ? undefined : before.source;
  const is = typeof feed.source === 'string' ? undefined : feed.source;
  if (was?.credentials.version === is?.credentials.version) return;
  if (is === undefined) await secrets.remove(district, feed.id);
  const what = { feed: feed.id, ...(is === undefined ? {} : { host: new URL(is.url).host }) };
  events.audited({ district, by, action: 'feed-credentials-changed', what });
}

async function viewOf(
  { due, lastPull }: Pick<FeedDeps, 'due' | 'lastPull'>,
  district: string,
  feed: Feed,
  now: Date,
): Promise<FeedView> {
  const { schedule, freshness, source } = feed;
  const last = typeof source === 'string' ? undefined : await lastPull(district, feed.id);
  const next = schedule && (await due.armed({ district, kind: 'schedule', feed: feed.id }));
  const waits = freshness && (await due.armed({ district, kind: 'freshness', feed: feed.id }));
  const late = lateness(feed, waits, now.getTime());
  return {
    ...feed,
    ...(next ? { nextSyncAt: instant(next.at) } : {}),
    ...(last ? { lastPull: last } : {}),
    ...(late ? { late: { since: instant(late.since), expectedBy: instant(late.expectedBy) } } : {}),
  };
}

const instant = (at: number): string => new Date(at).toISOString();
