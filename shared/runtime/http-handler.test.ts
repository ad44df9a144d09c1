import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bodyOf,
  context,
  districtClient,
  httpEvent,
  recordingEvents,
} from '../../test/builders/http-event.ts';
import { evaluate } from '../access/evaluate.ts';
import { shippedCatalogues } from '../access/shipped-catalogues.ts';
import { RequestError, StoreUnavailable } from '../errors.ts';
import { httpHandler } from './http-handler.ts';
import type { Decide } from './permissions.ts';
import { type Handlers, seeOther } from './routing.ts';
import { confinement } from './tenancy.ts';

const now = () => new Date('2026-11-21T12:00:00Z');

/** A district in which nobody has a role, so that only what a caller brings along counts. */
const decide: Decide = async (district, question, subject) =>
  evaluate(
    shippedCatalogues,
    {
      district: { id: district, timeZone: 'UTC', committed: 0, revision: 0, settings: {} },
      subject: subject ?? { id: question.subject.id, manual: [] },
    },
    question,
    { today: '2026-11-21' },
  );

function roster(overrides: Partial<Handlers<'read-roster'>> = {}) {
  const events = recordingEvents();
  const nothing = async () => ({ items: [] });
  const missing = async () => {
    throw new RequestError('not-found', 'unknown-record', 'Not there.');
  };
  const handler = httpHandler<'read-roster'>({
    function: 'read-roster',
    decide,
    events,
    now,
    handlers: {
      listOrgs: nothing,
      getOrg: missing,
      listAcademicSessions: nothing,
      getAcademicSession: missing,
      listCourses: nothing,
      getCourse: missing,
      listClasses: nothing,
      getClass: missing,
      listUsers: nothing,
      getUser: missing,
      listEnrollments: nothing,
      getEnrollment: missing,
      ...overrides,
    },
  });
  return { events, call: (event: ReturnType<typeof httpEvent>) => handler(event, context) };
}

const nothing = async () => ({
  results: [],
  page: { next_token: '', count: 0 },
  context: { token: 'c0r0' },
});
const notAsked = {
  evaluateAccessBatch: async () => ({ evaluations: [] }),
  searchSubjects: nothing,
  searchResources: nothing,
  searchActions: nothing,
};

function evaluation() {
  const events = recordingEvents();
  const seen: unknown[] = [];
  const handler = httpHandler<'evaluate-access'>({
    function: 'evaluate-access',
    events,
    now,
    handlers: {
      evaluateAccess: async ({ body }) => {
        seen.push(body);
        return { decision: true, context: { reason: { code: 'allowed', message: 'x' } } };
      },
      ...notAsked,
    },
  });
  return { seen, events, call: (event: ReturnType<typeof httpEvent>) => handler(event, context) };
}

const question = {
  subject: { type: 'user', id: 'u' },
  action: { name: 'hmh:roster.view' },
  resource: { type: 'class', id: 'c' },
};
const inD1 = { district: 'd-1' };

