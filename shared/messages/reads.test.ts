import { expect, test } from 'vitest';
import * as z from 'zod';
import type { Route } from './route.ts';
import { routes } from './routes.ts';

const table: readonly Route[] = routes;

/** Members that say something of a person, by whatever view. */
const ofPeople =
  /^(given|family|preferred|middle)|^(user|users|userId|account|accounts|person|student|students|username|email|birthDate|agents|holders|users?SourcedId)$/;

/** Whether an answer may hold something about a person; what a schema leaves open may. */
function mayTell(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.some(mayTell);
  if (typeof schema !== 'object' || schema === null) return false;
  return Object.entries(schema).some(
    ([name, value]) =>
      (name === 'properties' && Object.keys(value).some((member) => ofPeople.test(member))) || mayTell(value),
  );
}

/** Answers that hold such members and are about nobody. */
const aboutNobody: Record<string, string> = {
  listClients: 'the person for whom a client acts was named with it',
  getSync: 'counts, by kind of record',
  listSyncs: 'counts, by kind of record',
};

const asks = table.filter(({ method, auth, response }) => method === 'GET' && auth === 'token' && response);

test('whoever adds a route that may tell of people says whether it does', () => {
  const undecided = asks.filter(
    ({ name, reads, response }) =>
      reads === undefined &&
      !Object.hasOwn(aboutNobody, name) &&
      mayTell(z.toJSONSchema(response ?? z.null(), { io: 'output', unrepresentable: 'any' })),
  );
  expect(undecided.map(({ name }) => name)).toEqual([]);
});

test('reads of people are audited where they name a district or the caller has one', () => {
  const read = table.filter(({ reads }) => reads === 'people');
  expect(read.filter(({ auth }) => auth !== 'token')).toEqual([]);
  expect(read.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'getUser',
      'listUsers',
      'getOneStudent',
      'getSyncPlan',
      'getUserAccess',
      'readAudit',
    ]),
  );
});
