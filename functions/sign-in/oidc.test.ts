import { setTimeout as sleep } from 'node:timers/promises';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { importJWK, SignJWT } from 'jose';
import type { CustomFetch } from 'openid-client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Account } from '../../shared/accounts/account.ts';
import { type OidcProfile, oidcProfiles } from '../../shared/accounts/oidc-profiles.ts';
import type { IdentityProvider } from '../../shared/messages/identity-providers.ts';
import { makeTransport } from '../../shared/runtime/vendor-transport.ts';
import { Accounts } from '../../shared/store/accounts.ts';
import { startDynamo, type TestDynamo, testTables } from '../../test/builders/dynamo.ts';
import { bodyOf, context, httpEvent, recordingEvents } from '../../test/builders/http-event.ts';
import { signInDeps } from '../../test/builders/sign-in.ts';
import { singleSignOn } from '../../test/builders/single-sign-on.ts';
import {
  type OpenidProvider,
  openidClient,
  passThrough,
  startOpenidProvider,
} from '../../test/vendors/openid-provider.ts';
import { makeHandler } from './handler.ts';
import { makeOidcClient, secretOf } from './oidc-client.ts';
import { makeProviderFetch } from './provider-fetch.ts';
import { startSession } from './start-session.ts';

const callbackOf = (provider: string) => `https://api.test/v1/sessions/oidc/${provider}/callback`;

let engine: TestDynamo;
let server: OpenidProvider;
let other: OpenidProvider;
let sso: ReturnType<typeof singleSignOn>;
let transport: ReturnType<typeof makeTransport>;
let events: ReturnType<typeof recordingEvents>;
let clock: Date;
/** What the token endpoint answers, changed by a test. */
let spoil: ((body: { id_token: string }) => Promise<{ id_token: string }>) | undefined;
/** What the provider calls itself in its metadata, where not by its own name. */
let posesAs: string | undefined;
let handler: ReturnType<typeof makeHandler>;
let district: string;
let count = 0;

beforeAll(async () => {
  engine = await startDynamo();
  server = await startOpenidProvider([callbackOf('idp'), callbackOf('second')]);
  other = await startOpenidProvider([callbackOf('idp')]);
  transport = makeTransport({ loopback: true });
}, 30_000);
afterAll(async () => {
  await transport.close();
  await server.close();
  await other.close();
  await engine.stop();
});

beforeEach(async () => {
  count += 1;
  district = `d-${count}`;
  spoil = undefined;
  posesAs = undefined;
  clock = new Date();
  events = recordingEvents();
  sso = singleSignOn(engine.dynamo);
  server.next = { sub: 'ada-at-idp' };
  handler = handlerWith();
  await setUp(district);
});

/** A function that knows the profiles of vendors, whose issuers are the test's own. */
function handlerWith({ loopback = true } = {}) {
  const profiles = { ...oidcProfiles };
  for (const name of ['google', 'classlink', 'clever'] as const) {
    profiles[name] = { ...profiles[name], issuer: server.issuer } satisfies OidcProfile;
  }
  const guarded = makeProviderFetch({ ...transport, loopback, now: Date.now, sleep, random: () => 0.5 });
  const fetch: CustomFetch = async (url, options) => {
    const answer = await guarded(url, options);
    if (posesAs !== undefined && url.endsWith('/.well-known/openid-configuration')) {
      return Response.json({ ...((await answer.json()) as object), issuer: posesAs });
    }
    if (spoil === undefined || !url.endsWith('/token')) return answer;
    return Response.json(await spoil((await answer.json()) as { id_token: string }));
  };
  const client = makeOidcClient({ fetch, secret: secretOf(sso.secrets), profiles, loopback, now: Date.now });
  return makeHandler({
    ...signInDeps(engine.dynamo, () => clock),
    ...sso,
    profiles,
    client,
    events,
  });
}

