import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Local } from '../../infra/local/stack.ts';
import { Api } from '../builders/api.ts';
import { certification, load, search, searchTable, smiths, todo } from '../builders/authzen-scenarios.ts';
import { startLocal } from '../builders/local.ts';

/**
 * The certification scenario of AuthZEN 1.0 at all levels, and its working group's scenarios Todo, API Gateway and Search: each is a catalogue, people
 * and facts of a district, and nothing in the code knows of it.
 */

type Decided = { decision: boolean; context?: { error?: { status: number } } };
type Found = { results: { type?: string; id?: string; name?: string }[]; page: { next_token: string } };

let local: Local;
let pep: Api;

beforeAll(async () => {
  local = await startLocal();
  const operator = await Api.signIn(local.url, local.operator);
  pep = await load(operator, local.url, certification);
}, 60_000);

afterAll(async () => {
  await local?.stop();
  if (local !== undefined) rmSync(local.dataDir, { recursive: true, force: true });
});

const user = (id: string, properties?: object) => ({ type: 'user', id, ...(properties && { properties }) });
const record = (id: string, properties?: object) => ({
  type: 'record',
  id,
  ...(properties && { properties }),
});
const [alice, bob, admin] = [user('alice'), user('bob'), user('bob', { role: 'admin' })];
const [one, archived] = [record('record-1'), record('record-2', { status: 'archived' })];
const [read, write] = [{ name: 'read' }, { name: 'write' }];
const context = { time: '2025-06-27T18:03-07:00', ip: '192.168.1.1' };

async function decide(question: object, as = pep): Promise<boolean> {
  return (await as.ok<Decided>('POST', '/access/v1/evaluation', question)).decision;
}

async function decideAll(question: object, as = pep): Promise<boolean[]> {
  const answer = await as.ok<{ evaluations: Decided[] }>('POST', '/access/v1/evaluations', question);
  return answer.evaluations.map(({ decision }) => decision);
}

async function find(what: string, question: object, as = pep): Promise<string[]> {
  const answer = await as.ok<Found>('POST', `/access/v1/search/${what}`, question);
  expect(typeof answer.page.next_token).toBe('string');
  return answer.results.map(({ id, name }) => id ?? name ?? '');
}

describe('basic', () => {
  test.each([
    [1, { subject: alice, action: read, resource: one }, true],
    [2, { subject: alice, action: write, resource: one }, true],
    [3, { subject: bob, action: read, resource: one }, true],
    [4, { subject: bob, action: write, resource: one }, false],
    [5, { subject: alice, action: write, resource: archived }, false],
    [6, { subject: admin, action: write, resource: archived }, true],
    [7, { subject: alice, action: { name: 'delete', properties: { soft: true } }, resource: one }, true],
    [8, { subject: alice, action: { name: 'delete', properties: { soft: false } }, resource: one }, false],
  ])('rule %i is decided so, with and without a context, and each time', async (_, question, expected) => {
    expect(await decide(question)).toBe(expected);
    expect(await decide({ ...question, context })).toBe(expected);
    expect(await decide({ ...question, foo: 'bar', futureField: { nested: true } })).toBe(expected);
  });

  test('properties beyond those of the rules change nothing', async () => {
    const question = {
      subject: user('alice', { department: 'Sales', role: 'manager' }),
      action: { name: 'read', properties: { method: 'GET' } },
      resource: record('record-1', { status: 'active', owner: 'bob' }),
    };
    expect(await decide(question)).toBe(true);
  });

  test.each([
    ['no subject', { action: read, resource: one }],
    ['no action', { subject: alice, resource: one }],
    ['no resource', { subject: alice, action: read }],
    ['a subject without its type', { subject: { id: 'alice' }, action: read, resource: one }],
    ['a subject without its id', { subject: { type: 'user' }, action: read, resource: one }],
    ['an action without its name', { subject: alice, action: {}, resource: one }],
    ['a resource without its type', { subject: alice, action: read, resource: { id: 'record-1' } }],
    ['a resource without its id', { subject: alice, action: read, resource: { type: 'record' } }],
    ['a subject that is text', { subject: 'alice', action: read, resource: one }],
    ['an action whose name is a number', { subject: alice, action: { name: 123 }, resource: one }],
  ])('%s is a 400', async (_, question) => {
    expect((await pep.call('POST', '/access/v1/evaluation', question)).status).toBe(400);
  });

  test.each([
    ['another media type', 'text/plain', '{}'],
    ['no JSON', 'application/json', '{"subject":'],
    ['an empty body', 'application/json', ''],
  ])('%s is a 400', async (_, type, text) => {
    expect((await pep.raw('/access/v1/evaluation', text, type)).status).toBe(400);
  });

  test('the id of a request comes back, and none is needed', async () => {
    const question = { subject: alice, action: read, resource: one };
    const answer = await pep.call('POST', '/access/v1/evaluation', question, { 'x-request-id': 'r-1' });
    expect([answer.headers.get('x-request-id'), answer.headers.get('content-type')]).toEqual([
      'r-1',
      'application/json',
    ]);
  });
});

