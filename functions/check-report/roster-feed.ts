import { adapters } from '../../shared/feeds/adapters.ts';
import { type ByteSource, defaultLimits } from '../../shared/feeds/byte-source.ts';
import { openFeed, unpackFeed } from '../../shared/feeds/open-feed.ts';
import { formatsOf } from '../../shared/feeds/recognise.ts';
import type { Feed } from '../../shared/messages/districts.ts';
import { refusalOf } from '../../shared/reports/refusals.ts';
import type { FeedFormat } from '../../shared/roster/feed-reading.ts';
import type { Feeds } from '../../shared/store/feeds.ts';
import type { FoundProblems } from './found-problems.ts';
import { Refused } from './refused.ts';

const archive = /\.(zip|gz|tgz|bz2|xz|7z|rar|tar|jar|zst)$/i;

/**
 * The formats that know what came, which may be none; a zip is held against all limits.
 * @throws {FeedRejected} and {Refused} where the zip is damaged or hostile, or a file in it no CSV
 */
export async function rosterFormats(file: ByteSource): Promise<FeedFormat[]> {
  const files = await unpackFeed([file]);
  if (files.some((one) => one !== file && archive.test(one.name)))
    throw new Refused(refusalOf('nested-archive'));
  return formatsOf(files, { adapters, limits: defaultLimits });
}

/** Which feed of the district takes it: the only one of source sftp whose format it is. @throws {Refused} */
export async function feedFor(
  feeds: Pick<Feeds, 'list'>,
  district: string,
  formats: readonly FeedFormat[],
): Promise<Feed> {
  const taking: Feed[] = [];
  let cursor: string | undefined;
  do {
    const page = await feeds.list(district, { limit: 100, cursor });
    taking.push(...page.items.filter(({ source, format }) => source === 'sftp' && formats.includes(format)));
    cursor = page.cursor;
  } while (cursor !== undefined);
  const [feed, ...others] = taking;
  if (feed === undefined) throw new Refused(refusalOf('no-feed', formats.join(' or ')));
  if (others.length > 0)
    throw new Refused(refusalOf('feed-ambiguous', taking.map(({ id }) => id).join(', ')));
  return feed;
}

/** Whether the set is whole, by its headers; its rows are the sync's affair. @throws {FeedRejected} */
export async function checkHeaders(file: ByteSource, { format, include }: Pick<Feed, 'format' | 'include'>) {
  await openFeed([file], { format, include });
}

/** All that a sync would say of its rows by themselves. @throws {FeedRejected} */
export async function checkRows(file: ByteSource, found: FoundProblems): Promise<void> {
  const feed = await openFeed([file]);
  for await (const row of feed.rows) {
    if (row.kind !== 'problem') continue;
    const { row: line, file: name, column, code, severity, message, hint } = row.problem;
    const place = column === undefined ? name : `${name} ${column}`;
    await found.add({
      ...(line === undefined ? {} : { line }),
      column: place,
      code,
      severity,
      message,
      hint,
    });
  }
}
