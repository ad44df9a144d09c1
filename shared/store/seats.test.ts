import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startDynamo, type TestDynamo, testTables } from '../../test/builders/dynamo.ts';
import type { RequestError } from '../errors.ts';
import { AccessStore } from './access-store.ts';
import { Assignments } from './assignments.ts';
import type { Deed } from './deeds.ts';
import { accessKey } from './keys.ts';
import { Tenants } from './tenants.ts';

let engine: TestDynamo;
let access: AccessStore;
let assignments: Assignments;
let district: string;
let count = 0;

beforeAll(async () => {
  engine = await startDynamo();
  access = new AccessStore(engine.dynamo, testTables.access);
  assignments = new Assignments(engine.dynamo, testTables);
});
afterAll(() => engine.stop());
beforeEach(async () => {
  count += 1;
  district = `d-${count}`;
  const at = { name: 'x', timeZone: 'UTC', schoolYear: 2027, createdAt: '2026-11-21T12:00:00Z' };
  await new Tenants(engine.dynamo, testTables).createDistrict({ id: district, ...at });
});

const seat = (userId: string, more: { account?: string; seats?: number; role?: string } = {}): Deed => {
  const { account = 's-1', seats = 1, role = 'st_billing' } = more;
  const scope = { type: 'account' as const, ids: [account] };
  return {
    kind: 'assignment',
    userId,
    assignment: { id: `of-${userId}-${role}-${account}`, system: 'nsc', role, scope, source: 'manual' },
    by: 'client:x',
    at: '2026-11-21T12:00:00Z',
    seats,
  };
};

const rolesOf = async (user: string) =>
  (await access.person(district, user))?.person?.manual.map(({ role }) => role) ?? [];

const conflictOf = async (deed: Deed) => {
  const error = await assignments.record(district, deed).then(
    () => undefined,
    (refused: RequestError) => refused,
  );
  return error && [error.code, error.detail.holders];
};

test('of 64 who want one seat at once, one has it, and 63 are told who', async () => {
  const users = Array.from({ length: 64 }, (_, i) => `u-${i}`);
  const answers = await Promise.all(users.map((user) => conflictOf(seat(user))));
  const holders = users.filter((_, i) => answers[i] === undefined);
  expect(holders).toHaveLength(1);
  expect(answers.filter((answer) => answer !== undefined)).toEqual(
    Array.from({ length: 63 }, () => ['seat-taken', holders]),
  );
  const seated = await Promise.all(users.map(rolesOf));
  expect(seated.flat()).toEqual(['st_billing']);
});

test('a role with several seats takes as many as it has', async () => {
  const wanted = ['a', 'b', 'c', 'd'].map((user) => seat(user, { seats: 3 }));
  const answers = await Promise.all(wanted.map(conflictOf));
  expect(answers.filter((answer) => answer === undefined)).toHaveLength(3);
});

test('seats are apart by account and by role, and one person may hold several', async () => {
  await assignments.record(district, seat('ada'));
  await assignments.record(district, seat('bea', { account: 's-2' }));
  await assignments.record(district, seat('ada', { role: 'billing' }));
  expect(await rolesOf('ada')).toEqual(expect.arrayContaining(['st_billing', 'billing']));
});

test('the holder who is given the seat again keeps it, and a seat left is free', async () => {
  await assignments.record(district, seat('ada'));
  await assignments.record(district, seat('ada'));
  expect(await conflictOf(seat('bea'))).toEqual(['seat-taken', ['ada']]);
  await assignments.remove(district, seat('ada'), { by: 'client:x', at: '2026-11-21T13:00:00.000Z' });
  expect(await conflictOf(seat('bea'))).toBeUndefined();
});

test('a transfer moves the seat whole: of many at once one does', async () => {
  const from = seat('ada');
  await assignments.record(district, from);
  const takers = Array.from({ length: 8 }, (_, i) => `u-${i}`);
  const outcomes = await Promise.allSettled(
    takers.map((user) => assignments.transfer(district, from, seat(user))),
  );
  const [holder, ...others] = takers.filter((_, i) => outcomes[i]?.status === 'fulfilled');
  expect(others).toEqual([]);
  expect(await rolesOf('ada')).toEqual([]);
  expect(await rolesOf(holder ?? '')).toEqual(['st_billing']);
  expect(await conflictOf(seat('zoe'))).toEqual(['seat-taken', [holder]]);
  expect(await assignments.find(district, from.assignment.id)).toBeUndefined();
});

test('a check of the account knows who holds its seats', async () => {
  const org = { g: 0, now: { status: 'active', type: 'school' } };
  await engine.dynamo.send(
    new PutCommand({ TableName: testTables.access, Item: { ...accessKey(district, 'org', 's-1'), ...org } }),
  );
  const seatsSeen = async () => {
    const found = await access.checkFacts(district, {
      subject: { type: 'user', id: 'ada' },
      action: { name: 'nsc:role.assign' },
      resource: { type: 'account', id: 's-1', properties: { role: 'st_billing', user: 'bea' } },
    });
    return found?.resource;
  };
  expect(await seatsSeen()).toMatchObject({ type: 'account', seats: {} });
  await assignments.record(district, seat('ada'));
  expect(await seatsSeen()).toMatchObject({ seats: { 'nsc:st_billing': ['ada'] } });
});
