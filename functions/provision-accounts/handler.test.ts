import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { AccountRule } from '../../shared/accounts/account-rules.ts';
import type { MailMessage } from '../../shared/messages/mail-messages.ts';
import { putManifest, putPartition } from '../../shared/roster/committed-state.ts';
import type { Change } from '../../shared/roster/plan.ts';
import { AccessStore } from '../../shared/store/access-store.ts';
import { AccountRuleStore } from '../../shared/store/account-rules.ts';
import { Accounts } from '../../shared/store/accounts.ts';
import { Assignments } from '../../shared/store/assignments.ts';
import { IdentityLinks } from '../../shared/store/identity-links.ts';
import { KeptFacts } from '../../shared/store/kept-facts.ts';
import { LoginRemains } from '../../shared/store/login-remains.ts';
import { Logins } from '../../shared/store/logins.ts';
import { DynamoRecordWriter } from '../../shared/store/record-writer.ts';
import { ReleasedAccounts } from '../../shared/store/released-accounts.ts';
import { SecondFactors } from '../../shared/store/second-factors.ts';
import { Tenants } from '../../shared/store/tenants.ts';
import { startDynamo, type TestDynamo, testTables } from '../../test/builders/dynamo.ts';
import { context, recordingEvents } from '../../test/builders/http-event.ts';
import { memoryObjects } from '../../test/builders/memory-objects.ts';
import { sqsEvent } from '../../test/builders/sqs-event.ts';
import { makeAccountsByRule } from './accounts-by-rule.ts';
import { makeHandler } from './handler.ts';

const now = new Date('2026-11-22T12:00:00Z');
const teachers: AccountRule = {
  name: 'teachers',
  roles: ['teacher'],
  username: 'email',
  approved: true,
  invite: true,
};

let engine: TestDynamo;
let accounts: Accounts;
let facts: KeptFacts;
let factors: SecondFactors;
let links: IdentityLinks;
let writer: DynamoRecordWriter;
let district: string;
let mails: MailMessage[];
let count = 0;

beforeAll(async () => {
  engine = await startDynamo();
  accounts = new Accounts(engine.dynamo, testTables);
  facts = new KeptFacts(engine.dynamo, testTables);
  factors = new SecondFactors(engine.dynamo, testTables.logins);
  links = new IdentityLinks(engine.dynamo, testTables.logins);
  writer = new DynamoRecordWriter(engine.dynamo, testTables);
});
afterAll(() => engine.stop());
beforeEach(async () => {
  count += 1;
  district = `d-${count}`;
  mails = [];
  const at = { name: 'x', timeZone: 'UTC', schoolYear: 2027, createdAt: '2026-11-21T12:00:00Z' };
  await new Tenants(engine.dynamo, testTables).createDistrict({ id: district, ...at });
});

const person = (id: string, more: Partial<Change>): Change =>
  ({ table: 'access', entity: 'person', id, kind: 'create', ...more }) as Change;

const roster = {
  status: 'active',
  enabled: true,
  orgIds: ['s-1'],
  memberships: [],
  assignments: [],
  requests: [],
};

/** A roster of one teacher, `t-1`, and the rule for teachers. */
async function aTeacher() {
  const objects = memoryObjects();
  const user = {
    sourcedId: 't-1',
    enabledUser: true,
    givenName: 'Ada',
    familyName: 'Ames',
    email: 'Ada@Example.org',
    roles: [{ roleType: 'primary', role: 'teacher', orgId: 's-1' }],
  };
  const users = await putPartition(objects, district, 'users', [
    { status: 'active', id: 't-1', json: JSON.stringify(user), changed: '2026-11-21T12:00:00Z' },
  ]);
  const manifest = await putManifest(objects, { district, derivation: '', kinds: { users: [users] } });
  await writer.write(district, [person('t-1', { kind: 'update', now: roster, prev: roster })], {
    generation: 1,
    base: 0,
  });
  const rules = new AccountRuleStore(engine.dynamo, testTables.accounts);
  await rules.put(district, { rules: [teachers], revision: 1 });
  const events = recordingEvents();
  const again: string[] = [];
  const handler = makeHandler({
    objects,
    committed: async () => manifest,
    rules,
    released: new ReleasedAccounts(engine.dynamo, testTables),
    accounts: makeAccountsByRule({
      accounts,
      access: new AccessStore(engine.dynamo, testTables.access),
      assignments: new Assignments(engine.dynamo, testTables),
      facts,
      remains: new LoginRemains(engine.dynamo, testTables.logins),
      mails: { send: async (mail) => void mails.push(mail) },
      events,
      now: () => now,
    }),
    again: async (of) => void again.push(of),
    events,
    now: () => now.getTime(),
  });
  const follow = async () => {
    do {
      again.length = 0;
      const answer = await handler(sqsEvent({ district }, now.getTime()), context);
      expect(answer).toEqual({ batchItemFailures: [] });
    } while (again.length > 0);
  };
  const purge = () =>
    writer.write(district, [person('t-1', { kind: 'purge', forget: now.toISOString() })], {
      generation: 2,
      base: 1,
    });
  return { follow, purge, rules };
}

