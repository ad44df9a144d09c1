import { argon2Sync } from 'node:crypto';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Account } from '../../shared/accounts/account.ts';
import { hashPassword } from '../../shared/accounts/password-hash.ts';
import { digestOfSecret, readHandle } from '../../shared/accounts/secret-handle.ts';
import { newTotpSecret, totpCode } from '../../shared/accounts/totp.ts';
import { MailMessage } from '../../shared/messages/mail-messages.ts';
import { Accounts } from '../../shared/store/accounts.ts';
import { accessKey } from '../../shared/store/keys.ts';
import { LoginOutcomes } from '../../shared/store/login-outcomes.ts';
import { Logins } from '../../shared/store/logins.ts';
import { SecondFactors } from '../../shared/store/second-factors.ts';
import { SignInAccounts } from '../../shared/store/sign-in-accounts.ts';
import { Tickets } from '../../shared/store/tickets.ts';
import { startDynamo, type TestDynamo, testTables } from '../../test/builders/dynamo.ts';
import { bodyOf, context, httpEvent, recordingEvents } from '../../test/builders/http-event.ts';
import { signInDeps } from '../../test/builders/sign-in.ts';
import { makeHandler } from './handler.ts';

const right = 'a lamp that hums at night';
const other = 'seven geese cross the yard';
const start = Date.parse('2026-11-21T12:00:00Z');

let engine: TestDynamo;
let hash: string;
let district: string;
let count = 0;
let at: number;
let sent: MailMessage[];
let pauses: number[];
let events: ReturnType<typeof recordingEvents>;
let handler: ReturnType<typeof makeHandler>;
let accounts: Accounts;
let logins: Logins;
let tickets: Tickets;

beforeAll(async () => {
  engine = await startDynamo();
  hash = await hashPassword(right);
  accounts = new Accounts(engine.dynamo, testTables);
  logins = new Logins(engine.dynamo, testTables.logins);
  tickets = new Tickets(engine.dynamo, testTables.logins, () => {});
});
afterAll(() => engine.stop());

beforeEach(async () => {
  count += 1;
  district = `d-${count}`;
  at = start;
  sent = [];
  pauses = [];
  events = recordingEvents();
  handler = makeHandler({
    ...signInDeps(engine.dynamo, () => new Date(at)),
    mails: { send: async (message) => void sent.push(MailMessage.parse(message)) },
    events,
    pause: async (milliseconds) => void pauses.push(milliseconds),
  });
  await anAccount();
});

async function anAccount(more: Partial<Account> = {}): Promise<void> {
  const account: Account = {
    id: 'a-1',
    username: `ada-${district}`,
    email: `ada@${district}.example.org`,
    approved: true,
    locked: false,
    ledgers: [],
    schools: [],
    asked: [],
    createdAt: new Date(start).toISOString(),
    ...more,
  };
  await accounts.create(district, account, []);
  await logins.setPassword(district, account.id, hash);
}

/** Whom a reset is for, as the function that mails it finds them. */
async function accountsOf(lookups: { username: string; email: string }, of?: string): Promise<string[]> {
  const names = new SignInAccounts(engine.dynamo, testTables, () => {});
  const places = await names.placesOf(lookups, of);
  const found = await Promise.all(places.map((at) => names.byLookup(at.district, at.lookup)));
  return found.flatMap((one) => one?.account.id ?? []);
}

type Name = Parameters<typeof httpEvent>[0];
type Asked = Parameters<typeof httpEvent>[1] & { cookies?: string[] };

async function ask(name: Name, { cookies = [], ...asked }: Asked = {}) {
  return handler({ ...httpEvent(name, asked), cookies }, context);
}

/** From a device that nobody knows, unless its cookies are given. */
async function signIn(
  password: string,
  { cookies = [], ...more }: { cookies?: string[]; username?: string; otp?: string } = {},
) {
  const body = { username: `ada-${district}`, password, district, ...more };
  return ask('createSession', { body, cookies });
}

async function failing(times: number, cookies: string[] = []): Promise<number[]> {
  const statuses: number[] = [];
  for (let i = 0; i < times; i += 1) statuses.push((await signIn('wrong', { cookies })).statusCode ?? 0);
  return statuses;
}

/** As a browser sends them back. */
function cookiesOf({ cookies = [] }: { cookies?: string[] | undefined }): string[] {
  return cookies.map((cookie) => cookie.slice(0, cookie.indexOf(';')));
}

