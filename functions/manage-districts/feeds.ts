import { RequestError } from '../../shared/errors.ts';
import type { Feed, FeedSettings, FeedView } from '../../shared/messages/districts.ts';
import { armCare, armFeed, type DueTimes, lateness } from '../../shared/roster/due.ts';
import { withEtag } from '../../shared/runtime/routing.ts';
import type { AccessStore } from '../../shared/store/access-store.ts';
import type { Feeds } from '../../shared/store/feeds.ts';

export type FeedDeps = {
  feeds: Pick<Feeds, 'put' | 'find' | 'list'>;
  access: Pick<AccessStore, 'district'>;
  due: DueTimes;
};

type FeedRequest = { params: { district: string; feed: string }; now: Date };

export function makeFeedHandlers({ feeds, access, due }: FeedDeps) {
  return {
    async putFeed({ params, now, body, ifMatch }: FeedRequest & { body: FeedSettings; ifMatch?: string }) {
      const facts = await access.district(params.district);
      if (facts === undefined)
        throw new RequestError('not-found', 'unknown-district', 'There is no such district.');
      const wanted = { id: params.feed, ...body, updatedAt: now.toISOString() };
      const { feed, revision } = await feeds.put(params.district, wanted, ifMatch);
      const place = { district: facts.id, timeZone: facts.timeZone, now: now.getTime() };
      await armFeed(due, place, feed);
      await armCare(due, place);
      return withEtag(feed, revision);
    },

    async getFeed({ params, now }: FeedRequest) {
      const kept = await feeds.find(params.district, params.feed);
      if (kept === undefined) throw new RequestError('not-found', 'unknown-feed', 'There is no such feed.');
      return withEtag(await viewOf(due, params.district, kept.feed, now), kept.revision);
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

async function viewOf(due: DueTimes, district: string, feed: Feed, now: Date): Promise<FeedView> {
  const { schedule, freshness } = feed;
  const next = schedule && (await due.armed({ district, kind: 'schedule', feed: feed.id }));
  const waits = freshness && (await due.armed({ district, kind: 'freshness', feed: feed.id }));
  const late = lateness(feed, waits, now.getTime());
  return {
    ...feed,
    ...(next ? { nextSyncAt: instant(next.at) } : {}),
    ...(late ? { late: { since: instant(late.since), expectedBy: instant(late.expectedBy) } } : {}),
  };
}

const instant = (at: number): string => new Date(at).toISOString();