describe('request ids', () => {
  test.each(['abc-1', 'a b {c}', 'x'.repeat(256)])('the id %j of a caller comes back', async (id) => {
    const answer = await roster().call(
      httpEvent('listOrgs', { params: inD1, headers: { 'x-request-id': id } }),
    );
    expect(answer.headers?.['x-request-id']).toBe(id);
  });

  test.each(['x'.repeat(257), 'a\nb', 'é', ''])('an id like %j is replaced', async (id) => {
    const answer = await roster().call(
      httpEvent('listOrgs', { params: inD1, headers: { 'x-request-id': id } }),
    );
    expect(answer.headers?.['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('failures as problems', () => {
  test('what the caller did wrong is told with a stable type, code and the request id', async () => {
    const answer = await roster().call(httpEvent('getUser', { params: { district: 'd-1', sourcedId: 'u' } }));
    expect(answer.statusCode).toBe(404);
    expect(answer.headers?.['content-type']).toBe('application/problem+json');
    expect(bodyOf(answer)).toMatchObject({
      type: 'urn:rolebook:problem:unknown-record',
      code: 'unknown-record',
      status: 404,
      detail: 'Not there.',
      requestId: answer.headers?.['x-request-id'],
    });
  });

  test('a caller with too many requests hears when to come again', async () => {
    const { call } = roster();
    const as = { error: 'too-many-requests', retryAfterSeconds: '7' }; // as text, like all that some gateways hand on
    const answer = await call(httpEvent('listOrgs', { params: { district: 'd-1' }, as }));
    expect([answer.statusCode, answer.headers?.['retry-after']]).toEqual([429, '7']);
    expect(bodyOf(answer)).toMatchObject({ code: 'too-many-requests', status: 429 });
  });

  test('a bug says nothing of itself, and is told to us', async () => {
    const { call, events } = roster({
      listUsers: () => Promise.reject(new Error('secret of Ada')),
    });
    const answer = await call(httpEvent('listUsers', { params: inD1 }));
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('secret');
    expect(events.told.failed).toHaveLength(1);
  });

  test('a store that does not answer is 503 with a time to come back', async () => {
    const { call } = roster({ listUsers: () => Promise.reject(new StoreUnavailable('down')) });
    const answer = await call(httpEvent('listUsers', { params: inD1 }));
    expect([answer.statusCode, answer.headers?.['retry-after']]).toEqual([503, '1']);
  });

  test('an answer that its schema does not describe never leaves', async () => {
    // A record that a broken store might give.
    const broken = { items: [{ sourcedId: 'o-1', name: 'Ada' }] } as never;
    const { call } = roster({ listOrgs: async () => broken });
    const answer = await call(httpEvent('listOrgs', { params: inD1 }));
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('Ada');
  });

  test('a field that no schema names is left out of an answer', async () => {
    const org = { sourcedId: 'o', name: 'n', type: 'school', status: 'active', password: 'p' } as const;
    const { call } = roster({ listOrgs: async () => ({ items: [org] }) });
    const answer = await call(httpEvent('listOrgs', { params: inD1 }));
    expect(bodyOf(answer)).toEqual({
      items: [{ sourcedId: 'o', name: 'n', type: 'school', status: 'active' }],
    });
  });

  test('a route that is not of this function is not found', async () => {
    expect((await roster().call(httpEvent('evaluateAccess'))).statusCode).toBe(404);
  });
});

describe('who calls', () => {
  test.each([
    ['token-missing', 'Bearer realm="rolebook"'],
    ['token-expired', 'Bearer realm="rolebook", error="invalid_token"'],
  ])('%s is a 401 problem with a challenge', async (error, challenge) => {
    const answer = await roster().call(httpEvent('listOrgs', { params: inD1, as: { error } }));
    expect(answer.statusCode).toBe(401);
    expect(answer.headers?.['www-authenticate']).toBe(challenge);
    expect(bodyOf(answer).code).toBe(error);
  });

  test('an authorizer that could not look is 503, not 401', async () => {
    const answer = await roster().call(httpEvent('listOrgs', { params: inD1, as: { error: 'unavailable' } }));
    expect(answer.statusCode).toBe(503);
  });

  test.each([
    ['the operator in a district', { as: undefined, status: 200, code: undefined }],
    ['the district’s own client', { as: districtClient('d-1'), status: 200, code: undefined }],
    ['another district’s client', { as: districtClient('d-2'), status: 403, code: 'other-district' }],
    [
      'a client for lookups alone',
      { as: districtClient('d-1', { scopes: 'access.evaluate' }), status: 403, code: 'insufficient-scope' },
    ],
    [
      'a client that names another district in its scope',
      {
        as: districtClient('d-1', { scopes: 'rolebook.district:d-2' }),
        status: 403,
        code: 'insufficient-scope',
      },
    ],
    [
      'a client of a person without a role',
      { as: districtClient('d-1', { user: 'u-9' }), status: 403, code: 'not-permitted' },
    ],
  ])('%s gets its answer', async (_, { as, status, code }) => {
    const answer = await roster().call(httpEvent('listUsers', { params: inD1, ...(as && { as }) }));
    expect(answer.statusCode).toBe(status);
    if (code !== undefined) expect(bodyOf(answer).code).toBe(code);
  });

  test('a refusal carries the reason of the catalogue', async () => {
    const as = districtClient('d-1', { user: 'u-9' });
    const answer = await roster().call(httpEvent('listUsers', { params: inD1, as }));
    expect(bodyOf(answer)).toMatchObject({ permission: 'hmh:roster.view', reason: { code: 'no-role' } });
  });

  test.each([
    ['rolebook.operator', undefined, 200],
    ['access.evaluate', undefined, 200],
    ['rolebook.district:d-1', undefined, 200],
    ['rolebook.district:d-1', 'u-9', 403],
    ['other', undefined, 403],
  ])('scope %s with user %s may ask for lookups: %i', async (scopes, user, status) => {
    const as = districtClient('d-1', { scopes, ...(user && { user }) });
    expect((await evaluation().call(httpEvent('evaluateAccess', { as, body: question }))).statusCode).toBe(
      status,
    );
  });
});

describe('what is asked', () => {
  test.each([
    ['a district that cannot be', { params: { district: 'D 1' } }, '/path/district'],
    ['a parameter that is not known', { params: inD1, query: 'pages=2' }, '/query/pages'],
    ['a limit that is too large', { params: inD1, query: 'limit=1001' }, '/query/limit'],
  ])('%s is malformed', async (_, asked, pointer) => {
    const answer = await roster().call(httpEvent('listUsers', asked));
    expect(answer.statusCode).toBe(400);
    expect(bodyOf(answer).errors).toMatchObject([{ pointer }]);
  });

  test('a parameter that comes twice is malformed', async () => {
    const answer = await roster().call(httpEvent('listUsers', { params: inD1, query: 'limit=1&limit=2' }));
    expect(bodyOf(answer).code).toBe('parameter-repeated');
  });

  test.each([
    ['no JSON', { text: '{' }, 400, 'not-json'],
    ['nothing', {}, 400, 'not-json'],
    [
      'a form',
      { text: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      400,
      'unsupported-media-type',
    ],
    ['33 levels', { text: '['.repeat(33) + ']'.repeat(33) }, 400, 'json-too-deep'],
    ['a million levels', { text: '['.repeat(1_000_000) }, 400, 'json-too-deep'],
    ['more than 1 MB', { text: JSON.stringify('x'.repeat(1024 * 1024)) }, 413, 'body-too-large'],
    ['__proto__', { text: '{"subject": {"__proto__": {"isAdmin": true}}}' }, 400, 'key-forbidden'],
    ['constructor', { text: '{"context": {"constructor": 1}}' }, 400, 'key-forbidden'],
  ])('a body of %s is refused', async (_, asked, status, code) => {
    const { call, seen } = evaluation();
    const answer = await call(httpEvent('evaluateAccess', asked));
    expect(answer.statusCode).toBe(status);
    if (code !== undefined) expect(bodyOf(answer).code).toBe(code);
    expect(seen).toEqual([]);
  });

  test('32 levels pass, and brackets inside strings do not count', async () => {
    const deep = JSON.parse(`${'{"a":'.repeat(29)}"${'['.repeat(100)}"${'}'.repeat(29)}`);
    const answer = await evaluation().call(
      httpEvent('evaluateAccess', { body: { ...question, context: { deep } } }),
    );
    expect(answer.statusCode).toBe(200);
  });

  test('each fault of a body has its pointer', async () => {
    const answer = await evaluation().call(
      httpEvent('evaluateAccess', { body: { ...question, subject: { type: 'user' }, action: 'x' } }),
    );
    expect(answer.statusCode).toBe(400);
    expect(bodyOf(answer).errors).toMatchObject([{ pointer: '/subject/id' }, { pointer: '/action' }]);
  });

  test('no body brings the API down', async () => {
    const { call } = evaluation();
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (text) => {
        expect((await call(httpEvent('evaluateAccess', { text }))).statusCode).toBeLessThan(500);
      }),
      { numRuns: 200 },
    );
  });
});

test('a handler can lead elsewhere', async () => {
  const answer = await roster({ listOrgs: async () => seeOther('https://elsewhere.test') }).call(
    httpEvent('listOrgs', { params: inD1 }),
  );
  expect([answer.statusCode, answer.headers?.location]).toEqual([303, 'https://elsewhere.test']);
});

test('no answer is shown as a page, kept, framed or taken for what it is not, whatever became of the request', async () => {
  const event = httpEvent('listOrgs', { params: inD1 });
  const answers = [
    await roster().call(event),
    await roster().call(httpEvent('getUser', { params: { district: 'd-1', sourcedId: 'u' } })),
    await roster({ listOrgs: async () => seeOther('https://elsewhere.test') }).call(event),
    await roster({ listOrgs: () => Promise.reject(new Error('a bug')) }).call(event),
    await roster().call({ ...event, routeKey: 'GET /nowhere' }),
  ];
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 404, 303, 500, 404]);
  for (const { headers } of answers) {
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox",
      'referrer-policy': 'no-referrer',
      'strict-transport-security': 'max-age=31536000; includeSubDomains',
      'x-content-type-options': 'nosniff',
    });
  }
});

