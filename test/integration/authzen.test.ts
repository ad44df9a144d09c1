import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Local } from '../../infra/local/stack.ts';
import { Api } from '../builders/api.ts';
import { startLocal } from '../builders/local.ts';
import { feed11, headers, manifestOf } from '../builders/oneroster-feed.ts';
import { zipOf } from '../builders/zip.ts';

/** The shapes of OpenID AuthZEN's interoperability scenarios, over HTTP, asked by a client that knows the standard alone. */

type Decided = { decision: boolean; context: { reason?: { code: string }; error?: { status: number } } };
type Page = {
  results: { type?: string; id?: string; name?: string }[];
  page: { next_token: string; count: number };
};
type Question = { subject?: object; action?: object; resource?: object; [member: string]: unknown };

const district = 'north';
const studentCount = 130;
const students = Array.from({ length: studentCount }, (_, i) => `st-${i}`);
const users = ['u1', 'u2', 'principal', ...students];

let local: Local;
let pep: Api;

beforeAll(async () => {
  local = await startLocal();
  const operator = await Api.signIn(local.url, local.operator);
  await operator.newDistrict(district);
  const row = (id: string, school: string, role: string) =>
    `${id},,,true,${school},${role},${id},,A,B,,,,,,,,\n`;
  const feed = feed11({
    classes: `${headers.classes}\nc1,,,Maths,09,co1,M9,scheduled,,s1,t1,,,1\nc2,,,Art,09,co1,A9,scheduled,,s2,t1,,,1\n`,
    users: `${headers.users11}\n${row('u1', 's1', 'teacher')}${row('u2', 's2', 'teacher')}${row('principal', 's1', 'administrator')}${students.map((id, i) => row(id, i % 2 === 0 ? 's1' : 's2', 'student')).join('')}`,
    enrollments: `${headers.enrollments}\ne1,,,c1,s1,u1,teacher,true,,\ne2,,,c2,s2,u2,teacher,true,,\n${students
      .slice(0, 20)
      .map((id, i) => `e-${id},,,${i % 2 === 0 ? 'c1,s1' : 'c2,s2'},${id},student,,,\n`)
      .join('')}`,
  });
  const texts = Object.entries({ manifest: manifestOf(feed, '1.1'), ...feed });
  const zip = await zipOf(Object.fromEntries(texts.map(([name, text]) => [`${name}.csv`, text ?? ''])));
  expect((await operator.sync(district, zip)).state).toBe('applied');
  await operator.ok('POST', `/v1/districts/${district}/assignments`, {
    user: 'principal',
    system: 'hmh',
    role: 'school_admin',
    scope: { type: 'school', ids: ['s1'] },
  });
  await operator.ok('POST', `/v1/districts/${district}/assignments`, {
    user: 'auditor',
    system: 'hmh',
    role: 'district_admin_assessment_coordinator',
    scope: { type: 'district', ids: [district] },
  });
  pep = await Api.signIn(
    local.url,
    await operator.ok<{ clientId: string; clientSecret: string }>(
      'POST',
      `/v1/districts/${district}/clients`,
      {
        name: 'pep',
        scopes: ['access.evaluate'],
        defaultSystem: 'hmh',
      },
    ),
  );
}, 120_000);

afterAll(async () => {
  await local?.stop();
  if (local !== undefined) rmSync(local.dataDir, { recursive: true, force: true });
});

const user = (id: string) => ({ type: 'user', id });
const report = { name: 'report.assessment' };
const evaluations = (body: object) =>
  pep.ok<{ evaluations: Decided[] }>('POST', '/access/v1/evaluations', body);

/** Every page of a search, to its end. */
async function everything(what: string, question: Question, limit = 7): Promise<string[]> {
  const found: string[] = [];
  for (let token: string | undefined; token !== ''; ) {
    const page = { limit, ...(token === undefined ? {} : { token }) };
    const answer = await pep.ok<Page>('POST', `/access/v1/search/${what}`, { ...question, page });
    expect(answer.results.length).toBe(answer.page.count);
    found.push(...answer.results.map(({ id, name }) => id ?? name ?? ''));
    token = answer.page.next_token;
  }
  return found.toSorted();
}

/** Those of the items that a batch allows, by their place. */
async function allowed(question: Question, items: readonly object[]): Promise<boolean[]> {
  const { evaluations: decided } = await evaluations({ ...question, evaluations: items });
  return decided.map(({ decision }) => decision);
}

test('the metadata leads to every endpoint, each of which answers', async () => {
  const response = await fetch(`${local.url}/.well-known/authzen-configuration`);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json']);
  const metadata = (await response.json()) as Record<string, string>;
  expect(metadata.policy_decision_point).toBe(local.url);
  const endpoints = Object.entries(metadata).filter(([name]) => name.endsWith('_endpoint'));
  expect(endpoints).toHaveLength(5);
  for (const [, url] of endpoints) {
    const answer = await fetch(url, { method: 'POST', body: '{}', headers: { authorization: 'Bearer x' } });
    expect(answer.status).toBe(401);
  }
});

