import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Assignment } from '../../shared/access/facts.ts';
import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';
import type { BuildMessage } from '../../shared/messages/report-messages.ts';
import type { Report } from '../../shared/reports/report.ts';
import { makeDecide } from '../../shared/runtime/decide.ts';
import { AccessStore } from '../../shared/store/access-store.ts';
import { Idempotency } from '../../shared/store/idempotency.ts';
import { ReportLedger } from '../../shared/store/report-ledger.ts';
import { ReportLinks } from '../../shared/store/report-links.ts';
import { ReportQuotas } from '../../shared/store/report-quotas.ts';
import { ReportUsage } from '../../shared/store/report-usage.ts';
import { Tenants } from '../../shared/store/tenants.ts';
import { anAssignment, aPerson, atSchool } from '../../test/builders/access-facts.ts';
import { startDynamo, type TestDynamo, testTables } from '../../test/builders/dynamo.ts';
import {
  bodyOf,
  context,
  districtClient,
  httpEvent,
  recordingEvents,
} from '../../test/builders/http-event.ts';
import { aReport, testQuota } from '../../test/builders/report.ts';
import { storeDistrict } from '../../test/builders/stored-district.ts';
import { makeHandler } from './handler.ts';

let engine: TestDynamo;
let ledger: ReportLedger;
let districts = 0;

beforeAll(async () => {
  engine = await startDynamo();
  ledger = new ReportLedger(engine.dynamo, testTables.reports);
});
afterAll(() => engine?.stop());

const now = new Date('2026-11-22T12:00:00Z');
type Name = Parameters<typeof httpEvent>[0];

const nsc = (role: string, account: string): Assignment =>
  anAssignment(role, { type: 'account', ids: [account] }, { system: 'nsc' });

/** Schools s1 and s2 of the district org d; by their names: what people hold. */
async function world() {
  districts += 1;
  const district = `d-${districts}`;
  const { dynamo } = engine;
  const made = { id: district, name: 'x', timeZone: 'UTC', schoolYear: 2027, createdAt: now.toISOString() };
  await new Tenants(dynamo, testTables).createDistrict(made);
  const school = { status: 'active', type: 'school', parentId: 'd' } as const;
  const person = (id: string, ...manual: Assignment[]) => ({ ...aPerson(id, {}, manual), webId: id });
  await storeDistrict(dynamo, district, {
    orgs: { s1: school, s2: school, d: { status: 'active', type: 'district' } },
    classes: { c1: { status: 'active', schoolId: 's1' }, c2: { status: 'active', schoolId: 's2' } },
    people: [
      person('ftp1', nsc('ftp', 's1')),
      person('other1', nsc('ftp', 's1')),
      person('ftp2', nsc('ftp', 's2')),
      person('both', nsc('ftp', 's1'), nsc('ftp', 's2')),
      person('technical', nsc('technical', 's1')),
      person('reports', nsc('reports', 's1')),
      person('billing', nsc('billing', 's1')),
      person('builder', anAssignment('building_administrator', atSchool('s1'), { system: 'imath' })),
      person('nobody'),
    ],
  });
  const access = new AccessStore(dynamo, testTables.access);
  const events = recordingEvents();
  const built: BuildMessage[] = [];
  const handler = makeHandler({
    reports: ledger,
    quotas: new ReportQuotas(dynamo, testTables.reports, testQuota),
    usage: new ReportUsage(dynamo, testTables.reports),
    links: new ReportLinks(dynamo, testTables.reports),
    files: {
      putTarget: async (key, { metadata }) => ({ url: `https://s3.test/${key}`, headers: { ...metadata } }),
      getUrl: async (key, { disposition }) => `https://s3.test/${key}?${disposition}`,
      begin: async () => 'parts-1',
      partUrls: async () => [{ url: 'https://s3.test/part', from: 0, to: 1 }],
      join: async () => 'missing',
    },
    access,
    isAccount: async (_, id) => id !== 'strange',
    nameOf: async (_, __, id) => `School ${id}`,
    builds: { send: async (message) => void built.push(message) },
    decide: makeDecide({ access, catalogues: shippedCatalogues, now: () => now }),
    idempotency: new Idempotency(dynamo, testTables.tenants),
    events,
    now: () => now,
  });
  return {
    district,
    events,
    built,
    /** As a person who is signed in; as the district's own client where nobody is named. */
    async ask(
      name: Name,
      user: string | undefined,
      asked: NonNullable<Parameters<typeof httpEvent>[1]> = {},
    ) {
      const client = districtClient(district, user === undefined ? {} : { user });
      const as = user === undefined ? client : { ...client, session: 'digest' };
      const params = { district, ...asked.params };
      const answer = await handler(httpEvent(name, { as, ...asked, params }), context);
      return {
        status: answer.statusCode ?? 0,
        headers: answer.headers ?? {},
        body: answer.body === '' || answer.body === undefined ? {} : bodyOf({ body: answer.body }),
      };
    },
    async keep(more: Partial<Report> = {}): Promise<Report> {
      const id = `01KAMN8E0000000000000000${String(count++).padStart(2, '0')}`;
      const report = aReport({ id, ...more });
      await ledger.create(district, report, { line: { id, at: report.at, what: report.state } });
      return report;
    },
  };
}
let count = 10;

