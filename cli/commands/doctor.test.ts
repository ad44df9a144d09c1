import { Command } from 'commander';
import { afterEach, expect, test } from 'vitest';
import { type RunningFake, startFakeService } from '../../test/builders/fake-service.ts';
import type { Finding } from '../doctor/finding.ts';
import { addDoctor, type DoctorDeps } from './doctor.ts';

let service: RunningFake | undefined;
afterEach(() => service?.stop());

const gone = () => Promise.reject(Object.assign(new Error('none'), { code: 'ENOTFOUND' }));
const good: Record<string, string> = {
  'school.test': 'v=spf1 include:amazonses.com -all',
  '_dmarc.school.test': 'v=DMARC1; p=reject',
};
const account = {
  ...{ ProductionAccessEnabled: true, SendingEnabled: true },
  SendQuota: { Max24HourSend: 50_000, SentLast24Hours: 10 },
  SuppressionAttributes: { SuppressedReasons: ['BOUNCE', 'COMPLAINT'] },
};
const identity = { VerifiedForSendingStatus: true, DkimAttributes: { Tokens: ['abc'] } };

function answering(answers: { txt?: Record<string, string>; cname?: boolean; account?: object }): DoctorDeps {
  const { txt = good, cname = true } = answers;
  return {
    dns: {
      resolveTxt: async (name) => (txt[name] === undefined ? gone() : [[txt[name]]]),
      resolveCname: async () => (cname ? ['abc.dkim.amazonses.com'] : gone()),
    },
    now: () => new Date('2026-11-22T12:00:00Z'),
    ses: () => ({
      send: async (command: { input: object }) =>
        'EmailIdentity' in command.input ? identity : { ...account, ...answers.account },
    }),
  };
}

const state = {
  deadLetters: [{ of: 'checks', waiting: 0 }],
  scanner: { state: 'answers', version: 'ClamAV 1.4.3', signaturesOf: '2026-11-21T09:00:00Z' },
  mailFrom: 'rolebook@school.test',
  sftp: { host: 'sftp.school.test', port: '22', fingerprint: 'SHA256:abc' },
};
const keys = [{ kid: 'k1', since: '2026-10-01T00:00:00Z' }];
const domain = ['--domain', 'school.test'];

type Asked = { args?: string[]; scope?: string };
async function run(deps: DoctorDeps, replies: Record<string, unknown> = {}, asked: Asked = {}) {
  service = await startFakeService({
    ...(asked.scope === undefined ? {} : { scope: asked.scope }),
    replies: {
      'GET /v1/districts/d-1/feeds': { items: [{ id: 'sis' }] },
      'GET /v1/districts/d-1/webhooks': { items: [] },
      'GET /v1/districts/d-1/clients': { items: [] },
      'GET /v1/service': state,
      'GET /v1/signing-keys': { keys },
      ...replies,
    },
  });
  const ran = { out: '', code: -1 };
  const program = new Command().option('--json').option('--district <id>').exitOverride();
  addDoctor(
    program,
    {
      environment: { ROLEBOOK_API: service.api, ROLEBOOK_CLIENT_ID: 'op', ROLEBOOK_CLIENT_SECRET: 'secret' },
      out: (text) => {
        ran.out += text;
      },
      err: process.stderr,
      exit: (code) => {
        ran.code = code;
      },
    },
    deps,
  );
  const args = ['--json', '--district', 'd-1', 'doctor', ...(asked.args ?? domain)];
  await program.parseAsync(args, { from: 'user' });
  const { findings } = JSON.parse(ran.out) as { findings: Finding[] }; // as the command writes it
  const bad = findings.filter(({ state }) => state !== 'ok').map(({ name, state }) => `${name} ${state}`);
  return { bad, code: ran.code, findings };
}

test('nothing is said of what is set up', async () => {
  expect(await run(answering({}))).toMatchObject({ bad: [], code: 0 });
});

test('records that the domain has not are named with what to publish', async () => {
  const { bad, code, findings } = await run(answering({ txt: {}, cname: false }));
  expect([bad, code]).toEqual([['SPF missing', 'DMARC missing', 'DKIM missing'], 1]);
  expect(findings.find(({ name }) => name === 'DKIM')?.do).toContain('abc._domainkey.school.test');
});

