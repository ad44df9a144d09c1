import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CatalogueSet } from '../../shared/access/catalogue.ts';
import { evaluate } from '../../shared/access/evaluate.ts';
import type { Person } from '../../shared/access/facts.ts';
import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';
import { AccessStore } from '../../shared/store/access-store.ts';
import { CandidateStore } from '../../shared/store/candidates.ts';
import { Tenants } from '../../shared/store/tenants.ts';
import { anAssignment, aPerson, atSchool, enrolled, inDistrict } from '../../test/builders/access-facts.ts';
import { startDynamo, type TestDynamo, testTables } from '../../test/builders/dynamo.ts';
import {
  bodyOf,
  context,
  districtClient,
  httpEvent,
  recordingEvents,
} from '../../test/builders/http-event.ts';
import { RoundTrips } from '../../test/builders/round-trips.ts';
import { commit, storeDistrict } from '../../test/builders/stored-district.ts';
import { makeHandler } from './handler.ts';

const today = '2026-10-15';
/** Enough that a walk over them takes several pages, whatever the sizes of its batches. */
const many = 900;

const teacher: Person = aPerson('t-1', {
  orgIds: ['s-3'],
  memberships: [enrolled('c-1', 'teacher'), enrolled('c-2', 'teacher')],
  assignments: [anAssignment('teacher', atSchool('s-3'), { source: 'roster' })],
});
/** Stands at six places among the holders: two roles, three schools. */
const widely: Person = aPerson('w-1', {}, [
  anAssignment('school_data_admin', atSchool('s-3', 's-4', 's-5'), { id: 'm-1' }),
  anAssignment('school_admin', atSchool('s-3', 's-4', 's-5'), { id: 'm-2' }),
]);
const admin = aPerson('a-1', {}, [anAssignment('district_data_admin', inDistrict)]);
/** No roster knows this one. */
const account: Person = { id: 'x-1', manual: [anAssignment('school_admin', atSchool('s-3'), { id: 'm-3' })] };
const gone = aPerson('g-1', { status: 'suspended', orgIds: ['s-3'] });
const students = Array.from({ length: many }, (_, i) =>
  aPerson(`p-${i}`, { orgIds: ['s-3'], memberships: i % 30 === 0 ? [enrolled('c-1', 'student')] : [] }),
);
const people = [teacher, widely, admin, account, gone, ...students];
const school = { status: 'active', type: 'school', parentId: 'o-1' } as const;
const stored = {
  orgs: {
    'o-1': { status: 'active', type: 'district' } as const,
    's-3': school,
    's-4': school,
    's-5': school,
  },
  classes: Object.fromEntries(
    ['c-1', 'c-2', 'c-3', 'c-4'].map((id) => [
      id,
      { status: 'active', schoolId: id === 'c-4' ? 's-4' : 's-3' } as const,
    ]),
  ),
};

let engine: TestDynamo;
let trips: RoundTrips;

beforeAll(async () => {
  engine = await startDynamo();
  trips = new RoundTrips(engine.dynamo);
  const at = { name: 'x', timeZone: 'UTC', schoolYear: 2027, createdAt: '2026-11-21T12:00:00Z' };
  for (const [id, some] of [
    ['large', people],
    ['small', people.slice(0, 12)],
  ] as const) {
    await new Tenants(engine.dynamo, testTables).createDistrict({ id, ...at });
    const own = some.map(
      (person) => JSON.parse(JSON.stringify(person).replaceAll('"d-1"', `"${id}"`)) as Person,
    );
    await storeDistrict(engine.dynamo, id, { ...stored, people: own });
  }
}, 120_000);
afterAll(() => engine.stop());

/** A function that has just been started: it has seen no commit yet. */
function started(catalogues: CatalogueSet = shippedCatalogues) {
  const access = new AccessStore(engine.dynamo, testTables.access);
  const handler = makeHandler({
    access,
    candidates: new CandidateStore(engine.dynamo, testTables),
    cataloguesOf: () => catalogues,
    events: recordingEvents(),
    now: () => new Date(`${today}T12:00:00Z`),
  });
  return { access, handler };
}