function sessionOf(answer: { cookies?: string[] | undefined }): string {
  const cookie = cookiesOf(answer).find((one) => one.startsWith('__Host-rolebook-session='));
  return digestOfSecret(readHandle(cookie?.slice('__Host-rolebook-session='.length) ?? '')?.secret ?? '');
}

function asAccount(session: string) {
  const scopes = `rolebook.district:${district}`;
  return { clientId: `session:${session}`, scopes, district, user: 'a-1', session };
}

const isLive = async (session: string) =>
  (await logins.session(district, 'a-1', session, new Date(at))) !== undefined;

async function change(patch: Partial<Account>): Promise<void> {
  const before = await accounts.find(district, 'a-1');
  if (before === undefined) throw new Error('No account.');
  const { lockedBy: _, ...account } = before.account;
  const doing = { by: 'somebody', at: new Date(at).toISOString() };
  const locks = patch.locked !== undefined;
  await accounts.change(district, before, { ...account, ...patch }, { gives: [], takes: [], doing, locks });
}

async function ada(): Promise<Account> {
  const found = await accounts.find(district, 'a-1');
  if (found === undefined) throw new Error('No account.');
  return found.account;
}

async function choosePassword(): Promise<void> {
  const here = await signIn(right);
  const asked = { as: asAccount(sessionOf(here)), cookies: cookiesOf(here) };
  await ask('changePassword', { body: { current: right, password: 'a second one of many words' }, ...asked });
}

async function useAnotherLink(): Promise<void> {
  const token = await aLink('reset', 't-3');
  await ask('setPassword', { params: { token }, body: { password: 'a second one of many words' } });
}

const byAdministrator = { locked: true, lockedBy: 'administrator' } as const;

async function aLink(purpose: 'reset' | 'invitation' | 'sign-in' = 'reset', id = 't-1'): Promise<string> {
  const until = new Date(at + 3_600_000).toISOString();
  await tickets.open({ id, district, account: 'a-1', purpose, until });
  return tickets.link(district, id);
}

/** As a password was kept before its cost was raised. */
function hashedAt({ memory, passes }: { memory: number; passes: number }, of: string): string {
  const nonce = Buffer.alloc(16, 7);
  const tag = argon2Sync('argon2id', { message: of, nonce, tagLength: 32, memory, passes, parallelism: 1 });
  const [salt, hash] = [nonce, tag].map((bytes) => bytes.toString('base64').replace(/=+$/, ''));
  return `$argon2id$v=19$m=${memory},t=${passes},p=1$${salt}$${hash}`;
}

