import type { ProvisionMessage } from '../../shared/messages/account-rules.ts';
import { makeDynamo, makeSqs } from '../../shared/runtime/clients.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { Commits } from '../../shared/store/commits.ts';
import { DistrictQueue } from '../../shared/store/district-queue.ts';
import { ReportLedger } from '../../shared/store/report-ledger.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';
import { makeTellChanges } from './tell-changes.ts';

const env = Env.parse(process.env);
const dynamo = makeDynamo(process.env);
const outbox = new ReportLedger(dynamo, env.REPORTS_TABLE);

export const handler = makeHandler({
  events: makeEvents('announce-syncs'),
  outbox,
  provisions: new DistrictQueue<ProvisionMessage>(makeSqs(), env.PROVISIONS_QUEUE),
  tellChanges: makeTellChanges({
    commits: new Commits(dynamo, env.SYNCS_TABLE),
    outbox,
    now: () => Date.now(),
  }),
});