/** The provider `idp` of a district. */
async function setUp(at: string, more: Partial<IdentityProvider> = {}, id = 'idp'): Promise<void> {
  const issuer = more.issuer ?? server.issuer;
  const { clientId, clientSecret } = openidClient;
  const version = await sso.secrets.put(at, id, { origin: issuer, credentials: { clientSecret } });
  const settings: IdentityProvider = {
    ...{ id, profile: 'oidc', issuer, clientId, updatedAt: clock.toISOString() },
    clientSecret: { set: true, changedAt: clock.toISOString(), version },
    ...more,
  };
  await sso.providers.put(at, settings, await sso.providers.find(at, id));
}

async function anAccount(id: string, more: Partial<Account> = {}, at = district): Promise<Account> {
  const names = { username: `${id}-${at}`, email: `${id}@${at}.example.org` };
  const account: Account = {
    ...{ id, ...names, approved: true, locked: false, ledgers: [], schools: [], asked: [] },
    ...{ createdAt: clock.toISOString(), ...more },
  };
  await new Accounts(engine.dynamo, testTables).create(at, account, []);
  return account;
}

async function linked(account: string, subject: string, at = district): Promise<void> {
  const by = { linkedAt: clock.toISOString(), linkedBy: 'admin' };
  await sso.links.put(at, { account, provider: 'idp', issuer: server.issuer, subject, ...by });
}

type Reply = APIGatewayProxyStructuredResultV2;
type Way = { provider?: string; cookies?: string[]; headers?: Record<string, string> };

/** From a page of ours, where nothing else is said. */
function start(query: string, { provider = 'idp', cookies = [], headers = {} }: Way = {}): Promise<Reply> {
  const from = { 'sec-fetch-site': 'same-origin', ...headers };
  return handler(httpEvent('startOidc', { params: { provider }, query, cookies, headers: from }), context);
}

function comeBack(url: URL, cookies: readonly string[], provider = 'idp'): Promise<Reply> {
  const query = url.searchParams.toString();
  return handler(httpEvent('finishOidc', { params: { provider }, query, cookies: [...cookies] }), context);
}

const kept = ({ cookies = [] }: Reply) => cookies.map((cookie) => cookie.split(';')[0] ?? '');
const locationOf = ({ headers = {} }: Reply) => String(headers.location);

/** To the provider and back, as one browser. */
async function begin(query = `district=${district}`, way: Way = {}) {
  const sent = await start(query, way);
  expect([sent.statusCode, sent.body]).toEqual([303, '']);
  return {
    sent,
    cookies: [...(way.cookies ?? []), ...kept(sent)],
    back: await passThrough(server, locationOf(sent)),
  };
}

async function signIn(query?: string, way: Way = {}): Promise<Reply> {
  const { back, cookies } = await begin(query, way);
  return comeBack(back, cookies, way.provider);
}

function said(reply: Reply): unknown {
  return [reply.statusCode, bodyOf(reply).code];
}

/** A cookie of a session that a person began by password at this time. */
async function sessionOf(account: Account): Promise<string[]> {
  const deps = signInDeps(engine.dynamo, () => clock);
  return kept({
    cookies: [...(await startSession(deps, { district, account, by: 'password', now: clock })).cookies],
  });
}