type Kind = 'searchSubjects' | 'searchResources' | 'searchActions';
type Body = { subject?: object; action?: object; resource?: object; page?: object; context?: object };
type Page = {
  results: { id?: string; name?: string; type?: string }[];
  page: { next_token: string; count: number };
  context: { token: string; moved?: true; unlisted?: string };
};

const as = (district: string) => ({ ...districtClient(district) });

function seen(answer: { statusCode?: number | undefined; body?: string | undefined }) {
  // The handler has checked the answer against its schema.
  return { status: answer.statusCode, body: bodyOf(answer) as unknown as Page & { code?: string } };
}

async function ask(kind: Kind, body: Body, district = 'large', { handler } = started()) {
  return seen(await handler(httpEvent(kind, { body, as: as(district) }), context));
}

/** All pages, each within five round trips. */
async function all(
  kind: Kind,
  body: Body,
  district = 'large',
  limit = 100,
): Promise<{ ids: string[]; pages: Page[] }> {
  const pages: Page[] = [];
  const warm = started();
  for (let token: string | undefined; token !== ''; ) {
    const page = { limit, ...(token === undefined ? {} : { token }) };
    const { answer, trips: made } = await trips.of(() => ask(kind, { ...body, page }, district, warm));
    expect([answer.status, made <= 5 ? '≤ 5' : made]).toEqual([200, '≤ 5']);
    expect(answer.body.results.length).toBe(answer.body.page.count);
    expect(answer.body.page.count).toBeLessThanOrEqual(limit);
    pages.push(answer.body);
    token = answer.body.page.next_token;
  }
  return { pages, ids: pages.flatMap(({ results }) => results.map(({ id, name }) => id ?? name ?? '')) };
}

const action = (name: string) => ({ name: `hmh:${name}` });
const user = (id: string) => ({ type: 'user', id });

/** Who of the candidates may, asked one by one. */
async function allowed(
  district: string,
  question: { subject?: string; action: string; type: string; resource?: string },
  candidates: readonly string[],
): Promise<string[]> {
  const { access } = started();
  const questions = candidates.map((id) => ({
    subject: user(question.subject ?? id),
    action: action(question.action),
    resource: { type: question.type, id: question.resource ?? id },
  }));
  const read = await access.manyCheckFacts(district, questions);
  return candidates.filter((_, at) => {
    const [facts, asked] = [read?.checks[at], questions[at]];
    return facts && asked && evaluate(shippedCatalogues, facts, asked, { today }).decision;
  });
}

const everybody = people.map(({ id }) => id);
const resourcesOf = (type: string): string[] =>
  ({ school: Object.keys(stored.orgs), class: Object.keys(stored.classes) })[type] ?? everybody;

describe.each(['small', 'large'])('in a %s district', (district) => {
  const resourceCases = ['t-1', 'w-1', 'a-1', 'x-1', 'g-1', 'p-0', 'nobody'].flatMap((subject) =>
    ['school', 'class', 'student', 'user', 'district'].map((type) => ({ subject, type })),
  );
  test.each(resourceCases)(
    'the resources of $type that $subject may report on are found, each once',
    async ({ subject, type }) => {
      const question = { subject: user(subject), action: action('report.assessment'), resource: { type } };
      const candidates = type === 'district' ? [district] : resourcesOf(type);
      const { ids } = await all('searchResources', question, district);
      expect(ids.toSorted()).toEqual(
        (await allowed(district, { subject, action: 'report.assessment', type }, candidates)).toSorted(),
      );
    },
  );

  test.each([
    { type: 'class', id: 'c-1' },
    { type: 'class', id: 'c-4' },
    { type: 'school', id: 's-4' },
    { type: 'student', id: 'p-0' },
    { type: 'user', id: 'x-1' },
    { type: 'class', id: 'nothing' },
  ])('the subjects who may report on $type $id are found, each once', async (resource) => {
    const question = { subject: { type: 'user' }, action: action('report.assessment'), resource };
    const { ids } = await all('searchSubjects', question, district);
    const wanted = { action: 'report.assessment', type: resource.type, resource: resource.id };
    expect(ids.toSorted()).toEqual((await allowed(district, wanted, everybody)).toSorted());
  });

  test('who asks whether a role is effective may be anybody, and all are found', async () => {
    const resource = { ...user('t-1'), properties: { role: 'hmh:teacher' } };
    const question = { subject: { type: 'user' }, action: action('role.effective'), resource };
    const { ids, pages } = await all('searchSubjects', question, district);
    const known = district === 'small' ? everybody.slice(0, 12) : everybody;
    expect(ids.toSorted()).toEqual(known.toSorted());
    expect(pages.every(({ context }) => context.unlisted === 'accounts-without-roles')).toBe(true);
  });

  test('in whom a role is effective are its holders', async () => {
    const resource = { type: 'user', properties: { role: 'school_admin' } };
    const question = { subject: user('a-1'), action: action('role.effective'), resource };
    expect((await all('searchResources', question, district)).ids.toSorted()).toEqual(['w-1', 'x-1']);
  });
});

