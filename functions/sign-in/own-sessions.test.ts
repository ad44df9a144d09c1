import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Account } from '../../shared/accounts/account.ts';
import { password, startSigningIn } from '../../test/builders/signing-in.ts';

let world: Awaited<ReturnType<typeof startSigningIn>>;
let ada: Account;
let district: string;
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
});

const firefox = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0' };

async function signedIn(who = ada, headers: Record<string, string> = {}) {
  const browser = world.browser();
  const body = { district, username: who.username, password };
  expect((await browser.ask('createSession', { body, headers })).status).toBe(201);
  return browser;
}

async function sessionsOf(browser: ReturnType<typeof world.browser>) {
  const { items } = (await browser.ask('listSessions')).body as { items: Record<string, unknown>[] };
  return items;
}

test('somebody sees where they are signed in, how and since when, and nothing that signs in', async () => {
  const desk = await signedIn(ada, firefox);
  world.clock.at += 60_000;
  const phone = await signedIn();
  await signedIn(await world.account(district));
  const items = await sessionsOf(phone);
  const at = new Date(world.clock.at).toISOString();
  expect(items).toMatchObject([
    { signedInAt: at, how: 'password', isCurrent: true },
    { how: 'password', device: 'Firefox, Linux', isCurrent: false },
  ]);
  expect(items[0]).not.toHaveProperty('device');
  const secrets = [desk, phone].map(({ jar }) => jar.get('__Host-rolebook-session')?.split('.').at(-1));
  for (const secret of secrets) expect(JSON.stringify(items)).not.toContain(secret);
});

test('a session elsewhere ends at once, also by what it was called before it got another secret', async () => {
  const [desk, phone] = [await signedIn(), await signedIn()];
  const others = (await sessionsOf(phone)).filter(({ isCurrent }) => isCurrent === false);
  expect(others).toHaveLength(1);
  world.clock.at += 20 * 60_000;
  await desk.ask('getSession');
  expect(await sessionsOf(phone)).toHaveLength(2);
  const params = { session: String(others[0]?.id) };
  expect((await phone.ask('endOwnSession', { params })).status).toBe(204);
  expect((await desk.ask('getSession')).status).toBe(401);
  expect(await sessionsOf(phone)).toMatchObject([{ isCurrent: true }]);
  expect(await phone.ask('endOwnSession', { params })).toMatchObject({
    ...{ status: 404, body: { code: 'unknown-session' } },
  });
});

test('nobody ends a session of somebody else, and one that is ended by itself takes its cookie along', async () => {
  const [mine, theirs] = [await signedIn(), await signedIn(await world.account(district))];
  const [session] = await sessionsOf(theirs);
  const params = { session: String(session?.id) };
  expect((await mine.ask('endOwnSession', { params })).status).toBe(404);
  const ended = await theirs.ask('endOwnSession', { params });
  expect([ended.status, ended.cookies.at(0)]).toEqual([204, expect.stringContaining('Max-Age=0')]);
  expect(await world.machine(district, 'listSessions')).toMatchObject({ status: 404 });
});