describe('a linked account', () => {
  beforeEach(async () => {
    await anAccount('ada');
    await linked('ada', 'ada-at-idp');
  });

  test('signs in, and is back where it came from', async () => {
    const reply = await signIn(`district=${district}&returnTo=%2Freports%3Fa%3D1`);
    expect([reply.statusCode, locationOf(reply)]).toEqual([303, '/reports?a=1']);
    const [session, , state] = reply.cookies ?? [];
    expect(session).toMatch(/^__Host-rolebook-session=.*; Path=\/; Secure; HttpOnly; SameSite=Lax$/);
    expect(state).toMatch(/^__Host-rolebook-oidc=;.*Max-Age=0$/);
  });

  test('is asked for with PKCE, a state and a nonce, and no more than the profile needs', async () => {
    const url = new URL(locationOf(await start(`district=${district}`)));
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      ...{ response_type: 'code', scope: 'openid', client_id: 'rolebook', redirect_uri: callbackOf('idp') },
      ...{ code_challenge_method: 'S256', code_challenge: expect.stringMatching(/^[\w-]{43}$/) },
      ...{ state: expect.stringContaining(`${district}.`), nonce: expect.stringMatching(/^[\w-]{43}$/) },
    });
  });

  test('does not sign in while it is locked, nor learns why', async () => {
    await anAccount('eve', { locked: true });
    await linked('eve', 'eve-at-idp');
    server.next = { sub: 'eve-at-idp' };
    expect(said(await signIn())).toEqual([401, 'not-signed-in']);
  });

  test('does not sign in before it is approved', async () => {
    await anAccount('new', { approved: false });
    await linked('new', 'new-at-idp');
    server.next = { sub: 'new-at-idp' };
    expect(said(await signIn())).toEqual([403, 'not-approved']);
  });

  test('does not sign in once it is unlinked', async () => {
    const link = await sso.links.find(district, 'ada', 'idp');
    if (link !== undefined) await sso.links.remove(district, link);
    expect(said(await signIn())).toEqual([403, 'no-account-linked']);
  });

  test('does not sign in once it is removed', async () => {
    const accounts = new Accounts(engine.dynamo, testTables);
    const found = await accounts.find(district, 'ada');
    if (found === undefined) throw new Error('No account.');
    await accounts.remove(district, found, { deeds: [], doing: { by: 'admin', at: clock.toISOString() } });
    expect(said(await signIn())).toEqual([403, 'no-account-linked']);
  });

  test('is another in another district, of the same provider and the same person there', async () => {
    const south = `${district}-south`;
    await setUp(south);
    expect(said(await signIn(`district=${south}`))).toEqual([403, 'no-account-linked']);
    await anAccount('ada-south', {}, south);
    await linked('ada-south', 'ada-at-idp', south);
    const [session] = kept(await signIn(`district=${south}`));
    expect(session).toContain(`=${south}.${Buffer.from('ada-south').toString('base64url')}.`);
  });

  test('signs in by another provider of the same issuer, as links are of people and not of settings', async () => {
    await setUp(district, {}, 'second');
    expect((await signIn(undefined, { provider: 'second' })).statusCode).toBe(303);
  });
});

describe('nobody', () => {
  test('is found by e-mail, verified or not', async () => {
    const { email } = await anAccount('ada');
    server.next = { sub: 'somebody', claims: { email, email_verified: true } };
    expect(said(await signIn())).toEqual([403, 'no-account-linked']);
  });

  test('is led elsewhere afterwards', async () => {
    for (const elsewhere of [
      'https://evil.test/',
      '//evil.test',
      '/\\evil.test',
      'evil',
      '/%0A',
      '/a\\b',
      '',
    ]) {
      const reply = await start(
        `district=${district}&returnTo=${encodeURIComponent(elsewhere).replace('%250A', '%0A')}`,
      );
      expect([elsewhere, reply.statusCode]).toEqual([elsewhere, 400]);
    }
  });

  test('is led to a provider that the district does not have', async () => {
    expect(said(await start(`district=${district}`, { provider: 'none' }))).toEqual([
      404,
      'unknown-provider',
    ]);
    expect(said(await start('district=nowhere'))).toEqual([404, 'unknown-provider']);
  });

  test('is led to an address that is not of the public internet', async () => {
    handler = handlerWith({ loopback: false });
    for (const issuer of [
      server.issuer,
      'https://10.0.0.1',
      'https://localhost:1',
      'https://169.254.169.254',
    ]) {
      await setUp(district, { issuer });
      expect(said(await start(`district=${district}`))).toEqual([503, 'provider-unavailable']);
    }
  });
});

