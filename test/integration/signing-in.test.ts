import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Local } from '../../infra/local/stack.ts';
import { Api } from '../builders/api.ts';
import { Browser } from '../builders/browser.ts';
import { startLocal } from '../builders/local.ts';
import { until } from '../builders/until.ts';

/** The rows of PCR Educator's table about users who sign in (role-systems §4), over HTTP and mail, each both ways. */

const district = 'north';
const base = `/v1/districts/${district}`;
const password = 'seven green lanterns at noon';

type Account = { id: string; username: string; email: string };
type Mail = { at: string; to: string[] | string; subject: string; text: string };

let local: Local;
let operator: Api;
let count = 0;

beforeAll(async () => {
  local = await startLocal();
  operator = await Api.signIn(local.url, local.operator);
  await operator.ok('POST', '/v1/districts', {
    id: district,
    name: 'North Schools',
    timeZone: 'America/Chicago',
    schoolYear: 2027,
  });
}, 120_000);

afterAll(async () => {
  await local?.stop();
  if (local !== undefined) rmSync(local.dataDir, { recursive: true, force: true });
});

async function anAccount(more: Record<string, unknown> = {}): Promise<Account> {
  count += 1;
  const body = { username: `user-${count}`, email: `user-${count}@example.org`, ...more };
  const account = await operator.ok<Account>('POST', `${base}/accounts`, body);
  await operator.ok('PATCH', `${base}/accounts/${account.id}`, { approved: true });
  return account;
}

/** With a password, chosen by the link of the invitation. */
async function aUser(more: Record<string, unknown> = {}): Promise<Account> {
  const account = await anAccount(more);
  await operator.ok('POST', `${base}/accounts/${account.id}/invitations`);
  await choose(await linkTo(account.email), password);
  return account;
}

const change = (account: Account, body: object) =>
  operator.ok<unknown>('PATCH', `${base}/accounts/${account.id}`, body);
const see = (account: Account) => operator.ok<{ locked: boolean }>('GET', `${base}/accounts/${account.id}`);
const browser = () => new Browser(local.url);
const signIn = async ({ username }: Account, given = password) =>
  (await browser().signIn(username, given, district)).status;

async function mailsTo(address: string): Promise<Mail[]> {
  const mails = (await (await fetch(`${local.url}/local/mailbox.json`)).json()) as Mail[];
  return mails
    .filter(({ to }) => [to].flat().some((one) => one.includes(address)))
    .sort((a, b) => (a.at < b.at ? -1 : 1));
}

/** The part of the newest mail's link that opens it; `after`: mails that were there before. */
async function linkTo(address: string, after = 0): Promise<string> {
  let link: string | undefined;
  await until(`a link for ${address}`, async () => {
    const mails = await mailsTo(address);
    const found = mails
      .map(({ text }) => /\/password\/([\w.-]+)/.exec(text)?.[1])
      .filter((one) => one !== undefined);
    link = found.at(-1);
    return found.length > after;
  });
  if (link === undefined) throw new Error('No link came.');
  return link;
}

async function choose(link: string, chosen: string): Promise<void> {
  const answer = await browser().call('PUT', `/v1/password-resets/${link}`, { password: chosen });
  expect([answer.status, answer.body]).toEqual([204, '']);
}

async function fail(account: Account, times: number): Promise<void> {
  for (let at = 0; at < times; at += 1)
    expect(await signIn(account, 'a wrong guess of some length')).toBe(401);
}