const idsIn = ({ body }: { body: Record<string, unknown> }) =>
  (body.items as { id: string }[] | undefined)?.map(({ id }) => id);

describe('the list of reports', () => {
  test('has what lies in folders of the caller’s accounts, the newest first, and nothing else', async () => {
    const { ask, keep } = await world();
    const [a, b, tried] = [await keep(), await keep({ account: 's2' }), await keep({ folder: 'test' })];
    expect(idsIn(await ask('listReports', 'ftp1'))).toEqual([a.id]);
    expect(idsIn(await ask('listReports', 'both'))).toEqual([b.id, a.id]);
    expect(idsIn(await ask('listReports', 'technical'))).toEqual([tried.id]);
    expect(idsIn(await ask('listReports', 'ftp1', { query: 'account=s2' }))).toEqual([]);
    expect(idsIn(await ask('listReports', undefined))).toEqual([tried.id, b.id, a.id]);
    expect((await ask('listReports', 'nobody')).status).toBe(403);
    const overseen = await ask('listReports', undefined);
    expect(overseen.body).toMatchObject({
      items: [{ account: tried.account, accountName: `School ${tried.account}` }, {}, {}],
    });
  });

  test('goes on from page to page over all accounts, each report once', async () => {
    const { ask, keep } = await world();
    const all: string[] = [];
    for (const account of ['s1', 's2', 's2', 's1', 's2']) all.unshift((await keep({ account })).id);
    const seen: string[] = [];
    for (let cursor: unknown = '', page = 0; cursor !== undefined && page < 9; page += 1) {
      const query = `limit=2${cursor === '' ? '' : `&cursor=${String(cursor)}`}`;
      const answer = await ask('listReports', 'both', { query });
      seen.push(...(idsIn(answer) ?? []));
      cursor = answer.body.cursor;
    }
    expect(seen).toEqual(all);
    expect((await ask('listReports', 'both', { query: 'cursor=x' })).status).toBe(400);
  });

  test('is narrowed by folder, kind and state', async () => {
    const { ask, keep } = await world();
    const [a, b] = [await keep({ state: 'refused' }), await keep({ kind: 'roster-feed', folder: 'receive' })];
    expect(idsIn(await ask('listReports', 'ftp1', { query: 'state=refused' }))).toEqual([a.id]);
    expect(idsIn(await ask('listReports', 'ftp1', { query: 'kind=roster-feed' }))).toEqual([b.id]);
    expect(idsIn(await ask('listReports', 'ftp1', { query: 'folder=receive&account=s1' }))).toEqual([b.id]);
  });
});

