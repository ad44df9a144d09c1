import { FeedRejected } from '../../shared/errors.ts';
import type { ByteSource } from '../../shared/feeds/byte-source.ts';
import { findPersonRows, type PersonRows } from '../../shared/feeds/oneroster-csv/person-rows.ts';
import { unpackFeed } from '../../shared/feeds/open-feed.ts';
import type { Sync } from '../../shared/roster/sync.ts';

/** Rows of a feed, or why there are none to show. */
export type FeedRows = { rows: PersonRows } | { unknown: string };

export type FeedRowsOf = (sync: Sync, user: string) => Promise<FeedRows>;

type Deps = {
  openKept(sync: Sync): Promise<ByteSource[] | 'gone' | 'replaced'>;
  /** How long a look may take. */
  milliseconds: number;
};

/**
 * Looks through the files that a sync read for the rows of one person: nobody keeps an index of lines, which shift with every
 * file (decision 0011).
 */
export function makeFeedRows({ openKept, milliseconds }: Deps): FeedRowsOf {
  return async (sync, user) => {
    if (!sync.format?.startsWith('oneroster-csv')) {
      return { unknown: `Rows are not looked up in feeds of the format ${sync.format ?? 'unknown'}.` };
    }
    const files = await openKept(sync);
    if (files === 'gone')
      return { unknown: 'The files of that sync are kept no longer, so that no rows are shown.' };
    if (files === 'replaced') {
      return { unknown: 'The files of that sync were replaced by others, so that no rows are shown.' };
    }
    const signal = AbortSignal.timeout(milliseconds);
    try {
      return { rows: await findPersonRows(await unpackFeed(files), user, signal) };
    } catch (error) {
      if (signal.aborted) {
        return {
          unknown:
            'The files of that sync are too large to be looked through here, so that no rows are shown.',
        };
      }
      if (!(error instanceof FeedRejected)) throw error;
      return { unknown: 'The files of that sync can’t be read any more, so that no rows are shown.' };
    }
  };
}