describe('batch', () => {
  test.each([
    [{ subject: bob, resource: one, evaluations: [{ action: read }, { action: write }] }, [true, false]],
    [
      {
        subject: alice,
        action: write,
        evaluations: [{ resource: record('record-1', { status: 'active' }) }, { resource: archived }],
      },
      [true, false],
    ],
    [
      { action: write, resource: archived, evaluations: [{ subject: alice }, { subject: admin }] },
      [false, true],
    ],
    [
      {
        evaluations: [
          { subject: alice, action: read, resource: one },
          { subject: bob, action: write, resource: one },
        ],
      },
      [true, false],
    ],
    [
      {
        subject: alice,
        action: write,
        resource: record('record-1', { status: 'active' }),
        evaluations: [{}, { resource: archived }],
      },
      [true, false],
    ],
    [
      {
        subject: alice,
        action: read,
        options: { evaluations_semantic: 'execute_all' },
        evaluations: [{ resource: one }, {}],
      },
      [true, false],
    ],
  ])('is decided item by item: case %#', async (question, expected) => {
    expect(await decideAll(question)).toEqual(expected);
  });

  test('with contexts has as many decisions as items', async () => {
    const question = {
      subject: alice,
      action: read,
      context,
      evaluations: [
        { resource: one },
        { resource: record('record-2'), context: { ...context, source: 'batch-override' } },
      ],
    };
    expect(await decideAll(question)).toHaveLength(2);
  });

  test.each([{}, { evaluations: [] }])('without items is a single evaluation: %j', async (more) => {
    const question = { subject: alice, action: read, resource: one, ...more };
    expect(await pep.ok('POST', '/access/v1/evaluations', question)).toMatchObject({ decision: true });
  });
});

describe('search', () => {
  test.each([{}, { context }, { page: { limit: 100 } }])('finds who may read: %j', async (more) => {
    const question = { subject: { type: 'user' }, action: read, resource: one, ...more };
    expect(await find('subject', question)).toEqual(['alice', 'bob']);
    expect(await find('subject', { ...question, subject: alice })).toEqual(['alice', 'bob']);
  });

  test.each([{}, { context }])('finds what may be read: %j', async (more) => {
    const question = { subject: alice, action: read, resource: { type: 'record' }, ...more };
    expect(await find('resource', question)).toEqual(['record-1', 'record-2']);
    expect(await find('resource', { ...question, resource: one })).toEqual(['record-1', 'record-2']);
  });

  test.each([{}, { context }])('finds what may be done: %j', async (more) => {
    expect(await find('action', { subject: alice, resource: one, ...more })).toEqual(['read', 'write']);
  });

  test('goes by properties', async () => {
    const question = { subject: { type: 'user' }, action: write, resource: archived };
    expect(await find('subject', question)).toEqual(['bob']);
    const records = { subject: admin, action: write, resource: { type: 'record' } };
    expect(await find('resource', records)).toEqual(['record-2']);
    expect(await find('action', { subject: admin, resource: archived })).toContain('write');
  });

  test('goes on by its token', async () => {
    const question = { subject: { type: 'user' }, action: read, resource: one };
    const [first, token] = await pageOf({ ...question, page: { limit: 1 } });
    expect([first, token]).toEqual([['alice'], expect.stringMatching(/./)]);
    expect(await pageOf({ ...question, page: { token } })).toEqual([['bob'], '']);
  });

  test.each([
    ['action', { subject: user('nobody'), resource: one }],
    ['action', { subject: alice, resource: { type: 'spaceship', id: 'x' } }],
    ['action', { subject: { type: 'spaceship', id: 'alice' }, resource: one }],
    ['subject', { subject: { type: 'spaceship' }, action: read, resource: one }],
    ['subject', { subject: { type: 'user' }, action: read, resource: record('record-9') }],
    ['resource', { subject: alice, action: read, resource: { type: 'spaceship' } }],
    ['resource', { subject: user('nobody'), action: read, resource: { type: 'record' } }],
  ])('for what is unknown finds nothing: %s %j', async (what, question) => {
    expect(await find(what, question)).toEqual([]);
  });

  test.each([
    ['subject', { subject: { type: 'user' }, resource: one }],
    ['subject', { subject: { type: 'user' }, action: read, resource: { type: 'record' } }],
    ['resource', { action: read, resource: { type: 'record' } }],
    ['resource', { subject: { type: 'user' }, action: read, resource: { type: 'record' } }],
    ['action', { subject: alice }],
    ['action', { subject: { type: 'user' }, resource: one }],
  ])('without what it needs is a 400: %s %j', async (what, question) => {
    expect((await pep.call('POST', `/access/v1/search/${what}`, question)).status).toBe(400);
  });

  async function pageOf(question: object): Promise<[string[], string]> {
    const answer = await pep.ok<Found>('POST', '/access/v1/search/subject', question);
    return [answer.results.map(({ id }) => id ?? ''), answer.page.next_token];
  }
});

