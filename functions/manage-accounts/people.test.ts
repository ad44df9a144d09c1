import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { aPerson } from '../../test/builders/access-facts.ts';
import { accountsApi, asking, makeDistrict } from '../../test/builders/accounts-api.ts';
import { startDynamo, type TestDynamo } from '../../test/builders/dynamo.ts';
import { districtClient, operator } from '../../test/builders/http-event.ts';
import { storeDistrict } from '../../test/builders/stored-district.ts';

let engine: TestDynamo;
let api: ReturnType<typeof accountsApi>;
let ask: ReturnType<typeof asking>;
let district: string;
let count = 0;
/** Ids by username. */
let ids: Record<string, string>;

const principal = aPerson('u-dda');
const dda = { id: 'x', system: 'hmh', role: 'district_data_admin', source: 'manual' } as const;

beforeAll(async () => {
  engine = await startDynamo();
  api = accountsApi(engine);
});
afterAll(() => engine.stop());
beforeEach(async () => {
  count += 1;
  district = `d-${count}`;
  await makeDistrict(engine, district);
  const scope = { type: 'district' as const, ids: [district] };
  const teaching = { id: 't', system: 'hmh', role: 'teacher', source: 'manual' } as const;
  await storeDistrict(engine.dynamo, district, {
    people: [
      aPerson('u-1'),
      { ...aPerson('u-teaches'), manual: [{ ...teaching, scope }] },
      { ...principal, manual: [{ ...dda, scope }] },
    ],
  });
  ask = asking(api.handler, district);
  const family = { status: 'Enrolled', students: [{ id: 'st-1', relationship: 'Parent' }] };
  await ask('putFactRecord', { kind: 'students', id: 'st-1' }, { body: { status: { 2027: 'Enrolled' } } });
  const { students } = family;
  await ask('putFactRecord', { kind: 'households', id: 'h-1' }, { body: { students } });
  const parent = { profile: { kind: 'household', id: 'h-1' } };
  ids = {};
  for (const [username, more] of Object.entries({
    security: { roles: ['security_full'] },
    registrar: { roles: ['registrar_full'] },
    teacher: { roles: ['teacher'] },
    parent,
    'parent-who-teaches': { ...parent, user: 'u-teaches' },
    'parent-who-is-dda': { ...parent, user: 'u-dda' },
  })) {
    const body = { username, email: `${username}@example.org`, ...more };
    // The operator appoints the first of a privileged role.
    const made = await ask('createAccount', {}, { body, as: operator });
    expect([username, made.status]).toEqual([username, 201]);
    ids[username] = String(made.body.id);
  }
});

const idOf = (username: string) => ids[username] ?? '';
const by = (username: string) => ({ as: districtClient(district, { user: idOf(username) }) });

/** The status and code of a change. */
async function change(who: string, whom: string, body: object) {
  const answer = await ask('changeAccount', { account: idOf(whom) }, { body, ...by(who) });
  return [answer.status, answer.body.code];
}

const ok = [200, undefined];
const not = [403, 'not-permitted'];

describe('whoever holds security_full', () => {
  test('creates, edits, finds and removes users', async () => {
    const body = { username: 'eve', email: 'eve@example.org', roles: ['finance_full'], ledgers: ['l-1'] };
    const made = await ask('createAccount', {}, { body, ...by('security') });
    expect([made.status, made.body.roles]).toEqual([201, ['finance_full']]);
    const at = { account: String(made.body.id) };
    const all = (await ask('listAccounts', {}, by('security'))).body.items as { id: string }[];
    expect(all.map(({ id }) => id)).toContain(at.account);
    expect((await ask('removeAccount', at, by('security'))).status).toBe(204);
    for (const entry of [{ approved: true }, { locked: false }, { webId: 'W1' }, { roles: ['staff'] }])
      expect([entry, await change('security', 'teacher', entry)]).toEqual([entry, ok]);
  });

  test('is held to the rules of associations, by what would be', async () => {
    expect(await change('security', 'teacher', { ledgers: ['l-1'] })).toEqual([422, 'refused-by-rule']);
    expect(await change('security', 'teacher', { roles: ['finance_read'], ledgers: ['l-1'] })).toEqual(ok);
    expect(await change('security', 'parent', { schools: ['s-1'] })).toEqual([422, 'refused-by-rule']);
  });

  test('only asks for a privileged role, for themselves as for others', async () => {
    const body = { roles: ['teacher', 'security_full'] };
    const asked = await ask('changeAccount', { account: idOf('teacher') }, { body, ...by('security') });
    expect(asked.body).toMatchObject({ roles: ['teacher'], requestedRoles: ['security_full'] });
    // What is asked for is not held.
    expect(await change('teacher', 'parent', { locked: false })).toEqual(not);
  });

  test('gets no further by the account of somebody who holds a privileged role of another system', async () => {
    const to = { email: 'mine@example.org' };
    expect(await change('security', 'parent-who-is-dda', to)).toEqual([403, 'holds-more']);
    const body = { username: 'mine', ...to, user: 'u-dda', approved: true };
    expect((await ask('createAccount', {}, { body, ...by('security') })).body.code).toBe('holds-more');
    expect(await change('security', 'parent-who-teaches', to)).toEqual(ok);
  });
});

