import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { Assignment } from '../../shared/access/facts.ts';
import type { Account } from '../../shared/accounts/account.ts';
import { hashPassword } from '../../shared/accounts/password-hash.ts';
import { MailMessage } from '../../shared/messages/mail-messages.ts';
import { SftpEntry, SftpFolders } from '../../shared/messages/sftp.ts';
import { Accounts } from '../../shared/store/accounts.ts';
import { Logins } from '../../shared/store/logins.ts';
import { Passkeys } from '../../shared/store/passkeys.ts';
import { ReportLedger } from '../../shared/store/report-ledger.ts';
import { ReportQuotas } from '../../shared/store/report-quotas.ts';
import { SecondFactors } from '../../shared/store/second-factors.ts';
import { SignInSettings } from '../../shared/store/sign-in-settings.ts';
import { SshKeys } from '../../shared/store/ssh-keys.ts';
import { anAssignment } from '../../test/builders/access-facts.ts';
import { makeDistrict } from '../../test/builders/accounts-api.ts';
import { startDynamo, type TestDynamo, testTables } from '../../test/builders/dynamo.ts';
import { recordingEvents } from '../../test/builders/http-event.ts';
import { identifySftpDeps } from '../../test/builders/identify-sftp.ts';
import { aReport, testQuota } from '../../test/builders/report.ts';
import { storeDistrict } from '../../test/builders/stored-district.ts';
import { makeHandler } from './handler.ts';

const right = 'a lamp that hums at night';
const short = 'eight geese';
const now = new Date('2026-11-22T12:00:00Z');

let engine: TestDynamo;
let hashes: Record<string, string>;
let district: string;
let count = 0;
let sent: MailMessage[];
let pauses: number[];
let events: ReturnType<typeof recordingEvents>;
let handler: ReturnType<typeof makeHandler>;
let logins: Logins;

beforeAll(async () => {
  engine = await startDynamo();
  hashes = { [right]: await hashPassword(right), [short]: await hashPassword(short) };
  logins = new Logins(engine.dynamo, testTables.logins);
});
afterAll(() => engine.stop());

beforeEach(async () => {
  count += 1;
  district = `d-${count}`;
  sent = [];
  pauses = [];
  events = recordingEvents();
  handler = makeHandler({
    ...identifySftpDeps(engine.dynamo, () => now),
    mails: { send: async (message) => void sent.push(MailMessage.parse(message)) },
    pause: async (milliseconds) => void pauses.push(milliseconds),
    events,
  });
  await makeDistrict(engine, district);
});

const ofNsc = (role: string, ...ids: string[]): Assignment =>
  anAssignment(role, { type: 'account', ids }, { system: 'nsc', id: `${role} of ${ids.length}, ${ids[0]}` });

type Somebody = Partial<Account> & { password?: string; roles?: Assignment[] };

/** Account `a-1` of the district, with a web ID and the role `ftp` at `s1` where nothing else is said. */
async function somebody(more: Somebody = {}): Promise<string> {
  const { password = right, roles = [ofNsc('ftp', 's1')], ...said } = more;
  const account: Account = {
    ...{ id: 'a-1', username: `ada-${district}`, email: `ada@${district}.example.org`, approved: true },
    ...{ webId: 'W1', locked: false, ledgers: [], schools: [], asked: [], createdAt: now.toISOString() },
    ...said,
  };
  const ids = roles.flatMap(({ scope }) => scope.ids);
  await storeDistrict(engine.dynamo, district, {
    orgs: Object.fromEntries(ids.map((id) => [id, { status: 'active', type: 'school' }])),
  });
  const deed = { kind: 'assignment' as const, userId: account.id, by: 'test', at: now.toISOString() };
  const deeds = roles.map((assignment) => ({ ...deed, assignment }));
  await new Accounts(engine.dynamo, testTables).create(district, account, deeds);
  await logins.setPassword(district, account.id, hashes[password] ?? '');
  return account.username;
}

async function ask(username: string, password?: string, protocol = 'SFTP') {
  const login = { username, protocol, serverId: 's-1', sourceIp: '192.0.2.1' };
  return handler(password === undefined ? login : { ...login, password }, { awsRequestId: 'r-1' });
}

