import { decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair } from 'jose';
import { expect, test } from 'vitest';
import type { Client } from '../../shared/messages/districts.ts';
import {
  bodyOf,
  context,
  districtClient,
  httpEvent,
  recordingEvents,
} from '../../test/builders/http-event.ts';
import { type Deps, makeHandler } from './handler.ts';

const client: Client = {
  clientId: 'd-1.c',
  name: 'n',
  district: 'd-1',
  scopes: ['rolebook.district:d-1', 'access.evaluate'],
  createdAt: '2026-11-21T00:00:00Z',
};
const pair = await generateKeyPair('ES256', { extractable: true });
const jwk = await exportJWK(pair.privateKey);

const deps: Deps = {
  algorithm: 'ES256',
  signingKey: async () => ({ kid: 'k1', jwk }),
  rotateKey: async () => ({ kid: 'k2' }),
  publicKeys: async () => ({ k1: { jwk, since: Date.parse('2026-11-21T11:59:00Z') } }),
  authenticateClient: async (id, secret) =>
    id === client.clientId && secret === 'a:b +%é' ? client : undefined,
  limits: { take: async ({ address }) => (address === '192.0.2.9' ? 40 : undefined) },
  events: recordingEvents(),
  now: () => new Date('2026-11-21T12:00:00Z'),
};
const handler = makeHandler(deps);

const basic = (id: string, secret: string) =>
  `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`;
const right = basic('d-1.c', 'a:b +%é');

function ask(
  text: string,
  authorization: string | undefined = right,
  type = 'application/x-www-form-urlencoded',
) {
  const headers = { 'content-type': type, ...(authorization === '' ? {} : { authorization }) };
  return handler(httpEvent('issueToken', { text, headers }), context);
}

test('a client gets a token for an hour with all its scopes', async () => {
  const answer = await ask('grant_type=client_credentials');
  expect(answer.statusCode).toBe(200);
  expect(answer.headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-store' });
  const { access_token, ...rest } = bodyOf(answer);
  expect(rest).toEqual({
    token_type: 'Bearer',
    expires_in: 3600,
    scope: 'rolebook.district:d-1 access.evaluate',
  });
  expect(decodeProtectedHeader(String(access_token))).toEqual({ alg: 'ES256', kid: 'k1', typ: 'at+jwt' });
  expect(decodeJwt(String(access_token))).toMatchObject({ iss: 'rolebook', aud: 'rolebook', sub: 'd-1.c' });
});

test('a client may ask for less', async () => {
  expect(bodyOf(await ask('grant_type=client_credentials&scope=access.evaluate')).scope).toBe(
    'access.evaluate',
  );
});

test.each([
  ['a wrong secret', 'grant_type=client_credentials', basic('d-1.c', 'x'), 401, 'invalid_client'],
  ['an unknown client', 'grant_type=client_credentials', basic('x', 'a:b +%é'), 401, 'invalid_client'],
  ['no credentials', 'grant_type=client_credentials', '', 401, 'invalid_client'],
  ['credentials of another kind', 'grant_type=client_credentials', 'Bearer x', 401, 'invalid_client'],
  ['a broken escape', 'grant_type=client_credentials', `Basic ${btoa('%E0%A4%A:x')}`, 401, 'invalid_client'],
  ['no grant type', '', right, 400, 'invalid_request'],
  ['another grant type', 'grant_type=password', right, 400, 'unsupported_grant_type'],
  ['a foreign scope', 'grant_type=client_credentials&scope=rolebook.operator', right, 400, 'invalid_scope'],
  ['a parameter twice', 'grant_type=client_credentials&grant_type=x', right, 400, 'invalid_request'],
])('%s is refused in the words of RFC 6749', async (_, form, authorization, status, error) => {
  const answer = await ask(form, authorization);
  expect(answer.statusCode).toBe(status);
  expect(answer.headers?.['content-type']).toBe('application/json');
  expect(bodyOf(answer).error).toBe(error);
  if (status === 401) expect(answer.headers?.['www-authenticate']).toMatch(/^Basic /);
});

test('an address that asks too often hears when to come again, in the words of RFC 6749', async () => {
  const event = httpEvent('issueToken', { text: 'grant_type=client_credentials' });
  event.requestContext.http.sourceIp = '192.0.2.9';
  const answer = await handler(event, context);
  expect([answer.statusCode, answer.headers?.['retry-after'], bodyOf(answer).error]).toEqual([
    ...[429, '40', 'temporarily_unavailable'],
  ]);
});

test('JSON is not a form', async () => {
  expect(bodyOf(await ask('{}', right, 'application/json')).error).toBe('invalid_request');
});

test('the operator alone changes the signing key', async () => {
  const answer = await handler(httpEvent('rotateSigningKey', { body: {} }), context);
  expect([answer.statusCode, bodyOf(answer)]).toEqual([201, { kid: 'k2' }]);
  const refused = await handler(
    httpEvent('rotateSigningKey', { body: {}, as: districtClient('d-1') }),
    context,
  );
  expect(refused.statusCode).toBe(403);
});

test('what verifies tokens is public, and nothing else of a key', async () => {
  const { keys } = bodyOf(await handler(httpEvent('getJwks'), context));
  const { x, y } = jwk;
  expect(keys).toEqual([{ kty: 'EC', crv: 'P-256', x, y, kid: 'k1', alg: 'ES256', use: 'sig' }]);
});

test('the operator is told how old keys are, the one that signs first, and nothing else of them', async () => {
  const former = {
    jwk,
    since: Date.parse('2026-08-01T00:00:00Z'),
    until: Date.parse('2026-11-21T12:59:00Z'),
  };
  const publicKeys: Deps['publicKeys'] = async (at) => ({ k0: former, ...(await deps.publicKeys(at)) });
  const ask = (more: { as?: ReturnType<typeof districtClient> } = {}) =>
    makeHandler({ ...deps, publicKeys })(httpEvent('listSigningKeys', more), context);
  expect(bodyOf(await ask()).keys).toEqual([
    { kid: 'k1', since: '2026-11-21T11:59:00.000Z' },
    { kid: 'k0', since: '2026-08-01T00:00:00.000Z', until: '2026-11-21T12:59:00.000Z' },
  ]);
  expect((await ask({ as: districtClient('d-1') })).statusCode).toBe(403);
});
