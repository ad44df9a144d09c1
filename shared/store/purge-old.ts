import type { S3Client } from '@aws-sdk/client-s3';
import { isOver, type Sync } from '../roster/sync.ts';
import { Bucket, type Stored } from './bucket.ts';
import type { Erasures } from './erasures.ts';
import type { DynamoSyncLedger } from './sync-ledger.ts';
import { uploadOfObject } from './uploads.ts';

export type PurgeOldDeps = {
  s3: S3Client;
  buckets: { feeds: string; state: string; pages: string };
  ledger: Pick<DynamoSyncLedger, 'list' | 'lane'>;
  erasures: Pick<Erasures, 'retention'>;
  now(): string;
};

const dayMs = 24 * 3_600_000;
/** Pages are read for two days at most; where no lifecycle rule runs, this is what ends them. */
const pageDays = 3;

/**
 * Takes away uploads, plans and problems that a district has kept for as long as it wants to, every version of them; nothing that a sync needs
 * which is not over, or whose plan the next one has to cover. Safe to run twice and at any time.
 */
export async function purgeOld(deps: PurgeOldDeps, district: string): Promise<void> {
  const { s3, buckets, erasures } = deps;
  const keep = await erasures.retention(district);
  const needed = await neededBy(deps, district);
  const [feeds, state, pages] = [
    new Bucket(s3, buckets.feeds),
    new Bucket(s3, buckets.state),
    new Bucket(s3, buckets.pages),
  ];
  const isOld =
    (days: number) =>
    ({ modified }: Stored) =>
      Date.parse(deps.now()) - modified.getTime() >= days * dayMs;
  const syncOf = ({ key }: Stored) => key.split('/')[2] ?? '';
  await sweep(feeds, `uploads/${district}/`, (one) => {
    const upload = uploadOfObject(one.key)?.uploadId ?? '';
    return isOld(keep.uploads)(one) && !needed.uploads.has(upload);
  });
  await sweep(state, `plans/${district}/`, (one) => isOld(keep.plans)(one) && !needed.syncs.has(syncOf(one)));
  await sweep(
    state,
    `problems/${district}/`,
    (one) => isOld(keep.problems)(one) && !needed.syncs.has(syncOf(one)),
  );
  for (const prefix of [`${district}/`, `exports/${district}/`]) await sweep(pages, prefix, isOld(pageDays));
}

async function sweep(bucket: Bucket, prefix: string, goes: (one: Stored) => boolean): Promise<void> {
  for await (const one of bucket.list(prefix)) if (goes(one)) await bucket.remove(one.key);
}

/** Of syncs that are not over, and of plans that were given up and are to be written over. */
async function neededBy(
  { ledger }: PurgeOldDeps,
  district: string,
): Promise<{ syncs: Set<string>; uploads: Set<string> }> {
  const needed = { syncs: new Set<string>(), uploads: new Set<string>() };
  // Read first: what begins later is younger than anything that goes.
  for await (const { state, syncId, uploadId } of allSyncs(ledger, district)) {
    if (isOver(state)) continue;
    needed.syncs.add(syncId);
    if (uploadId !== undefined) needed.uploads.add(uploadId);
  }
  const { unfinished } = (await ledger.lane(district)).value;
  for (const { prefix } of unfinished) needed.syncs.add(prefix.split('/')[2] ?? '');
  return needed;
}

async function* allSyncs(
  ledger: PurgeOldDeps['ledger'],
  district: string,
): AsyncGenerator<Pick<Sync, 'state' | 'syncId' | 'uploadId'>> {
  for (let before: string | undefined, more = true; more; ) {
    const page = await ledger.list(district, { limit: 100, ...(before === undefined ? {} : { before }) });
    yield* page.syncs;
    before = page.next;
    more = before !== undefined;
  }
}