test('metadata that calls itself another issuer is not believed, also of a provider beside ours', async () => {
  for (const issuer of [other.issuer, 'https://evil.test', `${server.issuer}/x`]) {
    posesAs = issuer;
    handler = handlerWith();
    expect(said(await start(`district=${district}`))).toEqual([503, 'provider-unavailable']);
  }
  posesAs = server.issuer;
  handler = handlerWith();
  expect((await start(`district=${district}`)).statusCode).toBe(303);
});

describe('a browser that is refused', () => {
  const headers = { accept: 'text/html,application/xhtml+xml;q=0.9' };

  test('is led to the page to sign in, with a code and the district, and nothing that came from elsewhere', async () => {
    const asked = { params: { provider: 'other' }, query: `district=${district}`, headers };
    const unknown = await handler(httpEvent('startOidc', asked), context);
    expect([unknown.statusCode, locationOf(unknown)]).toEqual([
      ...[303, `/sign-in?problem=unknown-provider&district=${district}`],
    ]);
    const { back } = await begin();
    back.searchParams.set('state', '<script>');
    const query = back.searchParams.toString();
    const forged = await handler(
      httpEvent('finishOidc', { params: { provider: 'idp' }, query, headers }),
      context,
    );
    expect([forged.statusCode, locationOf(forged)]).toEqual([303, '/sign-in?problem=sign-in-not-begun']);
  });

  test('and did sign in there is told that no account here is linked', async () => {
    const { back, cookies } = await begin();
    const query = back.searchParams.toString();
    const asked = { params: { provider: 'idp' }, query, headers, cookies };
    expect(locationOf(await handler(httpEvent('finishOidc', asked), context))).toBe(
      `/sign-in?problem=no-account-linked&district=${district}`,
    );
  });
});

describe('what comes back', () => {
  beforeEach(async () => {
    await anAccount('ada');
    await linked('ada', 'ada-at-idp');
  });

  test('counts once', async () => {
    const { back, cookies } = await begin();
    expect((await comeBack(back, cookies)).statusCode).toBe(303);
    expect(said(await comeBack(back, cookies))).toEqual([403, 'sign-in-not-begun']);
  });

  test('counts only in the browser that began', async () => {
    expect(said(await comeBack((await begin()).back, []))).toEqual([403, 'sign-in-not-begun']);
    const [mine, theirs] = [await begin(), await begin()];
    expect(said(await comeBack(theirs.back, mine.cookies))).toEqual([403, 'sign-in-not-begun']);
  });

  test('needs its own state', async () => {
    const { back, cookies } = await begin();
    const state = back.searchParams.get('state') ?? '';
    for (const wrong of ['', 'x', `${state.slice(0, -1)}${state.endsWith('A') ? 'B' : 'A'}`]) {
      back.searchParams.set('state', wrong);
      expect(said(await comeBack(back, cookies))).toEqual([403, 'sign-in-not-begun']);
    }
  });

  test('counts for ten minutes', async () => {
    const { back, cookies } = await begin();
    clock = new Date(clock.getTime() + 10 * 60_000);
    expect(said(await comeBack(back, cookies))).toEqual([403, 'sign-in-not-begun']);
  });

  test('counts for the provider that was asked, as it was then', async () => {
    await setUp(district, {}, 'second');
    const first = await begin();
    expect(said(await comeBack(first.back, first.cookies, 'second'))).toEqual([403, 'sign-in-not-begun']);
    const { back, cookies } = await begin();
    await setUp(district);
    expect(said(await comeBack(back, cookies))).toEqual([403, 'sign-in-not-begun']);
  });

  test('with the code of another browser is worth nothing', async () => {
    const [mine, theirs] = [await begin(), await begin()];
    mine.back.searchParams.set('code', theirs.back.searchParams.get('code') ?? '');
    expect(said(await comeBack(mine.back, mine.cookies))).toEqual([401, 'provider-refused']);
    expect(events.told.refused).toEqual(['idp invalid_grant']);
  });

  test('must name the issuer that was asked', async () => {
    for (const iss of [other.issuer, undefined]) {
      const { back, cookies } = await begin();
      if (iss === undefined) back.searchParams.delete('iss');
      else back.searchParams.set('iss', iss);
      expect(said(await comeBack(back, cookies))).toEqual([401, 'provider-refused']);
    }
  });

  test('may be a refusal of the provider, which is told in its own words alone', async () => {
    server.next = { sub: 'x', error: 'access_denied' };
    expect(said(await signIn())).toEqual([401, 'provider-refused']);
    const { back, cookies } = await begin();
    back.searchParams.set('error', '<b>ada@example.org</b>');
    expect(said(await comeBack(back, cookies))).toEqual([401, 'provider-refused']);
    expect(events.told.refused).toEqual(['idp access_denied', 'idp unknown_error']);
  });
});