describe('signing in', () => {
  test('takes the right password of an approved user who is not locked', async () => {
    const account = await aUser();
    const person = browser();
    const answer = await person.signIn(account.username, password, district);
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ district, account: account.id });
    expect((await person.call('GET', '/v1/sessions/current')).status).toBe(200);
  });

  test('is refused for a wrong password, an unknown name and a locked user in the same words', async () => {
    const [account, locked] = [await aUser(), await aUser()];
    await change(locked, { locked: true });
    const answers = await Promise.all([
      browser().signIn(account.username, 'a wrong guess of some length', district),
      browser().signIn('nobody-at-all', password, district),
      browser().signIn(locked.username, password, district),
      browser().signIn(locked.username, 'a wrong guess of some length', district),
    ]);
    const [first, ...others] = answers.map(({ status, body, setCookies }) => ({
      status,
      setCookies,
      body: { ...(body as object), instance: undefined, requestId: undefined },
    }));
    expect(first?.status).toBe(401);
    for (const other of others) expect(other).toEqual(first);
  });

  test('of a user who is not approved says so only after the right password', async () => {
    const account = await aUser();
    await change(account, { approved: false });
    expect(await signIn(account, 'a wrong guess of some length')).toBe(401);
    const answer = await browser().signIn(account.username, password, district);
    expect([answer.status, (answer.body as { type: string }).type]).toEqual([
      403,
      expect.stringContaining('not-approved'),
    ]);
  });

  test('without a district finds the one account of that name, and nobody where two districts have it', async () => {
    const account = await aUser();
    expect((await browser().signIn(account.username, password)).status).toBe(201);
    await operator.ok('POST', '/v1/districts', {
      id: `south-${count}`,
      name: 'South',
      timeZone: 'UTC',
      schoolYear: 2027,
    });
    const twin = { username: account.username.toUpperCase(), email: `twin-${count}@example.org` };
    await operator.ok('POST', `/v1/districts/south-${count}/accounts`, twin);
    expect((await browser().signIn(account.username, password)).status).toBe(401);
    expect(await signIn(account)).toBe(201);
  });
});

test('unapproving leaves a live session alone and blocks the next sign-in', async () => {
  const account = await aUser();
  const person = browser();
  await person.signIn(account.username, password, district);
  await change(account, { approved: false });
  expect((await person.call('GET', '/v1/sessions/current')).status).toBe(200);
  expect(await signIn(account)).toBe(403);
});

describe('five failures in a row', () => {
  test('lock the user, to the right password too; four do not', async () => {
    const [four, five] = [await aUser(), await aUser()];
    await fail(four, 4);
    await fail(five, 5);
    expect(await signIn(four)).toBe(201);
    expect(await signIn(five)).toBe(401);
    expect([(await see(four)).locked, (await see(five)).locked]).toEqual([false, true]);
  });

  test('are counted anew after a success', async () => {
    const account = await aUser();
    await fail(account, 4);
    expect(await signIn(account)).toBe(201);
    await fail(account, 4);
    expect(await signIn(account)).toBe(201);
  });

  test('of strangers leave the person their own device', async () => {
    const account = await aUser();
    const own = browser();
    await own.signIn(account.username, password, district);
    await fail(account, 5);
    expect(await signIn(account)).toBe(401);
    expect((await own.signIn(account.username, password, district)).status).toBe(201);
  });

  test('are five among 64 at once beside the right password, and the person is told', async () => {
    const account = await aUser();
    const guesses = Array.from({ length: 64 }, (_, at) => `a wrong guess of some length ${at}`);
    const answers = await Promise.all(
      [...guesses.slice(0, 32), password, ...guesses.slice(32)].map((guess) => signIn(account, guess)),
    );
    expect(answers.filter((status) => status !== 401 && status !== 201)).toEqual([]);
    expect((await see(account)).locked).toBe(true);
    expect(await signIn(account)).toBe(401);
    await until('a mail about the lock', async () =>
      (await mailsTo(account.email)).some(({ subject }) => /lock/i.test(subject)),
    );
  }, 60_000);

  test('end by an administrator', async () => {
    const account = await aUser();
    await fail(account, 5);
    await change(account, { locked: false });
    await fail(account, 4);
    expect(await signIn(account)).toBe(201);
  });
});

describe('a reset', () => {
  test.each(['username', 'email'] as const)('asked by %s unlocks, and clears the count', async (by) => {
    const account = await aUser();
    await fail(account, 5);
    const asked = { usernameOrEmail: account[by].toUpperCase(), district };
    expect((await browser().call('POST', '/v1/password-resets', asked)).status).toBe(202);
    const chosen = 'eight blue kites over the bay';
    const link = await linkTo(account.email, 1);
    await choose(link, chosen);
    expect([await signIn(account, chosen), await signIn(account)]).toEqual([201, 401]);
    expect((await browser().call('PUT', `/v1/password-resets/${link}`, { password })).status).toBeGreaterThan(
      403,
    );
  });

  test('never approves', async () => {
    const account = await aUser();
    await change(account, { approved: false });
    await browser().call('POST', '/v1/password-resets', { usernameOrEmail: account.email, district });
    const chosen = 'eight blue kites over the bay';
    await choose(await linkTo(account.email, 1), chosen);
    expect(await signIn(account, chosen)).toBe(403);
  });

  test('of nobody is answered alike, and mails nobody', async () => {
    const asked = { usernameOrEmail: 'nobody@example.org', district };
    const [known, unknown] = await Promise.all([
      browser().call('POST', '/v1/password-resets', { ...asked, usernameOrEmail: (await aUser()).email }),
      browser().call('POST', '/v1/password-resets', asked),
    ]);
    expect([unknown.status, unknown.body]).toEqual([known.status, known.body]);
    expect(await mailsTo('nobody@example.org')).toEqual([]);
  });
});

