import { join } from 'node:path';
import { Provider } from '../../shared/oneroster/provider.ts';
import { maxLimit } from '../../shared/oneroster/query.ts';
import { ScratchDisk } from '../../shared/store/scratch-disk.ts';
import { FileObjects } from './file-objects.ts';
import { timed } from './finding.ts';
import { district } from './plan-feed.ts';

export type Served = {
  /** Milliseconds of the first page of all, which sorts the rows and stores them. */
  firstEver: number;
  /** Milliseconds of processor time of it: what it takes where nothing else runs. */
  firstCpu: number;
  /** Milliseconds of each page of a whole session after that, in order. */
  pages: number[];
  /** Bytes in memory after the first page, and after each later tenth of the session. */
  memory: number[];
  records: number;
  inOrder: boolean;
};

/** Pages through all enrollments of a committed state: `provider-probe.ts <objects> <manifest>`. */
async function main(): Promise<void> {
  const [directory = '', manifest = ''] = process.argv.slice(2);
  const provider = new Provider({
    states: await FileObjects.open(directory),
    objects: await FileObjects.open(join(directory, 'pages')),
    committed: async () => manifest,
    today: async () => '2026-11-20',
    scratch: async (use) => {
      const disk = await ScratchDisk.open();
      return use(disk).finally(() => disk.dispose());
    },
  });
  const request = { district, origin: 'https://api.test', collection: 'enrollments' } as const;
  const page = (offset: number) =>
    timed(() => provider.list(request, [], { limit: String(maxLimit), offset: String(offset) }));
  const { ms: firstEver, result } = await page(0);
  const { user, system } = process.cpuUsage();
  const served: Served = {
    firstEver,
    firstCpu: (user + system) / 1000,
    pages: [],
    memory: [],
    records: 0,
    inOrder: true,
  };
  let last = '';
  for (let offset = 0; offset < result.total; offset += maxLimit) {
    const { ms, result: one } = await page(offset);
    served.pages.push(ms);
    for (const { sourcedId } of one.body.enrollments as { sourcedId: string }[]) {
      served.inOrder &&= sourcedId > last;
      last = sourcedId;
      served.records++;
    }
    if (offset % (Math.ceil(result.total / maxLimit / 10) * maxLimit) === 0) {
      served.memory.push(process.memoryUsage().rss);
    }
  }
  process.stdout.write(JSON.stringify(served));
}

await main();
