import { expect, test } from 'vitest';
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

/** Answers of the wanted entity alone; the store's own test sees to the rest. */
function rosterWith(entity: Entity, records: { sourcedId: string }[]) {
  const asked: unknown[] = [];
  const store = {
    find: async (at: unknown, wanted: Entity, id: string) => {
      asked.push(at);
      return wanted === entity ? records.find(({ sourcedId }) => sourcedId === id) : undefined;
    },
    list: async (at: unknown, wanted: Entity, paging: unknown) => {
      asked.push(at, paging);
      return { items: wanted === entity ? records : [], cursor: 'next' };
    },
  };
  // The records of a fake need not be of the entity's own type; the route's schema checks them.
  return { asked, store: store as unknown as Pick<RosterStore, 'find' | 'list'> };
}

function world(entity: Entity, records: { sourcedId: string }[]) {
  const { asked, store } = rosterWith(entity, records);
  const handler = makeHandler({
    committed: async (district) => (district === 'd-1' ? 7 : undefined),
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
