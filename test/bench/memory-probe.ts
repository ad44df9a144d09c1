import { newLane } from '../../shared/roster/lane.ts';
import { FileObjects } from './file-objects.ts';
import { MemoryLedger } from './memory-ledger.ts';
import { district, planFeed } from './plan-feed.ts';

export type Probed = {
  /** Bytes, over the whole life of this process. */
  peak: number;
  ms: number;
  changes: number;
  manifest: string;
};

/** Plans one feed and tells what that took at most: `memory-probe.ts <feed> <objects> [<manifest of the state before>]`. */
async function main(): Promise<void> {
  const [folder = '', directory = '', before] = process.argv.slice(2);
  const objects = await FileObjects.open(directory);
  const ledger =
    before === undefined ? new MemoryLedger(newLane(district)) : MemoryLedger.after(district, before);
  const { sync, ms } = await planFeed({ ledger, objects }, 'probe', folder);
  const probed: Probed = {
    peak: process.resourceUsage().maxRSS * 1024,
    ms,
    changes: sync.plan?.changes ?? Number.NaN,
    manifest: sync.nextManifest ?? '',
  };
  process.stdout.write(JSON.stringify(probed));
}

await main();
