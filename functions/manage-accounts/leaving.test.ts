import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Change } from '../../shared/roster/plan.ts';
import { LoginOutcomes } from '../../shared/store/login-outcomes.ts';
import { Logins } from '../../shared/store/logins.ts';
import { DynamoRecordWriter } from '../../shared/store/record-writer.ts';
import { aPerson } from '../../test/builders/access-facts.ts';
import { accountsApi, asking, makeDistrict } from '../../test/builders/accounts-api.ts';
import { startDynamo, type TestDynamo, testTables } from '../../test/builders/dynamo.ts';
import { storeDistrict } from '../../test/builders/stored-district.ts';

let engine: TestDynamo;
let api: ReturnType<typeof accountsApi>;
let ask: ReturnType<typeof asking>;
let district: string;
let count = 0;

beforeAll(async () => {
  engine = await startDynamo();
  api = accountsApi(engine);
});
afterAll(() => engine.stop());
beforeEach(async () => {
  count += 1;
  district = `d-${count}`;
  await makeDistrict(engine, district);
  const student = aPerson('st-1', { student: true });
  const parent = aPerson('u-parent', { related: [{ id: 'st-1', relationship: 'Parent' }] });
  const gone = aPerson('u-gone', { status: 'suspended' });
  await storeDistrict(engine.dynamo, district, { people: [student, parent, aPerson('u-staff'), gone] });
  ask = asking(api.handler, district);
});

const staff = { profile: { kind: 'staff', id: 'u-parent' }, roles: ['staff', 'finance_read'] };

async function make(username: string, more: object) {
  const body = { username, email: `${username}@example.org`, ...more };
  return String((await ask('createAccount', {}, { body })).body.id);
}

async function purge(id: string): Promise<void> {
  const change = { table: 'access', entity: 'person', id, kind: 'purge', forget: '2026-11-22T12:00:00Z' };
  const writer = new DynamoRecordWriter(engine.dynamo, testTables);
  await writer.write(district, [change as Change], { generation: 9, base: 8 });
}

