import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Account } from '../../shared/accounts/account.ts';
import { totpCode } from '../../shared/accounts/totp.ts';
import { anAssignment } from '../../test/builders/access-facts.ts';
import { password, startSigningIn } from '../../test/builders/signing-in.ts';

let world: Awaited<ReturnType<typeof startSigningIn>>;
let browser: ReturnType<typeof world.browser>;
let district: string;
let ada: Account;
let count = 0;

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
});

const minutes = (count: number) => {
  world.clock.at += count * 60_000;
};
const code = (secret: string) => totpCode(secret, new Date(world.clock.at));
const signIn = (more: { otp?: string; password?: string } = {}, as = browser) =>
  as.ask('createSession', { body: { district, username: ada.username, password, ...more } });

/** Signed in, with an app; the clock is past the code that confirmed it. */
async function withApp() {
  await signIn();
  return addApp();
}

async function addApp() {
  const { secret } = (await browser.ask('beginTotp')).body;
  const confirmed = await browser.ask('confirmTotp', { body: { code: code(String(secret)) } });
  expect(confirmed.status).toBe(200);
  minutes(1);
  return { secret: String(secret), recoveryCodes: confirmed.body.recoveryCodes as string[] };
}

describe('an authenticator app', () => {
  test('is asked for beside the password once a code of it has confirmed it', async () => {
    await signIn();
    const begun = await browser.ask('beginTotp');
    expect([begun.status, (await signIn()).status]).toEqual([201, 201]);
    const secret = String(begun.body.secret);
    expect(String(begun.body.uri)).toContain(`secret=${secret}`);
    await browser.ask('confirmTotp', { body: { code: code(secret) } });
    minutes(1);

    const without = await signIn();
    expect(without).toMatchObject({
      status: 401,
      body: { type: 'urn:rolebook:problem:second-factor-required', kinds: ['totp', 'recovery-code'] },
      cookies: [],
    });
    const whole = await signIn({ otp: code(secret) });
    expect(whole).toMatchObject({ status: 201, body: { secondFactor: 'totp' } });
    expect((await browser.ask('getSession')).body).toEqual(whole.body);
  });

  test('gives each code once: of two sign-ins at once with one code, one comes in', async () => {
    const { secret } = await withApp();
    const otp = code(secret);
    const both = await Promise.all([signIn({ otp }, world.browser()), signIn({ otp }, world.browser())]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 401]);
    expect((await signIn({ otp })).status).toBe(401);
  });

  test('that shows a wrong code is answered as a wrong password is, to the letter', async () => {
    const { secret } = await withApp();
    const right = code(secret);
    const otp = String((Number(right) + 1) % 1_000_000).padStart(6, '0');
    const { requestId: _, ...wrongCode } = (await signIn({ otp })).body;
    const { requestId: __, ...wrongPassword } = (await signIn({ otp: right, password: 'wrong' })).body;
    expect(wrongCode).toEqual(wrongPassword);
    expect(wrongCode).toMatchObject({ status: 401, code: 'not-signed-in' });
  });

  test('is not used up by a wrong password', async () => {
    const { secret } = await withApp();
    const otp = code(secret);
    await signIn({ otp, password: 'wrong' });
    expect((await signIn({ otp })).status).toBe(201);
  });

  test('is confirmed by a code of the secret that was asked for last, within 15 minutes', async () => {
    await signIn();
    const first = String((await browser.ask('beginTotp')).body.secret);
    const second = String((await browser.ask('beginTotp')).body.secret);
    const confirm = (secret: string) => browser.ask('confirmTotp', { body: { code: code(secret) } });
    expect(await confirm(first)).toMatchObject({ status: 422, body: { code: 'wrong-code' } });
    minutes(15);
    await signIn();
    expect(await confirm(second)).toMatchObject({ status: 409, body: { code: 'totp-not-begun' } });
  });

  test('does not take the place of another', async () => {
    const { secret } = await withApp();
    expect(await browser.ask('beginTotp')).toMatchObject({ status: 409, body: { code: 'totp-exists' } });
    const more = { body: { code: code(secret) } };
    expect(await browser.ask('confirmTotp', more)).toMatchObject({ status: 409 });
  });

  test('is given up by a code that was not used, after which the password is enough', async () => {
    const { secret } = await withApp();
    const used = code(secret);
    await signIn({ otp: used });
    const remove = (given: string) => browser.ask('removeTotp', { body: { code: given } });
    expect(await remove(used)).toMatchObject({ status: 422, body: { code: 'wrong-code' } });
    minutes(1);
    expect((await remove(code(secret))).status).toBe(204);
    expect((await signIn()).status).toBe(201);
    expect((await browser.ask('getSecondFactors')).body).toEqual({
      ...{ totp: false, passkeys: 0, recoveryCodes: 0 },
    });
    expect(await remove('123456')).toMatchObject({ status: 404, body: { code: 'no-totp' } });
  });

  test('that is added or given up ends all other sessions; the one that does it goes on, no fresher, under a new secret', async () => {
    const elsewhere = world.browser();
    await signIn({}, elsewhere);
    const signedIn = (await signIn()).body;
    const before = new Map(browser.jar);
    minutes(5);
    const { secret } = await addApp();
    expect((await elsewhere.ask('getSession')).status).toBe(401);
    expect((await browser.ask('getSession')).body).toEqual({ ...signedIn, secondFactor: 'totp' });
    expect(browser.jar).not.toEqual(before);

    await signIn({ otp: code(secret) }, elsewhere);
    minutes(1);
    expect((await browser.ask('removeTotp', { body: { code: code(secret) } })).status).toBe(204);
    expect((await elsewhere.ask('getSession')).status).toBe(401);
    expect((await browser.ask('getSession')).body).toMatchObject({ signedInAt: signedIn.signedInAt });
  });

  test('is not given up by guessing: after five wrong codes a session takes none, not even the right one', async () => {
    const { secret } = await withApp();
    const otp = code(secret);
    const wrong = String((Number(otp) + 1) % 1_000_000).padStart(6, '0');
    for (let guess = 0; guess < 5; guess += 1) {
      expect((await browser.ask('removeTotp', { body: { code: wrong } })).status).toBe(422);
    }
    const right = await browser.ask('removeTotp', { body: { code: otp } });
    expect(right).toMatchObject({ status: 403, body: { code: 'sign-in-again' } });
    expect((await signIn({ otp })).status).toBe(201);
  });

  test.each([
    'beginTotp',
    'confirmTotp',
    'removeTotp',
    'beginPasskey',
    'addPasskey',
    'removePasskey',
  ] as const)('%s takes a sign-in of less than 15 minutes ago', async (name) => {
    await signIn();
    minutes(15);
    const credential = { id: 'x', rawId: 'x', type: 'public-key' };
    const body =
      name === 'addPasskey'
        ? { credential: { ...credential, response: { clientDataJSON: 'x', attestationObject: 'x' } } }
        : { code: '123456' };
    const answer = await browser.ask(name, { body, params: { passkey: 'x'.repeat(43) } });
    expect(answer).toMatchObject({ status: 403, body: { code: 'sign-in-again' } });
  });

  test('is no matter of machines', async () => {
    expect(await world.machine(district, 'beginTotp')).toMatchObject({ status: 404 });
  });
});