describe('a page', () => {
  const question = {
    subject: user('a-1'),
    action: action('report.assessment'),
    resource: { type: 'student' },
  };

  test('of any size leads to the same results', async () => {
    const { ids, pages } = await all('searchResources', question, 'large', 1000);
    expect(ids).toHaveLength(new Set(ids).size);
    expect(pages.length).toBeGreaterThan(1);
    expect((await all('searchResources', question, 'large', 70)).ids).toEqual(ids);
  });

  test('of a narrow search is one call after what says where to look', async () => {
    const warm = started();
    const narrow = { subject: user('t-1'), action: action('report.assessment'), resource: { type: 'class' } };
    await ask('searchResources', narrow, 'large', warm);
    const { trips: made, calls } = await trips.of(() => ask('searchResources', narrow, 'large', warm));
    expect([made, calls]).toEqual([2, 2]);
  });

  test('of nobody at all is the last', async () => {
    const { body } = await ask('searchSubjects', {
      ...question,
      subject: { type: 'robot' },
      resource: user('p-0'),
    });
    expect(body).toMatchObject({ results: [], page: { next_token: '', count: 0 } });
  });

  test('of no results at all goes on where it began', async () => {
    const none = await ask('searchResources', { ...question, page: { limit: 0 } });
    expect(none.body.results).toEqual([]);
    const token = none.body.page.next_token;
    const [first, again] = [
      await ask('searchResources', { ...question, page: { limit: 5 } }),
      await ask('searchResources', { ...question, page: { limit: 5, token } }),
    ];
    expect(again.body.results).toEqual(first.body.results);
  });

  test('after a commit says so', async () => {
    const first = await ask('searchResources', { ...question, page: { limit: 5 } }, 'small');
    expect(first.body.context).toEqual({ token: 'c1r0' });
    await commit(engine.dynamo, 'small', 2);
    const page = { limit: 5, token: first.body.page.next_token };
    const second = await ask('searchResources', { ...question, page }, 'small');
    expect(second.body.context).toEqual({ token: 'c2r0', moved: true });
  });

  test.each([
    ['is none', 'x'],
    ['is of another search', Buffer.from('["AAAAAAAAAAAAAAAA",1,0,"p-1"]').toString('base64url')],
  ])('whose token %s is refused', async (_, token) => {
    const { status, body } = await ask('searchResources', { ...question, page: { token } });
    expect([status, body.code]).toEqual([400, 'cursor-invalid']);
  });

  test('whose question has changed is refused', async () => {
    const first = await ask('searchResources', { ...question, page: { limit: 5 } });
    const page = { token: first.body.page.next_token };
    const other = await ask('searchResources', { ...question, action: action('roster.view'), page });
    expect([other.status, other.body.code]).toEqual([400, 'cursor-invalid']);
  });

  test.each([{ limit: -1 }, { limit: 1.5 }, { limit: 'x' }, { token: 7 }])(
    'asked for as %j is refused',
    async (page) => {
      expect((await ask('searchResources', { ...question, page })).status).toBe(400);
    },
  );
});

