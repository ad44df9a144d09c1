import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Account } from '../../shared/accounts/account.ts';
import { password, startSigningIn } from '../../test/builders/signing-in.ts';
import { SoftAuthenticator } from '../../test/builders/soft-authenticator.ts';

let world: Awaited<ReturnType<typeof startSigningIn>>;
let browser: ReturnType<typeof world.browser>;
let device: SoftAuthenticator;
let district: string;
let ada: Account;
let count = 0;

/** Where requests of the tests go. */
const origin = 'https://api.test';

beforeAll(async () => {
  world = await startSigningIn();
});
afterAll(() => world.stop());
beforeEach(async () => {
  count += 1;
  district = `d-${count}`;
  await world.district(district);
  ada = await world.account(district);
  browser = world.browser();
  device = new SoftAuthenticator();
});

type Told = Parameters<SoftAuthenticator['get']>[1];

const byPassword = () =>
  browser.ask('createSession', { body: { district, username: ada.username, password } });

async function addPasskey(told: Partial<Told> = {}, by = device) {
  const options = (await browser.ask('beginPasskey')).body;
  const credential = by.create(options, { origin, ...told });
  return browser.ask('addPasskey', { body: { name: 'Laptop', credential } });
}

async function withPasskey() {
  await byPassword();
  const added = await addPasskey();
  expect(added.status).toBe(201);
  browser.jar.clear();
  return { id: String(added.body.id), recoveryCodes: added.body.recoveryCodes as string[] };
}

async function signature(told: Partial<Told> = {}) {
  const options = (await browser.ask('beginPasskeySession')).body;
  return device.get(options, { origin, ...told });
}

const signIn = (credential: object) => browser.ask('createPasskeySession', { body: { credential } });
const short = 'lamp hums';
const refused = { status: 401, body: { code: 'not-signed-in' }, cookies: [] };

describe('a passkey', () => {
  test('signs in without name or password, as both factors, in one’s own district', async () => {
    const { id } = await withPasskey();
    const session = await signIn(await signature());
    expect(session).toMatchObject({
      status: 201,
      body: { district, account: ada.id, secondFactor: 'passkey' },
    });
    expect((await browser.ask('getSession')).body).toEqual(session.body);
    const { items } = (await browser.ask('listPasskeys')).body;
    const usedAt = new Date(world.clock.at).toISOString();
    expect(items).toEqual([{ id, name: 'Laptop', createdAt: usedAt, lastUsedAt: usedAt }]);
  });

  test('is given up as the last factor only with a password that is long enough without it', async () => {
    await byPassword();
    const added = [await addPasskey(), await addPasskey({}, new SoftAuthenticator())];
    const [first, second] = added.map(({ body }) => ({ params: { passkey: String(body.id) } }));
    await browser.ask('changePassword', { body: { current: password, password: short } });
    expect((await browser.ask('removePasskey', first)).status).toBe(204);
    expect(await browser.ask('removePasskey', first)).toMatchObject({ status: 404 });
    const refusal = { status: 409, body: { code: 'password-too-short' } };
    expect(await browser.ask('removePasskey', second)).toMatchObject(refusal);
    await browser.ask('changePassword', { body: { current: short, password } });
    expect((await browser.ask('removePasskey', second)).status).toBe(204);
  });

  test('that is added or given up ends all other sessions', async () => {
    const elsewhere = world.browser();
    const there = async () => (await elsewhere.ask('getSession')).status;
    await elsewhere.ask('createSession', { body: { district, username: ada.username, password } });
    await byPassword();
    const { id, recoveryCodes = [] } = (await addPasskey()).body as { id: string; recoveryCodes: string[] };
    expect([await there(), (await browser.ask('getSession')).status]).toEqual([401, 200]);
    const body = { district, username: ada.username, password, otp: recoveryCodes[0] };
    await elsewhere.ask('createSession', { body });
    expect(await there()).toBe(200);
    expect((await browser.ask('removePasskey', { params: { passkey: id } })).status).toBe(204);
    expect([await there(), (await browser.ask('getSession')).status]).toEqual([401, 200]);
  });

  test('is asked for with the password too, and recovery codes stand in for it', async () => {
    const { recoveryCodes } = await withPasskey();
    expect(await byPassword()).toMatchObject({
      status: 401,
      body: { code: 'second-factor-required', kinds: ['passkey', 'recovery-code'] },
    });
    const body = { district, username: ada.username, password, otp: recoveryCodes[0] };
    expect((await browser.ask('createSession', { body })).status).toBe(201);
    expect((await addPasskey()).body).not.toHaveProperty('recoveryCodes');
  });

  test('makes a session whole that could do nothing but add it', async () => {
    await world.machine(district, 'putSignInSettings', { body: { secondFactor: 'everybody' } });
    expect((await byPassword()).body).toMatchObject({ secondFactor: 'required' });
    await addPasskey();
    expect((await browser.ask('getSession')).body).toMatchObject({ secondFactor: 'passkey' });
  });

  test('opens nothing once it was taken away, and then the password is enough', async () => {
    const { id } = await withPasskey();
    await signIn(await signature());
    const remove = () => browser.ask('removePasskey', { params: { passkey: id } });
    expect([(await remove()).status, (await remove()).status]).toEqual([204, 404]);
    expect(await signIn(await signature())).toMatchObject(refused);
    expect((await byPassword()).status).toBe(201);
  });

  test('opens nothing while the account is locked, and says where it is not approved', async () => {
    await withPasskey();
    await world.change(district, ada.id, { approved: false });
    expect(await signIn(await signature())).toMatchObject({ status: 403, body: { code: 'not-approved' } });
    await world.change(district, ada.id, { locked: true });
    expect(await signIn(await signature())).toMatchObject(refused);
  });

  test('opens the account that it was made for, whoever’s it says to be', async () => {
    await withPasskey();
    const handle = device.credentials[0]?.userHandle ?? '';
    ada = await world.account(district);
    await withPasskey();
    const mine = await signature();
    const stolen = { ...mine, response: { ...mine.response, userHandle: handle } };
    expect(await signIn(stolen)).toMatchObject(refused);
  });

  test('that does not count its signatures is good again and again', async () => {
    device = new SoftAuthenticator({ counts: false });
    await withPasskey();
    for (const _ of [1, 2]) expect((await signIn(await signature())).status).toBe(201);
  });

  test('is not added twice, and an account has twenty at most', async () => {
    await byPassword();
    await addPasskey();
    const options = (await browser.ask('beginPasskey')).body;
    expect(options.excludeCredentials).toMatchObject([{ id: device.credentials[0]?.id }]);
    for (let made = 1; made < 20; made += 1) await addPasskey();
    expect(await browser.ask('beginPasskey')).toMatchObject({
      status: 409,
      body: { code: 'too-many-passkeys' },
    });
  });
});

