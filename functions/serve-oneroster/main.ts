import { Provider } from '../../shared/oneroster/provider.ts';
import { makeDynamo, makeS3 } from '../../shared/runtime/clients.ts';
import { dayIn } from '../../shared/runtime/decide.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { traced } from '../../shared/runtime/tracing.ts';
import { AccessStore } from '../../shared/store/access-store.ts';
import { AuditChains } from '../../shared/store/audit-chains.ts';
import { S3Objects } from '../../shared/store/objects.ts';
import { RememberedObjects } from '../../shared/store/remembered-objects.ts';
import { ScratchDisk } from '../../shared/store/scratch-disk.ts';
import { DynamoSyncLedger } from '../../shared/store/sync-ledger.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';

/** Of partitions that were read last; the largest districts have more. */
const rememberedCharacters = 96 * 1024 * 1024;

const env = Env.parse(process.env);
const dynamo = makeDynamo(process.env);
const s3 = makeS3(process.env);
const access = new AccessStore(dynamo, env.ACCESS_TABLE);
const now = () => new Date();
const ledger = new DynamoSyncLedger(dynamo, { syncs: env.SYNCS_TABLE }, () => now().toISOString());

const provider = new Provider({
  states: new RememberedObjects(new S3Objects(s3, env.STATE_BUCKET), rememberedCharacters),
  objects: new S3Objects(s3, env.PAGES_BUCKET),
  committed: async (district) => (await ledger.lane(district)).value.committed.manifest,
  today: async (district) => {
    const head = await access.district(district);
    return head && dayIn(head.timeZone, now());
  },
  scratch: async (use) => {
    const disk = await ScratchDisk.open();
    try {
      return await use(disk);
    } finally {
      await disk.dispose();
    }
  },
});

export const handler = makeHandler({
  provider,
  events: makeEvents('serve-oneroster', new AuditChains(dynamo, env.AUDIT_TABLE)),
  now,
}).use(traced());
