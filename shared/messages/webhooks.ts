import * as z from 'zod';
import { calledKinds } from '../reports/service-event.ts';
import { Delivery, deliveryStates, Webhook } from '../reports/webhook.ts';
import { DistrictPath, Instant, PageQuery, pageOf, Ulid } from './parameters.ts';

const dayInSeconds = 24 * 3600;

const settings = {
  url: z
    .url({ protocol: /^https?$/ })
    .max(2000)
    .meta({ description: 'Called by POST, over https, on the public internet; redirects are not followed.' }),
  events: z.array(z.enum(calledKinds)).min(1).meta({ description: 'Of what it is called.' }),
  description: z.string().max(200).optional(),
};

export const NewWebhook = z.strictObject({ ...settings, events: settings.events.default([...calledKinds]) });
export type NewWebhook = z.infer<typeof NewWebhook>;

export const WebhookChange = z
  .strictObject({
    ...settings,
    enabled: z.boolean().meta({
      description: 'false: called no more until it is true again. What happened between can be replayed.',
    }),
  })
  .partial();
export type WebhookChange = z.infer<typeof WebhookChange>;

export const WebhookView = Webhook.omit({ secret: true, former: true, revision: true }).extend({
  secretChangedAt: Instant,
  formerSecretUntil: Instant.optional().meta({
    description: 'Calls are signed with both secrets until then.',
  }),
});
export type WebhookView = z.infer<typeof WebhookView>;
export const WebhookList = z.object({ items: z.array(WebhookView) });

const secret = z.string().meta({ description: 'Begins with `whsec_`. Shown this once.' });
export const WebhookWithSecret = WebhookView.extend({ secret });

export const NewWebhookSecret = z.strictObject({
  oldGoodForSeconds: z
    .int()
    .min(0)
    .max(7 * dayInSeconds)
    .default(dayInSeconds)
    .meta({ description: 'How long calls are signed with the secret before too; 0 ends it at once.' }),
});
export const WebhookSecret = z.object({ id: z.string(), secret, formerSecretUntil: Instant.optional() });

export const Replay = z.strictObject({
  after: Instant,
  until: Instant.optional().meta({ description: 'Now, where absent.' }),
});
export const Replayed = z.object({
  events: z.int().nonnegative().meta({ description: 'So many are called of again.' }),
  next: Instant.optional().meta({ description: 'There are more: replay again with this as `after`.' }),
});

export const DeliveryQuery = PageQuery.extend({ state: z.enum(deliveryStates).optional() });
export const DeliveryPage = pageOf(Delivery.omit({ revision: true }));

export const Tested = z.object({
  id: z.string(),
  delivered: z.boolean(),
  attempt: Delivery.shape.attempts.element,
});

export const WebhookPath = DistrictPath.extend({ webhook: Ulid });
