import { RequestError } from '../../shared/errors.ts';
import type { WebhookChange, WebhookView } from '../../shared/messages/webhooks.ts';
import type { Webhook } from '../../shared/reports/webhook.ts';
import { noSuchDistrict } from '../../shared/runtime/decide.ts';
import { type Handlers, withEtag } from '../../shared/runtime/routing.ts';
import { addressProblem } from '../../shared/runtime/vendor-address.ts';
import { mostWebhooks } from '../../shared/store/webhooks.ts';
import type { Deps } from './deps.ts';

type SettingHandlers = Pick<
  Handlers<'manage-webhooks'>,
  'createWebhook' | 'listWebhooks' | 'getWebhook' | 'changeWebhook' | 'removeWebhook' | 'rotateWebhookSecret'
>;

export function makeSettingHandlers(deps: Deps): SettingHandlers {
  const { webhooks, secrets, events, access, newSecret } = deps;
  return {
    async createWebhook({ params: { district }, body, by, newId: id, now }) {
      if ((await access.district(district)) === undefined) throw noSuchDistrict();
      refuseAddress(deps, body.url);
      const others = (await webhooks.list(district)).filter((other) => other.id !== id);
      if (others.length >= mostWebhooks) {
        const message = `A district has at most ${mostWebhooks} webhooks.`;
        throw new RequestError('conflict', 'too-many-webhooks', message);
      }
      const secret = newSecret();
      const at = now.toISOString();
      const version = {
        version: await putSecret(deps, district, { id, url: body.url, secret }),
        changedAt: at,
      };
      // The same request after a crash takes over what it had made.
      const before = await webhooks.find(district, id);
      const kept = written(
        await webhooks.put(district, { ...body, id, secret: version, createdAt: at }, before),
      );
      events.audited({ district, by, action: 'webhook-created', what: { webhook: id } });
      return withEtag({ ...viewOf(kept), secret }, kept.revision);
    },

    async listWebhooks({ params: { district } }) {
      return { items: (await webhooks.list(district)).map(viewOf) };
    },

    async getWebhook({ params: { district, webhook } }) {
      const kept = await found(deps, district, webhook);
      return withEtag(viewOf(kept), kept.revision);
    },

    async changeWebhook({ params: { district, webhook }, body, by, now, ifMatch }) {
      const before = await found(deps, district, webhook);
      if (ifMatch !== undefined && ifMatch !== String(before.revision)) throw changedMeanwhile();
      if (body.url !== undefined) refuseAddress(deps, body.url);
      const wanted = changed(before, body, now.toISOString());
      const kept = written(await webhooks.put(district, wanted, before));
      events.audited({ district, by, action: 'webhook-changed', what: { webhook } });
      return withEtag(viewOf(kept), kept.revision);
    },

    async removeWebhook({ params: { district, webhook }, by, ifMatch }) {
      const before = await found(deps, district, webhook);
      if (ifMatch !== undefined && ifMatch !== String(before.revision)) throw changedMeanwhile();
      if (!(await webhooks.remove(district, before))) throw changedMeanwhile();
      await secrets.remove(district, webhook);
      events.audited({ district, by, action: 'webhook-removed', what: { webhook } });
      return undefined;
    },

    async rotateWebhookSecret({ params: { district, webhook }, body, by, now }) {
      const before = await found(deps, district, webhook);
      const secret = newSecret();
      const version = await putSecret(deps, district, { id: webhook, url: before.url, secret });
      const until = new Date(now.getTime() + body.oldGoodForSeconds * 1000).toISOString();
      const { former: _, ...rest } = before;
      const wanted = {
        ...rest,
        secret: { version, changedAt: now.toISOString() },
        ...(body.oldGoodForSeconds === 0 ? {} : { former: { ...before.secret, until } }),
      };
      written(await webhooks.put(district, wanted, before));
      events.audited({ district, by, action: 'webhook-secret-changed', what: { webhook } });
      const both = body.oldGoodForSeconds === 0 ? {} : { formerSecretUntil: until };
      return { id: webhook, secret, ...both };
    },
  };
}

/** @throws {RequestError} not-found */
export async function found(
  { webhooks }: Pick<Deps, 'webhooks'>,
  district: string,
  id: string,
): Promise<Webhook> {
  const webhook = await webhooks.find(district, id);
  if (webhook === undefined) {
    throw new RequestError('not-found', 'unknown-webhook', 'The district has no such webhook.');
  }
  return webhook;
}

function changed(before: Webhook, { enabled, ...change }: WebhookChange, at: string): Webhook {
  const set = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  const wanted: Webhook = { ...before, ...set };
  if (enabled === false) return { ...wanted, disabled: before.disabled ?? { why: 'asked', at } };
  if (enabled === undefined) return wanted;
  const { disabled: _disabled, failingSince: _failing, ...rest } = wanted;
  return rest;
}

function putSecret(
  { secrets }: Deps,
  district: string,
  { id, url, secret }: { id: string; url: string; secret: string },
): Promise<string> {
  return secrets.put(district, id, { origin: new URL(url).origin, credentials: { secret } });
}

/** @throws {RequestError} malformed */
function refuseAddress({ loopback }: Deps, url: string): void {
  const detail = addressProblem(new URL(url), loopback);
  if (detail === undefined) return;
  const message = 'The body of the request does not fit its schema.';
  throw new RequestError('malformed', 'invalid-request', message, { fields: [{ pointer: '/url', detail }] });
}

function viewOf({ secret, former, revision: _, ...webhook }: Webhook): WebhookView {
  const until = former === undefined ? {} : { formerSecretUntil: former.until };
  return { ...webhook, secretChangedAt: secret.changedAt, ...until };
}

function written(kept: Webhook | undefined): Webhook {
  if (kept === undefined) throw changedMeanwhile();
  return kept;
}

function changedMeanwhile(): RequestError {
  return new RequestError('precondition-failed', 'changed-meanwhile', 'Somebody changed it meanwhile.');
}
