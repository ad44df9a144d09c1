import type { WebhookMessage } from '../../shared/messages/report-messages.ts';
import { makeDynamo, makeSecrets, makeSqs } from '../../shared/runtime/clients.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { traced } from '../../shared/runtime/tracing.ts';
import { makeTransport } from '../../shared/runtime/vendor-transport.ts';
import { makeWebhookCall } from '../../shared/runtime/webhook-call.ts';
import { AuditChains } from '../../shared/store/audit-chains.ts';
import { DistrictQueue } from '../../shared/store/district-queue.ts';
import { ReportLedger } from '../../shared/store/report-ledger.ts';
import { VendorSecrets } from '../../shared/store/vendor-secrets.ts';
import { WebhookDeliveries } from '../../shared/store/webhook-deliveries.ts';
import { Webhooks } from '../../shared/store/webhooks.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';

const env = Env.parse(process.env);
const dynamo = makeDynamo(process.env);
const loopback = process.env.ROLEBOOK_LOOPBACK_VENDORS === 'allowed';
const { send } = makeTransport({ loopback });
const now = () => Date.now();

export const handler = makeHandler({
  ledger: new ReportLedger(dynamo, env.REPORTS_TABLE),
  webhooks: new Webhooks(dynamo, env.REPORTS_TABLE),
  deliveries: new WebhookDeliveries(dynamo, env.REPORTS_TABLE),
  secrets: new VendorSecrets(makeSecrets(), env.WEBHOOK_SECRETS),
  queue: new DistrictQueue<WebhookMessage>(makeSqs(), env.WEBHOOKS_QUEUE),
  call: makeWebhookCall({ send, loopback, now }),
  events: makeEvents('post-webhook', new AuditChains(dynamo, env.AUDIT_TABLE)),
  now,
  random: Math.random,
}).use(traced());
