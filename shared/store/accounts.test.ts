import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startDynamo, type TestDynamo, testTables } from '../../test/builders/dynamo.ts';
import { type Account, roleAssignment } from '../accounts/account.ts';
import { RequestError } from '../errors.ts';
import { AccessChanges } from './access-changes.ts';
import { AccessStore } from './access-store.ts';
import { Accounts, type KeptAccount } from './accounts.ts';
import { Assignments } from './assignments.ts';
import type { Deed } from './deeds.ts';
import { KeptFacts } from './kept-facts.ts';
import { holderKey } from './keys.ts';
import { PastDeeds } from './past-deeds.ts';
import { Tenants } from './tenants.ts';

let engine: TestDynamo;
let accounts: Accounts;
let facts: KeptFacts;
let assignments: Assignments;
let access: AccessStore;
let district: string;
let count = 0;

beforeAll(async () => {
  engine = await startDynamo();
  accounts = new Accounts(engine.dynamo, testTables);
  facts = new KeptFacts(engine.dynamo, testTables);
  assignments = new Assignments(engine.dynamo, testTables);
  access = new AccessStore(engine.dynamo, testTables.access);
});
afterAll(() => engine.stop());
beforeEach(async () => {
  count += 1;
  district = `d-${count}`;
  const at = { name: 'x', timeZone: 'UTC', schoolYear: 2027, createdAt: '2026-11-21T12:00:00Z' };
  await new Tenants(engine.dynamo, testTables).createDistrict({ id: district, ...at });
});

function anAccount(id: string, more: Partial<Account> = {}): Account {
  return {
    id,
    username: `name-of-${id}`,
    email: `${id}@example.org`,
    approved: false,
    locked: false,
    ledgers: [],
    schools: [],
    asked: [],
    createdAt: '2026-11-21T12:00:00Z',
    ...more,
  };
}

const create = (id: string, more: Partial<Account> = {}, deeds: Deed[] = []) =>
  accounts.create(district, anAccount(id, more), deeds);
const doing = { by: 'client:y', at: '2026-11-21T13:00:00.000Z' };
const noRoles = { gives: [], takes: [], doing };
const remove = (kept: KeptAccount, deeds: Deed[] = []) => accounts.remove(district, kept, { deeds, doing });
const deedOf = (userId: string, role: string): Deed => ({
  kind: 'assignment',
  userId,
  assignment: roleAssignment(role, { id: `${userId}.${role}`, district }),
  by: 'x',
  at: '2026-11-21T12:00:00Z',
});
const seatOf = (userId: string, role: string): Deed => ({
  ...deedOf(userId, role),
  assignment: {
    id: `${userId}.${role}`,
    system: 'nsc',
    role,
    scope: { type: 'account', ids: ['s-1'] },
    source: 'manual',
  },
  seats: 1,
});

/** Its code, where it is refused. */
const outcome = (doing: Promise<unknown>): Promise<string> =>
  doing.then(
    () => 'done',
    (error: unknown) => {
      if (error instanceof RequestError) return error.code;
      throw error;
    },
  );

