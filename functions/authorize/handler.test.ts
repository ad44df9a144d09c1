import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
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
    keys: { k1: publicJwk } as Record<string, JWK>,
    keyReads: 0,
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
    now: () => new Date(state.at),
  });
  const context = async (authorization?: string) => {
    const answer = await handler({ headers: authorization === undefined ? {} : { authorization } });
    expect(answer.isAuthorized).toBe(true);
    return answer.context;
  };
  return { state, context };
}

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

  test('is not called wrong where the store is down', async () => {
    const { state, context } = world();
    state.broken = true;
    expect(await context(`Bearer ${await token()}`)).toEqual({ error: 'unavailable' });
  });

  test('signed by a key that came after the last look makes it look again, but not for every stranger', async () => {
    const { state, context } = world();
    await context(`Bearer ${await token()}`);
    const fresh = await token({ header: { kid: 'k2' }, key: other.privateKey });
    state.keys = { ...state.keys, k2: await exportJWK(other.publicKey) };
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