describe('signing in', () => {
  test('takes the right password of an approved account that is not locked, and sets cookies for this host alone', async () => {
    const answer = await signIn(right);
    expect(answer.statusCode).toBe(201);
    expect(bodyOf(answer)).toMatchObject({ district, account: 'a-1' });
    expect(answer.cookies).toHaveLength(2);
    for (const cookie of answer.cookies ?? []) {
      expect(cookie).toMatch(
        /^__Host-rolebook-(session|device)=\S+;.* Path=\/; Secure; HttpOnly; SameSite=Lax$/,
      );
    }
    expect(await isLive(sessionOf(answer))).toBe(true);
    expect((await accounts.find(district, 'a-1'))?.lastSignInAt).toBe(new Date(at).toISOString());
  });

  test('does not need the district where one account in all has the name', async () => {
    const body = { username: `ADA-${district}`, password: right };
    expect((await ask('createSession', { body })).statusCode).toBe(201);
  });

  test('hashes a password anew that was hashed at a lower cost, once it is right, and ends nothing by it', async () => {
    const old = hashedAt({ memory: 8_192, passes: 1 }, right);
    await logins.setPassword(district, 'a-1', old);
    const kept = async () => (await logins.find(district, 'a-1')).password;
    await signIn('wrong');
    expect(await kept()).toBe(old);
    const [first, second] = await Promise.all([signIn(right), signIn(right)]);
    expect(await kept()).toMatch(/m=19456,t=2,p=1/);
    const lives = await Promise.all([first, second].map((answer) => isLive(sessionOf(answer))));
    expect(lives).toEqual([true, true]);
    const fresh = await kept();
    expect([(await signIn(right)).statusCode, await kept()]).toEqual([201, fresh]);
  });

  test('is refused alike, on the beat, to a wrong password, an unknown name and a locked account', async () => {
    const wrong = await signIn('wrong');
    const unknown = await signIn('wrong', { username: 'nobody' });
    const nowhere = await ask('createSession', { body: { username: 'nobody', password: 'wrong' } });
    await change(byAdministrator);
    const answers = [wrong, unknown, nowhere, await signIn('wrong'), await signIn(right)];
    const bodies = answers.map((answer) => ({ ...bodyOf(answer), requestId: 'r' }));
    expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([401, 401, 401, 401, 401]);
    expect(answers.flatMap(({ cookies = [] }) => cookies)).toEqual([]);
    expect(pauses).toEqual([210, 210, 210, 210, 210]);
  });

  test('tells that an account is not approved only to who knows its password, and counts that as nothing', async () => {
    await change({ approved: false });
    expect(await failing(2)).toEqual([401, 401]);
    const answer = await signIn(right);
    expect([answer.statusCode, bodyOf(answer).code, answer.cookies]).toEqual([
      403,
      'not-approved',
      undefined,
    ]);
    expect((await logins.find(district, 'a-1')).failures).toBe(2);
  });

  test('looks at approval at that moment only: a session goes on when it is taken back', async () => {
    const session = sessionOf(await signIn(right));
    await change({ approved: false });
    const answer = await ask('getSession', { as: asAccount(session) });
    expect([answer.statusCode, (await signIn(right)).statusCode]).toEqual([200, 403]);
  });

  test('takes over no session that the browser brings, and ends it', async () => {
    const [elsewhere, brought] = [await signIn(right), await signIn(right)];
    const again = await signIn(right, { cookies: cookiesOf(brought) });
    expect(sessionOf(again)).not.toBe(sessionOf(brought));
    expect([await isLive(sessionOf(elsewhere)), await isLive(sessionOf(brought))]).toEqual([true, false]);
    const planted = [`__Host-rolebook-session=${district}.YS0x.${'A'.repeat(43)}`];
    const fresh = await signIn(right, { cookies: planted });
    expect(sessionOf(fresh)).not.toBe(digestOfSecret('A'.repeat(43)));
    expect(await isLive(digestOfSecret('A'.repeat(43)))).toBe(false);
  });

  test.each([
    '{"username":"a","password":"b","approved":true}',
    '{"username":"a","password":"b","__proto__":{"locked":false}}',
    '{"username":"a","password":"b","constructor":{}}',
    '{"username":["a"],"password":"b"}',
    '{"username":"a","password":{"$ne":""}}',
    '{"username":"a"}',
  ])('refuses the body %s', async (text) => {
    expect((await ask('createSession', { text })).statusCode).toBe(400);
  });

  test('does not listen to headers that say who somebody is', async () => {
    const headers = { 'x-forwarded-user': 'a-1', 'x-rolebook-account': 'a-1', 'x-original-url': '/' };
    const body = { username: `ada-${district}`, password: 'wrong', district };
    expect((await ask('createSession', { body, headers })).statusCode).toBe(401);
  });
});