describe('whoever holds another of the full roles', () => {
  test.each([{ email: 'new@example.org' }, { approved: true }, { locked: false }])(
    'edits %j of a parent',
    async (entry) => {
      expect(await change('registrar', 'parent', entry)).toEqual(ok);
    },
  );

  test.each([['teacher'], ['security'], ['registrar']])('edits nothing of %s', async (whom) => {
    for (const entry of [{ email: 'new@example.org' }, { approved: true }, { locked: false }])
      expect([entry, await change('registrar', whom, entry)]).toEqual([entry, not]);
  });

  test.each([{ roles: ['staff'] }, { roles: [] }, { ledgers: [] }, { schools: [] }])(
    'gives and takes no %j, of a parent either',
    async (part) => {
      expect(await change('registrar', 'parent', part)).toEqual(not);
      expect(await change('registrar', 'parent', { approved: true, ...part })).toEqual(not);
    },
  );

  test('edits no parent who holds any role of another system', async () => {
    for (const whom of ['parent-who-teaches', 'parent-who-is-dda'])
      expect(await change('registrar', whom, { email: 'mine@example.org' })).toEqual([403, 'holds-more']);
  });

  test('edits nobody for whom a role is asked', async () => {
    await ask('changeAccount', { account: idOf('parent') }, { body: { roles: ['security_full'] } });
    expect(await change('registrar', 'parent', { email: 'mine@example.org' })).toEqual([403, 'holds-more']);
  });

  test('neither creates nor removes anybody', async () => {
    const body = { username: 'eve', email: 'eve@example.org' };
    expect((await ask('createAccount', {}, { body, ...by('registrar') })).status).toBe(403);
    expect((await ask('removeAccount', { account: idOf('parent') }, by('registrar'))).status).toBe(403);
  });

  test('finds by name whom they may edit, and is told of nobody else', async () => {
    const found = async (query: string) => {
      const { status, body } = await ask('listAccounts', {}, { query, ...by('registrar') });
      return [status, (body.items as unknown[] | undefined)?.length];
    };
    expect(await found('username=parent')).toEqual([200, 1]);
    expect(await found('email=teacher@example.org')).toEqual([200, 0]);
    expect(await found('username=nobody')).toEqual([200, 0]);
    expect(await found('')).toEqual([403, undefined]);
    const seen = async (whom: string) =>
      (await ask('getAccount', { account: idOf(whom) }, by('registrar'))).status;
    expect([await seen('parent'), await seen('teacher')]).toEqual([200, 403]);
  });
});

describe('everybody else', () => {
  test('sees their own user and changes nothing of it', async () => {
    const mine = await ask('getAccount', { account: idOf('teacher') }, by('teacher'));
    expect(mine).toMatchObject({ status: 200, body: { username: 'teacher', approved: false } });
    for (const body of [
      { approved: true },
      { locked: false },
      { roles: ['teacher', 'finance_full'] },
      { email: 'x@y.org' },
    ])
      expect([body, await change('teacher', 'teacher', body)]).toEqual([body, not]);
  });

  test('sees, changes and removes nobody else, there or not', async () => {
    for (const account of [idOf('parent'), 'nobody']) {
      expect((await ask('getAccount', { account }, by('teacher'))).status).toBe(403);
      const body = { approved: true };
      expect((await ask('changeAccount', { account }, { body, ...by('teacher') })).status).toBe(403);
      expect((await ask('removeAccount', { account }, by('teacher'))).status).toBe(403);
    }
  });

  test('is refused before they are told what is wrong with what they send', async () => {
    const at = { account: idOf('parent') };
    for (const more of [{ text: 'no json' }, { body: {} }, { body: { nonsense: 1 } }, { body: [] }])
      expect((await ask('changeAccount', at, { ...more, ...by('teacher') })).status).toBe(403);
    expect((await ask('createAccount', {}, { body: {}, ...by('teacher') })).status).toBe(403);
  });
});

test('nobody of another district gets anything, by the same name and role', async () => {
  const foreign = { as: districtClient('elsewhere', { user: idOf('security') }) };
  const at = { account: idOf('parent') };
  const body = { approved: true };
  for (const name of [
    'getAccount',
    'changeAccount',
    'removeAccount',
    'listAccounts',
    'createAccount',
  ] as const) {
    const params = name.endsWith('s') || name.startsWith('create') ? {} : at;
    const answer = await ask(name, params, { ...foreign, body });
    expect([name, answer.status, answer.body.code]).toEqual([name, 403, 'other-district']);
  }
  const withoutScope = {
    as: districtClient(district, { user: idOf('security'), scopes: 'access.evaluate' }),
  };
  expect((await ask('getAccount', at, withoutScope)).body.code).toBe('insufficient-scope');
});

test('whoever was removed or has lost the role is refused with the next request', async () => {
  await ask('changeAccount', { account: idOf('registrar') }, { body: { roles: ['staff'] } });
  expect(await change('registrar', 'parent', { approved: true })).toEqual(not);
  await ask('removeAccount', { account: idOf('security') });
  expect(await change('security', 'parent', { approved: true })).toEqual(not);
});
