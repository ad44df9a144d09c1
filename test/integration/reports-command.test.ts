import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Local } from '../../infra/local/stack.ts';
import { Api } from '../builders/api.ts';
import { feedZip } from '../builders/feed-zip.ts';
import { startLocal } from '../builders/local.ts';
import { feed11 } from '../builders/oneroster-feed.ts';
import { runCommand } from '../builders/run-command.ts';
import { until } from '../builders/until.ts';

const base = '/v1/districts/north';
type Client = { clientId: string; clientSecret: string };

let local: Local;
let folder: string;
let ada: { client: Client; account: string };
let bea: { client: Client; account: string };
let overseer: Client;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'reports-command-'));
  local = await startLocal();
  const operator = await Api.signIn(local.url, local.operator);
  await operator.newDistrict('north');
  await operator.sync('north', await feedZip(feed11()));
  const machine = (name: string, user?: string) =>
    operator.ok<Client>('POST', `${base}/clients`, { name, scopes: ['rolebook.district:north'], user });
  const person = async (name: string) => {
    const who = { username: name, email: `${name}@north.test`, approved: true, webId: name };
    const { id: account } = await operator.ok<{ id: string }>('POST', `${base}/accounts`, who);
    return { account, client: await machine(name, account) };
  };
  [ada, bea, overseer] = [await person('ada'), await person('bea'), await machine('overseer')];
  const scope = { type: 'account', ids: ['s1'] };
  await operator.ok('POST', `${base}/assignments`, { user: ada.account, system: 'nsc', role: 'ftp', scope });
}, 120_000);

afterAll(async () => {
  await local?.stop();
  if (local !== undefined) rmSync(local.dataDir, { recursive: true, force: true });
  if (folder !== undefined) rmSync(folder, { recursive: true });
});

const as =
  ({ clientId, clientSecret }: Client) =>
  (...args: string[]) =>
    runCommand(['--json', 'reports', ...args], {
      ROLEBOOK_API: local.url,
      ROLEBOOK_CLIENT_ID: clientId,
      ROLEBOOK_CLIENT_SECRET: clientSecret,
    });
const json = async <T>(ran: Promise<{ out: string }>): Promise<T> => JSON.parse((await ran).out);

function fileOf(name: string, content: string): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

test('files of every size go up, and come down as they were, for whoever holds the role and for nobody else', async () => {
  const [holder, nobody, district] = [as(ada.client), as(bea.client), as(overseer)];
  const back = join(folder, 'back');
  for (const [name, content] of [
    ['empty.csv', ''],
    ['small.csv', 'a,b\n'],
    ['large.csv', 'a,b\n'.repeat(2_200_000)],
  ] as const) {
    const upload = ['upload', fileOf(name, content), '--account', 's1'];
    const { report } = await json<{ report: string }>(holder(...upload));
    await until('it has been looked at', async () => (await holder('get', report)).code === 1);
    expect(await holder('download', report, '--to', back)).toMatchObject({ code: undefined });
    expect(readFileSync(back, 'utf8') === content).toBe(true);
    for (const other of [nobody, district]) {
      expect(await other('download', report)).toMatchObject({ code: 4 });
      expect(await other(...upload)).toMatchObject({ code: 4 });
    }
    expect(await district('get', report)).toMatchObject({ code: 1 });
    expect((await nobody('list')).code).toBe(4);
    const { items } = await json<{ items: object[] }>(
      holder('list', '--state', 'refused', '--account', 's1'),
    );
    expect(items[0]).toMatchObject({ id: report, fileName: name, size: content.length });
  }
}, 120_000);

test('a report is asked for, waited for and fetched; its ledger, mails and links are told', async () => {
  const [holder, district] = [as(ada.client), as(overseer)];
  const to = join(folder, 'roster.csv');
  const asked = district('request', 'roster', '--account', 's1', '--to', to);
  const { id, state } = await json<{ id: string; state: string }>(asked);
  expect(state).toBe('ready');
  expect(readFileSync(to, 'utf8')).toContain('s1');
  expect(await holder('request', 'roster', '--account', 's1', '--wait')).toMatchObject({ code: 4 });

  const mails = () => json<{ items: { account: string; state: string }[] }>(district('mails', id));
  const delivered = ({ state }: { state: string }) => state === 'delivered';
  await until('it is mailed of', async () => (await mails()).items.some(delivered));
  expect(await json(district('resend', id, '--to', ada.account))).toMatchObject({ accounts: [ada.account] });
  expect((await district('resend', id, '--to', bea.account)).code).toBe(4);

  const link = await json<{ id: string }>(
    holder('links', 'create', id, '--for', ada.account, '--hours', '2'),
  );
  expect(await json(holder('links', 'list', id))).toMatchObject({ items: [{ id: link.id }] });
  await holder('links', 'revoke', id, link.id);
  expect(await json(holder('links', 'list', id))).toEqual({ items: [] });
  const ledger = await json<{ items: { what: string }[] }>(district('ledger', id));
  expect(ledger.items.map(({ what }) => what)).toEqual(
    expect.arrayContaining(['requested', 'ready', 'downloaded', 'link-made', 'mail-delivered']),
  );
}, 60_000);