describe('one report', () => {
  test('is shown with its tag and its ledger, and unknown to people of another account', async () => {
    const { ask, keep } = await world();
    const params = { report: (await keep()).id };
    const shown = await ask('getReport', 'ftp1', { params });
    expect([shown.status, shown.headers.etag, shown.body]).toMatchObject([
      200,
      '"1"',
      { fileName: 'grads.csv' },
    ]);
    expect((await ask('getReportLedger', 'ftp1', { params })).body.items).toMatchObject([
      { what: 'accepted' },
    ]);
    for (const [user, status] of [
      ['ftp2', 404],
      ['technical', 404],
      ['nobody', 403],
    ] as const) {
      expect([user, (await ask('getReport', user, { params })).status]).toEqual([user, status]);
    }
  });
});

describe('a download', () => {
  test('leads to the kept file under its name, and is one event, one line and one audit', async () => {
    const { ask, keep, events, district } = await world();
    const { id } = await keep({ fileName: 'Über "uns".csv' });
    const answer = await ask('downloadReport', 'ftp1', { params: { report: id } });
    expect([answer.status, answer.headers.location]).toEqual([
      303,
      `https://s3.test/kept/${district}/${id}?attachment; filename="_ber _uns_.csv"; filename*=UTF-8''%C3%9Cber%20%22uns%22.csv`,
    ]);
    const { body } = await ask('getReportLedger', 'ftp1', { params: { report: id } });
    expect(body.items).toMatchObject([{ what: 'accepted' }, { what: 'downloaded', by: 'ftp1' }]);
    expect(events.told.audits.filter(({ action }) => action === 'report-downloaded')).toHaveLength(1);
  });

  test('takes the role of the account; whoever oversees the district does not get it', async () => {
    const { ask, keep } = await world();
    const params = { report: (await keep()).id };
    expect((await ask('downloadReport', undefined, { params })).status).toBe(403);
    expect((await ask('downloadReport', 'ftp2', { params })).status).toBe(404);
  });

  const refusedFor = (code: string): Partial<Report> => ({
    state: 'refused',
    problems: [{ code, message: 'x' }],
  });
  test.each<[Partial<Report>, number, string]>([
    [{ state: 'received' }, 409, 'report-not-ready'],
    [{ state: 'building' }, 409, 'report-not-ready'],
    [{ state: 'failed' }, 409, 'report-not-ready'],
    [{ state: 'refused', folder: 'receive', asked: {} }, 409, 'report-not-ready'],
    [{ state: 'quarantined' }, 403, 'report-quarantined'],
    [refusedFor('size-differs'), 403, 'report-quarantined'],
    [refusedFor('too-large'), 403, 'report-quarantined'],
    [refusedFor('quota-exceeded'), 403, 'report-quarantined'],
    [{ state: 'archived' }, 410, 'report-archived'],
    [{ until: now.toISOString() }, 410, 'report-archived'],
  ])('of one that is %j is refused', async (more, status, code) => {
    const { ask, keep } = await world();
    const { id } = await keep(more);
    const answer = await ask('downloadReport', 'ftp1', { params: { report: id } });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });
});

