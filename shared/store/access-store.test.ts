import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startDynamo, type TestDynamo, testTables } from '../../test/builders/dynamo.ts';
import { aFeed } from '../../test/builders/feed.ts';
import { RoundTrips } from '../../test/builders/round-trips.ts';
import type { Assignment, PersonFacts } from '../access/facts.ts';
import { recordId } from '../access/named-keys.ts';
import { AccessChanges } from './access-changes.ts';
import { AccessStore } from './access-store.ts';
import { Assignments } from './assignments.ts';
import type { Deed } from './deeds.ts';
import { Feeds } from './feeds.ts';
import { Holders } from './holders.ts';
import { accessKey, headCopies, headKey, holderKey, rosterKey } from './keys.ts';
import { RosterStore } from './roster-store.ts';
import { Tenants } from './tenants.ts';

let engine: TestDynamo;
let trips: RoundTrips;
let access: AccessStore;
let changes: AccessChanges;
let assignments: Assignments;
let lists: Holders;
let district: string;
let count = 0;

beforeAll(async () => {
  engine = await startDynamo();
  trips = new RoundTrips(engine.dynamo);
  access = new AccessStore(engine.dynamo, testTables.access);
  changes = new AccessChanges(engine.dynamo, testTables);
  assignments = new Assignments(engine.dynamo, testTables);
  lists = new Holders(engine.dynamo, testTables.assignments);
});
afterAll(() => engine.stop());
beforeEach(async () => {
  count += 1;
  district = `d-${count}`;
  const at = { name: 'x', timeZone: 'UTC', schoolYear: 2027, createdAt: '2026-11-21T12:00:00Z' };
  await new Tenants(engine.dynamo, testTables).createDistrict({ id: district, ...at });
});

const at = '2026-11-21T13:00:00.000Z';
const removed = { by: 'client:x', at };

const put = (TableName: string, Item: Record<string, unknown>) =>
  engine.dynamo.send(new PutCommand({ TableName, Item }));

/** What finish-sync does to the head. */
async function commit(generation: number): Promise<void> {
  for (let copy = 0; copy < headCopies; copy += 1) {
    await engine.dynamo.send(
      new UpdateCommand({
        TableName: testTables.access,
        Key: headKey(district, copy),
        UpdateExpression: 'SET committed = :g',
        ExpressionAttributeValues: { ':g': generation },
      }),
    );
  }
}

const facts = (orgId: string): PersonFacts => ({
  status: 'active',
  enabled: true,
  orgIds: [orgId],
  memberships: [{ classId: 'c#1', schoolId: orgId, role: 'teacher', begin: '2026-08-01' }],
  assignments: [],
  requests: [],
});
const trailing = { status: 'active', schoolId: 's', ended: '2027-06-18' };
const question = (type: string, id: string) => ({
  subject: { type: 'user', id: 'u#1' },
  action: { name: 'hmh:roster.view' },
  resource: { type, id },
});

