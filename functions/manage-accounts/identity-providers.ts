import { unfitRules } from '../../shared/accounts/oidc-profiles.ts';
import { type FieldProblem, RequestError } from '../../shared/errors.ts';
import type {
  IdentityProvider,
  IdentityProviderSettings,
  IdentityProviderView,
} from '../../shared/messages/identity-providers.ts';
import { type Handlers, withEtag } from '../../shared/runtime/routing.ts';
import { addressProblem } from '../../shared/runtime/vendor-address.ts';
import type { KeptProvider } from '../../shared/store/identity-providers.ts';
import type { Deps } from './deps.ts';

type ProviderHandlers = Pick<
  Handlers<'manage-accounts'>,
  'putIdentityProvider' | 'getIdentityProvider' | 'removeIdentityProvider' | 'listIdentityProviders'
>;

type At = { district: string; provider: string };

export function makeProviderHandlers(deps: Deps): ProviderHandlers {
  const { providers, secrets, events } = deps;
  return {
    async putIdentityProvider({ params, body, by, now, origin, ifMatch }) {
      const { district, provider: id } = params;
      const before = await providers.find(district, id);
      refuseOther(before, ifMatch);
      const issuer = issuerOf(deps, body);
      const { clientSecret, issuer: _, ...rest } = body;
      const wanted = { id, issuer, ...rest, updatedAt: now.toISOString() };
      const kept = await providers.put(
        district,
        { ...wanted, clientSecret: await keepSecret(deps, params, { wanted, clientSecret, before, now }) },
        before,
      );
      const what = { provider: id, issuer, clientId: body.clientId };
      events.audited({ district, by, action: 'identity-provider-changed', what });
      return withEtag(viewOf(kept.provider, origin), kept.revision);
    },

    async getIdentityProvider({ params, origin }) {
      const kept = await providers.find(params.district, params.provider);
      if (kept === undefined) throw unknownProvider();
      return withEtag(viewOf(kept.provider, origin), kept.revision);
    },

    async removeIdentityProvider({ params: { district, provider }, by, ifMatch }) {
      const kept = await providers.find(district, provider);
      if (kept === undefined) throw unknownProvider();
      refuseOther(kept, ifMatch);
      await providers.remove(district, kept);
      await secrets.remove(district, provider);
      events.audited({ district, by, action: 'identity-provider-removed', what: { provider } });
      return undefined;
    },

    async listIdentityProviders({ params: { district }, origin }) {
      return { items: (await providers.list(district)).map((provider) => viewOf(provider, origin)) };
    },
  };
}

/** @throws {RequestError} malformed, with what of the settings does not fit the profile */
function issuerOf({ profiles, loopbackVendors }: Deps, settings: IdentityProviderSettings): string {
  const profile = profiles[settings.profile];
  const issuer = typeof profile.issuer === 'string' ? profile.issuer : (settings.issuer ?? '');
  const problems = unfitRules(profile, settings);
  if (problems.length === 0) {
    const detail = addressProblem(new URL(issuer), loopbackVendors);
    if (detail !== undefined) problems.push({ pointer: '/issuer', detail });
  }
  if (problems.length > 0) throw unfit(problems);
  return issuer;
}

type Wanted = Pick<IdentityProvider, 'issuer' | 'clientId'>;

/** What of a secret is kept beside the settings. @throws {RequestError} malformed where there is none for this issuer and client */
async function keepSecret(
  { secrets }: Deps,
  { district, provider }: At,
  asked: { wanted: Wanted; clientSecret: string | undefined; before: KeptProvider | undefined; now: Date },
): Promise<IdentityProvider['clientSecret']> {
  const { wanted, clientSecret, now } = asked;
  const before = asked.before?.provider;
  if (clientSecret === undefined) {
    // Else whoever may change settings could have the secret sent to a server of theirs.
    if (before?.issuer === wanted.issuer && before.clientId === wanted.clientId) return before.clientSecret;
    throw unfit([
      { pointer: '/clientSecret', detail: 'is needed: there is none yet for this issuer and client' },
    ]);
  }
  const secret = { origin: wanted.issuer, credentials: { clientSecret } };
  const version = await secrets.put(district, provider, secret);
  return { set: true, changedAt: now.toISOString(), version };
}

function viewOf(provider: IdentityProvider, origin: string): IdentityProviderView {
  return { ...provider, redirectUri: `${origin}/v1/sessions/oidc/${provider.id}/callback` };
}

export function unknownProvider(): RequestError {
  return new RequestError('not-found', 'unknown-provider', 'The district has no such identity provider.');
}

function refuseOther(kept: KeptProvider | undefined, ifMatch: string | undefined): void {
  if (ifMatch === undefined || ifMatch === String(kept?.revision)) return;
  throw new RequestError('precondition-failed', 'changed-meanwhile', 'Somebody changed it meanwhile.');
}

function unfit(fields: FieldProblem[]): RequestError {
  const message = 'The body of the request does not fit its schema.';
  return new RequestError('malformed', 'invalid-request', message, { fields });
}
