import * as oidc from 'openid-client';
import type { Claims, OidcProfile, ProfileName } from '../../shared/accounts/oidc-profiles.ts';
import { ProviderUnavailable, RequestError } from '../../shared/errors.ts';
import { PullRejected, VendorUnavailable } from '../../shared/feeds/pulling.ts';
import type { IdentityProvider } from '../../shared/messages/identity-providers.ts';
import type { KeptProvider } from '../../shared/store/identity-providers.ts';
import type { VendorSecrets } from '../../shared/store/vendor-secrets.ts';

/** A provider as one district has set it up. */
export type Provider = KeptProvider & { district: string };

export type Sent = { state: string; nonce: string; codeVerifier: string; redirectUri: string };

export type OidcClient = {
  /** Where a browser is sent. @throws {ProviderUnavailable} */
  authorizationUrl(provider: Provider, sent: Sent): Promise<URL>;
  /**
   * The claims of the id token that a code is worth; `callback`: what the browser came back with.
   * @throws {ProviderRefusal} where the provider refuses, or what it says does not hold
   * @throws {ProviderUnavailable}
   */
  redeem(provider: Provider, callback: URL, sent: Sent): Promise<Claims>;
};

export type OidcClientDeps = {
  /** To addresses that were looked at, bounded in time and size. */
  fetch: oidc.CustomFetch;
  secret(district: string, provider: IdentityProvider): Promise<string | undefined>;
  profiles: Readonly<Record<ProfileName, OidcProfile>>;
  /** Whether providers on this machine may be asked, in clear text too. */
  loopback: boolean;
  /** Milliseconds since the epoch. */
  now(): number;
};

/** What came from a provider is worth nothing; `why` is one of the library's or of OAuth's own words, never what anybody sent. */
export class ProviderRefusal extends RequestError {
  override name = 'ProviderRefusal';
  readonly why: string;

  constructor(why: string, cause: unknown) {
    const message = 'The identity provider did not sign you in, or its answer does not hold. Start again.';
    super('unauthenticated', 'provider-refused', message, { cause });
    this.why = why;
  }
}

/** How long what a provider says of itself is taken for true. */
const keptMs = 3_600_000;
const mostKept = 500;
const timeoutSeconds = 10;
const clockToleranceSeconds = 30;

export function makeOidcClient(deps: OidcClientDeps): OidcClient {
  const configurations = makeConfigurations(deps);
  return {
    async authorizationUrl(provider, { state, nonce, codeVerifier, redirectUri }) {
      const configuration = await configurations(provider);
      return oidc.buildAuthorizationUrl(configuration, {
        scope: deps.profiles[provider.provider.profile].scopes,
        redirect_uri: redirectUri,
        state,
        nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
      });
    },

    async redeem(provider, callback, { state, nonce, codeVerifier }) {
      const configuration = await configurations(provider);
      return asked(async () => {
        const answer = await oidc.authorizationCodeGrant(configuration, callback, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: codeVerifier,
          idTokenExpected: true,
        });
        return answer.claims() ?? {};
      });
    },
  };
}

/** The secret that a provider's settings name, if it was given for this issuer. */
export function secretOf(secrets: Pick<VendorSecrets, 'get'>): OidcClientDeps['secret'] {
  return async (district, { id, issuer, clientSecret }) => {
    const kept = await secrets.get(district, id, clientSecret.version);
    return kept?.origin === issuer ? kept.credentials.clientSecret : undefined;
  };
}

/** By revision, so that changed settings count at once. */
function makeConfigurations(deps: OidcClientDeps) {
  const kept = new Map<string, { until: number; found: Promise<oidc.Configuration> }>();
  return (provider: Provider): Promise<oidc.Configuration> => {
    const key = `${provider.district}/${provider.provider.id}/${provider.provider.updatedAt}/${provider.revision}`;
    const known = kept.get(key);
    if (known !== undefined && known.until > deps.now()) return known.found;
    const found = discover(deps, provider);
    kept.delete(key);
    kept.set(key, { until: deps.now() + keptMs, found });
    const [oldest] = kept.keys();
    if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
    found.catch(() => kept.delete(key));
    return found;
  };
}

/** @throws {ProviderUnavailable} */
async function discover(deps: OidcClientDeps, { district, provider }: Provider): Promise<oidc.Configuration> {
  const secret = await deps.secret(district, provider);
  if (secret === undefined) throw new ProviderUnavailable('The secret of the provider is kept no longer.');
  const issuer = new URL(provider.issuer);
  const isClear = deps.loopback && issuer.protocol === 'http:';
  const client = { client_secret: secret, [oidc.clockTolerance]: clockToleranceSeconds };
  const options = {
    [oidc.customFetch]: deps.fetch,
    timeout: timeoutSeconds,
    // The token of an endpoint that TLS vouches for needs no signature by the standard; here it is looked at all the same.
    execute: [oidc.enableNonRepudiationChecks, ...(isClear ? [oidc.allowInsecureRequests] : [])],
  };
  const found = await oidc
    .discovery(issuer, provider.clientId, client, clientAuthentication(secret), options)
    .catch((cause: unknown) => {
      throw new ProviderUnavailable('The identity provider does not say how to sign in.', { cause });
    });
  // The library lets some vendors call themselves otherwise.
  if (found.serverMetadata().issuer === provider.issuer) return found;
  throw new ProviderUnavailable('The identity provider calls itself otherwise than its issuer.');
}

/** As the provider takes it; by the standard, Basic where it does not say. */
function clientAuthentication(secret: string): oidc.ClientAuth {
  const [post, basic] = [oidc.ClientSecretPost(secret), oidc.ClientSecretBasic(secret)];
  return (server, client, body, headers) => {
    const taken = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    (taken.includes('client_secret_post') ? post : basic)(server, client, body, headers);
  };
}

async function asked<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (isUnreached(error)) {
      throw new ProviderUnavailable('The identity provider did not answer.', { cause: error });
    }
    throw new ProviderRefusal(codeOf(error), error);
  }
}

function codeOf(error: unknown): string {
  if (error instanceof oidc.AuthorizationResponseError || error instanceof oidc.ResponseBodyError) {
    return /^[a-z_]{1,40}$/.test(error.error) ? error.error : 'unknown_error';
  }
  return (error instanceof oidc.ClientError && error.code) || 'unknown';
}

/** Our own client's failures come wrapped. */
function isUnreached(error: unknown): boolean {
  if (error instanceof VendorUnavailable || error instanceof PullRejected) return true;
  return error instanceof Error && error.cause !== undefined && isUnreached(error.cause);
}