function foldersIn(answer: object): Record<string, string> {
  const { HomeDirectoryDetails } = SftpEntry.parse(answer);
  const folders = SftpFolders.parse(JSON.parse(HomeDirectoryDetails));
  return Object.fromEntries(folders.map(({ Entry, Target }) => [Entry, Target]));
}

const Policy = z.object({
  Statement: z.array(
    z.object({ Action: z.union([z.string(), z.array(z.string())]), Resource: z.array(z.string()) }),
  ),
});
function resourcesOf(answer: object, action: string): string[] {
  const { Statement } = Policy.parse(JSON.parse(SftpEntry.parse(answer).Policy));
  return Statement.filter(({ Action }) => [Action].flat().includes(action)).flatMap(
    ({ Resource }) => Resource,
  );
}

describe('the folders of somebody who comes in', () => {
  test('are those of their one account, at the top as well', async () => {
    expect(foldersIn(await ask(await somebody(), right))).toEqual({
      '/upload': `/exchange/in/${district}/s1/upload`,
      '/receive': `/exchange/out/${district}/s1/receive`,
      '/s1/upload': `/exchange/in/${district}/s1/upload`,
      '/s1/receive': `/exchange/out/${district}/s1/receive`,
    });
  });

  test('are below the name of each account where there are several, and of no account without the role', async () => {
    const roles = [ofNsc('ftp', 's1'), ofNsc('ftp', 's2'), ofNsc('reports', 's3')];
    expect(Object.keys(foldersIn(await ask(await somebody({ roles }), right)))).toEqual([
      ...['/s1/upload', '/s1/receive', '/s2/upload', '/s2/receive'],
    ]);
  });

  test('have one for tests for who is technical, and only at that account', async () => {
    const roles = [ofNsc('ftp', 's1', 's2'), ofNsc('technical', 's2')];
    const paths = Object.keys(foldersIn(await ask(await somebody({ roles }), right)));
    expect(paths.filter((path) => path.endsWith('/test'))).toEqual(['/s2/test']);
  });

  test('hold nothing back in names: an account that is called by a path stays one folder', async () => {
    const odd = '../a b/é%#';
    const folders = foldersIn(await ask(await somebody({ roles: [ofNsc('ftp', odd)] }), right));
    const name = encodeURIComponent(odd);
    expect(folders[`/${name}/upload`]).toBe(`/exchange/in/${district}/${name}/upload`);
    expect(Object.values(folders).every((target) => target.split('/').length === 6)).toBe(true);
  });

  test.each(['.', '..'])('are none for an account that is called %j', async (id) => {
    expect(await ask(await somebody({ roles: [ofNsc('ftp', id)] }), right)).toEqual({});
  });

  test('are not at the top where the account is called as a folder is', async () => {
    const folders = foldersIn(await ask(await somebody({ roles: [ofNsc('ftp', 'upload')] }), right));
    expect(Object.keys(folders)).toEqual(['/upload/upload', '/upload/receive']);
  });

  test('are to be read in `receive`, and written elsewhere, and no others', async () => {
    const roles = [ofNsc('ftp', 's1'), ofNsc('technical', 's1')];
    const answer = await ask(await somebody({ roles }), right);
    const arn = (prefix: string) => `arn:aws:s3:::exchange/${prefix}/*`;
    const written = [arn(`in/${district}/s1/upload`), arn(`in/${district}/s1/test`)];
    expect(resourcesOf(answer, 's3:PutObject')).toEqual(written);
    expect(resourcesOf(answer, 's3:DeleteObject')).toEqual(written);
    expect(resourcesOf(answer, 's3:GetObject').toSorted()).toEqual(
      [...written, arn(`out/${district}/s1/receive`)].toSorted(),
    );
  });

  test('are held to the district where they are too many for a policy of IAM', async () => {
    const ids = Array.from({ length: 40 }, (_, at) => `school-with-a-long-name-${at}`);
    const answer = await ask(await somebody({ roles: [ofNsc('ftp', ...ids)] }), right);
    expect(SftpEntry.parse(answer).Policy.length).toBeLessThanOrEqual(2048);
    expect(resourcesOf(answer, 's3:PutObject')).toEqual([`arn:aws:s3:::exchange/in/${district}/*`]);
    expect(Object.keys(foldersIn(answer))).toHaveLength(80);
  });
});