describe('a name', () => {
  test('is won by one of two creations at once, in any case', async () => {
    const bodies = ['Same@Example.org', 'same@example.ORG'].map((email, at) => ({
      username: `race-${at}`,
      email,
    }));
    const answers = await Promise.all(bodies.map((body) => operator.call('POST', `${base}/accounts`, body)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    const told = answers.find(({ status }) => status === 409)?.body as { type: string };
    expect(told.type).toContain('email-taken');
  });
});

describe('a session', () => {
  test('is in a cookie of this host alone, and another one after each sign-in', async () => {
    const account = await aUser();
    const person = browser();
    const [first, second] = [
      await person.signIn(account.username, password, district),
      await person.signIn(account.username, password, district),
    ];
    const [one, other] = [first, second].map(({ setCookies }) =>
      setCookies.find((cookie) => cookie.startsWith('__Host-rolebook-session=')),
    );
    expect(one).toMatch(/; Path=\/; Secure; HttpOnly; SameSite=Lax/);
    expect(other).not.toBe(one);
  });

  test('ends when the person signs out, and when an administrator ends all of theirs', async () => {
    const account = await aUser();
    const [one, other] = [browser(), browser()];
    await one.signIn(account.username, password, district);
    await other.signIn(account.username, password, district);
    const kept = [...one.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    expect((await one.call('DELETE', '/v1/sessions/current')).status).toBe(204);
    const again = await fetch(`${local.url}/v1/sessions/current`, { headers: { cookie: kept } });
    expect(again.status).toBe(401);
    expect((await other.call('GET', '/v1/sessions/current')).status).toBe(200);
    await operator.ok('DELETE', `${base}/accounts/${account.id}/sessions`);
    expect((await other.call('GET', '/v1/sessions/current')).status).toBe(401);
  });

  test('changes nothing for the page of another site', async () => {
    const account = await aUser();
    const person = browser();
    await person.signIn(account.username, password, district);
    const foreign = { 'sec-fetch-site': 'cross-site', origin: 'https://elsewhere.test' };
    expect((await person.call('DELETE', '/v1/sessions/current', undefined, foreign)).status).toBe(403);
    expect((await person.call('GET', '/v1/sessions/current')).status).toBe(200);
  });

  test('gives what the person may do, and nothing more', async () => {
    const [nobody, security] = [await aUser(), await aUser({ roles: ['security_full'] })];
    const [one, other] = [browser(), browser()];
    await one.signIn(nobody.username, password, district);
    await other.signIn(security.username, password, district);
    const path = `${base}/accounts/${nobody.id}`;
    expect((await one.call('PATCH', path, { approved: true })).status).toBe(403);
    expect((await other.call('PATCH', path, { approved: true })).status).toBe(200);
    const district2 = '/v1/districts/elsewhere/accounts';
    expect((await other.call('GET', district2)).status).toBe(403);
  });

  test('ends with the account', async () => {
    const account = await aUser();
    const person = browser();
    await person.signIn(account.username, password, district);
    await operator.ok('DELETE', `${base}/accounts/${account.id}`);
    expect((await person.call('GET', '/v1/sessions/current')).status).toBe(401);
    expect(await signIn(account)).toBe(401);
  });
});

test('who asks for resets too often hears when to come again', async () => {
  const ask = () => browser().call('POST', '/v1/password-resets', { usernameOrEmail: 'nobody', district });
  // More than two minutes of the clock hold.
  const answers = await Promise.all(Array.from({ length: 140 }, ask));
  const refused = answers.find(({ status }) => status === 429);
  expect(refused?.body).toMatchObject({ code: 'too-many-requests', status: 429 });
  expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
});
