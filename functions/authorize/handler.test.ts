import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { digestOfSecret, newSecret, writeHandle } from '../../shared/accounts/secret-handle.ts';
import type { Session } from '../../shared/accounts/session.ts';
import { StoreUnavailable } from '../../shared/errors.ts';
import type { Client } from '../../shared/messages/districts.ts';
import { makeHandler } from './handler.ts';

const start = Date.parse('2026-11-21T12:00:00Z');
const seconds = start / 1000;
const client: Client = {
  clientId: 'd-1.c',
  name: 'n',
  district: 'd-1',
  scopes: ['rolebook.district:d-1', 'access.evaluate'],
  createdAt: '2026-11-21T00:00:00Z',
};

let pair: { privateKey: CryptoKey; publicKey: CryptoKey };
let other: { privateKey: CryptoKey; publicKey: CryptoKey };
let publicJwk: JWK;
beforeAll(async () => {
  pair = await generateKeyPair('ES256', { extractable: true });
  other = await generateKeyPair('ES256', { extractable: true });
  publicJwk = await exportJWK(pair.publicKey);
});

function world() {
  const state = {
    at: start,
    client: client as Client | undefined,
    keys: { k1: { jwk: publicJwk } } as Record<string, { jwk: JWK; until?: number }>,
    keyReads: 0,
    session: undefined as Session | undefined,
    broken: false,
  };
  const handler = makeHandler({
    algorithm: 'ES256',
    verifyingKeys: async () => {
      state.keyReads += 1;
      return state.keys;
    },
    findClient: async () => {
      if (state.broken) throw new StoreUnavailable('down');
      return state.client;
    },
    findSession: async (district, account, id) =>
      district === 'd-1' && state.session?.account === account && state.session.id === id
        ? state.session
        : undefined,
    rate: { perSecond: 1, atOnce: 50 },
    now: () => new Date(state.at),
  });
  const context = async (authorization?: string) => {
    return ask({ headers: authorization === undefined ? {} : { authorization } });
  };
  const ask = async ({ method = 'GET', ...event }: Asking) => {
    const answer = await handler({ ...event, requestContext: { http: { method } } });
    expect(answer.isAuthorized).toBe(true);
    return answer.context;
  };
  return { state, context, ask };
}

type Asking = { method?: string; headers: Record<string, string>; cookies?: string[] };

type Spoiled = { claims?: Record<string, unknown>; header?: Record<string, unknown>; key?: CryptoKey };
async function token({ claims = {}, header = {}, key = pair.privateKey }: Spoiled = {}): Promise<string> {
  return new SignJWT({
    iss: 'rolebook',
    aud: 'rolebook',
    sub: 'd-1.c',
    scope: 'access.evaluate',
    exp: seconds + 3600,
    ...claims,
  })
    .setProtectedHeader({ alg: 'ES256', kid: 'k1', typ: 'at+jwt', ...header })
    .sign(key);
}

