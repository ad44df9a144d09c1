import * as z from 'zod';
import { RequestError } from '../errors.ts';

/** A place in a list that runs over several partitions. Opaque to callers, and no more trusted than what they type. */
const Place = z.tuple([z.int().nonnegative(), z.string().nullable()]);

export type Page<T> = { items: T[]; cursor?: string };

type Slice = { partition: string; after: string | undefined; limit: number };

/**
 * One page of a list over `partitions` in their order.
 * `read` gives the items of one partition after a sort key, each with its own, and whether the partition may have more. `most`: items
 * that are looked at, of which `read` may leave out some; then a page may end without being full.
 */
export async function walk<T>(
  partitions: readonly string[],
  { limit, cursor, most }: { limit: number; cursor?: string | undefined; most?: number },
  read: (slice: Slice) => Promise<{ items: { sk: string; item: T | undefined }[]; more: boolean }>,
): Promise<Page<T>> {
  let looked = 0;
  let [at, after] = cursor === undefined ? ([0, null] as const) : parse(cursor, partitions.length);
  const items: T[] = [];
  while (at < partitions.length) {
    const partition = partitions[at];
    if (partition === undefined) break;
    const found = await read({ partition, after: after ?? undefined, limit: limit - items.length });
    looked += found.items.length;
    for (const { sk, item } of found.items) {
      after = sk;
      if (item !== undefined) items.push(item);
    }
    if (!found.more) {
      at += 1;
      after = null;
    }
    if (items.length >= limit || (most !== undefined && looked >= most)) break;
  }
  return at >= partitions.length ? { items } : { items, cursor: encode([at, after]) };
}

/** Records that a page may look at before it ends without being full. */
const mostLookedAt = 5000;
const batch = 250;

/**
 * {@link walk} for a reader who must not hear of every item: goes on until the page is full or nothing is left, and its cursor
 * names nothing but an item that is shown, or the start of a partition. So neither tells of the others.
 */
export async function walkShown<T>(
  partitions: readonly string[],
  { limit, cursor }: { limit: number; cursor?: string | undefined },
  read: (slice: Slice) => Promise<{ items: { sk: string; item: T | undefined }[]; more: boolean }>,
): Promise<Page<T>> {
  const begun = cursor === undefined ? ([0, null] as [number, null]) : parse(cursor, partitions.length);
  let [at, after] = begun;
  let named: z.infer<typeof Place> = begun;
  let looked = 0;
  const items: T[] = [];
  for (let partition = partitions[at]; partition !== undefined; partition = partitions[at]) {
    if (looked >= mostLookedAt && named !== begun) return { items, cursor: encode(named) };
    const found = await read({ partition, after: after ?? undefined, limit: batch });
    looked += found.items.length;
    for (const { sk, item } of found.items) {
      after = sk;
      if (item === undefined) continue;
      items.push(item);
      named = [at, sk];
      if (items.length >= limit) return { items, cursor: encode(named) };
    }
    if (found.more) continue;
    at += 1;
    after = null;
    named = [at, null];
  }
  return { items };
}

function encode(place: z.infer<typeof Place>): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

function parse(cursor: string, partitions: number): z.infer<typeof Place> {
  try {
    const place = Place.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
    if (place[0] < partitions) return place;
  } catch {
    // Falls through: whatever is wrong with it, the caller hears the same.
  }
  throw new RequestError('malformed', 'cursor-invalid', 'The cursor is not one of this list.');
}