describe('an upload', () => {
  const file = { account: 's1', folder: 'upload', fileName: 'grads.csv', size: 3 };

  test('is awaited under an address of its own', async () => {
    const { ask, district } = await world();
    const { status, body } = await ask('createReport', 'ftp1', { body: file });
    expect([status, body]).toMatchObject([
      201,
      { state: 'awaited', by: 'ftp1', upload: { url: `https://s3.test/in/${district}/s1/upload/grads.csv` } },
    ]);
    expect(body).toMatchObject({ upload: { headers: { report: body.id } } });
  });

  test('of a large file comes in parts, which have to be all there', async () => {
    const { ask } = await world();
    const { body } = await ask('createReport', 'ftp1', { body: { ...file, size: 9 * 1024 ** 2 } });
    expect(body).toMatchObject({ upload: { parts: [{ from: 0, to: 1 }] } });
    expect(body).not.toHaveProperty('multipartId');
    const done = await ask('completeReport', 'ftp1', { params: { report: String(body.id) } });
    expect([done.status, done.body.code]).toEqual([409, 'upload-incomplete']);
  });

  test.each([
    ['ftp2', 'upload', 403],
    ['billing', 'upload', 403],
    ['technical', 'upload', 403],
    ['technical', 'test', 201],
    ['ftp1', 'test', 403],
    [undefined, 'upload', 403],
  ] as const)('by %s into %s is answered with %i', async (user, folder, status) => {
    const { ask } = await world();
    expect((await ask('createReport', user, { body: { ...file, folder } })).status).toBe(status);
  });

  test.each(['../x.csv', 'a/b.csv', 'x.csv.part', 'a\u202eb.csv'])(
    'called %j is refused',
    async (fileName) => {
      const { ask } = await world();
      const { status, body } = await ask('createReport', 'ftp1', { body: { ...file, fileName } });
      expect([status, body.errors]).toMatchObject([400, [{ pointer: '/fileName' }]]);
    },
  );

  test('with the same key is the same report', async () => {
    const { ask } = await world();
    const headers = { 'idempotency-key': 'once' };
    const [a, b] = [
      await ask('createReport', 'ftp1', { body: file, headers }),
      await ask('createReport', 'ftp1', { body: file, headers }),
    ];
    expect(b.body).toEqual(a.body);
    expect(idsIn(await ask('listReports', 'ftp1'))).toEqual([a.body.id]);
  });
});

describe('quotas', () => {
  const file = { account: 's1', folder: 'upload', fileName: 'grads.csv', size: 3 };
  const small = { accounts: [{ account: 's1', bytes: 10, files: 5 }] };

  test('bound what is announced, however much of it at once, and say how full it is', async () => {
    const { ask } = await world();
    expect((await ask('putReportQuotas', undefined, { body: small })).status).toBe(200);
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => ask('createReport', 'ftp1', { body: file })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
    const refused = answers.filter(({ status }) => status === 409);
    expect(refused).toHaveLength(9);
    const { body } = await ask('createReport', 'ftp1', { body: file });
    expect(body).toMatchObject({
      code: 'quota-exceeded',
      detail: expect.stringContaining('9 of 10 bytes and 3 of 5 files are used'),
      ...{ used: { bytes: 9, files: 3 }, most: { bytes: 10, files: 5 } },
    });
    expect((await ask('createReport', 'both', { body: { ...file, account: 's2' } })).status).toBe(201);
    expect((await ask('listReportAccounts', 'ftp1')).body.items).toMatchObject([
      { used: { bytes: 9, files: 3 }, most: { bytes: 10, files: 5 } },
    ]);
    expect((await ask('getReportQuotas', undefined)).body).toMatchObject({
      used: [
        { account: 's1', bytes: 9, files: 3 },
        { account: 's2', bytes: 3, files: 1 },
      ],
    });
  });

  test('hold nobody up who repeats a request that has its room', async () => {
    const { ask } = await world();
    await ask('putReportQuotas', undefined, { body: { each: { bytes: 3, files: 1 } } });
    const headers = { 'idempotency-key': 'once' };
    const made = await ask('createReport', 'ftp1', { body: file, headers });
    expect((await ask('createReport', 'ftp1', { body: file, headers })).body).toEqual(made.body);
    expect((await ask('createReport', 'ftp1', { body: file })).status).toBe(409);
  });

  test('are set by who administers the district, within what the deployment gives', async () => {
    const { ask, events } = await world();
    expect((await ask('getReportQuotas', undefined)).body).toEqual({ accounts: [], used: [], ...testQuota });
    for (const user of ['ftp1', 'builder', 'nobody']) {
      expect((await ask('putReportQuotas', user, { body: small })).status).toBe(403);
      expect((await ask('getReportQuotas', user)).status).toBe(403);
    }
    const { most } = testQuota;
    const above = { accounts: [{ account: 's1', ...most, files: most.files + 1 }] };
    const refused = await ask('putReportQuotas', undefined, { body: above });
    expect([refused.status, refused.body]).toMatchObject([
      422,
      { code: 'quota-above-most', errors: [{ pointer: '/accounts/0' }] },
    ]);
    const twice = { accounts: [...small.accounts, ...small.accounts] };
    expect((await ask('putReportQuotas', undefined, { body: twice })).status).toBe(400);
    expect((await ask('putReportQuotas', undefined, { body: { each: most } })).body).toMatchObject({
      each: most,
    });
    expect(events.told.audits).toMatchObject([{ action: 'report-quotas-changed' }]);
  });

  test('are not put over what somebody else has put meanwhile', async () => {
    const { ask } = await world();
    const { headers } = await ask('putReportQuotas', undefined, { body: small });
    expect(headers.etag).toBe('"1"');
    const put = (tag: string) =>
      ask('putReportQuotas', undefined, { body: {}, headers: { 'if-match': tag } });
    expect([(await put('"0"')).status, (await put('"1"')).status]).toEqual([412, 200]);
  });
});