test('a function without one of its handlers, or with one too many, does not compile', () => {
  const answer = async () => ({
    decision: true,
    context: { reason: { code: 'allowed' as const, message: 'x' } },
  });
  const complete: Handlers<'evaluate-access'> = { evaluateAccess: answer, ...notAsked };
  // @ts-expect-error evaluateAccess is missing
  const missing: Handlers<'evaluate-access'> = { ...notAsked };
  // @ts-expect-error nothing is called other
  const extra: Handlers<'evaluate-access'> = { evaluateAccess: answer, ...notAsked, other: answer };
  expect([Object.keys(complete), Object.keys(missing), Object.keys(extra)]).toHaveLength(3);
});

describe('the work of a request', () => {
  const confined = async (params: Record<string, string>, as?: Record<string, string>) => {
    let district: string | undefined;
    const { call } = roster({
      listOrgs: async () => {
        district = confinement().district;
        return { items: [] };
      },
    });
    const { statusCode } = await call(httpEvent('listOrgs', { params, ...(as === undefined ? {} : { as }) }));
    return [statusCode, district];
  };

  test('is confined to the caller’s own district', async () => {
    expect(await confined({ district: 'd-1' }, districtClient('d-1'))).toEqual([200, 'd-1']);
  });

  test('of the operator is confined to the district of the path', async () => {
    expect(await confined({ district: 'd-2' })).toEqual([200, 'd-2']);
  });

  test('for another district is not begun', async () => {
    expect(await confined({ district: 'd-2' }, districtClient('d-1'))).toEqual([403, undefined]);
  });
});
