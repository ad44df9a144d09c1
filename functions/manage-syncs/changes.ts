import { snapshotOf } from '../../shared/messages/changes.ts';
import { type ChangeFeedDeps, changePage } from '../../shared/roster/change-feed.ts';
import type { ChangesOf } from './handler.ts';

/** The change feed as callers see it. */
export function makeChanges(deps: ChangeFeedDeps): ChangesOf {
  return async (asked) => {
    const { resync, ...page } = await changePage(deps, asked);
    if (resync === undefined) return page;
    return { ...page, resync: { reason: resync, snapshot: snapshotOf(asked.district) } };
  };
}
