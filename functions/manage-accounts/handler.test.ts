import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { MailMessage } from '../../shared/messages/mail-messages.ts';
import { aPerson } from '../../test/builders/access-facts.ts';
import { accountsApi, asking, makeDistrict } from '../../test/builders/accounts-api.ts';
import { startDynamo, type TestDynamo } from '../../test/builders/dynamo.ts';
import { districtClient } from '../../test/builders/http-event.ts';
import { storeDistrict } from '../../test/builders/stored-district.ts';

let engine: TestDynamo;
let api: ReturnType<typeof accountsApi>;
let ask: ReturnType<typeof asking>;
let mails: MailMessage[] = [];
let district: string;
let count = 0;

beforeAll(async () => {
  engine = await startDynamo();
  api = accountsApi(engine, { mails: { send: async (message) => void mails.push(message) } });
});
afterAll(() => engine.stop());
beforeEach(async () => {
  count += 1;
  mails = [];
  district = `d-${count}`;
  await makeDistrict(engine, district);
  await storeDistrict(engine.dynamo, district, { people: [aPerson('u-1'), aPerson('u-2')] });
  ask = asking(api.handler, district);
});

const ada = { username: 'ada', email: 'ada@example.org' };
const create = (body: object = ada) => ask('createAccount', {}, { body });
const idOf = ({ body }: { body: Record<string, unknown> }) => String(body.id);

describe('an account', () => {
  test('is made unapproved, with the profile that the roster suggests', async () => {
    const made = await create({ ...ada, user: 'u-1' });
    expect(made).toMatchObject({
      status: 201,
      body: { approved: false, locked: false, roles: [], profile: { kind: 'staff', id: 'u-1' } },
    });
    expect(await ask('getAccount', { account: idOf(made) })).toMatchObject({ status: 200, body: made.body });
  });

  test('of nobody in the roster has no profile unless one is named', async () => {
    expect((await create()).body.profile).toBeUndefined();
  });

  test.each([
    [{ ...ada, user: 'nobody' }, 422, 'unknown-user'],
    [{ ...ada, roles: ['parent'] }, 422, 'refused-by-rule'],
    [{ ...ada, roles: ['janitor'] }, 422, 'refused-by-rule'],
    [{ ...ada, webId: 'ten-digits' }, 400, 'invalid-request'],
    [{ ...ada, email: 'no address' }, 400, 'invalid-request'],
    [{ ...ada, password: 'x' }, 400, 'invalid-request'],
  ])('is refused as %j', async (body, status, code) => {
    expect(await create(body)).toMatchObject({ status, body: { code } });
    expect((await ask('listAccounts')).body.items).toEqual([]);
  });

  test('is for no other account, whose roles it would have', async () => {
    const tied = idOf(await create({ ...ada, user: 'u-1' }));
    const free = idOf(await create({ username: 'bea', email: 'bea@example.org' }));
    for (const user of [tied, free]) {
      const made = await create({ username: 'eve', email: 'eve@example.org', user });
      expect(made).toMatchObject({ status: 422, body: { code: 'unknown-user' } });
    }
  });

  test('is invited where that is asked for, and again later; nobody else is', async () => {
    const account = idOf(await create({ ...ada, invite: true, language: 'es' }));
    await create({ username: 'bea', email: 'bea@example.org' });
    const invitation = { kind: 'invitation', district, account, at: '2026-11-21T12:00:00.000Z' };
    expect(mails).toEqual([invitation]);
    expect((await ask('inviteAccount', { account })).status).toBe(202);
    expect(mails).toEqual([invitation, invitation]);
    expect(await ask('getAccount', { account })).toMatchObject({ body: { language: 'es' } });
    const invited = api.events.told.audits.filter(({ action }) => action === 'account-invited');
    expect(invited.filter((one) => one.district === district).map(({ what }) => what)).toEqual([
      { account },
      { account },
    ]);
    expect((await ask('inviteAccount', { account: 'nobody' })).status).toBe(404);
  });

  test('is made once for one key', async () => {
    const more = { body: ada, headers: { 'idempotency-key': 'k-1' } };
    const [first, again] = [await ask('createAccount', {}, more), await ask('createAccount', {}, more)];
    expect([again.status, again.body]).toEqual([201, first.body]);
  });

  test('is found by its person, username or e-mail', async () => {
    const id = idOf(await create({ ...ada, user: 'u-1', roles: ['staff'] }));
    await create({ username: 'eve', email: 'eve@example.org', user: 'u-2' });
    const found = async (query: string) => {
      const { items } = (await ask('listAccounts', {}, { query })).body;
      return (items as { id: string; roles: string[] }[]).map((one) => one.id);
    };
    for (const query of ['user=u-1', 'username=ADA', 'email=Ada@example.org', 'user=u-1&username=ada'])
      expect([query, await found(query)]).toEqual([query, [id]]);
    expect(await found('user=u-2&username=ada')).toEqual([]);
    expect(await found('')).toHaveLength(2);
  });

  test('changes in what is named, as it was read', async () => {
    const made = await create({
      ...ada,
      user: 'u-1',
      webId: 'W1',
      roles: ['finance_full'],
      ledgers: ['l-1'],
    });
    const at = { account: idOf(made) };
    const { etag = '' } = made.headers;
    const body = { approved: true, webId: null, ledgers: ['l-2', 'l-1'] };
    const changed = await ask('changeAccount', at, { body, headers: { 'if-match': String(etag) } });
    expect(changed).toMatchObject({
      status: 200,
      body: { approved: true, ledgers: ['l-1', 'l-2'], roles: ['finance_full'], username: 'ada' },
    });
    expect(changed.body.webId).toBeUndefined();
    const late = await ask('changeAccount', at, { body, headers: { 'if-match': String(etag) } });
    expect([late.status, changed.headers.etag === etag]).toEqual([412, false]);
  });

  test('loses its roles as it gains them, and what is asked for is given up likewise', async () => {
    const at = { account: idOf(await create({ ...ada, roles: ['staff', 'security_full'] })) };
    const roles = async (...wanted: string[]) =>
      (await ask('changeAccount', at, { body: { roles: wanted } })).body;
    expect(await roles('teacher', 'security_full')).toMatchObject({
      roles: ['teacher'],
      requestedRoles: ['security_full'],
    });
    const after = await roles();
    expect([after.roles, after.requestedRoles]).toEqual([[], undefined]);
  });

  test('that is not there is not found', async () => {
    for (const name of ['getAccount', 'removeAccount'] as const)
      expect((await ask(name, { account: 'nobody' })).status).toBe(404);
  });

  test('is for nobody without the right to hand out roles, and for no other district', async () => {
    const asOne = { as: districtClient(district, { user: 'u-1' }) };
    for (const name of ['createAccount', 'listAccounts'] as const)
      expect((await ask(name, {}, { ...asOne, body: ada })).status).toBe(403);
    expect((await ask('listAccounts', {}, { as: districtClient('elsewhere') })).status).toBe(403);
  });

  test('is told of by ids alone; what names somebody stands apart', async () => {
    const before = api.events.told.audits.length;
    const id = idOf(await create({ ...ada, roles: ['staff'] }));
    await ask('removeAccount', { account: id });
    const told = api.events.told.audits.slice(before);
    expect(told.map(({ action }) => action)).toEqual(['account-created', 'role-assigned', 'account-removed']);
    expect(JSON.stringify(told.map(({ personal: _, ...line }) => line))).not.toMatch(/ada|example/);
    expect(told.flatMap(({ personal }) => personal?.about ?? [])).toEqual([id, id]);
  });
});