describe('a report that is to be made', () => {
  test('waits for its builder, bound to whoever asked, who then finds it', async () => {
    const { ask, built, district } = await world();
    const { status, body } = await ask('createReport', 'builder', {
      body: { kind: 'start-cards', account: 's1', scope: { type: 'class', ids: ['c1'] } },
    });
    expect([status, body]).toMatchObject([
      202,
      { state: 'requested', folder: 'receive', by: 'builder', asked: { kind: 'start-cards', as: 'builder' } },
    ]);
    expect(built).toEqual([{ district, report: body.id }]);
    expect(idsIn(await ask('listReports', 'builder'))).toEqual([body.id]);
    expect(idsIn(await ask('listReports', 'ftp1'))).toEqual([body.id]);
    expect(idsIn(await ask('listReports', 'ftp2'))).toEqual([]);
  });

  test.each([
    ['reports', 's1', 'studenttracker-graduates-file', 202],
    ['reports', 's2', 'studenttracker-graduates-file', 403],
    ['ftp1', 's1', 'studenttracker-graduates-file', 403],
    ['builder', 's1', 'roster', 403],
    ['builder', 's2', 'start-cards', 403],
    [undefined, 's1', 'roster', 202],
    [undefined, 's1', 'start-cards', 403],
  ] as const)('asked for by %s for %s as %s is answered with %i', async (user, account, kind, status) => {
    const { ask } = await world();
    expect((await ask('createReport', user, { body: { kind, account } })).status).toBe(status);
  });

  test('is about nothing beyond the account that gets it', async () => {
    const { ask, district } = await world();
    for (const [account, scope, status] of [
      ['s1', { type: 'class', ids: ['c2'] }, 422],
      ['s1', { type: 'district', ids: [district] }, 422],
      ['s1', { type: 'school', ids: ['s2'] }, 422],
      ['d', { type: 'district', ids: [district] }, 202],
      ['s1', { type: 'school', ids: ['s1'] }, 202],
    ] as const) {
      const body = { kind: 'roster', account, scope };
      expect([account, scope, (await ask('createReport', undefined, { body })).status]).toEqual([
        account,
        scope,
        status,
      ]);
    }
  });

  test('comes in formats that there are', async () => {
    const { ask } = await world();
    const body = { kind: 'roster', account: 's1', format: 'pdf' };
    const answer = await ask('createReport', undefined, { body });
    expect([answer.status, answer.body.errors]).toMatchObject([400, [{ pointer: '/format' }]]);
  });
});