describe('a member of the staff who leaves', () => {
  test('and is still a parent keeps a regular parent user of the same names, and nothing else', async () => {
    const associated = { ledgers: ['l-1'], schools: ['s-1'], webId: 'W1', approved: true };
    const account = await make('ada', { ...staff, ...associated, user: 'u-parent' });
    const preview = await ask('previewLeaving', { account });
    expect(preview.body).toMatchObject({
      ledgers: ['l-1'],
      schools: ['s-1'],
      roles: ['finance_read', 'staff'],
      parentRoles: ['parent'],
      remains: { username: 'ada', profile: { kind: 'household', id: 'u-parent' } },
    });
    expect((await ask('getAccount', { account })).status).toBe(200);
    const left = await ask('leaveStaff', { account }, { body: {} });
    expect([left.status, left.body.removed]).toEqual([200, account]);
    expect((await ask('getAccount', { account })).status).toBe(404);
    const { items } = (await ask('listAccounts', {}, { query: 'username=ada' })).body;
    expect(items).toMatchObject([
      { approved: true, ledgers: [], schools: [], roles: [], profile: { kind: 'household', id: 'u-parent' } },
    ]);
    const [one] = items as { id: string; webId?: string }[];
    expect([one?.id === account, one?.webId]).toEqual([false, undefined]);
    expect((await ask('listAccounts', {}, { query: 'user=u-parent' })).body.items).toEqual(items);
    // What remains is no staff user that could leave once more.
    const again = await ask('leaveStaff', { account: one?.id ?? '' }, { body: {} });
    expect(again.body.code).toBe('no-staff-user');
  });

  test('and is no parent has no user any more, while the records of others stay', async () => {
    await ask('putFactRecord', { kind: 'households', id: 'u-staff' }, { body: { students: [] } });
    const account = await make('bea', {
      ...staff,
      user: 'u-staff',
      profile: { kind: 'staff', id: 'u-staff' },
    });
    expect((await ask('previewLeaving', { account })).body.remains).toBeUndefined();
    expect((await ask('leaveStaff', { account }, { body: {} })).body).toEqual({ removed: account });
    expect((await ask('listAccounts')).body.items).toEqual([]);
    expect((await ask('getFactRecord', { kind: 'households', id: 'u-staff' })).status).toBe(200);
  });

  test('keeps the parent user that they have already', async () => {
    const parent = await make('ada-at-home', { user: 'u-parent' });
    const account = await make('ada', { ...staff, user: 'u-parent' });
    expect((await ask('leaveStaff', { account }, { body: {} })).body.remains).toMatchObject({ id: parent });
    expect((await ask('listAccounts')).body.items).toHaveLength(1);
  });

  test('leaves as one whom the household ties to the school by its own record', async () => {
    await ask('putFactRecord', { kind: 'applicants', id: 'ap-1' }, { body: { status: 'Inquiry' } });
    const applicants = [{ id: 'ap-1', relationship: 'Parent' }];
    await ask('putFactRecord', { kind: 'households', id: 'h-1' }, { body: { applicants } });
    const account = await make('cleo', { roles: ['staff'], profile: { kind: 'household', id: 'h-1' } });
    const { body } = await ask('leaveStaff', { account }, { body: { email: 'home@example.org' } });
    expect(body.remains).toMatchObject({
      email: 'home@example.org',
      profile: { kind: 'household', id: 'h-1' },
    });
  });

  test('stays a parent when their staff record is purged, by a user of their own', async () => {
    await ask('putFactRecord', { kind: 'applicants', id: 'ap-1' }, { body: { status: 'Inquiry' } });
    const applicants = [{ id: 'ap-1', relationship: 'Parent' }];
    await ask('putFactRecord', { kind: 'households', id: 'h-1' }, { body: { applicants } });
    const member = { roles: ['staff'], profile: { kind: 'household', id: 'h-1' }, user: 'u-staff' };
    const spouse = await make('dan', { profile: member.profile });
    const account = await make('dora', { ...member, approved: true });
    const { remains } = (await ask('leaveStaff', { account }, { body: {} })).body;
    const { id } = remains as { id: string };
    expect((await ask('listAccounts', {}, { query: 'user=u-staff' })).body.items).toEqual([]);
    expect(id).not.toBe(spouse);
    await purge('u-staff');
    const kept = (await ask('getAccount', { account: id })).body;
    expect(kept).toMatchObject({ approved: true, profile: { kind: 'household', id: 'h-1' } });
  });

  test('has a parent user that ends with the record, where that is the household’s own', async () => {
    const account = await make('ada', { ...staff, user: 'u-parent', approved: true });
    const { remains } = (await ask('leaveStaff', { account }, { body: {} })).body;
    await purge('u-parent');
    const { id } = remains as { id: string };
    expect((await ask('getAccount', { account: id })).body).toMatchObject({ approved: false });
  });

  test('goes only once it is said what becomes of their queries, and takes no name that another has', async () => {
    const heir = await make('heir', {});
    const account = await make('ada', { ...staff, user: 'u-parent' });
    const at = { type: 'dat_query', id: 'q-1' };
    await ask('putResource', at, { body: { owner: account } });
    const leave = (body: object) => ask('leaveStaff', { account }, { body });
    expect((await leave({})).body).toMatchObject({ code: 'dats-owned', dats: [at] });
    expect((await leave({ dats: 'discard', email: 'HEIR@example.org' })).body.code).toBe('email-taken');
    expect((await ask('getAccount', { account })).status).toBe(200);
    expect((await leave({ dats: 'copy', copyTo: heir })).status).toBe(200);
    expect((await ask('getResource', at)).body).toMatchObject({ owner: heir });
  });

  test('leaves once, however often the same request comes', async () => {
    const account = await make('ada', { ...staff, user: 'u-parent' });
    const more = { body: {}, headers: { 'idempotency-key': 'k-1' } };
    const [first, again] = [
      await ask('leaveStaff', { account }, more),
      await ask('leaveStaff', { account }, more),
    ];
    expect([first.status, again.body]).toEqual([200, first.body]);
    expect((await ask('leaveStaff', { account }, { body: {} })).status).toBe(404);
    expect((await ask('listAccounts')).body.items).toHaveLength(1);
  });
});

test('of a removed account nothing is left to sign in by', async () => {
  const logins = new Logins(engine.dynamo, testTables.logins);
  const account = await make('ada', {});
  await logins.setPassword(district, account, 'a hash');
  expect((await ask('removeAccount', { account })).status).toBe(204);
  expect(await logins.find(district, account)).not.toHaveProperty('password');
  expect((await ask('removeAccount', { account })).status).toBe(404);
});

test('the review names each account to look at, with its reasons', async () => {
  const at = (user: string) => ({ user, profile: { kind: 'staff', id: user }, approved: true });
  const made = {
    current: await make('current', at('u-staff')),
    gone: await make('gone', at('u-gone')),
    nowhere: await make('nowhere', { roles: ['teacher'] }),
    student: await make('student', { user: 'st-1', approved: true }),
    parent: await make('parent', { user: 'u-parent', approved: true }),
    stranger: await make('stranger', { profile: { kind: 'household', id: 'h-9' }, approved: true }),
  };
  const outcomes = new LoginOutcomes(engine.dynamo, testTables);
  for (const [name, id] of Object.entries(made))
    if (name !== 'parent') await outcomes.noteSignIn(district, id, new Date('2026-11-01T00:00:00Z'));
  const { items } = (await ask('reviewAccounts')).body;
  const reasons = (items as { account: string; reasons: { code: string }[] }[]).map((one) => [
    Object.entries(made).find(([, id]) => id === one.account)?.[0],
    one.reasons.map(({ code }) => code).join(' '),
  ]);
  expect(Object.fromEntries(reasons)).toEqual({
    gone: 'no-staff-record record-left',
    nowhere: 'no-staff-record',
    parent: 'never-signed-in',
    stranger: 'record-left',
  });
  const some = (await ask('reviewAccounts', {}, { query: 'reason=never-signed-in' })).body.items;
  expect(some).toMatchObject([{ account: made.parent }]);
});
