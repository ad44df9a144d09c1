import { DistrictPath } from './parameters.ts';
import { mayAssign } from './route-permissions.ts';
import {
  DeliveryPage,
  DeliveryQuery,
  NewWebhook,
  NewWebhookSecret,
  Replay,
  Replayed,
  Tested,
  WebhookChange,
  WebhookList,
  WebhookPath,
  WebhookSecret,
  WebhookView,
  WebhookWithSecret,
} from './webhooks.ts';

/** Whoever may make machines' credentials may say where machines are called. */
const always = { function: 'manage-webhooks', auth: 'token', permission: mayAssign } as const;
const ofDistrict = { ...always, path: '/v1/districts/{district}/webhooks', params: DistrictPath } as const;
const ofOne = {
  ...always,
  path: '/v1/districts/{district}/webhooks/{webhook}',
  params: WebhookPath,
} as const;

/** Where other software of a district is called about what happens (docs/webhooks.md). */
export const webhookRoutes = [
  {
    ...ofDistrict,
    name: 'createWebhook',
    method: 'POST',
    summary: 'Other software of the district, to be called about what happens; the secret is shown once',
    body: NewWebhook,
    status: 201,
    response: WebhookWithSecret,
    idempotent: true,
    etag: true,
  },
  {
    ...ofDistrict,
    name: 'listWebhooks',
    method: 'GET',
    summary: 'All webhooks of the district, without their secrets',
    response: WebhookList,
    reads: 'nobody',
  },
  {
    ...ofOne,
    name: 'getWebhook',
    method: 'GET',
    summary: 'One webhook, and how it goes',
    response: WebhookView,
    reads: 'nobody',
    etag: true,
  },
  {
    ...ofOne,
    name: 'changeWebhook',
    method: 'PATCH',
    summary: 'Another address or choice of events; ends its calls, or begins them again',
    body: WebhookChange,
    response: WebhookView,
    etag: true,
  },
  {
    ...ofOne,
    name: 'removeWebhook',
    method: 'DELETE',
    summary: 'Takes a webhook away with its secret',
    status: 204,
  },
  {
    ...ofOne,
    name: 'rotateWebhookSecret',
    method: 'POST',
    path: '/v1/districts/{district}/webhooks/{webhook}/secret',
    summary: 'A new secret, shown once; for a while calls are signed with the one before too',
    body: NewWebhookSecret,
    status: 201,
    response: WebhookSecret,
    idempotent: true,
  },
  {
    ...ofOne,
    name: 'replayWebhook',
    method: 'POST',
    path: '/v1/districts/{district}/webhooks/{webhook}/replay',
    summary: 'Calls again about all that happened in a time, of the last thirty days; ids stay the same',
    body: Replay,
    status: 202,
    response: Replayed,
    idempotent: true,
  },
  {
    ...ofOne,
    name: 'listDeliveries',
    method: 'GET',
    path: '/v1/districts/{district}/webhooks/{webhook}/deliveries',
    summary: 'How the calls of the last thirty days went, the newest event first',
    query: DeliveryQuery,
    response: DeliveryPage,
    reads: 'nobody',
  },
  {
    ...ofOne,
    name: 'testWebhook',
    method: 'POST',
    path: '/v1/districts/{district}/webhooks/{webhook}/test',
    summary: 'One call of type webhook.test, at once; tells how it went',
    response: Tested,
  },
] as const;