describe('a good token', () => {
  test('says who calls, by the client as it is now', async () => {
    const { context } = world();
    expect(await context(`Bearer ${await token()}`)).toEqual({
      clientId: 'd-1.c',
      scopes: 'access.evaluate',
      district: 'd-1',
    });
  });

  test('gives no scope that the client has lost since', async () => {
    const { context } = world();
    const claims = { scope: 'access.evaluate rolebook.operator' };
    expect(await context(`bearer ${await token({ claims })}`)).toMatchObject({ scopes: 'access.evaluate' });
  });

  test('ends with its client within a minute', async () => {
    const { state, context } = world();
    const header = `Bearer ${await token()}`;
    await context(header);
    state.client = undefined;
    state.at += 60_001;
    expect(await context(header)).toEqual({ error: 'client-revoked' });
  });

  test('of a client that asks too often hears when to come again, and other clients are not held up', async () => {
    const { state, context } = world();
    const header = `Bearer ${await token()}`;
    for (let asked = 0; asked < 50; asked += 1) await context(header);
    expect(await context(header)).toEqual({ error: 'too-many-requests', retryAfterSeconds: 1 });
    expect(await context(`Bearer ${await token({ claims: { sub: 'd-1.other' } })}`)).not.toHaveProperty(
      'error',
    );
    state.at += 1_000;
    expect(await context(header)).toMatchObject({ clientId: 'd-1.c' });
  });

  test('is not called wrong where the store is down', async () => {
    const { state, context } = world();
    state.broken = true;
    expect(await context(`Bearer ${await token()}`)).toEqual({ error: 'unavailable' });
  });

  test('signed by a key that came after the last look makes it look again, but not for every stranger', async () => {
    const { state, context } = world();
    await context(`Bearer ${await token()}`);
    const fresh = await token({ header: { kid: 'k2' }, key: other.privateKey });
    state.keys = { ...state.keys, k2: { jwk: await exportJWK(other.publicKey) } };
    state.at += 10_000;
    expect(await context(`Bearer ${fresh}`)).toMatchObject({ clientId: 'd-1.c' });
    for (let i = 0; i < 20; i += 1) await context(`Bearer ${await token({ header: { kid: `x${i}` } })}`);
    expect(state.keyReads).toBe(2);
  });
});

describe('a bad token', () => {
  test('that is not there is missing', async () => {
    const { context } = world();
    expect([await context(), await context(' ')]).toEqual([
      { error: 'token-missing' },
      { error: 'token-missing' },
    ]);
  });

  test('that has ended says so', async () => {
    const claims = { exp: seconds - 1 };
    expect(await world().context(`Bearer ${await token({ claims })}`)).toEqual({ error: 'token-expired' });
  });

  test.each<[string, Spoiled]>([
    ['for somebody else', { claims: { aud: 'elsewhere' } }],
    ['from somebody else', { claims: { iss: 'elsewhere' } }],
    ['without an end', { claims: { exp: undefined } }],
    ['without a scope', { claims: { scope: undefined } }],
    ['that is not valid yet', { claims: { nbf: seconds + 60 } }],
    ['of another type', { header: { typ: 'JWT' } }],
    ['of an unknown key', { header: { kid: 'k9' } }],
    ['of a key called like a method', { header: { kid: 'constructor' } }],
    ['without a key id', { header: { kid: undefined } }],
  ])('%s is invalid', async (_, spoiled) => {
    expect(await world().context(`Bearer ${await token(spoiled)}`)).toEqual({ error: 'token-invalid' });
  });

  test('signed by a stranger under our key’s name is invalid', async () => {
    const forged = await token({ key: other.privateKey });
    expect(await world().context(`Bearer ${forged}`)).toEqual({ error: 'token-invalid' });
  });

  test('without a signature, or signed with the public key as a secret, is invalid', async () => {
    const [, claims] = (await token()).split('.');
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const none = `${encode({ alg: 'none', kid: 'k1', typ: 'at+jwt' })}.${claims}.`;
    const hmac = await new SignJWT({
      iss: 'rolebook',
      aud: 'rolebook',
      sub: 'd-1.c',
      scope: 'x',
      exp: seconds + 60,
    })
      .setProtectedHeader({ alg: 'HS256', kid: 'k1', typ: 'at+jwt' })
      .sign(new TextEncoder().encode(JSON.stringify(publicJwk)));
    const { context } = world();
    for (const bad of [none, `${none}AA`, hmac]) {
      expect(await context(`Bearer ${bad}`)).toEqual({ error: 'token-invalid' });
    }
  });

  test('has one spelling only', async () => {
    const good = await token();
    const { context } = world();
    for (const bad of [`${good}=`, `${good}.`, good.replace('.', '..'), `${good} x`, `x${good}`]) {
      expect(await context(`Bearer ${bad}`)).toEqual({ error: 'token-invalid' });
    }
    expect(await context(`Basic ${good}`)).toEqual({ error: 'token-invalid' });
  });
});

