import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Local } from '../../infra/local/stack.ts';
import { hashPassword } from '../../shared/accounts/password-hash.ts';
import { type CertificateKey, verifyCertificate } from '../../shared/audit/certificate.ts';
import type { ErasureView, ExportView } from '../../shared/messages/privacy.ts';
import { Logins } from '../../shared/store/logins.ts';
import { allItems, allMessages, allObjects, type StoredText } from '../builders/all-stored.ts';
import { Api } from '../builders/api.ts';
import { feedZip } from '../builders/feed-zip.ts';
import { startLocal } from '../builders/local.ts';
import { feed11, headers } from '../builders/oneroster-feed.ts';
import { until } from '../builders/until.ts';

/** A canary of a person: whatever is told of them anywhere has one of these. */
const marks = {
  givenName: 'Zilvermeeuw',
  familyName: 'Quarkmaanzaad',
  email: 'kanarie.veertje@example.org',
  username: 'kwikstaart-kanarie',
  birthDate: '1913-03-07',
  phone: '+1-555-0199-8877',
  password: 'een-heel-gele-vogel-zingt-zacht',
};
const id = 'canary-sourced-id-77';
const base = '/v1/districts/north';

let local: Local;
let operator: Api;
let client: Api;

beforeAll(async () => {
  local = await startLocal();
  operator = await Api.signIn(local.url, local.operator);
  await operator.newDistrict('north');
  const include = { phones: true, demographics: true };
  await operator.ok('PUT', `${base}/feeds/sis`, { format: 'oneroster-csv', source: 'upload', include });
  const wanted = { name: 'SIS', scopes: ['rolebook.district:north', 'access.evaluate'] };
  client = await Api.signIn(local.url, await operator.ok('POST', `${base}/clients`, wanted));
}, 120_000);

afterAll(async () => {
  await local?.stop();
  if (local !== undefined) rmSync(local.dataDir, { recursive: true, force: true });
});

/** `more`: rows of users.csv besides the teacher and a student whose guardian the canary is. */
function feedWith(...more: string[]) {
  const users = [
    'tess,,,true,s1,teacher,tess,,Tess,Teal,,,,,,,,',
    `sam,,,true,s1,student,sam,,Sam,Sand,,,,,,"${more.length > 0 ? id : ''}",09,`,
    ...more,
  ];
  const own = more.length > 0 ? `e9,,,c1,s1,${id},teacher,,,\n` : '';
  const born = more.length > 0 ? `${id},,,${marks.birthDate},female,,,,,,,,,,,\n` : '';
  return feed11({
    users: `${headers.users11}\n${users.join('\n')}\n`,
    enrollments: `${headers.enrollments}\ne1,,,c1,s1,tess,teacher,true,,\n${own}`,
    demographics: `${headers.demographics}\n${born}`,
  });
}

const row = (role: string, given = marks.givenName) =>
  `${id},,,true,s1,${role},${marks.username},,${given},${marks.familyName},,,${marks.email},,${marks.phone},,,`;

async function marked(stored: AsyncIterable<StoredText>): Promise<string[]> {
  const found: string[] = [];
  for await (const { where, text } of stored) {
    for (const mark of Object.values(marks))
      if (`${where}\n${text}`.includes(mark)) found.push(`${where}: ${mark}`);
  }
  return found;
}

/** Logs, in which metrics and traces stand too, queues with their dead letters, and names of files and objects. */
async function* told(): AsyncGenerator<StoredText> {
  const logs = join(local.dataDir, 'logs');
  for (const name of readdirSync(logs)) yield { where: name, text: readFileSync(join(logs, name), 'utf8') };
  yield* allMessages(local);
  for await (const { where } of allObjects(local)) yield { where, text: '' };
  for (const where of readdirSync(local.dataDir, { recursive: true }))
    yield { where: String(where), text: '' };
}