async function madeAccount() {
  const [kept] = (await accounts.list(district, { limit: 10 })).items;
  if (kept === undefined) throw new Error('No account was made.');
  return kept.account;
}

test('a teacher of the roster gets an account of no roles, tied to them, and an invitation', async () => {
  const { follow } = await aTeacher();
  await follow();
  const account = await madeAccount();
  expect(account).toMatchObject({
    username: 'Ada@Example.org',
    email: 'Ada@Example.org',
    user: 't-1',
    approved: true,
    rule: 'teachers',
    profile: { kind: 'staff', id: 't-1' },
  });
  expect((await accounts.assignments(district, [account.id])).get(account.id)).toEqual([]);
  expect(mails).toEqual([{ kind: 'invitation', district, account: account.id, at: now.toISOString() }]);
  await follow();
  expect((await accounts.list(district, { limit: 10 })).items).toHaveLength(1);
  expect(mails).toHaveLength(1);
});

test('a name that somebody has is told, and theirs stays as it was', async () => {
  const { follow, rules } = await aTeacher();
  const other = { username: 'someone', email: 'ada@example.org', approved: true, locked: false };
  const none = { ledgers: [], schools: [], asked: [], createdAt: now.toISOString() };
  await accounts.create(district, { id: 'other', ...other, ...none }, []);
  await follow();
  expect((await rules.progress(district)).progress.unmade).toEqual([
    { user: 't-1', rule: 'teachers', code: 'email-taken' },
  ]);
  expect(await madeAccount()).toMatchObject({ id: 'other', email: 'ada@example.org' });
});

describe('when the person is purged', () => {
  test('an account that a rule made goes, with how it signs in', async () => {
    const { follow, purge } = await aTeacher();
    await follow();
    const { id: account } = await madeAccount();
    const who = { issuer: 'https://id.example.org', subject: 's-1' };
    const link = { ...who, provider: 'oidc', linkedAt: now.toISOString(), linkedBy: 'x' };
    await links.put(district, { ...link, account });
    await factors.beginTotp(district, account, { secret: 'JBSWY3DPEHPK3PXP', now });
    await purge();
    await follow();
    expect((await accounts.list(district, { limit: 10 })).items).toEqual([]);
    expect(await links.find(district, account, 'oidc')).toBeUndefined();
    expect(await factors.of(district, account)).not.toHaveProperty('pendingTotp');
    await links.put(district, { ...link, account: 'another' });
    expect((await links.ofSubject(district, who))?.account).toBe('another');
  });

  test('an account that owns a query stays, tied to nobody and not approved', async () => {
    const { follow, purge, rules } = await aTeacher();
    await follow();
    const { id } = await madeAccount();
    const query = { kind: 'resource', type: 'dat_query', id: 'q-1' } as const;
    await facts.put(district, query, { owner: id }, { read: { owner: id }, ifMatch: undefined });
    await purge();
    await follow();
    const account = await madeAccount();
    expect(account).toMatchObject({ id, approved: false, rule: 'teachers' });
    expect(account).not.toHaveProperty('user');
    expect(account).not.toHaveProperty('profile');
    expect((await rules.progress(district)).progress.kept).toBe(1);
  });

  test('an account that somebody made is let go of at once: whoever gets the id next is somebody else', async () => {
    const { purge } = await aTeacher();
    const names = { username: 'ada', email: 'ada@example.org', user: 't-1', approved: true, locked: false };
    const none = { ledgers: [], schools: [], asked: [], createdAt: now.toISOString() };
    await accounts.create(district, { id: 'a-1', ...names, ...none }, []);
    const logins = new Logins(engine.dynamo, testTables.logins);
    const { epoch } = await logins.find(district, 'a-1');
    await purge();
    // No session of before holds.
    expect((await logins.find(district, 'a-1')).epoch).toBeGreaterThan(epoch);
    await purge();
    expect(await madeAccount()).toMatchObject({ id: 'a-1', approved: false });
    expect(await accounts.ofUser(district, 't-1')).toEqual([]);
    const access = new AccessStore(engine.dynamo, testTables.access);
    expect((await access.person(district, 'a-1'))?.person?.login).toMatchObject({ approved: false });
  });
});