describe('signing in is refused', () => {
  test.each<[string, Partial<Told>]>([
    ['to a page of another site', { origin: 'https://evil.test' }],
    ['to a page of a neighbour', { origin: 'https://www.api.test' }],
    ['to a page without TLS', { origin: 'http://api.test' }],
    ['without PIN or biometrics', { verified: false }],
    ['where nobody is present', { present: false }],
  ])('%s', async (_, told) => {
    await withPasskey();
    expect(await signIn(await signature(told))).toMatchObject(refused);
  });

  test('for what was signed before, also where it comes twice at once', async () => {
    await withPasskey();
    const credential = await signature();
    const both = await Promise.all([signIn(credential), signIn(credential)]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 401]);
    expect(await signIn(credential)).toMatchObject(refused);
  });

  test('five minutes after it was asked for', async () => {
    await withPasskey();
    const credential = await signature();
    world.clock.at += 5 * 60_000;
    expect(await signIn(credential)).toMatchObject(refused);
  });

  test('for a challenge of one’s own making, or of a registration', async () => {
    await withPasskey();
    const own = device.get({ challenge: 'x'.repeat(43) }, { origin });
    expect(await signIn(own)).toMatchObject(refused);
    await signIn(await signature());
    const { challenge } = (await browser.ask('beginPasskey')).body;
    expect(await signIn(device.get({ challenge }, { origin }))).toMatchObject(refused);
  });

  test('for a copy of a device that has signed less than the device', async () => {
    await withPasskey();
    await signIn(await signature());
    device.signatures = 0;
    expect(await signIn(await signature())).toMatchObject(refused);
  });

  test('alike for a key that nobody has, an account that is none, and a signature that is wrong', async () => {
    await withPasskey();
    const altered = async (change: object, response: object) => {
      const made = await signature();
      const answer = await signIn({ ...made, ...change, response: { ...made.response, ...response } });
      const { requestId: _, ...body } = answer.body;
      return { status: answer.status, body };
    };
    const id = 'A'.repeat(43);
    const stranger = Buffer.alloc(40, 7).toString('base64url');
    const all = [
      await altered({ id, rawId: id }, {}),
      await altered({}, { userHandle: stranger }),
      await altered({}, { userHandle: 'AAAA' }),
      await altered({}, { signature: Buffer.alloc(70, 1).toString('base64url') }),
      await altered({}, { clientDataJSON: 'bm90IGpzb24' }),
    ];
    for (const one of all) expect(one).toEqual(all[0]);
    expect(all[0]).toMatchObject({ status: 401 });
  });
});

describe('a passkey is not added', () => {
  test.each<[string, Partial<Told>]>([
    ['from a page of another site', { origin: 'https://evil.test' }],
    ['without PIN or biometrics', { verified: false }],
  ])('%s', async (_, told) => {
    await byPassword();
    expect(await addPasskey(told)).toMatchObject({ status: 422, body: { code: 'passkey-unfit' } });
    expect((await browser.ask('listPasskeys')).body).toEqual({ items: [] });
  });

  test('for a challenge that was used, is of somebody else, or of a sign-in', async () => {
    await byPassword();
    const options = (await browser.ask('beginPasskey')).body;
    const add = (challenge: unknown) => {
      const credential = device.create({ ...options, challenge }, { origin });
      return browser.ask('addPasskey', { body: { credential } });
    };
    expect((await add((await browser.ask('beginPasskeySession')).body.challenge)).status).toBe(422);
    expect((await add(options.challenge)).status).toBe(201);
    expect((await add(options.challenge)).status).toBe(422);
    const hers = (await browser.ask('beginPasskey')).body.challenge;
    ada = await world.account(district);
    await browser.ask('createSession', { body: { district, username: ada.username, password } });
    expect((await add(hers)).status).toBe(422);
  });
});

test('what is asked of a browser that signs in is the same for everybody but for the challenge', async () => {
  const [one, other] = [await browser.ask('beginPasskeySession'), await browser.ask('beginPasskeySession')];
  expect(one.body).toEqual({
    ...other.body,
    challenge: one.body.challenge,
  });
  expect(one.body).toMatchObject({ rpId: 'api.test', userVerification: 'required' });
  expect(one.body.challenge).not.toBe(other.body.challenge);
  expect(one.body).not.toHaveProperty('allowCredentials');
});
