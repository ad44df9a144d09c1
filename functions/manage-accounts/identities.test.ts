import { DeleteCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { identityLinkKey, splitKey } from '../../shared/store/keys.ts';
import { Tenants } from '../../shared/store/tenants.ts';
import { startDynamo, type TestDynamo, testTables } from '../../test/builders/dynamo.ts';
import {
  bodyOf,
  context,
  districtClient,
  httpEvent,
  recordingEvents,
} from '../../test/builders/http-event.ts';
import { manageAccountsDeps } from '../../test/builders/manage-accounts.ts';
import { singleSignOn } from '../../test/builders/single-sign-on.ts';
import { makeHandler } from './handler.ts';

let engine: TestDynamo;
let handler: ReturnType<typeof makeHandler>;
let events: ReturnType<typeof recordingEvents>;
let sso: ReturnType<typeof singleSignOn>;
let district: string;
let count = 0;

beforeAll(async () => {
  engine = await startDynamo();
});
afterAll(() => engine.stop());

beforeEach(async () => {
  count += 1;
  district = `d-${count}`;
  events = recordingEvents();
  sso = singleSignOn(engine.dynamo);
  handler = makeHandler({ ...manageAccountsDeps(engine.dynamo), ...sso, loopbackVendors: false, events });
  const at = { name: 'x', timeZone: 'UTC', schoolYear: 2027, createdAt: '2026-11-21T12:00:00Z' };
  await new Tenants(engine.dynamo, testTables).createDistrict({ id: district, ...at });
});

type Name = Parameters<typeof httpEvent>[0];
type More = NonNullable<Parameters<typeof httpEvent>[1]>;

async function ask(name: Name, more: More = {}) {
  const isOfOne = !['createAccount', 'removeAccount', 'listIdentityProviders'].includes(name);
  const params = { district, ...(isOfOne ? { provider: 'google' } : {}), ...more.params };
  const answer = await handler(httpEvent(name, { as: districtClient(district), ...more, params }), context);
  const body = answer.body === '' ? {} : bodyOf(answer);
  return { status: answer.statusCode, body, etag: String(answer.headers?.etag) };
}

const google = { profile: 'google', clientId: 'c-1', clientSecret: 'a secret' };

async function anAccount(name: string): Promise<string> {
  const body = { username: name, email: `${name}@example.org` };
  const made = await ask('createAccount', { body });
  expect(made.status).toBe(201);
  return String(made.body.id);
}

describe('an identity provider', () => {
  test('shows all but its secret, and where people come back to', async () => {
    const put = await ask('putIdentityProvider', { body: google });
    expect([put.status, put.body]).toMatchObject([
      200,
      { issuer: 'https://accounts.google.com', clientId: 'c-1' },
    ]);
    expect(put.body.redirectUri).toBe('https://api.test/v1/sessions/oidc/google/callback');
    const [got, list] = [await ask('getIdentityProvider'), await ask('listIdentityProviders')];
    expect(list.body).toEqual({ items: [got.body] });
    expect(JSON.stringify([put.body, list.body, events.told])).not.toContain(google.clientSecret);
  });

  test('keeps its secret while issuer and client stay, and asks for it anew else', async () => {
    const body = { profile: 'oidc', issuer: 'https://id.example.org', clientId: 'c-1', clientSecret: 'one' };
    await ask('putIdentityProvider', { body });
    const { clientSecret: _, ...without } = body;
    expect((await ask('putIdentityProvider', { body: without })).status).toBe(200);
    for (const change of [{ issuer: 'https://evil.example.org' }, { clientId: 'c-2' }]) {
      const put = await ask('putIdentityProvider', { body: { ...without, ...change } });
      expect([put.status, put.body.errors]).toMatchObject([400, [{ pointer: '/clientSecret' }]]);
    }
  });

  test.each([
    'http://id.example.org',
    'https://10.0.0.1',
    'https://id.internal',
    'https://localhost',
    'https://a:b@id.example.org',
  ])('is not at %s', async (issuer) => {
    const put = await ask('putIdentityProvider', { body: { ...google, profile: 'oidc', issuer } });
    expect([put.status, put.body.errors]).toMatchObject([400, [{ pointer: '/issuer' }]]);
  });

  test('changes only from what was seen, and is gone with its secret', async () => {
    const { etag } = await ask('putIdentityProvider', { body: google });
    await ask('putIdentityProvider', { body: google, headers: { 'if-match': etag } });
    const stale = { headers: { 'if-match': etag } };
    expect((await ask('putIdentityProvider', { body: google, ...stale })).status).toBe(412);
    expect((await ask('removeIdentityProvider', stale)).status).toBe(412);
    expect((await ask('removeIdentityProvider')).status).toBe(204);
    expect((await ask('getIdentityProvider')).status).toBe(404);
    expect(await sso.secrets.get(district, 'google', 'v2')).toBeUndefined();
  });

  test('is for those who may hand out roles', async () => {
    for (const as of [districtClient('elsewhere'), districtClient(district, { user: 'somebody' })]) {
      expect((await ask('putIdentityProvider', { body: google, as })).status).toBe(403);
      const link = { params: { account: 'a' }, body: { subject: 's' }, as };
      expect((await ask('putAccountIdentity', link)).status).toBe(403);
    }
  });
});

describe('a link', () => {
  beforeEach(async () => {
    await ask('putIdentityProvider', { body: google });
  });
  const put = (account: string, subject: string) =>
    ask('putAccountIdentity', { params: { account }, body: { subject } });

  test('is one account’s, until it is taken away', async () => {
    const [ada, eve] = [await anAccount('ada'), await anAccount('eve')];
    expect((await put(ada, 's-1')).body).toMatchObject({ provider: 'google', subject: 's-1' });
    expect((await put(ada, 's-1')).status).toBe(200);
    expect((await put(eve, 's-1')).body.code).toBe('identity-taken');
    expect((await ask('removeAccountIdentity', { params: { account: ada } })).status).toBe(204);
    expect((await ask('getAccountIdentity', { params: { account: ada } })).body.code).toBe('no-such-link');
    expect((await put(eve, 's-1')).status).toBe(200);
  });

  test('goes with its account, and nothing of its subject stays', async () => {
    const [ada, eve] = [await anAccount('ada'), await anAccount('eve')];
    await put(ada, 's-1');
    expect((await ask('removeAccount', { params: { account: ada } })).status).toBe(204);
    expect(await ofSubjects()).toEqual([]);
    expect((await put(eve, 's-1')).status).toBe(200);
    expect(await ofSubjects()).toMatchObject([{ account: eve }]);
  });

  test('is replaced by another, and the subject of before is free again', async () => {
    const [ada, eve] = [await anAccount('ada'), await anAccount('eve')];
    await put(ada, 's-1');
    await put(ada, 's-2');
    expect((await ask('getAccountIdentity', { params: { account: ada } })).body.subject).toBe('s-2');
    expect((await put(eve, 's-1')).status).toBe(200);
  });

  test('is won by exactly one of many at once', async () => {
    const accounts = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map(anAccount));
    const answers = await Promise.all(accounts.map((account) => put(account, 's-1')));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409]);
    const at = answers.findIndex(({ status }) => status === 200);
    const found = await sso.links.ofSubject(district, {
      issuer: 'https://accounts.google.com',
      subject: 's-1',
    });
    expect(found?.account).toBe(accounts[at]);
  });

  test('of an account that is gone with its own item holds the subject no longer', async () => {
    const [ada, eve] = [await anAccount('ada'), await anAccount('eve')];
    await put(ada, 's-1');
    await forget(ada);
    expect((await put(eve, 's-1')).status).toBe(200);
  });

  test('is for accounts and providers that there are', async () => {
    expect((await put('nobody', 's-1')).body.code).toBe('unknown-account');
    const [account] = [await anAccount('ada')];
    const other = { params: { account, provider: 'none' }, body: { subject: 's' } };
    expect((await ask('putAccountIdentity', other)).body.code).toBe('unknown-provider');
  });
});

/** The items that say whose a subject is. */
async function ofSubjects(): Promise<Record<string, unknown>[]> {
  const { Items = [] } = await engine.dynamo.send(new ScanCommand({ TableName: testTables.logins }));
  return Items.filter(({ pk, sk }) => sk === 'subject' && splitKey(String(pk))[0] === district);
}

/** As when everything of the account's logins is forgotten. */
async function forget(account: string): Promise<void> {
  const Key = identityLinkKey(district, account, 'google');
  await engine.dynamo.send(new DeleteCommand({ TableName: testTables.logins, Key }));
}