describe('the scenario Todo', () => {
  const people = Object.entries(smiths);
  const todoOf = (owner: string) => ({
    type: 'todo',
    id: `todo-of-${owner}`,
    properties: { ownerID: owner },
  });
  let app: Api;

  beforeAll(async () => {
    app = await load(await Api.signIn(local.url, local.operator), local.url, todo);
  }, 60_000);

  test.each(people)('%s may what the scenario says', async (name, { id, email }) => {
    const ask = (action: string, resource: object) =>
      decide({ subject: user(id), action: { name: action }, resource, context: {} }, app);
    const [list, [mayWrite, isRick]] = [
      { type: 'todo', id: 'todo-1' },
      [['rick', 'morty', 'summer'].includes(name), name === 'rick'],
    ];
    expect(await ask('can_read_user', user('beth@the-smiths.com'))).toBe(true);
    expect(await ask('can_read_user', user(email))).toBe(true);
    expect(await ask('can_read_todos', list)).toBe(true);
    expect(await ask('can_create_todo', list)).toBe(mayWrite);
    for (const action of ['can_update_todo', 'can_delete_todo']) {
      expect(await ask(action, todoOf(email))).toBe(mayWrite);
      expect(await ask(action, todoOf(isRick ? smiths.morty.email : smiths.rick.email))).toBe(isRick);
    }
  });

  test.each(people)('the gateway lets %s through to the routes of their roles', async (name, { id }) => {
    const subject = { type: 'identity', id };
    const ask = (method: string, route: string) =>
      decide({ subject, action: { name: method }, resource: { type: 'route', id: route } }, app);
    const mayWrite = ['rick', 'morty', 'summer'].includes(name);
    expect([await ask('GET', '/users/{userId}'), await ask('GET', '/todos')]).toEqual([true, true]);
    expect(await ask('POST', '/todos')).toBe(mayWrite);
    expect(await ask('PUT', '/todos/{todoId}')).toBe(mayWrite);
    expect(await ask('DELETE', '/todos/{todoId}')).toBe(mayWrite);
  });

  test.each([
    ['rick', ['rick', 'jerry'], [true, true]],
    ['morty', ['rick', 'morty'], [false, true]],
    ['jerry', ['rick', 'jerry'], [false, false]],
  ] as const)('%s may update todos together as one by one', async (who, owned, expected) => {
    const evaluations = owned.map((owner) => ({ resource: todoOf(smiths[owner].email) }));
    const question = { subject: user(smiths[who].id), action: { name: 'can_update_todo' }, evaluations };
    expect(await decideAll(question, app)).toEqual(expected);
  });

  test('todos are the application’s own, and a search says that it can’t list them', async () => {
    const question = { action: { name: 'can_read_todos' }, resource: { type: 'todo' } };
    const subject = user(smiths.rick.id);
    const answer = await app.ok('POST', '/access/v1/search/resource', { ...question, subject });
    expect(answer).toMatchObject({ results: [], context: { unlisted: 'resources-not-kept' } });
  });
});

describe('the scenario Search', () => {
  const records = Array.from({ length: 20 }, (_, i) => String(101 + i));
  const may = (id: string, action: string, of: string) =>
    searchTable.some(([who, what, found]) => who === id && what === action && found.split(' ').includes(of));
  const people = Object.keys(search.people);
  const actions = ['view', 'edit', 'delete'];
  let app: Api;

  beforeAll(async () => {
    app = await load(await Api.signIn(local.url, local.operator), local.url, search);
  }, 60_000);

  test.each(searchTable)('%s may %s %s', async (who, name, found) => {
    const question = { subject: user(who), action: { name } };
    expect(await find('resource', { ...question, resource: { type: 'record' } }, app)).toEqual(
      found.split(' '),
    );
    const evaluations = records.map((id) => ({ resource: record(id) }));
    expect(await decideAll({ ...question, evaluations }, app)).toEqual(
      records.map((id) => may(who, name, id)),
    );
  });

  test.each(records)('whoever may do something to record %s is found', async (id) => {
    for (const name of actions) {
      const question = { subject: { type: 'user' }, action: { name }, resource: record(id) };
      expect(await find('subject', question, app)).toEqual(people.filter((who) => may(who, name, id)));
    }
  });

  test.each(people)('what %s may do to each record is found', async (who) => {
    for (const id of records) {
      const question = { subject: user(who), resource: record(id) };
      expect(await find('action', question, app)).toEqual(actions.filter((name) => may(who, name, id)));
    }
  });

  test('records and actions that are none find nobody', async () => {
    const question = { subject: { type: 'user' }, action: { name: 'view' } };
    expect(await find('subject', { ...question, resource: record('121') }, app)).toEqual([]);
    expect(
      await find('subject', { ...question, action: { name: 'fly' }, resource: record('101') }, app),
    ).toEqual([]);
  });
});