describe('facts of a check', () => {
  test('are those of the committed roster, before, while and after a sync writes', async () => {
    const key = accessKey(district, 'person', 'u#1');
    await put(testTables.access, { ...key, g: 1, now: facts('s-1') });
    const orgs = async () =>
      (await access.checkFacts(district, question('district', district)))?.subject?.roster?.orgIds;
    expect(await orgs()).toBeUndefined();
    await commit(1);
    expect(await orgs()).toEqual(['s-1']);
    await put(testTables.access, { ...key, g: 2, now: facts('s-2'), pg: 1, prev: facts('s-1') });
    expect(await orgs()).toEqual(['s-1']);
    await commit(2);
    expect(await orgs()).toEqual(['s-2']);
    await put(testTables.access, { ...key, g: 3, pg: 2, prev: facts('s-2') });
    await commit(3);
    expect(await orgs()).toBeUndefined();
  });

  test('an item that is two commits ahead is not answered from', async () => {
    await put(testTables.access, {
      ...accessKey(district, 'person', 'u#1'),
      g: 3,
      now: facts('s'),
      pg: 2,
      prev: facts('t'),
    });
    await commit(1);
    await expect(access.checkFacts(district, question('district', district))).rejects.toMatchObject({
      code: 'store-unavailable',
    });
  });

  test('a resource is read by its kind, and a school is not a class', async () => {
    await put(testTables.access, {
      ...accessKey(district, 'org', 'x'),
      g: 1,
      now: { status: 'active', type: 'school' },
    });
    await commit(1);
    const resource = async (type: string) =>
      (await access.checkFacts(district, question(type, 'x')))?.resource;
    expect(await resource('school')).toMatchObject({ type: 'school', org: { type: 'school' } });
    expect(await resource('class')).toBeUndefined();
    expect(await resource('ledger')).toBeUndefined();
  });

  test('tell the days of the season in the read that they take without', async () => {
    await put(testTables.access, { ...accessKey(district, 'person', 'u#1'), g: 1, now: facts('s') });
    await put(testTables.access, { ...accessKey(district, 'class', 'c#1'), g: 1, now: trailing });
    await commit(1);
    const ask = () => access.checkFacts(district, question('class', 'c#1'));
    await ask();
    const before = await trips.of(ask);
    const feeds = new Feeds(engine.dynamo, testTables.syncs, testTables.access);
    const season = { feed: 'sis', leadInDays: {}, trailOffDays: { hmh: 14 } };
    await feeds.put(district, aFeed(), { head: { parts: { season }, revision: 0 } });
    const after = await trips.of(ask);
    expect(after.answer?.district).toMatchObject({ season, revision: 1 });
    expect(after.answer?.resource).toMatchObject({ class: trailing });
    expect([after.calls, after.trips]).toEqual([before.calls, before.trips]);
  });

  test('keep the feed as it was where the head that it changes has moved', async () => {
    const feeds = new Feeds(engine.dynamo, testTables.syncs, testTables.access);
    const season = { feed: 'sis', leadInDays: { hmh: 14 }, trailOffDays: {} };
    const late = feeds.put(district, aFeed(), { head: { parts: { season }, revision: 7 } });
    await expect(late).rejects.toMatchObject({ kind: 'precondition-failed' });
    expect(await feeds.find(district, 'sis')).toBeUndefined();
    expect((await access.district(district))?.season).toBeUndefined();
  });

  test('a subject that asks about itself is read once', async () => {
    await put(testTables.access, { ...accessKey(district, 'person', 'u#1'), g: 1, now: facts('s') });
    await commit(1);
    const found = await access.checkFacts(district, question('user', 'u#1'));
    expect(found?.resource).toMatchObject({ person: found?.subject });
  });

  test('an unknown district has none', async () => {
    expect(await access.checkFacts('nowhere', question('district', 'nowhere'))).toBeUndefined();
  });

  test('a token of a state that has never been is refused', async () => {
    const atLeast = { committed: 9, revision: 0 };
    await expect(
      access.checkFacts(district, question('district', district), { atLeast }),
    ).rejects.toMatchObject({ code: 'token-unknown' });
  });
});