async function signIn(username: string, password: string): Promise<number> {
  const response = await fetch(`${local.url}/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password, district: 'north' }),
  });
  return response.status;
}

/** The canary goes everywhere. */
async function live(): Promise<void> {
  const first = await operator.sync('north', await feedZip(feedWith(row('teacher'))));
  expect(first).toMatchObject({ state: 'applied' });
  const bad = [
    row('teacher'),
    `${id},,,perhaps ${marks.familyName},s1,wizard,${marks.username},,,,,,${marks.email},,,,,`,
  ];
  await operator.sync('north', await feedZip(feedWith(...bad)));
  const edit = { value: `${marks.givenName}e`, reason: 'as on the passport' };
  const edited = await client.call('PUT', `${base}/edits/users/${id}/givenName`, edit);
  expect(edited.status).toBeLessThan(300);
  const names = { username: marks.username, email: marks.email };
  const account = await client.ok<{ id: string }>('POST', `${base}/accounts`, {
    ...names,
    user: id,
    approved: true,
  });
  const dynamo = DynamoDBDocumentClient.from(
    new DynamoDBClient({
      endpoint: local.endpoints.dynamodb,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    }),
  );
  const password = await hashPassword(marks.password);
  await new Logins(dynamo, 'rolebook-logins').setPassword('north', account.id, password);
  expect(await signIn(marks.username, `${marks.password}!`)).toBe(401);
  expect(await signIn(marks.email, marks.password)).toBe(401);
  expect([200, 201]).toContain(await signIn(marks.username, marks.password));
  await client.check('north', [id, 'hmh:report.assessment', 'class:c1'], true);
  await client.check('north', [marks.email, 'hmh:report.assessment', 'class:c1']);
  await client.ok('PUT', `${base}/records/households/h1`, { students: [{ id, relationship: 'Parent' }] });
  await client.ok('GET', `${base}/users/${id}`);
  await client.call('GET', `${base}/accounts?email=${encodeURIComponent(marks.email)}`);
  const taken = await client.call('POST', `${base}/accounts`, { ...names, username: 'other' });
  expect(taken.status).toBe(409);
}

test('a canary is told of by no log, metric, message or name of a file, and after erasure no store has anything of them', async () => {
  await live();
  const exported = await client.ok<ExportView>('POST', `${base}/users/${id}/export`);
  const document = await (await fetch(exported.url)).text();
  const { password: _, ...kept } = marks;
  for (const mark of Object.values(kept)) expect(document).toContain(mark);
  expect(document).not.toContain('$argon2');
  expect(await marked(told())).toEqual([]);
  expect(await marked(allObjects(local))).not.toEqual([]);

  const active = await client.call('POST', `${base}/users/${id}/erasure`, {});
  expect([active.status, active.body]).toMatchObject([409, { code: 'still-active' }]);
  const asked = await client.ok<ErasureView>('POST', `${base}/users/${id}/erasure`, { keepOut: true });
  let erasure = asked;
  await until('the erasure rests', async () => {
    erasure = await client.ok<ErasureView>('GET', `${base}/erasures/${asked.erasureId}`);
    return erasure.state === 'done' || erasure.state === 'incomplete';
  });
  expect(erasure).toMatchObject({ state: 'done' });
  expect([await marked(allItems(local)), await marked(allObjects(local)), await marked(told())]).toEqual([
    [],
    [],
    [],
  ]);

  const { keys } = await client.ok<{ keys: CertificateKey[] }>('GET', '/v1/certificate-keys');
  expect(verifyCertificate(erasure.signed ?? '', keys)).toEqual(erasure.certificate);
  const [head = '', body = '', signature = ''] = (erasure.signed ?? '').split('.');
  const forged = Buffer.from(
    Buffer.from(body, 'base64url').toString().replace('"left":0', '"left":1'),
  ).toString('base64url');
  expect(() => verifyCertificate(`${head}.${forged}.${signature}`, keys)).toThrow();

  // The feed brings them again: the row is dropped, nobody is made of it, and others are as before.
  const again = await operator.sync('north', await feedZip(feedWith(row('teacher'))));
  expect(again.state).toBe('applied');
  expect((await client.call('GET', `${base}/users/${id}`)).status).toBe(404);
  expect(await marked(allItems(local))).toEqual([]);
  expect((await client.ok<{ status: string }>('GET', `${base}/users/sam`)).status).toBe('active');
}, 180_000);