describe('a link', () => {
  async function linked() {
    const here = await world();
    const { id: report } = await here.keep();
    const made = await here.ask('createReportLink', 'ftp1', {
      params: { report },
      body: { account: 'other1' },
    });
    const params = { report, link: String(made.body.id) };
    return { ...here, made, params };
  }

  test('opens to its person, signed in, and to nobody else who may have the report', async () => {
    const { ask, made, params, district } = await linked();
    expect([made.status, made.body]).toMatchObject([
      201,
      {
        account: 'other1',
        url: `https://api.test/v1/districts/${district}/reports/${params.report}/links/${params.link}/download`,
      },
    ]);
    expect((await ask('followReportLink', 'other1', { params })).status).toBe(303);
    expect((await ask('followReportLink', 'ftp1', { params })).status).toBe(404);
    const as = districtClient(district, { user: 'other1' });
    expect((await ask('followReportLink', 'other1', { params, as })).status).toBe(404);
    expect((await ask('followReportLink', 'nobody', { params })).status).toBe(403);
  });

  test('opens nothing once it has ended, and is listed no more', async () => {
    const { ask, params } = await linked();
    expect(idsIn(await ask('listReportLinks', 'ftp1', { params: { report: params.report } }))).toEqual([
      params.link,
    ]);
    expect((await ask('endReportLink', 'ftp1', { params })).status).toBe(204);
    expect((await ask('followReportLink', 'other1', { params })).status).toBe(404);
    expect((await ask('endReportLink', 'ftp1', { params })).status).toBe(404);
    expect(idsIn(await ask('listReportLinks', 'ftp1', { params: { report: params.report } }))).toEqual([]);
  });

  test('is not given to somebody to whom it would open nothing, nor by who may not have the report', async () => {
    const { ask, params } = await linked();
    for (const [user, account, status] of [
      ['ftp1', 'ftp2', 422],
      ['ftp1', 'strange', 422],
      ['ftp2', 'ftp2', 404],
      [undefined, 'other1', 403],
    ] as const) {
      const answer = await ask('createReportLink', user, {
        params: { report: params.report },
        body: { account },
      });
      expect([user, account, answer.status]).toEqual([user, account, status]);
    }
  });
});

describe('a browser', () => {
  const asBrowser = { headers: { accept: 'text/html,*/*;q=0.8' } };

  test('that nobody is signed in with is led to sign in, and then back to the link', async () => {
    const { ask, keep } = await world();
    const { id } = await keep({ account: 's1' });
    const params = { report: id, link: id };
    const signedOut = { params, as: { error: 'token-missing' } };
    const led = await ask('followReportLink', undefined, { ...signedOut, ...asBrowser });
    const { searchParams, pathname } = new URL(String(led.headers.location), 'https://rolebook.test');
    expect([led.status, pathname]).toEqual([303, '/sign-in']);
    expect(searchParams.get('next')).toMatch(new RegExp(`/reports/${id}/links/${id}/download$`));
    expect((await ask('followReportLink', undefined, signedOut)).status).toBe(401);
  });

  test('is told in words of the page of reports why a report is not there', async () => {
    const { ask, keep } = await world();
    const { id } = await keep({ account: 's1' });
    const led = await ask('downloadReport', 'ftp2', { params: { report: id }, ...asBrowser });
    expect([led.status, led.headers.location]).toEqual([303, '/reports?problem=unknown-report']);
  });
});

test('the accounts of a person are those where they may do something, with folders and reports to ask for', async () => {
  const { ask } = await world();
  expect((await ask('listReportAccounts', 'ftp1')).body).toEqual({
    items: [
      {
        ...{ account: 's1', name: 'School s1', sees: ['upload', 'receive'], puts: ['upload'], asks: [] },
        ...{ used: { bytes: 0, files: 0 }, most: testQuota.usual },
      },
    ],
  });
  const cards = { kind: 'start-cards', formats: ['csv', 'xlsx', 'pdf'] };
  expect((await ask('listReportAccounts', 'builder')).body).toMatchObject({
    items: [{ account: 's1', sees: [], puts: [], asks: expect.arrayContaining([cards]) }],
  });
  expect((await ask('listReportAccounts', 'billing')).body).toEqual({ items: [] });
  expect((await ask('listReportAccounts', 'nobody')).status).toBe(403);
});