describe('a record', () => {
  const at = { kind: 'households', id: 'h-1' };

  test('is kept, shown, listed and taken away', async () => {
    const body = {
      students: [{ id: 'st-1', relationship: 'Parent' }],
      attributes: [{ name: 'Gala', year: 2027 }],
    };
    const put = await ask('putFactRecord', at, { body });
    const kept = { ...body, attributes: [{ name: 'Gala', year: '2027' }], id: 'h-1' };
    expect([put.status, put.body]).toEqual([200, kept]);
    expect((await ask('getFactRecord', at)).body).toEqual(kept);
    expect((await ask('listFactRecords', { kind: 'households' })).body.items).toEqual([kept]);
    expect((await ask('listFactRecords', { kind: 'students' })).body.items).toEqual([]);
    expect((await ask('removeFactRecord', at)).status).toBe(204);
    expect((await ask('getFactRecord', at)).status).toBe(404);
  });

  test.each([
    ['households', { status: 'Inquiry' }],
    ['applicants', {}],
    ['evaluators', { applicants: 'ap-1' }],
    ['donors', { students: [] }],
    ['teachers', {}],
  ])('of %s is refused as %j', async (kind, body) => {
    expect((await ask('putFactRecord', { kind, id: 'x' }, { body })).status).toBe(400);
  });
});

describe('a resource', () => {
  test('takes from its caller only what its type knows', async () => {
    const at = { type: 'dat_query', id: 'q-1' };
    const owner = idOf(await create());
    const put = (body: object) => ask('putResource', at, { body });
    expect((await put({ owner, ownerExists: true })).status).toBe(400);
    expect((await put({ owner, copyOf: 'x' })).status).toBe(400);
    expect((await put({ owner: 'nobody' })).status).toBe(422);
    expect(await put({ owner })).toMatchObject({
      status: 200,
      body: { type: 'dat_query', id: 'q-1', owner },
    });
    expect((await ask('removeResource', at)).status).toBe(204);
    expect((await ask('removeAccount', { account: owner })).status).toBe(204);
  });
});
