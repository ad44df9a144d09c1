import type { WebhookMessage } from '../../shared/messages/report-messages.ts';
import type { Events } from '../../shared/runtime/events.ts';
import type { IdempotencyKeys } from '../../shared/runtime/idempotency.ts';
import type { Decide } from '../../shared/runtime/permissions.ts';
import type { CallWebhook } from '../../shared/runtime/webhook-call.ts';
import type { AccessStore } from '../../shared/store/access-store.ts';
import type { DistrictQueue } from '../../shared/store/district-queue.ts';
import type { ReportLedger } from '../../shared/store/report-ledger.ts';
import type { VendorSecrets } from '../../shared/store/vendor-secrets.ts';
import type { WebhookDeliveries } from '../../shared/store/webhook-deliveries.ts';
import type { Webhooks } from '../../shared/store/webhooks.ts';

export type Deps = {
  webhooks: Pick<Webhooks, 'find' | 'list' | 'put' | 'remove'>;
  deliveries: Pick<WebhookDeliveries, 'find' | 'list' | 'put'>;
  ledger: Pick<ReportLedger, 'events'>;
  secrets: Pick<VendorSecrets, 'put' | 'get' | 'remove'>;
  queue: Pick<DistrictQueue<WebhookMessage>, 'send'>;
  call: CallWebhook;
  access: Pick<AccessStore, 'district'>;
  /** Whether receivers on this machine may be called: on stacks that run on one. */
  loopback: boolean;
  /** A secret that nobody knows, `whsec_…`. */
  newSecret(): string;
  decide: Decide;
  idempotency: IdempotencyKeys;
  events: Events;
  now: () => Date;
};