describe('a password that is good only beside a second factor', () => {
  const short = 'lamp hums';
  const long = 'a lamp that hums at night';

  /** Ada has an app, and has changed to a short password. */
  async function withShort() {
    const { secret } = await withApp();
    await signIn({ otp: code(secret) });
    const changed = await browser.ask('changePassword', { body: { current: password, password: short } });
    expect(changed.status).toBe(204);
    minutes(1);
    return secret;
  }

  test('keeps the last one from being given up until a longer one is set', async () => {
    const secret = await withShort();
    const remove = () => browser.ask('removeTotp', { body: { code: code(secret) } });
    expect(await remove()).toMatchObject({ status: 409, body: { code: 'password-too-short' } });
    expect((await signIn({ otp: code(secret), password: short })).status).toBe(201);
    await browser.ask('changePassword', { body: { current: short, password: long } });
    minutes(1);
    expect((await remove()).status).toBe(204);
    expect((await signIn({ password: long })).status).toBe(201);
  });

  test('lets nobody in once an administrator has taken the last one away, and its owner is told', async () => {
    await withShort();
    await world.machine(district, 'removeSecondFactors', { params: { account: ada.id } });
    expect(world.mails.at(-1)).toMatchObject({ kind: 'password-lapsed', district, account: ada.id });
    expect(await signIn({ password: short })).toMatchObject({
      ...{ status: 403, body: { code: 'password-lapsed' }, cookies: [] },
    });
    expect(await signIn({ password: 'lamp hum' })).toMatchObject({ status: 401 });
  });

  test('that is long enough by itself stays good, and nobody is written to', async () => {
    await withApp();
    const before = world.mails.length;
    await world.machine(district, 'removeSecondFactors', { params: { account: ada.id } });
    expect([(await signIn()).status, world.mails.length]).toEqual([201, before]);
  });
});

describe('a recovery code', () => {
  test('signs in once, however it is typed', async () => {
    const { recoveryCodes } = await withApp();
    expect(recoveryCodes).toHaveLength(10);
    const [first = '', second = ''] = recoveryCodes;
    const otp = ` ${first.toLowerCase().replaceAll('-', ' ')}`;
    expect(await signIn({ otp })).toMatchObject({ status: 201, body: { secondFactor: 'recovery-code' } });
    expect((await signIn({ otp: first })).status).toBe(401);
    expect((await browser.ask('getSecondFactors')).body).toMatchObject({ recoveryCodes: 9 });
    expect((await browser.ask('removeTotp', { body: { code: second } })).status).toBe(204);
  });
});