describe('five failures in a row', () => {
  test('lock, for lookups too, and are told by mail alone', async () => {
    expect(await failing(5)).toEqual([401, 401, 401, 401, 401]);
    expect((await signIn(right)).statusCode).toBe(401);
    expect((await accounts.find(district, 'a-1'))?.account).toMatchObject({
      locked: true,
      lockedBy: 'strangers',
    });
    const Key = accessKey(district, 'person', 'a-1');
    const { Item } = await engine.dynamo.send(new GetCommand({ TableName: testTables.access, Key }));
    expect(Item?.login).toMatchObject({ locked: true });
    expect(sent).toEqual([{ kind: 'locked', district, account: 'a-1', at: new Date(at).toISOString() }]);
    const locks = events.told.audits.filter(({ action }) => action === 'account-locked');
    expect(locks).toMatchObject([{ what: { account: 'a-1', lockedBy: 'strangers' } }]);
  });

  test('lock at five, however many come at once, and let in nobody after', async () => {
    const wrong = Array.from({ length: 64 }, () => signIn('wrong'));
    const answers = await Promise.all([...wrong.slice(0, 32), signIn(right), ...wrong.slice(32)]);
    const letIn = answers.filter(({ statusCode }) => statusCode === 201).length;
    expect(answers.filter(({ statusCode }) => statusCode === 401)).toHaveLength(65 - letIn);
    expect(await logins.find(district, 'a-1')).toMatchObject({ failures: 5, lockedBy: 'strangers' });
    expect(sent.map(({ kind }) => kind)).toEqual(['locked']);
    expect((await signIn(right)).statusCode).toBe(401);
  });

  test('do not lock with a success among them', async () => {
    await failing(4);
    expect((await signIn(right)).statusCode).toBe(201);
    expect(await failing(4)).toEqual([401, 401, 401, 401]);
    expect((await signIn(right)).statusCode).toBe(201);
  });

  test('of strangers leave the person’s own device open', async () => {
    const known = cookiesOf(await signIn(right));
    await failing(5);
    expect((await signIn(right)).statusCode).toBe(401);
    expect((await signIn(right, { cookies: known })).statusCode).toBe(201);
    expect((await signIn(right)).statusCode).toBe(401);
  });

  test('on one’s own device lock everywhere', async () => {
    const known = cookiesOf(await signIn(right));
    const second = cookiesOf(await signIn(right));
    await failing(5, known);
    expect((await signIn(right, { cookies: second })).statusCode).toBe(401);
    expect((await accounts.find(district, 'a-1'))?.account.lockedBy).toBe('own-device');
  });

  test('on a device that is another account’s count as a stranger’s', async () => {
    const account = { id: 'a-2', username: `bo-${district}`, email: `bo@${district}.example.org` };
    await anAccount(account);
    const bos = cookiesOf(await signIn(right, { username: account.username }));
    await failing(3, bos);
    expect((await logins.find(district, 'a-1')).failures).toBe(3);
  });

  test('of an unknown name lock nobody, and are forgotten', async () => {
    for (let i = 0; i < 6; i += 1) expect((await signIn('x', { username: 'nobody' })).statusCode).toBe(401);
    expect(sent).toEqual([]);
  });

  test('end with an administrator’s word, and the next five are counted anew', async () => {
    await failing(5);
    await change({ locked: false });
    expect(await failing(4)).toEqual([401, 401, 401, 401]);
    expect((await signIn(right)).statusCode).toBe(201);
  });
});

test('an administrator’s lock closes devices that the person has signed in on', async () => {
  const known = cookiesOf(await signIn(right));
  await change(byAdministrator);
  expect((await signIn(right, { cookies: known })).statusCode).toBe(401);
});

test('an account that is removed has no session and no way in', async () => {
  const session = sessionOf(await signIn(right));
  const kept = await accounts.find(district, 'a-1');
  if (kept === undefined) throw new Error('No account.');
  await accounts.remove(district, kept, { deeds: [], doing: { by: 'x', at: new Date(at).toISOString() } });
  expect([await isLive(session), (await signIn(right)).statusCode]).toEqual([false, 401]);
});