describe('a key that signs no more', () => {
  const until = start + 3_660_000;

  test('verifies what it has signed until the last of it ends, and then nothing', async () => {
    const { state, context } = world();
    state.keys = { k1: { jwk: publicJwk, until } };
    state.at = until - 60_001;
    const good = await token({ claims: { exp: until / 1000 + 3600 } });
    expect(await context(`Bearer ${good}`)).toMatchObject({ clientId: 'd-1.c' });
    state.at = until;
    expect(await context(`Bearer ${good}`)).toEqual({ error: 'token-invalid' });
  });

  test('is given up within a minute where it was ended', async () => {
    const { state, context } = world();
    const header = `Bearer ${await token()}`;
    await context(header);
    state.keys = {};
    state.at += 60_000;
    expect(await context(header)).toEqual({ error: 'token-invalid' });
  });
});

describe('a forger', () => {
  const encode = (value: unknown) =>
    Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
  const claims = {
    iss: 'rolebook',
    aud: 'rolebook',
    sub: 'd-1.c',
    scope: 'access.evaluate',
    exp: seconds + 60,
  };
  const header = { alg: 'ES256', kid: 'k1', typ: 'at+jwt' };

  /** A signature of ours or of a stranger’s key over any two texts, as no library would write them. */
  async function signed(head: unknown, body: unknown, key = pair.privateKey): Promise<string> {
    const text = `${encode(head)}.${encode(body)}`;
    const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
    const signature = await crypto.subtle.sign(algorithm, key, Buffer.from(text));
    return `${text}.${Buffer.from(signature).toString('base64url')}`;
  }
  const heard = async (forged: string) => world().context(`Bearer ${forged}`);
  const refused = { error: 'token-invalid' };

  test('needs the key, and with it could sign: the texts below are wrong for one reason each', async () => {
    expect(await heard(await signed(header, claims))).toMatchObject({ clientId: 'd-1.c' });
  });

  test.each([
    'none',
    'None',
    'NONE',
    'nOnE',
    '',
    'ES384',
    'ES512',
    'RS256',
    'PS256',
    'EdDSA',
    'HS256',
    'es256',
    ' ES256',
  ])('gets nothing for the algorithm “%s”', async (alg) => {
    expect(await heard(await signed({ ...header, alg }, claims))).toEqual(refused);
    expect(await heard(`${encode({ ...header, alg })}.${encode(claims)}.AA`)).toEqual(refused);
    expect(await heard(`${encode({ ...header, alg })}.${encode(claims)}.`)).toEqual(refused);
  });

  test('gets nothing for the public key as a secret, however it is written', async () => {
    const spki = Buffer.from(await crypto.subtle.exportKey('spki', pair.publicKey));
    const pem = `-----BEGIN PUBLIC KEY-----\n${spki.toString('base64')}\n-----END PUBLIC KEY-----\n`;
    for (const secret of [
      spki,
      Buffer.from(pem),
      Buffer.from(pem.trim()),
      Buffer.from(String(publicJwk.x)),
    ]) {
      const forged = await new SignJWT(claims).setProtectedHeader({ ...header, alg: 'HS256' }).sign(secret);
      expect(await heard(forged)).toEqual(refused);
    }
  });

  test.each<[string, unknown]>([
    ['a path', '../../dev/null'],
    ['a query', "k1' OR '1'='1"],
    ['another case', 'K1'],
    ['spaces', ' k1'],
    ['a name of objects', '__proto__'],
    ['another', 'toString'],
    ['a list', ['k1']],
    ['an object', { kid: 'k1' }],
    ['a number', 1],
    ['nothing', null],
    ['an empty text', ''],
  ])('finds no key by %s', async (_, kid) => {
    expect(await heard(await signed({ ...header, kid }, claims))).toEqual(refused);
    expect(await heard(await signed({ ...header, kid }, claims, other.privateKey))).toEqual(refused);
  });

  test('brings no key along', async () => {
    const jwk = await exportJWK(other.publicKey);
    for (const more of [
      { jwk },
      { jku: 'https://evil.test/jwks.json' },
      { x5u: 'https://evil.test/cert.pem' },
      { x5c: ['MIIB'] },
      { jwk, kid: undefined },
    ]) {
      expect(await heard(await signed({ ...header, ...more }, claims, other.privateKey))).toEqual(refused);
    }
  });

  test.each<[string, object]>([
    ['asks for an extension', { crit: ['exp'], exp: 1 }],
    ['asks for none by an empty list', { crit: [] }],
    ['says that the payload is not encoded', { b64: false, crit: ['b64'] }],
    ['says that it holds another token', { cty: 'JWT', typ: 'JWT' }],
    ['is of a nested type', { typ: 'at+jwt+jwt' }],
  ])('is refused where the header %s', async (_, more) => {
    expect(await heard(await signed({ ...header, ...more }, claims))).toEqual(refused);
  });

  test('is refused for a token within a token', async () => {
    expect(await heard(await signed({ ...header, cty: 'JWT' }, await signed(header, claims)))).toEqual(
      refused,
    );
  });

  test('cannot say a thing twice to be believed once', async () => {
    const twice = `{"iss":"rolebook","aud":"rolebook","sub":"d-1.c","scope":"access.evaluate","exp":${seconds + 60},"exp":1}`;
    expect(await heard(await signed(header, twice))).toEqual({ error: 'token-expired' });
    const subjects = `{"iss":"rolebook","aud":"rolebook","sub":"operator","sub":"d-1.c","scope":"rolebook.operator","exp":${seconds + 60}}`;
    expect(await heard(await signed(header, subjects))).toMatchObject({ clientId: 'd-1.c', scopes: '' });
  });

  test.each<[string, object]>([
    ['no subject of text', { sub: ['d-1.c'] }],
    ['scopes in a list', { scope: ['access.evaluate'] }],
    ['an end in text', { exp: String(seconds + 60) }],
    ['an end beyond numbers', { exp: null }],
    ['somebody else beside us as issuer', { iss: ['rolebook'] }],
    ['an audience of another spelling', { aud: 'Rolebook' }],
  ])('is refused for %s', async (_, more) => {
    expect(await heard(await signed(header, { ...claims, ...more }))).toEqual(refused);
  });

  test('gets no further with a key on another curve, a signature in another form, or one of nothing', async () => {
    const p384 = await generateKeyPair('ES384', { extractable: true });
    expect(
      await heard(
        await new SignJWT(claims).setProtectedHeader({ ...header, alg: 'ES384' }).sign(p384.privateKey),
      ),
    ).toEqual(refused);
    const good = await signed(header, claims);
    const [head, body, signature = ''] = good.split('.');
    const raw = Buffer.from(signature, 'base64url');
    const spellings = [
      Buffer.alloc(64), // r = s = 0: CVE-2022-21449
      Buffer.concat([raw, Buffer.alloc(1)]),
      raw.subarray(0, 63),
      Buffer.concat([
        Buffer.from([0x30, 0x44, 0x02, 0x20]),
        raw.subarray(0, 32),
        Buffer.from([0x02, 0x20]),
        raw.subarray(32),
      ]),
    ];
    for (const spelling of spellings) {
      expect(await heard(`${head}.${body}.${spelling.toString('base64url')}`)).toEqual(refused);
    }
  });

  test('cannot spell a good token in another way', async () => {
    const good = await signed(header, claims);
    const [head = '', body = '', signature = ''] = good.split('.');
    const upper = `${head}.${body}.${signature.toUpperCase()}`;
    const standard = Buffer.from(signature, 'base64url').toString('base64');
    for (const bad of [
      `${head}=.${body}.${signature}`,
      `${head}.${body}==.${signature}`,
      `${head}.${body}.${standard}`,
      `${head}.${body}.${signature}\u0000`,
      `${head}.${body}\n.${signature}`,
      `${head}%2E${body}%2E${signature}`,
      `.${head}.${body}.${signature}`,
      `${head}.${body}.${signature}.${signature}.`,
      upper,
    ]) {
      expect(await heard(bad)).toEqual(refused);
    }
  });

  test('is not listened to at length', async () => {
    const long = 'A'.repeat(1_000_000);
    expect(await heard(`${long}.${long}.${long}`)).toEqual(refused);
    expect(await heard(await signed({ ...header, more: 'x'.repeat(10_000) }, claims))).toEqual(refused);
  });
});

