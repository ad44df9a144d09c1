import { expect, test } from 'vitest';
import { rosterScope } from '../../shared/messages/oneroster.ts';
import {
  bodyOf,
  context,
  districtClient,
  httpEvent,
  recordingEvents,
} from '../../test/builders/http-event.ts';
import { ServedDistrict } from '../../test/builders/served-district.ts';
import { makeHandler } from './handler.ts';

const as = districtClient('d-1', { scopes: rosterScope });

async function call(...event: Parameters<typeof httpEvent>) {
  const { world, provider } = new ServedDistrict();
  await world.sync(
    [{ sourcedId: 's/1', name: 'North', type: 'school' }],
    ['a', 'b'].map((sourcedId) => ({
      ...{ sourcedId, enabledUser: true, givenName: 'A', familyName: 'B' },
      roles: [{ roleType: 'primary', role: 'student', orgId: 's/1' }],
    })),
  );
  const handler = makeHandler({
    provider,
    events: recordingEvents(),
    now: () => new Date('2026-11-21T12:00:00Z'),
  });
  return handler(httpEvent(...event), context);
}

test('a page comes with its count and with links that keep the path', async () => {
  const params = { schoolSourcedId: 's/1' };
  const answer = await call('getStudentsForSchool', { params, query: 'limit=1&unknown=x', as });
  expect(bodyOf(answer).users).toMatchObject([{ sourcedId: 'a' }]);
  expect(answer.headers?.['x-total-count']).toBe('2');
  expect(answer.headers?.link).toMatch(
    /^<https:\/\/api\.test\/ims\/oneroster\/rostering\/v1p2\/schools\/s%2F1\/students\?limit=1&[^>]*offset=1>; rel="next"/,
  );
});

test('a token of no district reads no roster', async () => {
  const answer = await call('getAllUsers', { as: { clientId: 'op', scopes: rosterScope } });
  expect(answer.statusCode).toBe(403);
});