describe('a reset', () => {
  test('is asked for with the same answer whoever asks, and the queue holds no name', async () => {
    const asking = (usernameOrEmail: string) => ask('askReset', { body: { usernameOrEmail, district } });
    const answers = [await asking(`ada-${district}`), await asking('nobody@example.org')];
    expect(answers.map(({ statusCode, body }) => [statusCode, body])).toEqual([
      [202, ''],
      [202, ''],
    ]);
    expect(sent.map(({ kind }) => kind)).toEqual(['reset-asked', 'reset-asked']);
    expect(JSON.stringify(sent)).not.toMatch(/ada|nobody/);
  });

  test('is for the account of the username or of the e-mail, in its district or in the only one', async () => {
    for (const name of [`ada-${district}`, `ADA@${district}.example.org`]) {
      await ask('askReset', { body: { usernameOrEmail: name } });
      const message = sent.at(-1);
      if (message?.kind !== 'reset-asked') throw new Error('No message.');
      expect(await accountsOf(message.lookups)).toEqual(['a-1']);
      expect(await accountsOf(message.lookups, 'd-none')).toEqual([]);
    }
  });

  test('keeps where somebody was on their way to, if that is a place of ours', async () => {
    const asking = (next: string) => ask('askReset', { body: { usernameOrEmail: 'ada', next } });
    expect((await asking('/account')).statusCode).toBe(202);
    expect(sent.at(-1)).toMatchObject({ kind: 'reset-asked', next: '/account' });
    expect((await asking('https://evil.test')).statusCode).toBe(400);
  });

  test('by an e-mail that accounts of two districts have is for neither', async () => {
    const email = `both@${district}.example.org`;
    await change({ email });
    const one = district;
    district = `${district}-b`;
    await anAccount({ email });
    await ask('askReset', { body: { usernameOrEmail: email } });
    const message = sent.at(-1);
    if (message?.kind !== 'reset-asked') throw new Error('No message.');
    expect(await accountsOf(message.lookups)).toEqual([]);
    expect(await accountsOf(message.lookups, one)).toHaveLength(1);
  });

  test.each(['strangers', 'administrator'] as const)(
    'unlocks what %s locked, clears the count, ends all sessions, and approves nobody',
    async (by) => {
      const session = sessionOf(await signIn(right));
      if (by === 'strangers') await failing(5);
      else await change(byAdministrator);
      await change({ approved: false });
      const token = await aLink();
      const answer = await ask('setPassword', { params: { token }, body: { password: other } });
      expect(answer.statusCode).toBe(204);
      expect(await isLive(session)).toBe(false);
      const after = await accounts.find(district, 'a-1');
      expect(after?.account).toMatchObject({ locked: false, approved: false });
      expect(await logins.find(district, 'a-1')).toMatchObject({ failures: 0, deviceFailures: {} });
      expect(sent.at(-1)?.kind).toBe('password-changed');
      expect((await signIn(other)).statusCode).toBe(403);
      await change({ approved: true });
      expect((await signIn(other)).statusCode).toBe(201);
      expect((await signIn(right)).statusCode).toBe(401);
    },
  );

  test('is no link to sign in by: where none are made, even a good one opens nothing', async () => {
    const until = new Date(at + 3_600_000).toISOString();
    await tickets.open({ id: 't-8', district, account: 'a-1', purpose: 'sign-in', until });
    const params = { token: await tickets.link(district, 't-8') };
    const deployed = makeHandler({ ...signInDeps(engine.dynamo, () => new Date(at)), makesLinks: false });
    const answer = await deployed(httpEvent('signInByLink', { params }), context);
    expect([answer.statusCode, answer.cookies]).toEqual([404, undefined]);
    expect(cookiesOf(await ask('signInByLink', { params }))).toHaveLength(2);
  });

  test('uses its link once, however many try at once', async () => {
    const token = await aLink();
    const using = Array.from({ length: 4 }, () =>
      ask('setPassword', { params: { token }, body: { password: other } }),
    );
    const statuses = (await Promise.all(using)).map(({ statusCode }) => statusCode);
    expect(statuses.toSorted()).toEqual([204, 404, 404, 404]);
    expect((await ask('getLink', { params: { token } })).statusCode).toBe(404);
  });

  test('says to whoever holds a link what it is for, and the name to sign in by', async () => {
    const body = bodyOf(await ask('getLink', { params: { token: await aLink('invitation') } }));
    expect(body).toEqual({
      district,
      username: `ada-${district}`,
      purpose: 'invitation',
      until: '2026-11-21T13:00:00.000Z',
      shortest: 15,
    });
  });

  test('leaves the second factor as it is: the new password alone signs nobody in', async () => {
    const token = await aLink();
    const factors = new SecondFactors(engine.dynamo, testTables.logins);
    const secret = newTotpSecret();
    await factors.beginTotp(district, 'a-1', { secret, now: new Date(at) });
    await factors.confirmTotp(district, 'a-1', { secret, now: new Date(at), step: 0, codes: ['X'] });
    await ask('setPassword', { params: { token }, body: { password: other } });
    const answer = await signIn(other);
    expect([answer.statusCode, bodyOf(answer).code]).toEqual([401, 'second-factor-required']);
    expect((await signIn(other, { otp: totpCode(secret, new Date(at)) })).statusCode).toBe(201);
  });

  test('is refused by a link that is over, for something else, made up, or another’s', async () => {
    const [good, signsIn] = [await aLink(), await aLink('sign-in', 't-2')];
    const made = good.replace(/[^.]+$/, 'A'.repeat(43));
    for (const token of [signsIn, made, 'x', good.replace(district, 'd-none')]) {
      const answer = await ask('setPassword', { params: { token }, body: { password: other } });
      expect([answer.statusCode, bodyOf(answer).code]).toEqual([404, 'link-not-good']);
    }
    at += 3_600_001;
    expect((await ask('getLink', { params: { token: good } })).statusCode).toBe(404);
  });

  test.each([
    ['another address', () => change({ email: `new@${district}.example.org` })],
    [
      'another address with an open lock',
      () => change({ email: `new@${district}.example.org`, locked: false }),
    ],
    ['the end of all sessions', () => logins.endSessions(district, 'a-1')],
    ['a password that was chosen since', choosePassword],
    ['another link that was used', useAnotherLink],
  ] as const)('is refused by a link of before %s, and by a new one it is not', async (_, happens) => {
    const [token, invitation] = [await aLink(), await aLink('invitation', 't-2')];
    await happens();
    for (const old of [token, invitation]) {
      expect((await ask('getLink', { params: { token: old } })).statusCode).toBe(404);
      const body = { password: 'a third one of many words' };
      const answer = await ask('setPassword', { params: { token: old }, body });
      expect([answer.statusCode, bodyOf(answer).code]).toEqual([404, 'link-not-good']);
    }
    const fresh = await aLink('reset', 't-4');
    const answer = await ask('setPassword', { params: { token: fresh }, body: { password: other } });
    expect(answer.statusCode).toBe(204);
  });

  test('of several links at once sets one password', async () => {
    const tokens = await Promise.all(['t-1', 't-2', 't-3', 't-4'].map((id) => aLink('reset', id)));
    const using = tokens.map((token) => ask('setPassword', { params: { token }, body: { password: other } }));
    const statuses = (await Promise.all(using)).map(({ statusCode }) => statusCode);
    expect(statuses.toSorted()).toEqual([204, 404, 404, 404]);
  });

  test('by a link that was looked at before the address changed sets nothing', async () => {
    const ticket = await tickets.find(await aLink(), new Date(at));
    if (ticket === undefined) throw new Error('No ticket.');
    await change({ email: `new@${district}.example.org` });
    const outcomes = new LoginOutcomes(engine.dynamo, testTables);
    const set = { password: { hash, isShort: false }, now: new Date(at) };
    expect(await outcomes.resetPassword(ticket, { id: 'a-1' }, set)).toBe(false);
  });

  test('is good by a link that was made before anything was known of how the account signs in', async () => {
    const id = 'a-2';
    const [username, email] = [`bea-${district}`, `bea@${district}.example.org`];
    const { account } = await accounts.create(district, { ...(await ada()), id, username, email }, []);
    const until = new Date(at + 3_600_000).toISOString();
    await tickets.open({ id: 't-9', district, account: account.id, purpose: 'invitation', until });
    const token = await tickets.link(district, 't-9');
    const answer = await ask('setPassword', { params: { token }, body: { password: other } });
    expect(answer.statusCode).toBe(204);
  });

  test('refuses a password that does not do, says why, and keeps the link', async () => {
    const token = await aLink();
    const answer = await ask('setPassword', { params: { token }, body: { password: 'passwordpassword' } });
    expect(answer.statusCode).toBe(422);
    expect(bodyOf(answer).errors).toMatchObject([{ pointer: '/password' }]);
    expect((await ask('getLink', { params: { token } })).statusCode).toBe(200);
  });

  test.each([
    '{"password":"x","approved":true}',
    '{"password":"x","__proto__":{"a":1}}',
    '{"account":"a-1"}',
  ])('refuses the body %s', async (text) => {
    const token = await aLink();
    expect((await ask('setPassword', { params: { token }, text })).statusCode).toBe(400);
  });
});

