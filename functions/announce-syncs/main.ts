import type { ProvisionMessage } from '../../shared/messages/account-rules.ts';
import { makeDynamo, makeSqs } from '../../shared/runtime/clients.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { DistrictQueue } from '../../shared/store/district-queue.ts';
import { ReportLedger } from '../../shared/store/report-ledger.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';

const env = Env.parse(process.env);

export const handler = makeHandler({
  events: makeEvents('announce-syncs'),
  outbox: new ReportLedger(makeDynamo(process.env), env.REPORTS_TABLE),
  provisions: new DistrictQueue<ProvisionMessage>(makeSqs(), env.PROVISIONS_QUEUE),
});
