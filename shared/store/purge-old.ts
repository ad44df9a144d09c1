import type { S3Client } from '@aws-sdk/client-s3';
import { keptDays } from '../reports/report.ts';
import { isOver, type Sync } from '../roster/sync.ts';
import { Bucket, type Stored } from './bucket.ts';
import type { Erasures } from './erasures.ts';
import { S3Objects } from './objects.ts';
import { type SweepDeps, sweepHistory } from './sweep-history.ts';
import type { DynamoSyncLedger } from './sync-ledger.ts';
import { uploadOfObject } from './uploads.ts';

export type PurgeOldDeps = {
  s3: S3Client;
  buckets: { feeds: string; state: string; pages: string; exchange: string };
  ledger: Pick<DynamoSyncLedger, 'list' | 'lane'>;
  commits: SweepDeps['commits'];
  /** Takes away what stands beside lines of the audit from before an instant. */
  expireDetails(district: string, before: string): Promise<void>;
  erasures: Pick<Erasures, 'retention'>;
  now(): string;
};

const dayMs = 24 * 3_600_000;
/** Pages are read for two days at most; where no lifecycle rule runs, this is what ends them. */
const pageDays = 3;

/**
 * Takes away what a district has kept for as long as it wants to, every version of it; nothing that a sync needs which is not over, or whose
 * plan the next one has to cover. Safe to run twice and at any time: it goes by what is there.
 */
export async function purgeOld(deps: PurgeOldDeps, district: string): Promise<void> {
  const { s3, buckets, erasures } = deps;
  const keep = await erasures.retention(district);
  const syncs: Sync[] = [];
  // Read first: what begins later is younger than anything that goes.
  for await (const sync of allSyncs(deps.ledger, district)) syncs.push(sync);
  const needed = await neededBy(deps, district, syncs);
  const [feeds, state, pages, exchange] = [
    new Bucket(s3, buckets.feeds),
    new Bucket(s3, buckets.state),
    new Bucket(s3, buckets.pages),
    new Bucket(s3, buckets.exchange),
  ];
  const before = (days: number) => new Date(Date.parse(deps.now()) - days * dayMs).toISOString();
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
  for (const place of ['in', 'out']) await sweep(exchange, `${place}/${district}/`, isOld(keptDays));
  await sweep(exchange, `kept/${district}/`, isOld(keep.reports));
  const objects = new S3Objects(s3, buckets.state);
  await sweepHistory({ ...deps, objects, state }, { district, before: before(keep.history), syncs });
  await deps.expireDetails(district, before(keep.audit));
}

async function sweep(bucket: Bucket, prefix: string, goes: (one: Stored) => boolean): Promise<void> {
  for await (const one of bucket.list(prefix)) if (goes(one)) await bucket.remove(one.key);
}

/** Of syncs that are not over, and of plans that were given up and are to be written over. */
async function neededBy(
  { ledger }: PurgeOldDeps,
  district: string,
  syncs: readonly Sync[],
): Promise<{ syncs: Set<string>; uploads: Set<string> }> {
  const needed = { syncs: new Set<string>(), uploads: new Set<string>() };
  for (const { state, syncId, uploadId } of syncs) {
    if (isOver(state)) continue;
    needed.syncs.add(syncId);
    if (uploadId !== undefined) needed.uploads.add(uploadId);
  }
  const { unfinished } = (await ledger.lane(district)).value;
  for (const { prefix } of unfinished) needed.syncs.add(prefix.split('/')[2] ?? '');
  return needed;
}

async function* allSyncs(ledger: PurgeOldDeps['ledger'], district: string): AsyncGenerator<Sync> {
  for (let before: string | undefined, more = true; more; ) {
    const page = await ledger.list(district, { limit: 100, ...(before === undefined ? {} : { before }) });
    yield* page.syncs;
    before = page.next;
    more = before !== undefined;
  }
}
