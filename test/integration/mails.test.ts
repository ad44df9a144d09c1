import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LocalMail } from '../../infra/local/engines/ses.ts';
import { keepPeople } from '../../infra/local/people.ts';
import type { Local } from '../../infra/local/stack.ts';
import { Api } from '../builders/api.ts';
import { startLocal } from '../builders/local.ts';
import { until } from '../builders/until.ts';

let local: Local;
let operator: Api;

beforeAll(async () => {
  local = await startLocal();
  operator = await Api.signIn(local.url, local.operator);
  await operator.newDistrict('north');
}, 120_000);

afterAll(async () => {
  await local?.stop();
  if (local !== undefined) rmSync(local.dataDir, { recursive: true, force: true });
});

/** The newest to an address, once there are so many. */
async function mailTo(address: string, count = 1): Promise<LocalMail> {
  let found: LocalMail[] = [];
  await until('the mail has arrived', async () => {
    const mails = (await (await fetch(`${local.url}/local/mailbox.json`)).json()) as LocalMail[];
    found = mails.filter(({ to }) => to === address);
    return found.length >= count;
  });
  const [newest] = found;
  if (newest === undefined) throw new Error('There is no mail');
  return newest;
}

function send(method: string, path: string, body: object): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(`${local.url}${path}`, { method, headers, body: JSON.stringify(body) });
}

function linkIn({ text }: LocalMail): string {
  return /http:\S+\/password\/\S+/.exec(text)?.[0] ?? 'no link';
}

test('who is invited chooses a password by the link of the mail, once, and signs in with it', async () => {
  const ada = { username: 'ada', email: 'ada@north.test', approved: true, invite: true, language: 'es' };
  await operator.ok('POST', '/v1/districts/north/accounts', ada);
  const mail = await mailTo(ada.email);
  expect(mail.headers['Auto-Submitted']).toBe('auto-generated');
  expect(mail.html).toContain('<html lang="es">');

  const link = linkIn(mail);
  const page = await fetch(link);
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  const script = await fetch(`${local.url}/pages/password.js`);
  expect([script.status, script.headers.get('content-type')]).toEqual([
    200,
    'text/javascript; charset=utf-8',
  ]);

  const reset = `/v1/password-resets/${link.split('/').at(-1)}`;
  const looked = await fetch(`${local.url}${reset}`);
  expect(await looked.json()).toMatchObject({ purpose: 'invitation', username: 'ada', district: 'north' });
  const password = 'nine quiet herons at dusk';
  expect((await send('PUT', reset, { password })).status).toBe(204);
  expect((await send('PUT', reset, { password })).status).toBe(404);
  const session = await send('POST', '/v1/sessions', { username: 'ada', password });
  expect([session.status, await session.json()]).toEqual([
    201,
    expect.objectContaining({ district: 'north', username: 'ada' }),
  ]);
  expect((await mailTo(ada.email, 2)).subject).toBe('north: su contraseña ha cambiado');

  await operator.ok('PATCH', '/v1/districts/north', { name: 'North & Co. <b>' });
  expect((await send('POST', '/v1/password-resets', { usernameOrEmail: 'ADA@north.test' })).status).toBe(202);
  const asked = await mailTo(ada.email, 3);
  expect(asked.subject).toBe('North & Co. <b>: elija una contraseña nueva');
  expect(asked.html).toContain('North &#38; Co. &#60;b&#62;');
}, 60_000);

test('made-up people sign in by a link, once; the next one is another', async () => {
  const { id: account } = await operator.ok<{ id: string }>('POST', '/v1/districts/north/accounts', {
    username: 'bea',
    email: 'bea@north.test',
    approved: true,
  });
  keepPeople(local.dataDir, [{ name: 'Bea Made-Up', role: 'hmh teacher', district: 'north', account }]);
  const announced = async (): Promise<string> => {
    await local.announcePeople();
    const { people } = JSON.parse(readFileSync(join(local.dataDir, 'local.json'), 'utf8'));
    expect(people).toEqual([{ name: 'Bea Made-Up', role: 'hmh teacher', signIn: expect.any(String) }]);
    return people[0].signIn;
  };
  const link = await announced();
  expect(await announced()).toBe(link);

  const signedIn = await fetch(link, { redirect: 'manual' });
  expect([signedIn.status, signedIn.headers.get('location')]).toEqual([303, '/']);
  const cookie = signedIn.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
  const session = await fetch(`${local.url}/v1/sessions/current`, { headers: { cookie } });
  expect(await session.json()).toMatchObject({ account, username: 'bea' });

  const again = await fetch(link, { redirect: 'manual' });
  expect([again.headers.get('location'), again.headers.getSetCookie()]).toEqual([
    '/sign-in?problem=link-ended',
    [],
  ]);
  expect(await announced()).not.toBe(link);
}, 60_000);
