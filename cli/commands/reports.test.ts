import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type RunningFake, startFakeService } from '../../test/builders/fake-service.ts';
import { runCommand } from '../../test/builders/run-command.ts';
import { startServer, type VendorServer } from '../../test/vendors/http-server.ts';

const base = '/v1/districts/d-1/reports';
const content = 'student,score\n';
const sha256 = createHash('sha256').update(content).digest('hex');
const report = {
  ...{ id: 'r-1', account: 's1', folder: 'receive', fileName: 'roster.csv', kind: 'roster', state: 'ready' },
  ...{ at: '2026-11-22T12:00:00Z', until: '2027-02-20T12:00:00Z', sha256 },
};

let folder: string;
let service: RunningFake | undefined;
let store: VendorServer;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'reports-'));
  store = await startServer(() => ({ status: 200, body: content }));
});
afterEach(async () => {
  await service?.stop();
  await store.close();
  rmSync(folder, { recursive: true });
});

async function against(replies: Record<string, unknown>) {
  service = await startFakeService({ replies });
  const environment = {
    ROLEBOOK_API: service.api,
    ROLEBOOK_CLIENT_ID: 'op',
    ROLEBOOK_CLIENT_SECRET: 'secret',
  };
  const { seen } = service;
  const run = (...args: string[]) => runCommand(['reports', ...args], environment);
  const asked = () =>
    seen.filter(({ path }) => path.startsWith(base)).map(({ method, path, body }) => [method, path, body]);
  return { run, asked };
}

test('reports are listed and shown, as text and as JSON', async () => {
  const refused = {
    ...report,
    state: 'refused',
    problems: [{ line: 3, code: 'bad-date', message: 'No date.' }],
  };
  const { run } = await against({ [`GET ${base}`]: { items: [report] }, [`GET ${base}/r-1`]: refused });
  expect((await run('list')).out).toMatch(/r-1 .* s1 +receive +roster +ready +roster\.csv/);
  expect(JSON.parse((await run('list', '--json')).out)).toEqual({ items: [report] });
  const one = await run('get', 'r-1');
  expect([one.code, one.out]).toEqual([1, expect.stringMatching(/line 3 +bad-date +No date\./)]);
});

test('a file is sent to the address that the service gives, with its size and hash', async () => {
  const file = join(folder, 'graduates.csv');
  writeFileSync(file, content);
  const target = { ...report, upload: { url: `${store.origin}/put`, headers: { 'x-amz-test': '1' } } };
  const { run, asked } = await against({ [`POST ${base}`]: target });
  expect((await run('upload', file, '--account', 's1')).out).toContain(sha256);
  const size = content.length;
  const wanted = { account: 's1', folder: 'upload', fileName: 'graduates.csv', size, sha256 };
  expect(asked()).toEqual([['POST', base, wanted]]);
  expect(store.calls).toMatchObject([{ method: 'PUT', body: content, headers: { 'x-amz-test': '1' } }]);
});

test('a report is asked for with its scope', async () => {
  const { run, asked } = await against({ [`POST ${base}`]: { ...report, state: 'requested' } });
  const options = ['--account', 's1', '--format', 'pdf', '--scope', 'class:c1', 'class:c2'];
  expect((await run('request', 'start-cards', ...options)).out).toContain('requested');
  const scope = { type: 'class', ids: ['c1', 'c2'] };
  expect(asked()).toEqual([['POST', base, { account: 's1', format: 'pdf', kind: 'start-cards', scope }]]);
  expect((await run('request', 'roster', '--account', 's1', '--scope', 'class:c1', 'school:s1')).code).toBe(
    4,
  );
});

test('quotas are listed of accounts that brought something or of which something is said', async () => {
  const quotas = {
    accounts: [{ account: 's2', bytes: 9, files: 1 }],
    used: [{ account: 's1', bytes: 3, files: 2 }],
    usual: { bytes: 100, files: 10 },
  };
  const { run } = await against({ 'GET /v1/districts/d-1/report-quotas': quotas });
  expect((await run('quotas')).out).toMatch(
    /s1 +3 of 100 bytes +2 of 10 files\s+s2 +0 of 9 bytes +0 of 1 files/,
  );
});

test('links are made, listed and revoked', async () => {
  const link = { id: 'l-1', account: 'a-1', until: '2026-11-29T12:00:00Z', url: 'https://x.test/l' };
  const { run, asked } = await against({
    ...{ [`POST ${base}/r-1/links`]: link, [`GET ${base}/r-1/links`]: { items: [link] } },
    ...{
      [`DELETE ${base}/r-1/links/l-1`]: undefined,
      [`GET ${base}/r-1/mails`]: { items: [{ event: 'e-1' }] },
    },
    [`POST ${base}/r-1/mails`]: { accounts: ['a-1'] },
  });
  expect((await run('links', 'create', 'r-1', '--for', 'a-1')).out).toContain('https://x.test/l');
  expect((await run('links', 'list', 'r-1')).out).toContain('l-1  a-1');
  await run('links', 'revoke', 'r-1', 'l-1');
  expect((await run('resend', 'r-1')).out).toContain('Mailed again: 1');
  expect(asked().map(([method]) => method)).toEqual(['POST', 'GET', 'DELETE', 'GET', 'POST']);
});

test('a report that comes otherwise than it is kept is not taken', async () => {
  const { api } = await startFakeRedirect();
  const environment = { ROLEBOOK_API: api, ROLEBOOK_CLIENT_ID: 'op', ROLEBOOK_CLIENT_SECRET: 'secret' };
  const file = join(folder, 'mine.csv');
  const run = (id: string) =>
    runCommand(['--district', 'd-1', 'reports', 'download', id, '--to', file], environment);
  expect((await run('r-1')).out).toContain(sha256);
  expect(readFileSync(file, 'utf8')).toBe(content);
  expect((await run('r-2')).code).toBe(4);
  expect(store.calls.every(({ headers }) => headers.authorization === undefined)).toBe(true);
});

/** Answers downloads by an address elsewhere; `r-2` is kept with another hash. */
async function startFakeRedirect() {
  const server = await startServer(({ url }) => {
    if (url.pathname === '/oauth/token') {
      return { status: 200, body: JSON.stringify({ access_token: 't', expires_in: 600 }) };
    }
    if (url.pathname.endsWith('/download'))
      return { status: 303, headers: { location: store.origin }, body: '' };
    const other = url.pathname.endsWith('r-2') ? { sha256: 'f'.repeat(64) } : {};
    return { status: 200, body: JSON.stringify({ ...report, ...other }) };
  });
  service = { api: server.origin, seen: [], uploaded: new Map(), stop: server.close };
  return { api: server.origin };
}