describe('actions', () => {
  const question = { subject: user('t-1'), resource: { type: 'class', id: 'c-1' } };

  test('are those that evaluation allows, page by page', async () => {
    const { ids } = await all('searchActions', question);
    expect(ids).toContain('hmh:report.assessment');
    expect(ids).not.toContain('hmh:event.manage');
    expect((await all('searchActions', question, 'large', 1)).ids).toEqual(ids);
  });

  test('of a client with a default system have no prefix', async () => {
    const client = { ...districtClient('large'), defaultSystem: 'hmh' };
    const { handler } = started();
    const answer = await handler(httpEvent('searchActions', { body: question, as: client }), context);
    const { results } = bodyOf(answer) as unknown as Page;
    expect(results).toContainEqual({ name: 'report.assessment' });
    expect(results.some(({ name }) => name?.includes(':'))).toBe(false);
  });
});

test('a resource that nothing lists is refused, not answered with none', async () => {
  const hmh = shippedCatalogues.get('hmh');
  const rows = (hmh?.rows ?? []).map((row) => ({ ...row, resources: ['applicant' as const] }));
  const catalogues: CatalogueSet = new Map(hmh && [['hmh', { ...hmh, rows }]]);
  const question = {
    subject: user('a-1'),
    action: action('report.assessment'),
    resource: { type: 'applicant' },
  };
  const { status, body } = await ask('searchResources', question, 'large', started(catalogues));
  expect([status, body.code]).toEqual([400, 'not-searchable']);
});

describe('a limited client', () => {
  const limited = (sharing: object) => ({ ...districtClient('large'), sharing: JSON.stringify(sharing) });
  const askAs = async (sharing: object, kind: Kind, body: Body) => {
    return seen(await started().handler(httpEvent(kind, { body, as: limited(sharing) }), context));
  };
  const question = {
    subject: user('a-1'),
    action: action('report.assessment'),
    resource: { type: 'student' },
  };

  test('finds the shared in full pages, whose tokens name nobody else', async () => {
    const found: string[] = [];
    for (let token: string | undefined; token !== ''; ) {
      const page = { limit: 1, ...(token === undefined ? {} : { token }) };
      const { body } = await askAs({ schools: ['s-5'] }, 'searchResources', { ...question, page });
      token = body.page.next_token;
      found.push(...body.results.map(({ id }) => id ?? ''));
      const names = Buffer.from(token, 'base64url').toString();
      for (const { id } of students.slice(0, 20)) expect(names).not.toContain(`"${id}"`);
    }
    expect(found).toEqual(['a-1', 'w-1']);
  });

  test('is told of holders by their shared places alone', async () => {
    const resource = { type: 'user', properties: { role: 'school_admin' } };
    const body = { subject: user('a-1'), action: action('role.effective'), resource, page: { limit: 1 } };
    const answer = await askAs({ schools: ['s-5'] }, 'searchResources', body);
    expect(answer.body.results).toEqual([user('w-1')]);
    expect(Buffer.from(answer.body.page.next_token, 'base64url').toString()).not.toMatch(/s-[34]/);
  });

  test('cannot tell a system that is not shared from none', async () => {
    const resource = { type: 'applicant' };
    const ask = (name: string) =>
      askAs({ systems: ['imath'] }, 'searchResources', { ...question, action: { name }, resource });
    const [there, none] = [await ask('hmh:report.assessment'), await ask('nothing:report.assessment')];
    expect([there.status, there.body]).toEqual([none.status, none.body]);
    const subjects = await askAs({ systems: ['imath'] }, 'searchSubjects', {
      ...question,
      subject: { type: 'user' },
      resource: user('t-1'),
    });
    expect([subjects.body.results, subjects.body.context.unlisted]).toEqual([[], undefined]);
  });
});