test('where an account has no room, its folders are read, and the server that asks hears what is left', async () => {
  const quotas = new ReportQuotas(engine.dynamo, testTables.reports, testQuota);
  const accounts = [{ account: 's1', bytes: 9, files: 1 }];
  await quotas.put(district, { accounts, revision: 0 });
  const username = await somebody({ roles: [ofNsc('ftp', 's1', 's2')] });
  const report = aReport({ account: 's1', size: 3 });
  const line = { id: '1', at: report.at, what: report.state };
  const ledger = new ReportLedger(engine.dynamo, testTables.reports);
  await ledger.create(district, report, { line });
  const login = { username, password: right, protocol: 'SFTP', serverId: 's-1', sourceIp: '192.0.2.1' };
  const answer = await handler({ ...login, asksLeft: true }, { awsRequestId: 'r-1' });
  const arnOf = (account: string) => `arn:aws:s3:::exchange/in/${district}/${account}/upload/*`;
  expect(resourcesOf(answer, 's3:PutObject')).toEqual([arnOf('s2')]);
  expect(resourcesOf(answer, 's3:GetObject')).toContain(arnOf('s1'));
  expect(answer).toMatchObject({
    Left: {
      [`/exchange/in/${district}/s1/upload`]: { bytes: 6, files: 0 },
      [`/exchange/in/${district}/s2/upload`]: testQuota.usual,
    },
  });
  expect(Object.keys(answer)).toHaveLength(5);
  expect(await ask(username, right)).not.toHaveProperty('Left');
});

describe('nobody comes in', () => {
  test.each<[string, Somebody]>([
    ['without a role', { roles: [] }],
    ['with another role', { roles: [ofNsc('reports', 's1')] }],
    ['for tests alone', { roles: [ofNsc('technical', 's1')] }],
    ['whose role has ended', { roles: [{ ...ofNsc('ftp', 's1'), until: '2026-11-22' }] }],
    ['without a web ID', { webId: undefined }],
    ['who is not approved', { approved: false }],
    ['whose account is locked', { locked: true, lockedBy: 'administrator' }],
  ])('%s, neither by the right password nor by a key', async (_, more) => {
    const username = await somebody(more);
    await new SshKeys(engine.dynamo, testTables.logins).put(district, 'a-1', [aKey]);
    expect([await ask(username, right), await ask(username)]).toEqual([{}, {}]);
  });

  test('by a password that is good only beside a second factor', async () => {
    expect(await ask(await somebody({ password: short }), short)).toEqual({});
  });

  test('over anything but SFTP, or with what is no question', async () => {
    const username = await somebody();
    expect([await ask(username, right, 'FTP'), await ask('', right)]).toEqual([{}, {}]);
    expect(await handler('nonsense', { awsRequestId: 'r-1' })).toEqual({});
  });
});

const aKey = {
  ...{ type: 'ssh-ed25519', line: 'ssh-ed25519 AAAA', fingerprint: 'SHA256:a', comment: 'of ada' },
  addedAt: now.toISOString(),
};

describe('a second factor', () => {
  const holding: Record<string, () => Promise<unknown>> = {
    'an authenticator app': async () => {
      const factors = new SecondFactors(engine.dynamo, testTables.logins);
      const begun = { secret: 'JBSWY3DPEHPK3PXP', now };
      await factors.beginTotp(district, 'a-1', begun);
      await factors.confirmTotp(district, 'a-1', { ...begun, step: 1, codes: ['a code'] });
    },
    'a passkey': () =>
      new Passkeys(engine.dynamo, testTables.logins).add(district, 'a-1', {
        ...{ credentialId: 'p-1', publicKey: new Uint8Array([1]), signatures: 0, transports: [] },
        ...{ name: 'phone', createdAt: now.toISOString() },
      }),
    'a district that asks everybody for one': () =>
      new SignInSettings(engine.dynamo, testTables.logins).put(district, { secondFactor: 'everybody' }),
  };

  test.each(Object.keys(holding))('is not gone around: with %s, only a key lets in', async (what) => {
    const username = await somebody();
    await new SshKeys(engine.dynamo, testTables.logins).put(district, 'a-1', [aKey]);
    expect(await ask(username, right)).not.toEqual({});
    await holding[what]?.();
    expect(await ask(username, right)).toEqual({});
    expect(await ask(username)).toMatchObject({ PublicKeys: [aKey.line] });
  });

  test('that only administrators are asked for does not keep others out', async () => {
    const username = await somebody();
    const settings = new SignInSettings(engine.dynamo, testTables.logins);
    await settings.put(district, { secondFactor: 'administrators' });
    expect(await ask(username, right)).not.toEqual({});
  });
});

