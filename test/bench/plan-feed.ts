import { makeDerivation } from '../../shared/access/derive.ts';
import { shippedRules } from '../../shared/access/mapping-rules.ts';
import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';
import type { ByteSource } from '../../shared/feeds/byte-source.ts';
import { openFeed } from '../../shared/feeds/open-feed.ts';
import type { ChunkRef } from '../../shared/roster/apply-chunk.ts';
import { chunkSize } from '../../shared/roster/plan.ts';
import { planSync } from '../../shared/roster/plan-sync.ts';
import type { Sync } from '../../shared/roster/sync.ts';
import { startSync, withoutFeed } from '../../shared/roster/sync-desk.ts';
import type { Objects, StoredItems, SyncLedger, SyncQueues } from '../../shared/roster/sync-stores.ts';
import { ScratchDisk } from '../../shared/store/scratch-disk.ts';
import { diskFolder } from '../builders/feed-files.ts';

export const district = 'bench';
export const now = (): string => '2026-11-21T12:00:00.000Z';

type Stores = { ledger: SyncLedger; objects: Objects };

/** A plan as the function plan-sync makes it: the same code, with files in place of S3 and no queue. */
export type Planned = {
  sync: Sync;
  chunks: ChunkRef[];
  /** Of the planning alone. */
  ms: number;
};

/** Queues one sync of the feed in `folder` and plans it; `open` may count what is read of it. */
export async function planFeed(
  stores: Stores,
  syncId: string,
  folder: string,
  open: (folder: string) => ByteSource[] | Promise<ByteSource[]> = diskFolder,
): Promise<Planned> {
  const queues = new RememberingQueues();
  await startSync(
    { ledger: stores.ledger, queues, now },
    {
      ...{ district, syncId, kind: 'feed', feed: 'sis', uploadId: folder, dryRun: false },
      ...{ ...withoutFeed, requestedBy: 'bench' },
    },
  );
  const from = performance.now();
  await planSync(
    {
      ...stores,
      stored: nothingStored,
      queues,
      derivation: async () =>
        makeDerivation({ district, rules: shippedRules, catalogues: shippedCatalogues }),
      openFeed: async () => ({ feed: await openFeed(await open(folder)), tags: [] }),
      workspace: () => ScratchDisk.open(),
      chunkSize,
      dayOf: async (_, at) => at.slice(0, 10),
      now,
    },
    { district, syncId },
  );
  const ms = performance.now() - from;
  const sync = (await stores.ledger.sync(district, syncId))?.value;
  if (sync?.state !== 'applying') {
    throw new Error(`The plan was not published: ${sync?.rejection?.message ?? sync?.state}`);
  }
  return { sync, chunks: queues.sent, ms };
}

/** A feed's plan never looks at what is stored. */
const nothingStored: StoredItems = {
  async *records() {},
  facts: async () => new Map(),
  async *holders() {},
  signingIn: async () => new Set(),
};

class RememberingQueues implements SyncQueues {
  readonly sent: ChunkRef[] = [];

  async plan(): Promise<void> {}

  async chunks(at: Omit<ChunkRef, 'chunk'>, numbers: number[]): Promise<void> {
    for (const chunk of numbers) this.sent.push({ ...at, chunk });
  }

  async finish(): Promise<void> {}
}
