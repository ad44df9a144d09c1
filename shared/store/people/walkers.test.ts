import { PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startDynamo, type TestDynamo, testTables } from '../../../test/builders/dynamo.ts';
import { lookupId } from '../../access/lookup.ts';
import type { Account } from '../../accounts/account.ts';
import { noPreferences } from '../../reports/notices.ts';
import { Accounts } from '../accounts.ts';
import { IdentityLinks } from '../identity-links.ts';
import { KeptFacts } from '../kept-facts.ts';
import { loginNameKey, splitKey } from '../keys.ts';
import { NotificationSettings } from '../notification-settings.ts';
import { SshKeys } from '../ssh-keys.ts';
import { Tenants } from '../tenants.ts';
import { factsWalker } from './account-walkers.ts';
import { loginsWalker, tenantsWalker } from './given-walkers.ts';
import type { KeptPerson } from './kept-person.ts';

let engine: TestDynamo;
let accounts: Accounts;
let district: string;
let count = 0;

beforeAll(async () => {
  engine = await startDynamo();
  accounts = new Accounts(engine.dynamo, testTables);
});
afterAll(() => engine.stop());
beforeEach(async () => {
  count += 1;
  district = `d-${count}`;
  const at = { name: 'x', timeZone: 'UTC', schoolYear: 2027, createdAt: '2026-11-21T12:00:00Z' };
  await new Tenants(engine.dynamo, testTables).createDistrict({ id: district, ...at });
});

const eve = (): KeptPerson => ({
  district,
  users: ['u-eve'],
  feedIds: [],
  enrollments: [],
  accounts: ['a-eve'],
  words: ['u-eve', 'family@example.org'],
  names: [],
});

function anAccount(id: string): Account {
  const names = { username: id, email: 'family@example.org', createdAt: '2026-11-21T12:00:00Z' };
  return { id, ...names, approved: true, locked: false, ledgers: [], schools: [], asked: [] };
}

test('an address that somebody else goes by is nothing of the person', async () => {
  const walker = tenantsWalker(engine.dynamo, testTables);
  await accounts.create(district, anAccount('a-other'), []);
  expect(await walker.look(eve())).toEqual({ looked: 0, left: 0, ids: 0 });
});

test('an address of the person’s own account, or of nobody’s, is left of them', async () => {
  const walker = tenantsWalker(engine.dynamo, testTables);
  await accounts.create(district, anAccount('a-eve'), []);
  expect((await walker.look(eve())).left).toBe(1);
  const nobodys = loginNameKey(lookupId('username', 'u-eve'), district);
  await engine.dynamo.send(new PutCommand({ TableName: testTables.tenants, Item: nobodys }));
  expect((await walker.look(eve())).left).toBe(2);
});

test('whose a provider’s subject is goes when their sign-in is erased', async () => {
  const links = new IdentityLinks(engine.dynamo, testTables.logins);
  const who = { account: 'a-eve', provider: 'oidc', issuer: 'https://id.example.org', subject: 's-1' };
  await links.put(district, { ...who, linkedAt: '2026-11-21T12:00:00Z', linkedBy: 'x' });
  const walker = loginsWalker(engine.dynamo, testTables.logins);
  expect(await walker.erase(eve())).toBe(1);
  expect((await walker.look(eve())).left).toBe(0);
  const { Items = [] } = await engine.dynamo.send(new ScanCommand({ TableName: testTables.logins }));
  expect(Items.filter(({ pk }) => splitKey(String(pk))[0] === district)).toEqual([]);
});

test('keys, preferences, links of mails and a suppression go with the sign-in, and nothing of others does', async () => {
  const settings = new NotificationSettings(engine.dynamo, testTables.logins, () => {});
  const keys = new SshKeys(engine.dynamo, testTables.logins);
  const at = new Date('2026-11-22T12:00:00Z');
  const key = { type: 'ssh-ed25519', line: 'ssh-ed25519 AAAA', fingerprint: 'SHA256:x', comment: 'eve' };
  const links = [];
  for (const account of ['a-eve', 'a-eve-2']) {
    await keys.put(district, account, [{ ...key, addedAt: at.toISOString() }]);
    await settings.put({ district, account, revision: 0 }, noPreferences);
    links.push(await settings.link(district, `mail of ${account}`, { account, kinds: ['report.ready'], at }));
    const why = { account, why: 'bounced', at: at.toISOString() } as const;
    await settings.suppress(district, 'family@example.org', why);
  }
  const walker = loginsWalker(engine.dynamo, testTables.logins);
  expect((await walker.look(eve())).left).toBe(4);
  expect(await walker.erase(eve())).toBe(4);
  expect((await walker.look(eve())).left).toBe(0);
  const found = await Promise.all(links.map((link) => settings.find(link, at)));
  expect(found).toEqual([undefined, expect.objectContaining({ account: 'a-eve-2' })]);
  expect((await walker.look({ ...eve(), accounts: ['a-eve-2'] })).left).toBe(4);
});

test('records of applicants go, and households stop naming who applied', async () => {
  const facts = new KeptFacts(engine.dynamo, testTables);
  const walker = factsWalker(facts);
  const applicant = { kind: 'record', type: 'applicant', id: 'u-eve' } as const;
  const household = { kind: 'record', type: 'household', id: 'h-1' } as const;
  const sibling = { id: 'u-sibling', relationship: 'Parent' };
  await facts.put(district, applicant, { status: 'Inquiry' });
  const applicants = [{ id: 'u-eve', relationship: 'Parent' }, sibling];
  await facts.put(district, household, { students: [sibling], applicants });
  expect((await walker.look(eve())).left).toBe(2);
  expect(await walker.erase(eve())).toBe(2);
  expect((await walker.look(eve())).left).toBe(0);
  expect((await facts.find(district, household))?.value).toEqual({
    students: [sibling],
    applicants: [sibling],
  });
});

test('evaluators stop naming an applicant, and keep all others', async () => {
  const facts = new KeptFacts(engine.dynamo, testTables);
  const walker = factsWalker(facts);
  const evaluator = { kind: 'record', type: 'evaluator', id: 'a-evaluator' } as const;
  const other = { ...evaluator, id: 'a-other' };
  await facts.put(district, evaluator, { applicants: ['u-eve', 'u-ada'] });
  await facts.put(district, other, { applicants: ['u-ada'] });
  expect((await walker.look(eve())).left).toBe(1);
  expect(await walker.erase(eve())).toBe(1);
  expect((await walker.look(eve())).left).toBe(0);
  expect((await facts.find(district, evaluator))?.value).toEqual({ applicants: ['u-ada'] });
  expect((await facts.find(district, other))?.revision).toBe(1);
});
