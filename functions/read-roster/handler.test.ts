import { expect, test } from 'vitest';
import type { Person } from '../../shared/access/facts.ts';
import type { Entity } from '../../shared/roster/records.ts';
import type { RosterStore } from '../../shared/store/roster-store.ts';
import {
  bodyOf,
  context,
  districtClient,
  httpEvent,
  recordingEvents,
} from '../../test/builders/http-event.ts';
import { makeHandler } from './handler.ts';

const user = {
  sourcedId: 'u/1 é',
  enabledUser: true,
  givenName: 'Ada',
  familyName: 'L',
  roles: [{ roleType: 'primary', role: 'teacher', orgId: 's-1' }],
  status: 'suspended',
};

type See = (records: { sourcedId: string }[]) => Promise<{ sourcedId: string }[]>;

/** Answers of the wanted entity alone; the store's own test sees to the rest. */
function rosterWith(entity: Entity, records: { sourcedId: string }[]) {
  const asked: unknown[] = [];
  const store = {
    find: async (at: unknown, wanted: Entity, id: string) => {
      asked.push(at);
      return wanted === entity ? records.find(({ sourcedId }) => sourcedId === id) : undefined;
    },
    list: async (at: unknown, wanted: Entity, { see, ...paging }: { see?: See }) => {
      asked.push(at, paging);
      const items = wanted === entity ? records : [];
      return { items: see === undefined ? items : await see(items), cursor: 'next' };
    },
  };
  // The records of a fake need not be of the entity's own type; the route's schema checks them.
  return { asked, store: store as unknown as Pick<RosterStore, 'find' | 'list'> };
}

function world(entity: Entity, records: { sourcedId: string }[], people: Person[] = []) {
  const { asked, store } = rosterWith(entity, records);
  const handler = makeHandler({
    head: async (district) => (district === 'd-1' ? { committed: 7, timeZone: 'UTC' } : undefined),
    personsOf: async () => new Map(people.map((person) => [person.id, person])),
    roster: store,
    decide: async () => ({ decision: true, reason: { code: 'allowed', message: 'x' } }),
    events: recordingEvents(),
    now: () => new Date('2026-11-21T12:00:00Z'),
  });
  return { asked, call: (event: ReturnType<typeof httpEvent>) => handler(event, context) };
}

test('a page shows records of the committed generation, suspended ones too', async () => {
  const { call, asked } = world('users', [user]);
  const answer = await call(
    httpEvent('listUsers', {
      params: { district: 'd-1' },
      query: 'limit=1&cursor=c',
      as: districtClient('d-1'),
    }),
  );
  expect(bodyOf(answer)).toEqual({ items: [user], cursor: 'next' });
  expect(asked).toEqual([
    { district: 'd-1', committed: 7 },
    { limit: 1, cursor: 'c' },
  ]);
});

test('a record is found by an id that a feed made up', async () => {
  const { call } = world('users', [user]);
  const params = { district: 'd-1', sourcedId: 'u/1 é' };
  expect(bodyOf(await call(httpEvent('getUser', { params })))).toEqual(user);
  expect(bodyOf(await call(httpEvent('getClass', { params }))).code).toBe('unknown-record');
});

test('an unknown district is not found', async () => {
  const answer = await world('orgs', []).call(httpEvent('listOrgs', { params: { district: 'd-9' } }));
  expect([answer.statusCode, bodyOf(answer).code]).toEqual([404, 'unknown-district']);
});

test('a limited client gets the people, classes and fields that are shared with it, and nothing else is there', async () => {
  const at = (orgId: string, more: object = {}): Person => ({
    id: orgId,
    manual: [],
    roster: {
      status: 'active',
      enabled: true,
      orgIds: [orgId],
      memberships: [],
      assignments: [],
      requests: [],
      ...more,
    },
  });
  const people = [
    { ...at('s-1', { student: true, grades: ['07'] }), id: 'here' },
    { ...at('s-1', { student: true, grades: ['08'] }), id: 'older' },
    { ...at('s-2', { student: true, grades: ['07'] }), id: 'elsewhere' },
    { ...at('s-1'), id: 'teacher' },
  ];
  const told = {
    tags: ['gifted'],
    donor: true,
    statuses: { 2027: 'Enrolled' },
    demographics: { sex: 'female' },
  };
  const others = { relations: [{ id: 'x', relationship: 'Parent' }], sameAsId: 'y', evaluates: ['z'] };
  const more = { agentIds: ['mother'], ...told, ...others };
  const records = people.map(({ id }) => ({ ...user, ...more, sourcedId: id }));
  const sharing = JSON.stringify({ schools: ['s-1'], grades: ['7'], fields: ['givenName'] });
  const as = { ...districtClient('d-1'), sharing };
  const { call } = world('users', records, people);
  expect(bodyOf(await call(httpEvent('listUsers', { params: { district: 'd-1' }, as }))).items).toEqual(
    ['here', 'teacher'].map((sourcedId) => ({ sourcedId, givenName: 'Ada', status: 'suspended' })),
  );
  const all = { ...as, sharing: JSON.stringify({ systems: ['hmh'] }) };
  const { items } = bodyOf(await call(httpEvent('listUsers', { params: { district: 'd-1' }, as: all })));
  expect(items).toMatchObject([{ sourcedId: 'here', agentIds: ['mother'] }, {}, {}, {}]);
  expect(JSON.stringify(items)).not.toMatch(/gifted|donor|Enrolled|female|Parent|"y"|"z"/);
  const get = async (sourcedId: string) =>
    (await call(httpEvent('getUser', { params: { district: 'd-1', sourcedId }, as }))).statusCode;
  expect([await get('here'), await get('older'), await get('elsewhere')]).toEqual([200, 404, 404]);

  const classes = ['s-1', 's-2'].map((schoolId) => ({
    sourcedId: `c-${schoolId}`,
    title: 'x',
    classType: 'scheduled',
    schoolId,
    status: 'active',
  }));
  const listed = await world('classes', classes).call(
    httpEvent('listClasses', { params: { district: 'd-1' }, as }),
  );
  expect(bodyOf(listed).items).toMatchObject([{ sourcedId: 'c-s-1' }]);
});

test.each([{ schools: ['s-1'] }, { grades: ['7'] }])(
  'a client limited to %j is told of no relatives',
  async (sharing) => {
    const student: Person = {
      id: 'st-1',
      manual: [],
      roster: {
        status: 'active',
        enabled: true,
        student: true,
        orgIds: ['s-1'],
        grades: ['07'],
        memberships: [],
        assignments: [],
        requests: [],
      },
    };
    const { call } = world('users', [{ ...user, sourcedId: 'st-1', ...{ agentIds: ['mother'] } }], [student]);
    const as = { ...districtClient('d-1'), sharing: JSON.stringify(sharing) };
    const { items } = bodyOf(await call(httpEvent('listUsers', { params: { district: 'd-1' }, as })));
    expect(items).toMatchObject([{ sourcedId: 'st-1' }]);
    expect(JSON.stringify(items)).not.toContain('mother');
  },
);