describe('a district', () => {
  const ask = (secondFactor: string) =>
    world.machine(district, 'putSignInSettings', { body: { secondFactor } });

  test('asks nobody for a second factor until it says so', async () => {
    expect((await world.machine(district, 'getSignInSettings')).body).toEqual({ secondFactor: 'nobody' });
    expect((await signIn()).body).not.toHaveProperty('secondFactor');
    expect(await ask('everybody')).toMatchObject({ status: 200, body: { secondFactor: 'everybody' } });
    expect((await signIn()).body).toMatchObject({ secondFactor: 'required' });
  });

  test('that asks everybody lets who has none do nothing but add one, which makes the session whole', async () => {
    await ask('everybody');
    await signIn();
    const limited = new Map(browser.jar);
    expect((await browser.ask('getSession')).body).toMatchObject({ secondFactor: 'required' });
    const refused = await browser.ask('getSignInSettings', { params: { district } });
    expect(refused).toMatchObject({ status: 403, body: { code: 'second-factor-needed' } });

    const { secret } = (await browser.ask('beginTotp')).body;
    await browser.ask('confirmTotp', { body: { code: code(String(secret)) } });
    expect((await browser.ask('getSession')).body).toMatchObject({ secondFactor: 'totp' });
    const allowed = await browser.ask('getSignInSettings', { params: { district } });
    expect(allowed).toMatchObject({ status: 403, body: { code: 'not-permitted' } });

    const thief = world.browser();
    for (const [name, value] of limited) thief.jar.set(name, value);
    expect(await thief.ask('getSession')).toMatchObject({ status: 401, body: { code: 'session-ended' } });
  });

  test('that asks administrators asks whoever holds a privileged role, and nobody else', async () => {
    district = `d-${count}-admins`;
    const scope = { type: 'district', ids: [district] } as const;
    await world.district(district, [anAssignment('district_data_admin', { ...scope, ids: [district] })]);
    await ask('administrators');
    ada = await world.account(district);
    expect((await signIn()).body).not.toHaveProperty('secondFactor');
    ada = await world.account(district, { user: 'u-1' });
    expect((await signIn()).body).toMatchObject({ secondFactor: 'required' });
  });

  test('that asks nobody any more still asks who has added one', async () => {
    await ask('everybody');
    await withApp();
    await ask('nobody');
    expect(await signIn()).toMatchObject({ status: 401, body: { code: 'second-factor-required' } });
  });

  test.each([['sometimes'], [undefined], [{ $ne: 'nobody' }]])('cannot ask %j', async (secondFactor) => {
    const answer = await world.machine(district, 'putSignInSettings', { body: { secondFactor } });
    expect(answer.status).toBe(400);
  });

  test('says nothing for another', async () => {
    const more = { params: { district: 'd-other' }, body: { secondFactor: 'everybody' } };
    expect(await world.machine(district, 'putSignInSettings', more)).toMatchObject({ status: 403 });
  });
});

describe('an administrator', () => {
  test('takes all second factors of who lost the phone away, which ends their sessions and is told', async () => {
    await withApp();
    const take = () => world.machine(district, 'removeSecondFactors', { params: { account: ada.id } });
    expect((await take()).status).toBe(204);
    expect((await browser.ask('getSession')).status).toBe(401);
    minutes(1);
    expect((await signIn()).status).toBe(201);
    const taken = world.events.told.audits.findLast(({ action }) => action === 'second-factors-taken-away');
    expect(taken).toMatchObject({
      ...{ district, action: 'second-factors-taken-away', what: { account: ada.id } },
    });
    expect((await take()).status).toBe(204);
  });

  test('of another district finds nobody, and a teacher may not', async () => {
    await withApp();
    const params = { account: ada.id };
    await world.district(`${district}-b`);
    const elsewhere = await world.machine(`${district}-b`, 'removeSecondFactors', { params });
    expect(elsewhere).toMatchObject({ status: 404 });
    const own = await browser.ask('removeSecondFactors', { params: { district, ...params } });
    expect(own).toMatchObject({ status: 403, body: { code: 'not-permitted' } });
  });
});

test('nothing that is told of second factors has a secret or a code in it', async () => {
  const { secret, recoveryCodes } = await withApp();
  await signIn({ otp: code(secret) });
  const told = JSON.stringify(world.events.told);
  for (const one of [secret, code(secret), ...recoveryCodes]) expect(told).not.toContain(one);
});
