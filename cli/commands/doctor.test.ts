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
    ses: () => ({
      send: async (command: { input: object }) =>
        'EmailIdentity' in command.input ? identity : { ...account, ...answers.account },
    }),
  };
}

async function run(deps: DoctorDeps, replies: Record<string, unknown> = {}) {
  service = await startFakeService({
    replies: {
      'GET /v1/districts/d-1/feeds': { items: [{ id: 'sis' }] },
      'GET /v1/districts/d-1/webhooks': { items: [] },
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
  const args = ['--json', '--district', 'd-1', 'doctor', '--domain', 'school.test'];
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
