import { expect, test } from 'vitest';
import { routes } from '../../shared/messages/routes.ts';
import {
  bodyOf,
  context,
  districtClient,
  httpEvent,
  recordingEvents,
} from '../../test/builders/http-event.ts';
import { type Deps, makeHandler } from './handler.ts';

const deps: Deps = {
  deadLetters: async () => [{ of: 'checks', waiting: 3 }],
  scanner: undefined,
  sftp: undefined,
  mailFrom: 'a@mail.test',
  events: recordingEvents(),
  now: () => new Date('2026-11-21T12:00:00Z'),
};
const handler = makeHandler(deps);
const call = (event: ReturnType<typeof httpEvent>) => handler(event, context);

test('what waits and what is not set up is told to whoever runs the service, and to nobody else', async () => {
  const none = { deadLetters: [{ of: 'checks', waiting: 3 }], scanner: { state: 'none' } };
  expect(bodyOf(await call(httpEvent('getServiceState')))).toEqual({ ...none, mailFrom: 'a@mail.test' });
  expect((await call(httpEvent('getServiceState', { as: districtClient('d-1') }))).statusCode).toBe(403);
});

test('a scanner that is set up answers, or is told of as silent', async () => {
  const ask = async (scanner: Deps['scanner']) =>
    bodyOf(await makeHandler({ ...deps, scanner })(httpEvent('getServiceState'), context)).scanner;
  const signaturesOf = new Date('2026-11-20T09:00:00Z');
  expect(await ask(async () => ({ version: 'ClamAV 1.4.3', signaturesOf }))).toEqual({
    ...{ state: 'answers', version: 'ClamAV 1.4.3', signaturesOf: '2026-11-20T09:00:00.000Z' },
  });
  expect(await ask(async () => undefined)).toEqual({ state: 'silent' });
});

test('health is ok', async () => {
  expect(bodyOf(await call(httpEvent('getHealth')))).toEqual({ status: 'ok' });
});

test('the document describes the API', async () => {
  expect(bodyOf(await call(httpEvent('getOpenapi')))).toMatchObject({
    openapi: '3.1.0',
    paths: { '/health': {} },
  });
});

test('the page shows every route, and needs nothing from elsewhere', async () => {
  const answer = await call(httpEvent('getDocs'));
  expect(answer.headers?.['content-type']).toBe('text/html; charset=utf-8');
  expect(answer.headers?.['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-/);
  expect(answer.headers?.['referrer-policy']).toBe('no-referrer');
  for (const { name, path } of routes) {
    expect(answer.body).toContain(`id="${name}"`);
    expect(answer.body).toContain(`<code>${path}</code>`);
  }
  expect(answer.body).not.toMatch(/<script|src=|<link/);
});

test('AuthZEN finds every endpoint below the address that the caller used, and each is a route', async () => {
  const headers = { host: 'localhost:4000', 'x-forwarded-proto': 'http' };
  const { policy_decision_point: point, ...endpoints } = bodyOf(
    await call(httpEvent('getAuthzenConfiguration', { headers })),
  );
  expect(point).toBe('http://localhost:4000');
  const served = routes.filter(({ path }) => path.startsWith('/access/v1/'));
  expect(Object.values(endpoints).sort()).toEqual(served.map(({ path }) => `${point}${path}`).sort());
  expect(endpoints).toMatchObject({
    access_evaluation_endpoint: 'http://localhost:4000/access/v1/evaluation',
    access_evaluations_endpoint: 'http://localhost:4000/access/v1/evaluations',
    search_subject_endpoint: 'http://localhost:4000/access/v1/search/subject',
    search_resource_endpoint: 'http://localhost:4000/access/v1/search/resource',
    search_action_endpoint: 'http://localhost:4000/access/v1/search/action',
  });
});
