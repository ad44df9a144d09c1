import { expect, test } from 'vitest';
import { context, districtClient, httpEvent, recordingEvents } from '../../test/builders/http-event.ts';
import type { NewLine } from '../audit/line.ts';
import { RequestError, StoreUnavailable } from '../errors.ts';
import { httpHandler } from './http-handler.ts';
import type { Handlers } from './routing.ts';

type Row = { district: string | undefined } & NewLine;

function world(overrides: Partial<Handlers<'sign-in'>> = {}, append?: () => Promise<void>) {
  const lines: Row[] = [];
  const events = recordingEvents({
    append:
      append ?? (async (district, some) => void lines.push(...some.map((line) => ({ ...line, district })))),
  });
  const session = { district: 'd-1', account: 'a1', username: 'ada', signedInAt: at, expiresAt: at };
  const handler = httpHandler<'sign-in'>({
    function: 'sign-in',
    events,
    now: () => new Date(at),
    limits: { take: async () => undefined },
    handlers: {
      createSession: async ({ body }) => {
        const failed = body.username === 'nobody';
        const action = failed ? 'sign-in-failed' : 'signed-in';
        events.audited({ district: 'd-1', by: 'a1', action, what: {} });
        if (failed) throw new RequestError('unauthenticated', 'not-signed-in', 'No.');
        return session;
      },
      getSession: async () => session,
      endSession: async () => undefined,
      ...overrides,
      // The others are not called.
    } as Handlers<'sign-in'>,
  });
  const signIn = (username: string) =>
    handler(httpEvent('createSession', { body: { username, password: 'p' }, headers }), context);
  return { lines, events, signIn };
}

const at = '2026-11-22T10:00:00.000Z';
const headers = { 'x-request-id': 'r-1' };

test('what a request has audited is a line with who, when, from where and how it ended', async () => {
  const { lines, signIn } = world();
  expect((await signIn('ada')).statusCode).toBe(201);
  expect((await signIn('nobody')).statusCode).toBe(401);
  const common = {
    district: 'd-1',
    at,
    requestId: 'r-1',
    by: 'a1',
    from: '127.0.0.0/24',
    route: 'createSession',
  };
  expect(lines).toMatchObject([
    { ...common, action: 'signed-in', outcome: 'done' },
    { ...common, action: 'sign-in-failed', outcome: 'refused' },
  ]);
});

test('nobody hears of a deed whose line could not be written, and the log tells of it', async () => {
  const { events, signIn } = world({}, () => Promise.reject(new StoreUnavailable('away')));
  expect((await signIn('ada')).statusCode).toBe(503);
  expect(events.told.lost).toEqual(['signed-in']);
});

test('a read of people is a line with ids, names of parameters and how many came back', async () => {
  const lines: Row[] = [];
  const events = recordingEvents({
    append: async (district, some) => void lines.push(...some.map((line) => ({ ...line, district }))),
  });
  const nobody = async () => ({ items: [] });
  const user = { sourcedId: 'u1', enabledUser: true, givenName: 'Ada', familyName: 'L', roles: [] };
  const missing = async () => {
    throw new RequestError('not-found', 'unknown-record', 'Not there.');
  };
  const handler = httpHandler<'read-roster'>({
    function: 'read-roster',
    decide: async () => ({ decision: true, reason: { code: 'allowed', message: 'x' } }),
    events,
    now: () => new Date(at),
    handlers: {
      ...{ listOrgs: nobody, getOrg: missing, listAcademicSessions: nobody, getAcademicSession: missing },
      ...{ listCourses: nobody, getCourse: missing, listClasses: nobody, getClass: missing },
      ...{ listEnrollments: nobody, getEnrollment: missing },
      getUser: async () => ({ ...user, status: 'active' }),
      listUsers: async () => ({
        items: [
          { ...user, status: 'active' },
          { ...user, status: 'active' },
        ],
        cursor: 'c',
      }),
    },
  });
  const as = districtClient('d-1');
  const ask = (name: 'getUser' | 'listUsers' | 'listOrgs' | 'getEnrollment', more: object, query = '') =>
    handler(httpEvent(name, { params: { district: 'd-1', ...more }, query, as }), context);
  await ask('getUser', { sourcedId: 'u1' });
  await ask('listUsers', {}, 'limit=2');
  await ask('listOrgs', {});
  await ask('getEnrollment', { sourcedId: 'e1' });
  expect(lines.map(({ route, by, what }) => [route, by, what])).toEqual([
    ['getUser', 'client:d-1.c1', { sourcedId: 'u1', count: 1 }],
    ['listUsers', 'client:d-1.c1', { parameters: 'limit', count: 2 }],
  ]);
  expect(JSON.stringify(lines)).not.toContain('Ada');
});
