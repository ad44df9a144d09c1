import { randomBytes } from 'node:crypto';
import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';
import type { WebhookMessage } from '../../shared/messages/report-messages.ts';
import { makeDynamo, makeSecrets, makeSqs } from '../../shared/runtime/clients.ts';
import { makeDecide } from '../../shared/runtime/decide.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { traced } from '../../shared/runtime/tracing.ts';
import { makeTransport } from '../../shared/runtime/vendor-transport.ts';
import { makeWebhookCall } from '../../shared/runtime/webhook-call.ts';
import { AccessStore } from '../../shared/store/access-store.ts';
import { AuditChains } from '../../shared/store/audit-chains.ts';
import { DistrictQueue } from '../../shared/store/district-queue.ts';
import { Idempotency } from '../../shared/store/idempotency.ts';
import { ReportLedger } from '../../shared/store/report-ledger.ts';
import { VendorSecrets } from '../../shared/store/vendor-secrets.ts';
import { WebhookDeliveries } from '../../shared/store/webhook-deliveries.ts';
import { Webhooks } from '../../shared/store/webhooks.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';

const env = Env.parse(process.env);
const dynamo = makeDynamo(process.env);
const now = () => new Date();
const access = new AccessStore(dynamo, env.ACCESS_TABLE);
const loopback = process.env.ROLEBOOK_LOOPBACK_VENDORS === 'allowed';
const { send } = makeTransport({ loopback });

export const handler = makeHandler({
  webhooks: new Webhooks(dynamo, env.REPORTS_TABLE),
  deliveries: new WebhookDeliveries(dynamo, env.REPORTS_TABLE),
  ledger: new ReportLedger(dynamo, env.REPORTS_TABLE),
  secrets: new VendorSecrets(makeSecrets(), env.WEBHOOK_SECRETS),
  queue: new DistrictQueue<WebhookMessage>(makeSqs(), env.WEBHOOKS_QUEUE),
  call: makeWebhookCall({ send, loopback, now: () => Date.now() }),
  access,
  loopback,
  newSecret: () => `whsec_${randomBytes(32).toString('base64')}`,
  decide: makeDecide({ access, catalogues: shippedCatalogues, now }),
  idempotency: new Idempotency(dynamo, env.TENANTS_TABLE),
  events: makeEvents('manage-webhooks', new AuditChains(dynamo, env.AUDIT_TABLE)),
  now,
}).use(traced());