describe('a session’s cookie', () => {
  const secret = newSecret();
  const session: Session = {
    id: digestOfSecret(secret),
    account: 'a-1',
    createdAt: '2026-11-21T12:00:00.000Z',
    seenAt: '2026-11-21T12:00:00.000Z',
    by: 'password',
  };
  const handle = writeHandle({ district: 'd-1', id: 'a-1', secret });
  const cookies = [`theme=dark`, `__Host-rolebook-session=${handle}`];
  const signedIn = { clientId: `session:${session.id}`, user: 'a-1', district: 'd-1', session: session.id };

  function browser() {
    const { state, ask } = world();
    state.session = session;
    return { state, ask };
  }

  test('stands for its account in its district alone', async () => {
    const context = await browser().ask({ headers: {}, cookies });
    expect(context).toEqual({ ...signedIn, scopes: 'rolebook.district:d-1' });
  });

  test('of a session that may do nothing but add a second factor reaches no district, and says so', async () => {
    const { state, ask } = browser();
    state.session = { ...session, limitedTo: 'enrolment' };
    expect(await ask({ headers: {}, cookies })).toEqual({ ...signedIn, scopes: '', limitedTo: 'enrolment' });
  });

  test.each([
    [
      'of a session that has ended',
      [`__Host-rolebook-session=${writeHandle({ district: 'd-1', id: 'a-1', secret: newSecret() })}`],
    ],
    [
      'of another account',
      [`__Host-rolebook-session=${writeHandle({ district: 'd-1', id: 'a-2', secret })}`],
    ],
    [
      'of another district',
      [`__Host-rolebook-session=${writeHandle({ district: 'd-2', id: 'a-1', secret })}`],
    ],
    ['that nobody here wrote', ['__Host-rolebook-session=1']],
    ['sent twice', [...cookies, ...cookies]],
  ])('%s opens nothing', async (_, given) => {
    expect(await browser().ask({ headers: {}, cookies: given })).toEqual({ error: 'session-ended' });
  });

  test('counts for nothing beside a bearer token, good or bad', async () => {
    const { ask } = browser();
    expect(await ask({ headers: { authorization: 'Bearer x' }, cookies })).toEqual({
      error: 'token-invalid',
    });
    const good = await ask({ headers: { authorization: `Bearer ${await token()}` }, cookies });
    expect(good).not.toHaveProperty('session');
  });

  test.each([
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site', origin: 'https://api.test' }],
    [{ origin: 'https://evil.test' }],
    [{ origin: 'null' }],
    [{ origin: 'https://api.test.evil.test' }],
  ])('changes nothing for a page of another site: %j', async (headers) => {
    const { ask } = browser();
    const of = { headers: { host: 'api.test', ...headers }, cookies };
    expect(await ask({ ...of, method: 'POST' })).toEqual({ error: 'cross-site' });
    expect(await ask({ ...of, method: 'DELETE' })).toEqual({ error: 'cross-site' });
  });

  test.each([
    [{ 'sec-fetch-site': 'same-origin' }],
    [{ 'sec-fetch-site': 'none' }],
    [{ origin: 'https://api.test' }],
    [{}],
  ])('changes what it may for our own page, or for no browser: %j', async (headers) => {
    const of = { headers: { host: 'api.test', ...headers }, cookies, method: 'POST' };
    expect(await browser().ask(of)).toMatchObject(signedIn);
  });
});