describe('one’s own password', () => {
  test('changes with the current one: this browser goes on under a new secret, all others are out', async () => {
    const elsewhere = sessionOf(await signIn(right));
    const here = await signIn(right);
    const session = sessionOf(here);
    const body = { current: right, password: other };
    const answer = await ask('changePassword', { body, as: asAccount(session), cookies: cookiesOf(here) });
    expect(answer.statusCode).toBe(204);
    const lives = await Promise.all([elsewhere, session, sessionOf(answer)].map(isLive));
    expect(lives).toEqual([false, false, true]);
    expect((await signIn(right)).statusCode).toBe(401);
    expect((await signIn(other)).statusCode).toBe(201);
  });

  test('that is changed makes the session no fresher, and last no longer', async () => {
    const here = await signIn(right);
    const signedInAt = new Date(at).toISOString();
    at += 20 * 60_000;
    const asked = { as: asAccount(sessionOf(here)), cookies: cookiesOf(here) };
    const changed = await ask('changePassword', { body: { current: right, password: other }, ...asked });
    let session = sessionOf(changed);
    const view = await ask('getSession', { as: asAccount(session) });
    expect([bodyOf(view).signedInAt, view.cookies]).toEqual([signedInAt, undefined]);
    const totp = await ask('beginTotp', { as: asAccount(session) });
    expect([totp.statusCode, bodyOf(totp).code]).toEqual([403, 'sign-in-again']);
    for (at += 20 * 60_000; at < start + 12 * 3_600_000; at += 20 * 60_000) {
      expect(await isLive(session)).toBe(true);
      session = sessionOf(await ask('getSession', { as: asAccount(session) }));
    }
    expect(await isLive(session)).toBe(false);
  });

  test('does not change with a wrong one, which counts as a failure', async () => {
    const here = await signIn(right);
    const asked = {
      body: { current: 'wrong', password: other },
      as: asAccount(sessionOf(here)),
      cookies: cookiesOf(here),
    };
    for (let i = 0; i < 5; i += 1) expect((await ask('changePassword', asked)).statusCode).toBe(403);
    expect((await accounts.find(district, 'a-1'))?.account.lockedBy).toBe('own-device');
    expect((await signIn(right)).statusCode).toBe(401);
  });
});