describe('wrong passwords', () => {
  const wrong = async (username: string, times: number) => {
    for (let at = 0; at < times; at += 1) expect(await ask(username, 'a wrong guess')).toEqual({});
  };
  const lockOf = async () => (await logins.find(district, 'a-1')).lockedBy;

  test('lock with the fifth in a row, and the person is told; a key lets them in all the same', async () => {
    const username = await somebody();
    await wrong(username, 4);
    expect([await lockOf(), sent]).toEqual([undefined, []]);
    await wrong(username, 1);
    expect(await lockOf()).toBe('strangers');
    expect(sent).toEqual([{ kind: 'locked', district, account: 'a-1', at: now.toISOString() }]);
    expect(await ask(username, right)).toEqual({});
    expect(await ask(username)).toMatchObject({ PublicKeys: [] });
  });

  test('are forgotten once the right one comes', async () => {
    const username = await somebody();
    await wrong(username, 4);
    expect(await ask(username, right)).not.toEqual({});
    await wrong(username, 4);
    expect(await lockOf()).toBeUndefined();
  });

  test('are answered as those of a locked account and of nobody, at the same beat', async () => {
    const username = await somebody();
    const answers = [await ask('nobody', right), await ask(username, 'a wrong guess')];
    await wrong(username, 4);
    answers.push(await ask(username, right));
    expect(answers).toEqual([{}, {}, {}]);
    expect(new Set(pauses).size).toBe(1);
  });
});

describe('a name', () => {
  test('may say its district', async () => {
    const username = await somebody();
    expect(foldersIn(await ask(`${username}@${district}`, right))['/upload']).toContain(district);
    expect(await ask(`${username}@nowhere`, right)).toEqual({});
  });

  test('that is in two districts must say which', async () => {
    const username = `twice-${district}`;
    await somebody({ username });
    const first = district;
    district = `${first}-b`;
    await makeDistrict(engine, district);
    await somebody({ username });
    expect(await ask(username, right)).toEqual({});
    for (const id of [first, district]) {
      expect(foldersIn(await ask(`${username}@${id}`, right))['/upload']).toBe(
        `/exchange/in/${id}/s1/upload`,
      );
    }
  });

  test('with an @ of its own is found as it is', async () => {
    const username = `ada@school-${district}`;
    await somebody({ username });
    expect(await ask(username, right)).not.toEqual({});
  });
});

test('whoever asks without a password hears which keys are good, and what they would see', async () => {
  const username = await somebody();
  const other = { ...aKey, line: 'ssh-rsa BBBB', fingerprint: 'SHA256:b' };
  await new SshKeys(engine.dynamo, testTables.logins).put(district, 'a-1', [aKey, other]);
  const answer = await ask(username);
  expect(answer).toMatchObject({ PublicKeys: [aKey.line, other.line], HomeDirectoryType: 'LOGICAL' });
  expect(foldersIn(answer)).toEqual(foldersIn(await ask(username, right)));
});

test('a sign-in by password and a refusal are in the audit', async () => {
  const username = await somebody();
  await ask(username, right);
  await ask(username, 'a wrong guess');
  expect(events.told.audits.map(({ action, by, what }) => ({ action, by, what }))).toEqual([
    { action: 'signed-in', by: 'a-1', what: { account: 'a-1', how: 'sftp:password' } },
    { action: 'sign-in-failed', by: 'nobody', what: { account: 'a-1', how: 'sftp' } },
  ]);
});