describe('a batch', () => {
  const items = ['c1', 'c2', 'c1'].map((id) => ({ resource: { type: 'class', id } }));
  test.each([
    ['execute_all', [true, false, true]],
    ['deny_on_first_deny', [true, false]],
    ['permit_on_first_permit', [true]],
  ])('goes by %s', async (semantic, expected) => {
    const options = { evaluations_semantic: semantic };
    const { evaluations: decided } = await evaluations({
      subject: user('u1'),
      action: report,
      evaluations: items,
      options,
    });
    expect(decided.map(({ decision }) => decision)).toEqual(expected);
  });

  test('decides each item as it is decided alone', async () => {
    const questions = ['u1', 'u2', 'principal', 'auditor', 'st-0', 'nobody'].flatMap((id) =>
      ['c1', 'c2', 'c9'].map((of) => ({
        subject: user(id),
        action: report,
        resource: { type: 'class', id: of },
      })),
    );
    const { evaluations: together } = await evaluations({ evaluations: questions });
    const alone: Decided[] = [];
    for (const question of questions) alone.push(await pep.ok('POST', '/access/v1/evaluation', question));
    expect(together).toEqual(alone);
  });

  test('says in its place what is wrong with an item', async () => {
    const { evaluations: decided } = await evaluations({
      subject: user('u1'),
      action: report,
      evaluations: [{}, items[0]],
    });
    expect(decided).toMatchObject([
      { decision: false, context: { error: { status: 400 } } },
      { decision: true },
    ]);
  });
});

describe('a search to its end finds exactly what evaluation allows', () => {
  test.each([
    { subject: 'u1', type: 'class', candidates: ['c1', 'c2'] },
    { subject: 'u1', type: 'student', candidates: users },
    { subject: 'principal', type: 'school', candidates: ['d1', 's1', 's2'] },
    { subject: 'principal', type: 'student', candidates: users },
    { subject: 'auditor', type: 'user', candidates: [...users, 'auditor'] },
    { subject: 'st-0', type: 'class', candidates: ['c1', 'c2'] },
  ])('resources of type $type for $subject', async ({ subject, type, candidates }) => {
    const question = { subject: user(subject), action: report };
    const may = await allowed(
      question,
      candidates.map((id) => ({ resource: { type, id } })),
    );
    const found = await everything('resource', { ...question, resource: { type } });
    expect(found).toEqual(candidates.filter((_, at) => may[at]).toSorted());
  });

  test.each([
    { type: 'class', id: 'c1' },
    { type: 'school', id: 's2' },
    { type: 'student', id: 'st-0' },
    { type: 'district', id: district },
  ])('subjects for $type $id', async (resource) => {
    const candidates = [...users, 'auditor'];
    const question = { action: report, resource };
    const may = await allowed(
      question,
      candidates.map((id) => ({ subject: user(id) })),
    );
    const found = await everything('subject', { ...question, subject: { type: 'user' } });
    expect(found).toEqual(candidates.filter((_, at) => may[at]).toSorted());
    expect(found).toContain('auditor');
  });

  test('actions', async () => {
    const question = { subject: user('principal'), resource: { type: 'class', id: 'c1' } };
    const found = await everything('action', question, 2);
    expect(found).toContain('report.assessment');
    const may = await allowed(
      question,
      found.map((name) => ({ action: { name } })),
    );
    expect(may.every(Boolean)).toBe(true);
  });
});

describe('over HTTP', () => {
  const question = { subject: user('u1'), action: report, resource: { type: 'class', id: 'c1' } };

  test('the id of a request comes back, whatever it is', async () => {
    const id = 'bfe9eb29 ab87/{4ca3}';
    const answer = await pep.call('POST', '/access/v1/evaluations', question, { 'x-request-id': id });
    expect([answer.status, answer.headers.get('x-request-id')]).toEqual([200, id]);
  });

  test.each([
    ['evaluation', {}],
    ['evaluation', { ...question, subject: { type: 'user' } }],
    ['evaluation', { ...question, action: { name: 7 } }],
    ['evaluations', { subject: question.subject }],
    ['evaluations', { ...question, evaluations: {} }],
    ['evaluations', { ...question, evaluations: [question], options: { evaluations_semantic: 'x' } }],
    ['search/subject', { ...question, subject: {} }],
    ['search/subject', { action: report, resource: question.resource }],
    ['search/resource', { ...question, resource: {} }],
    ['search/action', { subject: question.subject }],
    ['search/action', { ...question, page: { token: 'x' } }],
  ])('a malformed request is a 400 with JSON that says where: %s %j', async (path, body) => {
    const { status, body: problem, headers: sent } = await pep.call('POST', `/access/v1/${path}`, body);
    expect([status, sent.get('content-type')]).toEqual([400, 'application/problem+json']);
    expect(problem).toMatchObject({
      title: expect.any(String),
      errors: expect.arrayContaining([expect.objectContaining({ pointer: expect.stringMatching(/^\//) })]),
    });
  });

  test('the subject of a search may have an id, which is ignored', async () => {
    const search = { ...question, subject: user('nobody') };
    expect((await pep.ok<Page>('POST', '/access/v1/search/subject', search)).results).toContainEqual(
      user('u1'),
    );
  });

  test('another type of content is refused, and so is another district', async () => {
    const text = await pep.call('POST', '/access/v1/evaluations', question, { 'content-type': 'text/plain' });
    expect(text.status).toBe(400);
    const foreign = { ...question, context: { district: 'south' } };
    expect((await pep.call('POST', '/access/v1/evaluations', foreign)).status).toBe(403);
    expect((await pep.call('POST', '/access/v1/search/subject', foreign)).status).toBe(403);
  });
});