describe('settings', () => {
  test('stand in every copy of the head at once', async () => {
    await changes.changeHead(district, { settings: { 'hmh.teacher.roster.view': true } }, 0);
    for (let id = 0; id < 20; id += 1) {
      const spread = { ...question('district', district), subject: { type: 'user', id: `u-${id}` } };
      const found = await access.checkFacts(district, spread);
      expect(found?.district).toMatchObject({ revision: 1, settings: { 'hmh.teacher.roster.view': true } });
    }
  });

  test('of two changes to the same state one wins, and the other hears of it', async () => {
    const outcomes = await Promise.allSettled([
      changes.changeHead(district, { settings: { a: true } }, 0),
      changes.changeHead(district, { settings: { b: true } }, 0),
    ]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(changes.changeHead(district, { settings: {} }, 0)).rejects.toMatchObject({
      kind: 'precondition-failed',
    });
  });
});

const assignment = (id: string, more: Partial<Assignment> = {}): Assignment => ({
  id,
  system: 'hmh',
  role: 'teacher',
  scope: { type: 'school', ids: ['s#1', 's-2'] },
  source: 'manual',
  ...more,
});
const deed = (id: string, more: Partial<Deed> = {}): Deed => ({
  kind: 'assignment',
  userId: 'u#1',
  assignment: assignment(id),
  by: 'client:x',
  at: '2026-11-21T12:00:00Z',
  ...more,
});
const manual = async (user = 'u#1') =>
  (await access.person(district, user))?.person?.manual.map(({ id }) => id);
const holders = async (kind: 'assignment' | 'request', scopeId?: string) => {
  const at = { district, committed: (await access.district(district))?.committed ?? 0 };
  const wanted = { roles: [{ system: 'hmh', role: 'teacher' }], kind, scopeId };
  const page = await lists.list(at, wanted, { limit: 100 });
  return page.items.map(({ assignment }) => assignment.id);
};

describe('assignments by hand', () => {
  test('many at the same time all stand, for somebody nobody knew before', async () => {
    const ids = ['a', 'b', 'c', 'd', 'e'];
    await Promise.all(ids.map((id) => assignments.record(district, deed(id))));
    expect((await manual())?.toSorted()).toEqual(ids);
    expect((await holders('assignment')).toSorted()).toEqual(ids);
  });

  test('one that is recorded twice stands once', async () => {
    await assignments.record(district, deed('a'));
    await assignments.record(district, deed('a'));
    expect(await manual()).toEqual(['a']);
  });

  test('a list of a role shows it once, a list of a school by either school of its scope', async () => {
    await assignments.record(district, deed('a'));
    expect(await holders('assignment')).toEqual(['a']);
    expect(await holders('assignment', 's#1')).toEqual(['a']);
    expect(await holders('assignment', 's-2')).toEqual(['a']);
    expect(await holders('assignment', 's')).toEqual([]);
  });

  test('what is taken away is gone everywhere, and cannot be taken away again', async () => {
    await assignments.record(district, deed('a'));
    await assignments.remove(district, deed('a'), removed);
    expect(await manual()).toBeUndefined();
    expect(await holders('assignment')).toEqual([]);
    expect(await assignments.find(district, 'a')).toBeUndefined();
    await expect(assignments.remove(district, deed('a'), removed)).rejects.toMatchObject({
      kind: 'not-found',
    });
  });

  test('a sync that rewrites the person leaves them alone', async () => {
    await put(testTables.access, { ...accessKey(district, 'person', 'u#1'), g: 1, now: facts('s-1') });
    await commit(1);
    await assignments.record(district, deed('a'));
    await engine.dynamo.send(
      new UpdateCommand({
        TableName: testTables.access,
        Key: accessKey(district, 'person', 'u#1'),
        UpdateExpression: 'SET #now = :now, g = :g, prev = #now, pg = g',
        ExpressionAttributeNames: { '#now': 'now' },
        ExpressionAttributeValues: { ':now': facts('s-9'), ':g': 2 },
      }),
    );
    expect(await manual()).toEqual(['a']);
  });
});

describe('requests', () => {
  test('grant nothing until they are confirmed, once', async () => {
    const request = deed('r', { kind: 'request' });
    await assignments.record(district, request);
    expect(await manual()).toBeUndefined();
    expect([await holders('request'), await holders('assignment')]).toEqual([['r'], []]);
    const outcomes = await Promise.allSettled([
      assignments.confirm(district, request, { by: 'u-2', at }),
      assignments.confirm(district, request, { by: 'u-3', at }),
    ]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await manual()).toEqual(['r']);
    expect([await holders('request'), await holders('assignment')]).toEqual([[], ['r']]);
  });

  test('of the roster disappear when they are confirmed, and come back when that is undone', async () => {
    const asked = assignment('from-feed', { source: 'roster', rule: 'x' });
    for (const scopeId of asked.scope.ids) {
      const at = { district, system: 'hmh', role: 'teacher', scopeId, userId: 'u#1', assignmentId: asked.id };
      const now = { kind: 'request', userId: 'u#1', assignment: asked };
      await put(testTables.assignments, { ...holderKey(at), g: 1, now });
    }
    expect(await holders('request')).toEqual([]);
    await commit(1);
    expect(await holders('request')).toEqual(['from-feed']);
    const confirmation = deed('m', { confirms: 'from-feed', confirmedBy: 'u-2' });
    await assignments.record(district, confirmation);
    expect([await holders('request'), await holders('assignment')]).toEqual([[], ['m']]);
    await expect(assignments.record(district, deed('n', { confirms: 'from-feed' }))).rejects.toMatchObject({
      code: 'not-requested',
    });
    await assignments.remove(district, confirmation, removed);
    expect(await holders('request')).toEqual(['from-feed']);
  });
});

describe('roster records', () => {
  const org = (name: string) => ({ status: 'active', record: { sourcedId: 'x', name, type: 'school' } });

  test('are listed over all shards, each once, as committed', async () => {
    const roster = new RosterStore(engine.dynamo, testTables.roster);
    const ids = Array.from({ length: 40 }, (_, i) => `o#${i}`);
    for (const id of ids)
      await put(testTables.roster, { ...rosterKey(district, 'orgs', id), g: 1, now: org(id) });
    await put(testTables.roster, { ...rosterKey(district, 'orgs', 'later'), g: 2, now: org('later') });
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await roster.list({ district, committed: 1 }, 'orgs', { limit: 7, cursor });
      expect(page.items.length).toBeLessThanOrEqual(7);
      names.push(...page.items.map(({ name }) => name));
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect(names.toSorted()).toEqual(ids.toSorted());
  });

  test('are found by their id in their own district only', async () => {
    const roster = new RosterStore(engine.dynamo, testTables.roster);
    await put(testTables.roster, { ...rosterKey(district, 'orgs', 'a/b#c%'), g: 1, now: org('n') });
    expect(await roster.find({ district, committed: 1 }, 'orgs', 'a/b#c%')).toMatchObject({ name: 'n' });
    expect(await roster.find({ district, committed: 0 }, 'orgs', 'a/b#c%')).toBeUndefined();
    expect(await roster.find({ district: 'other', committed: 1 }, 'orgs', 'a/b#c%')).toBeUndefined();
  });
});

test('of several records of a person each is read alone for a list of records', async () => {
  const nothing = { memberships: [], assignments: [], requests: [] };
  const facts = (orgIds: string[]) => ({ status: 'active', enabled: true, ...nothing, orgIds });
  const records = {
    main: { ...facts(['s-1', 's-2']), also: ['other'], alone: facts(['s-1']) },
    other: { ...facts([]), same: 'main', alone: facts(['s-2']) },
  };
  for (const [id, now] of Object.entries(records))
    await put(testTables.access, { ...accessKey(district, 'person', id), g: 1, now });
  await commit(1);
  await assignments.record(district, { ...deed('a'), userId: 'other' });
  const found = await access.persons(district, ['main', 'other']);
  expect([...found].map(([id, { roster, manual: given }]) => [id, roster?.orgIds, given.length])).toEqual([
    ['main', ['s-1'], 0],
    ['other', ['s-2'], 1],
  ]);
  expect((await access.person(district, 'other'))?.person?.roster?.orgIds).toEqual(['s-1', 's-2']);
});

test('a login whose profile is a linked record has what is said of the students, linked too, of its household', async () => {
  const facts = (more: Partial<PersonFacts>) => ({
    ...{
      status: 'active',
      enabled: true,
      orgIds: [],
      memberships: [],
      assignments: [],
      requests: [],
      ...more,
    },
  });
  const people = {
    ...{ mum: facts({ same: 'main' }), main: facts({ also: ['mum'] }) },
    ...{ k2: facts({ same: 'k1' }), k1: facts({ also: ['k2'], statuses: { '2027': 'Withdrawn' } }) },
  };
  for (const [id, now] of Object.entries(people))
    await put(testTables.access, { ...accessKey(district, 'person', id), g: 1, now });
  const profile = { kind: 'household', id: 'mum' };
  const login = { approved: true, locked: false, ledgers: [], schools: [], profile };
  await put(testTables.access, { ...accessKey(district, 'person', 'login'), login });
  await put(testTables.access, {
    ...accessKey(district, 'record', recordId('household', 'main')),
    record: { students: [{ id: 'k2', relationship: 'Parent' }] },
  });
  await commit(1);
  expect((await access.holder(district, 'login'))?.person?.records?.household?.students).toEqual([
    { id: 'k1', relationship: 'Parent', status: { '2027': 'Withdrawn' } },
  ]);
});

describe('an id that a feed has for another record', () => {
  const facts: PersonFacts = {
    ...{ status: 'active', enabled: true, orgIds: ['s1'], memberships: [], assignments: [], requests: [] },
    student: true,
  };
  const pointer = { g: 1, now: { same: 'own' } };

  beforeEach(async () => {
    const own = { ...accessKey(district, 'person', 'own'), g: 1, now: facts };
    await put(testTables.access, own);
    for (const kind of ['person', 'class', 'org'] as const) {
      await put(testTables.access, { ...accessKey(district, kind, 'theirs'), ...pointer });
    }
    await put(testTables.access, {
      ...accessKey(district, 'class', 'own'),
      g: 1,
      now: { status: 'active', schoolId: 's1' },
    });
    await put(testTables.access, {
      ...accessKey(district, 'org', 'own'),
      g: 1,
      now: { status: 'active', type: 'school' },
    });
    await commit(1);
  });

  const asked = (type: string, id = 'theirs') =>
    access.checkFacts(district, {
      subject: { type: 'user', id },
      action: { name: 'hmh:roster.view' },
      resource: { type, id },
    });

  test.each(['student', 'user', 'class', 'school'])(
    'answers as the record itself, as subject and as %s',
    async (type) => {
      const { own, ...by } = (await asked(type)) ?? {};
      expect(own).toEqual({ subject: 'own', resource: 'own' });
      expect(by).toEqual(await asked(type, 'own'));
    },
  );

  test('is nobody whom anything could be given to, and no record of a list', async () => {
    expect((await access.person(district, 'theirs'))?.person).toBeUndefined();
    const record = { status: 'active', record: { sourcedId: 'own' } };
    await put(testTables.roster, { ...rosterKey(district, 'users', 'own'), g: 1, now: record });
    await put(testTables.roster, { ...rosterKey(district, 'users', 'theirs'), ...pointer });
    const roster = new RosterStore(engine.dynamo, testTables.roster);
    const head = { district, committed: 1 };
    expect(await roster.find(head, 'users', 'theirs')).toEqual({ sourcedId: 'own', status: 'active' });
    expect((await roster.list(head, 'users', { limit: 10 })).items).toHaveLength(1);
  });
});
