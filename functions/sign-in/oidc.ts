import type { Account } from '../../shared/accounts/account.ts';
import { type Identity, identityOf } from '../../shared/accounts/oidc-profiles.ts';
import { digestOfSecret, newSecret, readHandle, writeHandle } from '../../shared/accounts/secret-handle.ts';
import { RequestError } from '../../shared/errors.ts';
import { Answer, type Handlers, seeOther } from '../../shared/runtime/routing.ts';
import { enterDistrict } from '../../shared/runtime/tenancy.ts';
import type { OidcState } from '../../shared/store/oidc-states.ts';
import { cookieIn } from './cookies.ts';
import type { Deps } from './deps.ts';
import { freshSession, isSameSession } from './link-session.ts';
import { type Provider, ProviderRefusal } from './oidc-client.ts';
import { orSignInPage } from './refusal-page.ts';
import { startSession } from './start-session.ts';

type OidcHandlers = Pick<Handlers<'sign-in'>, 'startOidc' | 'finishOidc'>;

/** Binds what a provider answers to the browser that was led there. */
export const oidcCookie = '__Host-rolebook-oidc';
const begunMs = 10 * 60_000;

export function makeOidcHandlers(deps: Deps): OidcHandlers {
  const { providers, states, client } = deps;
  return {
    async startOidc(request) {
      const { district } = request.query;
      return orSignInPage({ headers: request.headers, district }, () => start(request));
    },

    async finishOidc(request) {
      const district = readHandle(request.query.state)?.district;
      return orSignInPage({ headers: request.headers, district }, () => finish(request));
    },
  };

  async function start({
    params,
    query: { district, returnTo, link },
    cookies,
    headers,
    origin,
    now,
  }: Parameters<OidcHandlers['startOidc']>[0]): Promise<Answer<never>> {
    enterDistrict(district);
    const provider = await providerOf(district, params.provider);
    const by = link && (await freshSession(deps, { district, cookies, headers, now }));
    const secret = newSecret();
    const browser = newSecret();
    const begun: OidcState = {
      provider: params.provider,
      revision: provider.revision,
      nonce: newSecret(),
      codeVerifier: newSecret(),
      redirectUri: `${origin}/v1/sessions/oidc/${params.provider}/callback`,
      returnTo,
      browser: digestOfSecret(browser),
      ...(by === undefined ? {} : { link: by }),
      until: new Date(now.getTime() + begunMs).toISOString(),
    };
    const state = writeHandle({ district, id: params.provider, secret });
    const location = await client.authorizationUrl(provider, { ...begun, state });
    await states.open(district, digestOfSecret(secret), begun);
    return new Answer<never>(undefined, {
      status: 303,
      headers: { location: location.href },
      cookies: [
        `${oidcCookie}=${browser}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=${begunMs / 1000}`,
      ],
    });
  }

  async function finish({
    params,
    query,
    cookies,
    now,
  }: Parameters<OidcHandlers['finishOidc']>[0]): Promise<Answer<never>> {
    const handle = readHandle(query.state);
    if (handle !== undefined) enterDistrict(handle.district);
    const begun = handle && (await states.take(handle.district, digestOfSecret(handle.secret), now));
    const browser = cookieIn(cookies, oidcCookie);
    // Else a page of somebody else's could sign its reader in as somebody else (RFC 9700, section 4.7).
    const isTheirs =
      begun !== undefined && browser !== undefined && begun.browser === digestOfSecret(browser);
    if (handle === undefined || !isTheirs || begun.provider !== params.provider) throw notBegun();
    const { district } = handle;
    const provider = await providerOf(district, params.provider);
    if (provider.revision !== begun.revision) throw notBegun();
    const identity = await identify(provider, begun, query);
    return begun.link === undefined
      ? await signIn(provider, identity, { returnTo: begun.returnTo, cookies, now })
      : await linkOwn(provider, identity, { begun, link: begun.link, cookies, now });
  }

  async function providerOf(district: string, id: string): Promise<Provider> {
    const kept = await providers.find(district, id);
    if (kept !== undefined) return { ...kept, district };
    throw new RequestError('not-found', 'unknown-provider', 'The district has no such identity provider.');
  }

  /** @throws {RequestError} unauthenticated where the provider says nothing that holds, forbidden where it is of somebody outside */
  async function identify(provider: Provider, begun: OidcState, query: { state: string }): Promise<Identity> {
    const { district, provider: settings } = provider;
    try {
      const callback = new URL(begun.redirectUri);
      for (const [name, value] of Object.entries(query)) callback.searchParams.set(name, String(value));
      const claims = await client.redeem(provider, callback, { ...begun, state: query.state });
      const identity = identityOf(deps.profiles[settings.profile], settings, claims);
      if (identity === 'no-subject') throw new ProviderRefusal('no_subject', undefined);
      if (identity !== 'other-tenant') return identity;
    } catch (error) {
      if (error instanceof ProviderRefusal) {
        deps.events.providerRefused({ district, provider: settings.id, code: error.why });
      }
      throw error;
    }
    deps.events.providerRefused({ district, provider: settings.id, code: 'other_tenant' });
    const message = 'You signed in at the provider with an account that is not of this district.';
    throw new RequestError('forbidden', 'other-tenant', message);
  }

  async function signIn(
    provider: Provider,
    identity: Identity,
    { returnTo, cookies, now }: { returnTo: string; cookies: readonly string[]; now: Date },
  ): Promise<Answer<never>> {
    const { district, provider: settings } = provider;
    const linked = await accountOf(provider, identity);
    const account = linked ?? (await matched(provider, identity));
    if (account === undefined) throw notLinked();
    refuseStanding(account);
    const started = await startSession(deps, { district, account, by: `oidc:${settings.id}`, cookies, now });
    if (linked === undefined) await link(provider, identity, { account: account.id, by: 'match', now });
    return backTo(returnTo, started.cookies);
  }

  /** A link of an account that is gone is none. */
  async function accountOf(provider: Provider, { subject }: Identity): Promise<Account | undefined> {
    const { district, provider: settings } = provider;
    const found = await deps.links.ofSubject(district, { issuer: settings.issuer, subject });
    return found && (await deps.accounts.find(district, found.account))?.account;
  }

  /** By the rule of the provider: of the accounts of that roster person, the only one, if it is nobody else there. */
  async function matched(provider: Provider, { sourcedId }: Identity): Promise<Account | undefined> {
    if (sourcedId === undefined) return undefined;
    const { district, provider: settings } = provider;
    const [only, other] = await deps.accounts.ofUser(district, sourcedId);
    if (only === undefined || other !== undefined) return undefined;
    const isElse = (await deps.links.find(district, only.account.id, settings.id)) !== undefined;
    return isElse ? undefined : only.account;
  }

  async function linkOwn(
    provider: Provider,
    identity: Identity,
    at: { begun: OidcState; link: NonNullable<OidcState['link']>; cookies: readonly string[]; now: Date },
  ): Promise<Answer<never>> {
    const { account } = at.link;
    const isStill = await isSameSession(deps, { ...at, district: provider.district });
    if (!isStill) throw notBegun();
    await link(provider, identity, { account, by: account, now: at.now });
    return backTo(at.begun.returnTo, []);
  }

  async function link(
    { district, provider: { id, issuer } }: Provider,
    { subject }: Identity,
    { account, by, now }: { account: string; by: string; now: Date },
  ): Promise<void> {
    const linkedAt = now.toISOString();
    await deps.links.put(district, { account, provider: id, issuer, subject, linkedAt, linkedBy: by });
    deps.events.audited({ district, by, action: 'identity-linked', what: { account, provider: id } });
  }
}

function backTo(path: string, cookies: readonly string[]): Answer<never> {
  const { headers, status } = seeOther(path);
  const over = `${oidcCookie}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0`;
  return new Answer<never>(undefined, { headers, status: status ?? 303, cookies: [...cookies, over] });
}

/** As for passwords: who is locked learns nothing, and only who is who they say learns that they are not approved. */
/** A lock by strangers leaves known devices open: whether this is one, the session's beginning looks. */
function refuseStanding({ locked, lockedBy, approved }: Account): void {
  if (locked && lockedBy !== 'strangers') {
    throw new RequestError('unauthenticated', 'not-signed-in', 'You could not be signed in.');
  }
  if (approved) return;
  throw new RequestError('forbidden', 'not-approved', 'Your school has not approved this account yet.');
}

function notBegun(): RequestError {
  const message =
    'This browser did not begin this sign-in, or began it more than ten minutes ago. Start again.';
  return new RequestError('forbidden', 'sign-in-not-begun', message);
}

function notLinked(): RequestError {
  const message =
    'No account here is linked to the one you signed in with. Sign in with your password and link it there, or ask your school to do so.';
  return new RequestError('forbidden', 'no-account-linked', message);
}