describe('a name', () => {
  test.each([
    ['email', 'Ada@Example.org', 'ada@example.ORG', 'email-taken'],
    ['username', 'Straße', 'STRASSE', 'username-taken'],
    ['webId', 'Ada1', 'ADA1', 'web-id-taken'],
  ] as const)(
    'of kind %s, in any form, is had by one of those who want it at once',
    async (kind, one, other, code) => {
      const wanting = Array.from({ length: 8 }, (_, i) =>
        create(`a-${i}`, { [kind]: i % 2 === 0 ? one : other }),
      );
      const outcomes = await Promise.all(wanting.map(outcome));
      expect(outcomes.filter((was) => was === 'done')).toHaveLength(1);
      expect(outcomes.filter((was) => was === code)).toHaveLength(7);
      const { items } = await accounts.list(district, { limit: 100 });
      expect(items).toHaveLength(1);
    },
  );

  test('is free again once its account has another or is gone, and is found by its account until then', async () => {
    const kept = await create('a-1', { username: 'Ada' });
    expect(await outcome(create('a-2', { username: 'ADA' }))).toBe('username-taken');
    const renamed = await accounts.change(district, kept, { ...kept.account, username: 'Eve' }, noRoles);
    expect(await accounts.named(district, 'username', 'ada')).toBeUndefined();
    expect((await accounts.named(district, 'username', 'EVE'))?.account.id).toBe('a-1');
    await create('a-2', { username: 'ADA' });
    await remove(renamed);
    await create('a-3', { username: 'eve' });
  });

  test('is changed to by one of those who change to it at once', async () => {
    const kept = await Promise.all(['a-1', 'a-2', 'a-3'].map((id) => create(id)));
    const forms = ['Stra\u00dfe@x.org', 'STRASSE@x.org', 'STRA\u1e9eE@X.ORG'];
    const outcomes = await Promise.all(
      kept.map((one, at) =>
        outcome(accounts.change(district, one, { ...one.account, email: forms[at] ?? '' }, noRoles)),
      ),
    );
    expect(outcomes.toSorted()).toEqual(['done', 'email-taken', 'email-taken']);
  });

  test('is not swapped in one step, and by a third name in three', async () => {
    const [ada, eve] = [await create('a-1', { username: 'ada' }), await create('a-2', { username: 'eve' })];
    const rename = (kept: KeptAccount, username: string) =>
      accounts.change(district, kept, { ...kept.account, username }, noRoles);
    const both = await Promise.all([rename(ada, 'eve'), rename(eve, 'ada')].map(outcome));
    expect(both).toEqual(['username-taken', 'username-taken']);
    const other = await rename(ada, 'other');
    await rename(eve, 'Ada');
    await rename(other, 'Eve');
    const named = await Promise.all(['ada', 'eve'].map((name) => accounts.named(district, 'username', name)));
    expect(named.map((kept) => kept?.account.id)).toEqual(['a-2', 'a-1']);
  });

  test('that was given up is taken again, by its account or by one of all who want it at once', async () => {
    const kept = await create('a-1', { email: 'ada@x.org', webId: 'W1' });
    const without = await accounts.change(district, kept, anAccount('a-1', { email: 'new@x.org' }), noRoles);
    const again = await accounts.change(district, without, kept.account, noRoles);
    expect((await accounts.named(district, 'email', 'ADA@x.org'))?.account.id).toBe('a-1');
    await remove(again);
    const outcomes = await Promise.all(
      ['a-2', 'a-3', 'a-4'].map((id) => outcome(create(id, { email: 'Ada@X.org' }))),
    );
    expect(outcomes.toSorted()).toEqual(['done', 'email-taken', 'email-taken']);
  });

  test('may change its case', async () => {
    const kept = await create('a-1', { email: 'ada@example.org' });
    await accounts.change(district, kept, { ...kept.account, email: 'Ada@Example.org' }, noRoles);
    expect((await accounts.named(district, 'email', 'ADA@EXAMPLE.ORG'))?.account.email).toBe(
      'Ada@Example.org',
    );
  });
});

test('an account that is made again with its id, after a crash, is there once', async () => {
  const [first, again] = [await create('a-1'), await create('a-1')];
  expect(again).toEqual(first);
});

test('of two changes of what was read once, one is made', async () => {
  const kept = await create('a-1');
  const outcomes = await Promise.all(
    [true, false].map((locked) =>
      outcome(accounts.change(district, kept, { ...kept.account, locked }, noRoles)),
    ),
  );
  expect(outcomes.toSorted()).toEqual(['changed-meanwhile', 'done']);
});

test('a person has as many accounts as a check reads, and no more', async () => {
  for (let at = 0; at < 50; at += 1) await create(`a-${at}`, { user: 'u-1' });
  expect(await outcome(create('a-50', { user: 'u-1' }))).toBe('too-many-accounts');
  expect(await accounts.ofUser(district, 'u-1')).toHaveLength(50);
});

describe('a removed account', () => {
  test('is nobody to checks, and its roles are held by nobody', async () => {
    const deed = deedOf('a-1', 'teacher');
    const kept = await create('a-1', { user: 'u-1' }, [deed]);
    expect((await access.person(district, 'a-1'))?.person?.manual).toEqual([deed.assignment]);
    await remove(kept, [deed]);
    expect((await access.person(district, 'a-1'))?.person).toBeUndefined();
    expect((await access.person(district, 'u-1'))?.person).toBeUndefined();
    expect(await assignments.find(district, deed.assignment.id)).toBeUndefined();
  });

  test('is not removed where it was given a role, or came to own a query, since it was read', async () => {
    const kept = await create('a-1');
    const deed = deedOf('a-1', 'teacher');
    await assignments.record(district, deed);
    expect(await outcome(remove(kept))).toBe('changed-meanwhile');
    const query = { kind: 'resource', type: 'dat_query', id: 'q-1' } as const;
    await facts.put(district, query, { owner: 'a-1' });
    expect(await outcome(remove(kept, [deed]))).toBe('changed-meanwhile');
    const now = await accounts.find(district, 'a-1');
    await remove(now ?? kept, [deed]);
    expect(await outcome(facts.put(district, query, { owner: 'a-1' }))).toBe('unknown-account');
  });
});

describe('a login', () => {
  test('is no person to tie another account to', async () => {
    await create('a-1', { user: 'u-1' }, [deedOf('a-1', 'security_full')]);
    const kept = await create('a-2');
    expect(await outcome(create('a-3', { user: 'a-1' }))).toBe('unknown-user');
    expect(await outcome(create('a-3', { user: 'a-2' }))).toBe('unknown-user');
    await remove(kept);
    expect(await outcome(create('a-3', { user: 'a-2' }))).toBe('unknown-user');
    expect(await accounts.find(district, 'a-3')).toBeUndefined();
  });

  test('keeps its roles from the other logins of its person', async () => {
    const deed = deedOf('a-1', 'security_full');
    await create('a-1', { user: 'u-1' }, [deed]);
    await create('a-2', { user: 'u-1' });
    const rolesAs = async (id: string) => {
      const question = {
        subject: { type: 'user', id },
        action: { name: 'pcr:page.open' },
        resource: { type: 'page', id: 'p' },
      };
      const found = await access.checkFacts(district, question, { deep: async () => () => true });
      return [found?.subject, ...(found?.logins ?? [])].map((one) => one?.manual.map(({ role }) => role));
    };
    expect(await rolesAs('a-1')).toEqual([['security_full']]);
    expect(await rolesAs('a-2')).toEqual([[]]);
    expect((await rolesAs('u-1')).toSorted()).toEqual([[], ['security_full']]);
    expect((await access.holder(district, 'a-2'))?.person?.manual).toEqual([]);
  });
});