describe('an id token', () => {
  beforeEach(async () => {
    await anAccount('ada');
    await linked('ada', 'ada-at-idp');
  });

  const claimsOf = (token: string): Record<string, unknown> =>
    JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
  const resigned = async (token: string, claims: Record<string, unknown>, by = server) => {
    const header = { alg: 'RS256', kid: 'k1' };
    const key = await importJWK(by.key, 'RS256');
    return new SignJWT({ ...claimsOf(token), ...claims }).setProtectedHeader(header).sign(key);
  };
  const spoiled = (claims: Record<string, unknown>, by?: OpenidProvider) => {
    spoil = async (body) => ({ ...body, id_token: await resigned(body.id_token, claims, by) });
  };

  test('that is signed anew as it was is taken', async () => {
    spoiled({});
    expect((await signIn()).statusCode).toBe(303);
  });

  test.each<[string, Record<string, unknown>]>([
    ['with another nonce', { nonce: 'another' }],
    ['without a nonce', { nonce: undefined }],
    ['for another client', { aud: 'another' }],
    ['of another issuer', { iss: 'https://evil.test' }],
    ['that has ended', { exp: Math.floor(Date.now() / 1000) - 3600 }],
    ['of nobody', { sub: undefined }],
    ['of an empty name', { sub: '' }],
  ])('%s is refused', async (_, claims) => {
    spoiled(claims);
    expect(said(await signIn())).toEqual([401, 'provider-refused']);
  });

  test('of another signer is refused', async () => {
    spoiled({}, other);
    expect(said(await signIn())).toEqual([401, 'provider-refused']);
  });

  test('without a signature, or signed with the client’s secret, is refused', async () => {
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    spoil = async (body) => ({
      ...body,
      id_token: `${encode({ alg: 'none' })}.${encode(claimsOf(body.id_token))}.`,
    });
    expect(said(await signIn())).toEqual([401, 'provider-refused']);
    const secret = new TextEncoder().encode(openidClient.clientSecret);
    spoil = async (body) => ({
      ...body,
      id_token: await new SignJWT(claimsOf(body.id_token)).setProtectedHeader({ alg: 'HS256' }).sign(secret),
    });
    expect(said(await signIn())).toEqual([401, 'provider-refused']);
  });

  test('that does not come is missed', async () => {
    spoil = async ({ id_token: _, ...body }) => body as { id_token: string };
    expect(said(await signIn())).toEqual([401, 'provider-refused']);
  });
});

