import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type RunningFake, startFakeService } from '../../test/builders/fake-service.ts';
import { runCommand } from '../../test/builders/run-command.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const keys = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'ES256', use: 'sig' }] };
const counts = { looked: 3, erased: 2, left: 0, ids: 1 };
let folder = '';
let service: RunningFake | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rolebook-privacy-'));
});
afterEach(async () => {
  await service?.stop();
  service = undefined;
  await rm(folder, { recursive: true });
});

function jws(stores: object, { typ = 'erasure-certificate+jws' } = {}): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const certificate = { district: 'd-1', erasure: 'E1', person: 'ab12', at: '2026-11-22T03:00:00Z', stores };
  const text = `${part({ alg: 'ES256', kid: 'k1', typ })}.${part(certificate)}`;
  const signature = sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
}

async function verify(text: string, more: string[] = [], environment = {}) {
  await writeFile(join(folder, 'certificate'), text);
  await writeFile(join(folder, 'keys.json'), JSON.stringify(keys));
  return runCommand(['privacy', 'verify', join(folder, 'certificate'), ...more], environment);
}
const offline = (text: string, ...more: string[]) =>
  verify(text, ['--keys', join(folder, 'keys.json'), ...more]);

test('a certificate that a kept key has signed is verified without the service, with its counts', async () => {
  const ran = await offline(jws({ roster: counts }));
  expect([ran.code, ran.out]).toEqual([0, expect.stringMatching(/roster +3 +2 +0 +1/)]);
});

test('an erasure as the service answered it is taken as well, and keys are asked for where none are given', async () => {
  service = await startFakeService({ replies: { 'GET /v1/certificate-keys': keys } });
  const environment = {
    ROLEBOOK_API: service.api,
    ROLEBOOK_CLIENT_ID: 'op',
    ROLEBOOK_CLIENT_SECRET: 'secret',
  };
  const ran = await verify(JSON.stringify({ signed: jws({ roster: counts }) }), ['--json'], environment);
  expect([ran.code, JSON.parse(ran.out)]).toMatchObject([
    0,
    { signed: true, clean: true, certificate: { erasure: 'E1' } },
  ]);
});

test('a certificate that was changed, or is a token, or says that something is left, is none', async () => {
  const good = jws({ roster: counts });
  const [head, , signature] = good.split('.');
  const [, other] = jws({ roster: { ...counts, looked: 9 } }).split('.');
  expect((await offline(`${head}.${other}.${signature}`)).code).toBe(1);
  expect((await offline(jws({ roster: counts }, { typ: 'at+jwt' }))).code).toBe(1);
  expect((await offline('nothing')).code).toBe(1);
  const left = await offline(jws({ roster: { ...counts, left: 1 } }), '--json');
  expect([left.code, JSON.parse(left.out)]).toMatchObject([1, { signed: true, clean: false }]);
});

test('a file that is not there cannot be verified', async () => {
  expect((await runCommand(['privacy', 'verify', join(folder, 'none')], {})).code).toBe(4);
});