describe('what people gave an account', () => {
  const past = () => new PastDeeds(engine.dynamo, testTables.assignments).of(district, 'a-1');
  const asked: Deed = { ...deedOf('a-1', 'security_full'), kind: 'request' };

  test('is told as past once it is taken away, a request never', async () => {
    const [teacher, staff] = [deedOf('a-1', 'teacher'), deedOf('a-1', 'staff')];
    const kept = await create('a-1', {}, [teacher, staff, asked]);
    const after = await accounts.change(district, kept, kept.account, { gives: [], takes: [teacher], doing });
    const ended = { endedAt: doing.at, endedBy: doing.by };
    expect(await past()).toEqual([{ deed: teacher, ...ended }]);
    await remove(after, [staff, asked]);
    expect(await past()).toEqual([staff, teacher].map((deed) => ({ deed, ...ended })));
  });

  test('leaves with it all its seats, of which one school may have several', async () => {
    const seats = ['billing', 'st_billing'].map((role) => seatOf('a-1', role));
    const kept = await create('a-1');
    for (const seat of seats) await assignments.record(district, seat);
    await remove(kept, seats);
    for (const role of ['billing', 'st_billing']) await assignments.record(district, seatOf('u-2', role));
    expect((await access.person(district, 'u-2'))?.person?.manual).toHaveLength(2);
  });

  test('is nothing once it was removed, neither by a request from before nor by who was slower', async () => {
    const kept = await create('a-1');
    await assignments.record(district, asked);
    await remove(kept);
    expect(await outcome(assignments.confirm(district, asked, doing))).toBe('unknown-user');
    expect(await outcome(assignments.record(district, deedOf('a-1', 'teacher')))).toBe('unknown-user');
    expect(await outcome(assignments.record(district, seatOf('a-1', 'billing')))).toBe('unknown-user');
    await new AccessChanges(engine.dynamo, testTables).putTags(district, 'a-1', ['x']);
    expect((await access.person(district, 'a-1'))?.person).toBeUndefined();
    expect(await outcome(create('a-1'))).toBe('changed-meanwhile');
  });

  test('marks the request of the roster that it confirms, until it ends', async () => {
    const role = deedOf('a-1', 'security_full');
    const confirms = 'of-the-roster';
    const kept = await create('a-1');
    const deed = { ...role, confirms };
    await assignments.record(district, deed);
    await remove(kept, [deed]);
    const { system, role: id, scope } = deed.assignment;
    const Key = holderKey({
      district,
      system,
      role: id,
      scopeId: scope.ids[0] ?? '',
      userId: 'a-1',
      assignmentId: confirms,
    });
    const row = await engine.dynamo.send(new GetCommand({ TableName: testTables.assignments, Key }));
    expect(row.Item).toEqual(Key);
  });
});

describe('a kept fact', () => {
  const at = { kind: 'record', type: 'applicant', id: 'ap-1' } as const;

  test('is replaced only as it was read, where that is asked for', async () => {
    const first = await facts.put(district, at, { status: 'Inquiry' });
    await facts.put(district, at, { status: 'Applied' }, { ifMatch: String(first.revision) });
    const late = facts.put(district, at, { status: 'Copied' }, { ifMatch: String(first.revision) });
    expect(await outcome(late)).toBe('changed-meanwhile');
    expect((await facts.find(district, at))?.value).toEqual({ status: 'Applied' });
  });

  test('that many replace at once is as one of them left it', async () => {
    const states = ['a', 'b', 'c'];
    await Promise.all(states.map((status) => facts.put(district, at, { status })));
    const kept = await facts.find(district, at);
    expect([states.includes(String(kept?.value.status)), kept?.revision]).toEqual([true, 3]);
  });

  test('is listed with its kind, page by page, until it is taken away', async () => {
    const ids = Array.from({ length: 9 }, (_, i) => `ap#${i}`);
    for (const id of ids) await facts.put(district, { ...at, id }, { status: 'Inquiry' });
    await facts.put(district, { kind: 'record', type: 'donor', id: 'd-1' }, {});
    await facts.remove(district, { ...at, id: 'ap#0' });
    const found: string[] = [];
    for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
      const page = await facts.list(district, at, { limit: 2, cursor });
      found.push(...page.items.map(({ id }) => id));
      cursor = page.cursor;
    }
    expect(found.toSorted()).toEqual(ids.slice(1));
  });
});
