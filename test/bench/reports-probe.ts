import { type BuildDeps, buildReport } from '../../functions/build-report/build.ts';
import { makeOurCatalogues } from '../../shared/access/district-catalogues.ts';
import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';
import { AccessStore } from '../../shared/store/access-store.ts';
import { Accounts } from '../../shared/store/accounts.ts';
import { Assignments } from '../../shared/store/assignments.ts';
import { Bucket } from '../../shared/store/bucket.ts';
import { ReportLedger } from '../../shared/store/report-ledger.ts';
import { DynamoSyncLedger } from '../../shared/store/sync-ledger.ts';
import { clientsOf } from '../contract/engines/clients.ts';
import { FileObjects } from './file-objects.ts';
import { timed } from './finding.ts';
import { district, now } from './plan-feed.ts';
import { connectTo, tablesNamed } from './tables.ts';

export type Made = {
  /** Bytes, over the whole life of this process, and before the report. */
  peak: number;
  before: number;
  ms: number;
};

export const exchange = 'exchange';
/** Of the names of the tables. */
export const prefix = 'reports';

/** Makes one report: `reports-probe.ts <endpoint of the tables> <endpoint of the bucket> <objects> <report>`. */
async function main(): Promise<void> {
  const [tablesAt = '', bucketAt = '', directory = '', report = ''] = process.argv.slice(2);
  const deps = await depsOf({ tablesAt, bucketAt, directory });
  const before = process.memoryUsage().rss;
  const { ms } = await timed(() => buildReport(deps, { district, report }));
  const made: Made = { peak: process.resourceUsage().maxRSS * 1024, before, ms };
  process.stdout.write(JSON.stringify(made), () => process.exit());
}

async function depsOf(at: { tablesAt: string; bucketAt: string; directory: string }): Promise<BuildDeps> {
  const dynamo = connectTo(at.tablesAt);
  const tables = tablesNamed(prefix);
  const { s3 } = clientsOf(at.bucketAt);
  const syncs = new DynamoSyncLedger(dynamo, tables, now);
  return {
    access: new AccessStore(dynamo, tables.access),
    cataloguesOf: () => shippedCatalogues,
    ours: makeOurCatalogues(shippedCatalogues),
    dayIn: () => now().slice(0, 10),
    accounts: new Accounts(dynamo, tables),
    assignments: new Assignments(dynamo, tables),
    reports: new ReportLedger(dynamo, tables.reports),
    lane: async (id) => (await syncs.lane(id)).value,
    syncs,
    objects: await FileObjects.open(at.directory),
    s3,
    exchange,
    shelf: new Bucket(s3, exchange),
    origin: 'https://rolebook.test',
    now: () => new Date(now()),
  };
}

if (import.meta.main) await main();