test('records that help little, and feeds that are late, are warnings', async () => {
  const txt = { 'school.test': 'v=spf1 -all', '_dmarc.school.test': 'v=DMARC1; p=none' };
  const late = { 'GET /v1/districts/d-1/feeds': { items: [{ id: 'sis', late: {} }] } };
  const { bad, code } = await run(answering({ txt }), late);
  expect([bad, code]).toEqual([['SPF warning', 'DMARC warning', 'Feeds warning'], 2]);
});

test('an account in the sandbox is told of', async () => {
  const { bad } = await run(answering({ account: { ProductionAccessEnabled: false } }));
  expect(bad).toEqual(['SES missing']);
});

test('without credentials the rest is looked at all the same', async () => {
  const deps = { ...answering({}), ses: () => ({ send: () => Promise.reject(new Error('no credentials')) }) };
  expect((await run(deps)).bad).toEqual(['SES warning', 'DKIM warning']);
});

const helpOf = (findings: Finding[], name: string) => findings.find((one) => one.name === name)?.do;

test('the domain that the service mails from is looked at where none is named', async () => {
  const { bad } = await run(answering({ txt: {} }), {}, { args: [] });
  expect(bad).toEqual(['SPF missing', 'DMARC missing']);
});

test('on one machine without an address mails stay there, which is as it should be', async () => {
  const local = { 'GET /v1/service': { ...state, mailFrom: 'rolebook@mail.invalid' } };
  expect((await run(answering({ txt: {} }), local, { args: [] })).bad).toEqual([]);
});

test('a client of a district hears of the district, and of what it is not told', async () => {
  const { bad, code } = await run(answering({}), {}, { args: [], scope: 'rolebook.district:d-1' });
  expect([bad, code]).toEqual([['Mail warning', 'Operation warning'], 2]);
});

test.each([
  ['dead letters', { deadLetters: [{ of: 'checks', waiting: 3 }] }, 'Dead letters missing', /redrive/],
  ['no scanner', { scanner: { state: 'none' } }, 'Malware scanner warning', /-c clamd=/],
  ['a silent scanner', { scanner: { state: 'silent' } }, 'Malware scanner missing', /Start clamd/],
  [
    'signatures of last month',
    { scanner: { ...state.scanner, signaturesOf: '2026-10-21T09:00:00Z' } },
    'Malware scanner warning',
    /freshclam/,
  ],
  [
    'an SFTP server that nobody can know',
    { sftp: { ...state.sftp, fingerprint: '' } },
    'SFTP warning',
    /sftpFingerprint/,
  ],
])('%s: told with what to do', async (_, more, found, help) => {
  const { bad, findings } = await run(answering({}), { 'GET /v1/service': { ...state, ...more } });
  expect(bad).toEqual([found]);
  expect(helpOf(findings, found.replace(/ \w+$/, ''))).toMatch(help);
});

test('a deployment without SFTP lacks nothing', async () => {
  const { sftp: _, ...without } = state;
  expect((await run(answering({}), { 'GET /v1/service': without })).bad).toEqual([]);
});

test('a key that was not renewed in time, and secrets of more than a year, are named', async () => {
  const client = { clientId: 'd-1.sis', name: 'SIS', createdAt: '2025-01-01T00:00:00Z' };
  const changed = { ...client, clientId: 'd-1.lms', secretSince: '2026-11-01T00:00:00Z' };
  const { bad, findings } = await run(answering({}), {
    'GET /v1/signing-keys': { keys: [{ kid: 'k1', since: '2026-08-01T00:00:00Z' }] },
    'GET /v1/districts/d-1/clients': { items: [client, changed] },
  });
  expect(bad).toEqual(['Signing key warning', 'Client secrets warning']);
  const { what } = findings.find(({ name }) => name === 'Client secrets') ?? {};
  expect(what).toBe('older than a year: d-1.sis (SIS)');
  expect(helpOf(findings, 'Client secrets')).toContain('/v1/districts/d-1/clients/{client}/secrets');
});
