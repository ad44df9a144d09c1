import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { Provider } from 'oidc-provider';

export type OpenidProvider = {
  issuer: string;
  /** Of its signing key, so that a test can sign what it would not. */
  key: JWK;
  /** Who signs in next, and what else is known of them; an `error` in their place refuses. */
  next: { sub: string; claims?: Record<string, unknown>; error?: string };
  close(): Promise<void>;
};

export const openidClient = { clientId: 'rolebook', clientSecret: 'a-secret-of-some-length-for-the-client' };

/** Claims that it tells of people besides `sub`. */
const told = [
  'hd',
  'tid',
  'oid',
  'district',
  'classLink_tenant_id',
  'classLink_sourcedId',
  'employee_id',
  'email',
];

/** A provider of OpenID Connect on this machine. Whoever is next is signed in without being asked. */
export async function startOpenidProvider(redirectUris: readonly string[]): Promise<OpenidProvider> {
  const pair = await generateKeyPair('RS256', { extractable: true });
  const key = { ...(await exportJWK(pair.privateKey)), kid: 'k1', alg: 'RS256', use: 'sig' };
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on a port has an address of this kind.
  const { port } = server.address() as AddressInfo;
  const made: OpenidProvider = {
    issuer: `http://localhost:${port}`,
    key,
    next: { sub: 'somebody' },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  const provider = providerOf(made, redirectUris);
  const answer = provider.callback();
  server.on('request', (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return answer(request, response);
    const { sub, error } = made.next;
    const result = error === undefined ? { login: { accountId: sub } } : { error };
    provider.interactionFinished(request, response, result).catch(() => response.destroy());
  });
  return made;
}

function providerOf(made: OpenidProvider, redirectUris: readonly string[]): Provider {
  return new Provider(made.issuer, {
    clients: [
      {
        client_id: openidClient.clientId,
        client_secret: openidClient.clientSecret,
        redirect_uris: [...redirectUris],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    jwks: { keys: [made.key as Record<string, unknown>] },
    claims: { openid: ['sub', ...told] },
    scopes: ['openid', 'profile', 'email', 'oneroster'],
    pkce: { required: () => true },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false } },
    cookies: { keys: ['of this provider'] },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ ...made.next.claims, sub: id }) }),
    loadExistingGrant: async ({ oidc }) => {
      const { clientId } = oidc.client;
      const grant = new oidc.provider.Grant({ clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope('openid profile email oneroster');
      await grant.save();
      return grant;
    },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
  });
}

/** What a browser does at the provider, new to it: until it is sent elsewhere, which is returned. */
export async function passThrough(provider: OpenidProvider, location: string): Promise<URL> {
  const jar = new Map<string, string>();
  let at = new URL(location);
  for (let step = 0; step < 10 && at.origin === provider.issuer; step += 1) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(at, { redirect: 'manual', headers: { cookie } });
    await answer.body?.cancel();
    for (const set of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      jar.set(name, value);
    }
    const next = answer.headers.get('location');
    if (next === null) throw new Error(`The provider answers ${answer.status} at ${at.pathname}.`);
    at = new URL(next, at);
  }
  return at;
}