describe('a session', () => {
  test('is given another secret after a quarter of an hour; the old one is good for a minute', async () => {
    const first = sessionOf(await signIn(right));
    at += 14 * 60_000;
    expect((await ask('getSession', { as: asAccount(first) })).cookies).toBeUndefined();
    at += 60_000;
    const answers = await Promise.all([1, 2, 3].map(() => ask('getSession', { as: asAccount(first) })));
    const renewed = answers.filter(({ cookies = [] }) => cookies.length > 0);
    expect([answers.map(({ statusCode }) => statusCode), renewed.length]).toEqual([[200, 200, 200], 1]);
    const second = sessionOf(renewed[0] ?? {});
    at += 59_999;
    expect([await isLive(first), await isLive(second)]).toEqual([true, true]);
    at += 1;
    expect([await isLive(first), await isLive(second)]).toEqual([false, true]);
  });

  test('that signs out by its old secret is over by the new one too', async () => {
    const first = sessionOf(await signIn(right));
    at += 15 * 60_000;
    const second = sessionOf(await ask('getSession', { as: asAccount(first) }));
    const answer = await ask('endSession', { as: asAccount(first) });
    expect(answer.cookies?.[0]).toMatch(/^__Host-rolebook-session=;.*Max-Age=0$/);
    expect(answer.headers?.['clear-site-data']).toBe('"cache", "storage"');
    expect([await isLive(first), await isLive(second)]).toEqual([false, false]);
  });

  test('that signs out by its new secret is over by the old one too', async () => {
    const first = sessionOf(await signIn(right));
    at += 15 * 60_000;
    const second = sessionOf(await ask('getSession', { as: asAccount(first) }));
    await ask('endSession', { as: asAccount(second) });
    expect([await isLive(first), await isLive(second)]).toEqual([false, false]);
  });

  test('lasts twelve hours however often it is renewed, and an hour without use', async () => {
    let session = sessionOf(await signIn(right));
    for (let minutes = 0; minutes < 12 * 60 - 30; minutes += 30) {
      at += 30 * 60_000;
      session = sessionOf(await ask('getSession', { as: asAccount(session) }));
    }
    expect(await isLive(session)).toBe(true);
    at += 30 * 60_000;
    expect(await isLive(session)).toBe(false);
    const idle = sessionOf(await signIn(right));
    at += 3_600_000;
    expect(await isLive(idle)).toBe(false);
  });

  test('ends with all others at an administrator’s word', async () => {
    const sessions = [sessionOf(await signIn(right)), sessionOf(await signIn(right))];
    await logins.endSessions(district, 'a-1');
    expect(await Promise.all(sessions.map(isLive))).toEqual([false, false]);
    expect(await isLive(sessionOf(await signIn(right)))).toBe(true);
  });
});