describe('the rule of a provider', () => {
  const match = { claim: 'district_id', to: 'sourcedId' } as const;

  test('links the only account of a roster person on its first sign-in, and remembers', async () => {
    await setUp(district, { profile: 'clever', tenant: 'c-1', match: { ...match, claim: 'sub' } });
    await anAccount('ada', { user: 'clever-7' });
    server.next = { sub: 'clever-7', claims: { district: 'c-1' } };
    expect((await signIn()).statusCode).toBe(303);
    expect(await sso.links.find(district, 'ada', 'idp')).toMatchObject({
      subject: 'clever-7',
      linkedBy: 'match',
    });
    await setUp(district, { profile: 'clever', tenant: 'c-1' });
    expect((await signIn()).statusCode).toBe(303);
  });

  test('takes nobody of another customer of the provider', async () => {
    const tenants = { clever: 'district', google: 'hd', classlink: 'classLink_tenant_id' } as const;
    for (const [profile, claim] of Object.entries(tenants)) {
      await setUp(district, { profile: profile as keyof typeof tenants, tenant: 't-1' });
      server.next = { sub: 'a', claims: { [claim]: 't-2' } };
      expect(said(await signIn())).toEqual([403, 'other-tenant']);
      server.next = { sub: 'a' };
      expect(said(await signIn())).toEqual([403, 'other-tenant']);
      server.next = { sub: 'a', claims: { [claim]: 't-1' } };
      expect(said(await signIn())).toEqual([403, 'no-account-linked']);
    }
  });

  test('links nobody where the person has two accounts, none, or one that is somebody else there', async () => {
    const settings = { match: { claim: 'employee_id', to: 'sourcedId' } } as const;
    await setUp(district, settings);
    await anAccount('one', { user: 'u-1' });
    await anAccount('two', { user: 'u-1' });
    await anAccount('three', { user: 'u-3' });
    await linked('three', 'another-at-idp');
    for (const employee_id of ['u-1', 'u-2', 'u-3', '']) {
      server.next = { sub: `sub-${employee_id}`, claims: { employee_id } };
      expect(said(await signIn())).toEqual([403, 'no-account-linked']);
    }
  });

  test('links nobody who is locked or not approved', async () => {
    await setUp(district, { match: { claim: 'employee_id', to: 'sourcedId' } });
    await anAccount('ada', { user: 'u-1', locked: true });
    server.next = { sub: 'x', claims: { employee_id: 'u-1' } };
    expect(said(await signIn())).toEqual([401, 'not-signed-in']);
    expect(await sso.links.find(district, 'ada', 'idp')).toBeUndefined();
  });
});

describe('a person who has signed in', () => {
  const link = () => `district=${district}&link=1`;

  test('links their own account, and signs in by it from then on', async () => {
    const cookies = await sessionOf(await anAccount('ada'));
    const reply = await signIn(link(), { cookies });
    expect([reply.statusCode, locationOf(reply)]).toEqual([303, '/']);
    expect(await sso.links.find(district, 'ada', 'idp')).toMatchObject({
      subject: 'ada-at-idp',
      linkedBy: 'ada',
    });
    expect(kept(await signIn())[0]).toMatch(/^__Host-rolebook-session=./);
  });

  test('is told where another account has it', async () => {
    await anAccount('eve');
    await linked('eve', 'ada-at-idp');
    const cookies = await sessionOf(await anAccount('ada'));
    expect(said(await signIn(link(), { cookies }))).toEqual([409, 'identity-taken']);
  });

  test('links nothing without a session, by an old one, by one elsewhere, or from a page of another site', async () => {
    expect(said(await start(link()))).toEqual([401, 'session-ended']);
    const cookies = await sessionOf(await anAccount('ada'));
    await setUp(`${district}-x`);
    expect(said(await start(`district=${district}-x&link=1`, { cookies }))).toEqual([401, 'session-ended']);
    const headers = { 'sec-fetch-site': 'cross-site' };
    expect(said(await start(link(), { cookies, headers }))).toEqual([403, 'cross-site']);
    clock = new Date(clock.getTime() + 16 * 60_000);
    expect(said(await start(link(), { cookies }))).toEqual([403, 'sign-in-again']);
  });

  test('links nothing where the session is another by then, or has ended', async () => {
    const account = await anAccount('ada');
    const cookies = await sessionOf(account);
    const begun = await begin(link(), { cookies });
    const [state = ''] = kept(begun.sent);
    const [session = ''] = await sessionOf(account);
    expect(said(await comeBack(begun.back, [state, session]))).toEqual([403, 'sign-in-not-begun']);
    expect(await sso.links.find(district, 'ada', 'idp')).toBeUndefined();
  });
});
