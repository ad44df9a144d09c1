import { createHash } from 'node:crypto';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeOurCatalogues } from '../../shared/access/district-catalogues.ts';
import { evaluate } from '../../shared/access/evaluate.ts';
import type { Assignment } from '../../shared/access/facts.ts';
import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';
import { keptReportKey } from '../../shared/reports/exchange-keys.ts';
import type { AskedReport } from '../../shared/reports/generated-kinds.ts';
import type { Report } from '../../shared/reports/report.ts';
import { newLane } from '../../shared/roster/lane.ts';
import { AccessStore } from '../../shared/store/access-store.ts';
import { Accounts } from '../../shared/store/accounts.ts';
import { Assignments } from '../../shared/store/assignments.ts';
import { Bucket } from '../../shared/store/bucket.ts';
import { giveUpReport } from '../../shared/store/give-up-report.ts';
import { accessKey } from '../../shared/store/keys.ts';
import { ReportLedger } from '../../shared/store/report-ledger.ts';
import { DynamoSyncLedger } from '../../shared/store/sync-ledger.ts';
import { Tenants } from '../../shared/store/tenants.ts';
import { aPerson } from '../../test/builders/access-facts.ts';
import { startDynamo, type TestDynamo, testTables } from '../../test/builders/dynamo.ts';
import { memoryObjects } from '../../test/builders/memory-objects.ts';
import {
  aReportSchool,
  putReportState,
  startBucket,
  type TestBucket,
} from '../../test/builders/report-district.ts';
import { commit, storeDistrict } from '../../test/builders/stored-district.ts';
import { type BuildDeps, buildReport } from './build.ts';
import { TooLarge } from './formats/sheet-writer.ts';
import { xlsxWriter } from './formats/xlsx.ts';

const district = 'd-1';
const today = '2026-11-22';
const now = new Date(`${today}T12:00:00Z`);
const large = 'd-2';
const schoolsOf = {
  [district]: [aReportSchool('s-1', 120), aReportSchool('s-2', 80)],
  [large]: [aReportSchool('s-1', 1200), aReportSchool('s-2', 1300)],
};
const objects = memoryObjects();

const holds = (user: string, more: Omit<Assignment, 'id' | 'source'>) =>
  aPerson(user, { orgIds: ['d'] }, [{ id: `${user}-given`, source: 'manual', ...more }]);
const at = (...ids: string[]) => ({ type: 'account' as const, ids });
const askersOf = (d: string) => [
  holds('dda', { system: 'hmh', role: 'district_data_admin', scope: { type: 'district', ids: [d] } }),
  holds('sda', { system: 'hmh', role: 'school_data_admin', scope: { type: 'school', ids: ['s-1'] } }),
  holds('nobody', { system: 'nsc', role: 'other', scope: at('s-1') }),
  holds('acer', { system: 'acer', role: 'report_generator', scope: { ...at('s-1'), yearLevels: ['10'] } }),
  holds('builder', {
    system: 'imath',
    role: 'building_administrator',
    scope: { type: 'school', ids: ['s-2'] },
  }),
  holds('reports', { system: 'nsc', role: 'reports', scope: at('s-1') }),
];

let engine: TestDynamo;
let bucket: TestBucket;
let reports: ReportLedger;
let deps: BuildDeps;
let access: AccessStore;
let count = 0;
const manifests = new Map<string, string>();

beforeAll(async () => {
  engine = await startDynamo();
  bucket = await startBucket('exchange');
  const made = { name: 'x', timeZone: 'UTC', schoolYear: 2027, createdAt: '2026-11-21T12:00:00Z' };
  const org = (type: string) => ({ status: 'active' as const, type });
  for (const [id, schools] of Object.entries(schoolsOf)) {
    await new Tenants(engine.dynamo, testTables).createDistrict({ id, ...made });
    await storeDistrict(engine.dynamo, id, {
      orgs: { d: org('district'), 's-1': org('school'), 's-2': org('school') },
      classes: Object.fromEntries(
        schools
          .flatMap(({ classes }) => classes)
          .map(({ sourcedId, schoolId }) => [sourcedId, { status: 'active', schoolId }]),
      ),
      people: [...schools.flatMap(({ people }) => people), ...askersOf(id)],
    });
    manifests.set(id, await putReportState(objects, id, schools));
  }
  await engine.dynamo.send(
    new UpdateCommand({
      TableName: testTables.access,
      Key: accessKey(district, 'person', 'reports'),
      UpdateExpression: 'SET webId = :web',
      ExpressionAttributeValues: { ':web': 'w' },
    }),
  );
}, 120_000);
afterAll(async () => {
  await engine.stop();
  await bucket.stop();
});

beforeEach(() => {
  access = new AccessStore(engine.dynamo, testTables.access);
  reports = new ReportLedger(engine.dynamo, testTables.reports);
  const syncs = new DynamoSyncLedger(engine.dynamo, testTables, () => now.toISOString());
  deps = {
    access,
    cataloguesOf: () => shippedCatalogues,
    ours: makeOurCatalogues(shippedCatalogues),
    dayIn: () => today,
    accounts: new Accounts(engine.dynamo, testTables),
    assignments: new Assignments(engine.dynamo, testTables),
    reports,
    lane: async (d) => ({
      ...newLane(d),
      committed: { generation: 1, manifest: manifests.get(d) ?? '' },
    }),
    syncs,
    objects,
    s3: bucket.s3,
    exchange: 'exchange',
    shelf: new Bucket(bucket.s3, 'exchange'),
    origin: 'https://rolebook.test',
    now: () => now,
  };
});

async function request(asked: AskedReport, more: Partial<Report> = {}, d = district): Promise<string> {
  count += 1;
  const id = `01JD000000000000000000${String(count).padStart(4, '0')}`;
  const report: Report = {
    id,
    account: 'd',
    folder: 'receive',
    fileName: 'x',
    kind: asked.kind,
    state: 'requested',
    by: asked.as ?? 'client:sis',
    via: 'https',
    at: now.toISOString(),
    until: now.toISOString(),
    asked,
    revision: 1,
    ...more,
  };
  await reports.create(d, report, {
    line: { id: 'requested', at: report.at, what: 'requested' },
  });
  return id;
}

async function find(id: string, d = district): Promise<Report> {
  const found = await reports.find(d, id);
  if (found === undefined) throw new Error(`There is no report ${id}.`);
  return found;
}

async function built(asked: AskedReport, more: Partial<Report> = {}, d = district) {
  const id = await request(asked, more, d);
  await buildReport(deps, { district: d, report: id });
  const report = await find(id, d);
  const shown = await bucket.bytes(`out/${d}/${report.account}/receive/${report.fileName}`);
  return { report, shown, text: shown?.toString('utf8') ?? '' };
}

const linesOf = async (id: string) => {
  const lines: string[] = [];
  for await (const { what } of reports.lines(district, id)) lines.push(what);
  return lines;
};
const idsIn = (text: string) =>
  parse(text, { bom: true, columns: true }).map((row) => (row as Record<string, string>).Id ?? '');
const inSchool = (...ids: string[]) => ({ type: 'school' as const, ids });

const students = schoolsOf[large].flatMap(({ users }) => users).filter(({ grades }) => grades !== undefined);

/** Whom the permission service lets somebody see, each asked by itself. */
async function allowed(user: string, action: string): Promise<string[]> {
  const questions = students.map(({ sourcedId }) => ({
    subject: { type: 'user', id: user },
    action: { name: action },
    resource: { type: 'student', id: sourcedId },
  }));
  const read = await access.manyCheckFacts(large, questions);
  return questions
    .filter((question, n) => {
      const facts = read?.checks[n];
      return facts !== undefined && evaluate(shippedCatalogues, facts, question, { today }).decision;
    })
    .map(({ resource }) => resource.id)
    .sort();
}

describe('a student list has those whom the permission service allows, student by student:', () => {
  test.each([
    ['sda', 'hmh:roster.view', { scope: inSchool('s-1') }, 1200],
    ['dda', 'hmh:roster.view', { scope: { type: 'district' as const, ids: [large] } }, 2500],
    ['builder', 'imath:report_data.export', { scope: inSchool('s-2') }, 1300],
    ['acer', 'acer:report.generate', { scope: at('s-1') }, 300],
    ['s-1-t3', 'imath:report_data.export', { scope: { type: 'class' as const, ids: ['s-1-c3'] } }, 120],
  ])('%s by %s', async (as, action, more, how) => {
    const { report, text } = await built({ kind: 'student-list', format: 'csv', as, ...more }, {}, large);
    const ids = idsIn(text);
    expect(report.state).toBe('ready');
    expect([...ids].sort()).toEqual(await allowed(as, action));
    expect(ids).toHaveLength(how);
  });
});

test('a report in a school’s folder tells of that school alone, whoever asked', async () => {
  const scope = { type: 'district' as const, ids: [district] };
  const { text } = await built({ kind: 'roster', format: 'csv', as: 'dda', scope }, { account: 's-2' });
  const ids = idsIn(text);
  expect(ids.filter((id) => !id.startsWith('s-2'))).toEqual([]);
  expect(ids).toHaveLength(90);
  expect(text).not.toContain('School s-1');
});

test('a client that acts for nobody has what a district data administrator has', async () => {
  const scope = { type: 'district' as const, ids: [district] };
  const { text } = await built({ kind: 'student-list', format: 'csv', scope });
  expect(idsIn(text)).toHaveLength(200);
});

describe('what is not allowed', () => {
  const wanted = { kind: 'student-list', format: 'csv', scope: inSchool('s-1') } as const;

  test.each([
    ['another system’s role', { ...wanted, as: 'nobody' }],
    ['another school', { ...wanted, as: 'sda', scope: inSchool('s-1', 's-2') }],
    ['somebody who is gone', { ...wanted, as: 'left' }],
    ['a school that there is not', { ...wanted, as: 'dda', scope: inSchool('s-9') }],
    ['a review of the district by a school', { ...wanted, kind: 'access-review' as const, as: 'sda' }],
  ])('is refused with the reason, and nothing is delivered: %s', async (_, asked) => {
    const before = await bucket.keys();
    const { report } = await built(asked);
    expect(report).toMatchObject({ state: 'refused', problems: [{ code: 'not-permitted' }] });
    expect(await bucket.keys()).toEqual(before);
  });

  test('is refused where nobody stands for the report, or its format is none of its kind', async () => {
    const { report } = await built(wanted, { by: 'somebody' });
    expect(report.problems).toMatchObject([{ code: 'no-asker' }]);
    const other = await built({ ...wanted, as: 'sda', format: 'txt' });
    expect(other.report.problems).toMatchObject([{ code: 'format' }]);
  });

  test('is refused where the role went while the report was made', async () => {
    const sda = askersOf(district).find(({ id }) => id === 'sda');
    const lookups = { ...access, checkFacts: access.checkFacts.bind(access) };
    let reads = 0;
    const leaving: BuildDeps['access'] = {
      ...lookups,
      holders: access.holders.bind(access),
      async manyCheckFacts(...of) {
        reads += 1;
        const read = await access.manyCheckFacts(...of);
        if (reads < 4 || read === undefined || sda === undefined) return read;
        return {
          ...read,
          checks: read.checks.map((facts) => ({ ...facts, subject: { ...sda, manual: [] } })),
        };
      },
    };
    deps = { ...deps, access: leaving };
    const before = await bucket.keys();
    const { report } = await built({ ...wanted, as: 'sda' });
    expect(report.state).toBe('refused');
    expect(await bucket.keys()).toEqual(before);
  });
});

test('a report of a roster that is left meanwhile is not made of two', async () => {
  const wanted = { kind: 'student-list', format: 'csv', as: 'sda', scope: inSchool('s-1') } as const;
  const id = await request(wanted);
  await commit(engine.dynamo, district, 2);
  await expect(buildReport(deps, { district, report: id })).rejects.toMatchObject({ name: 'RosterMoved' });
  await commit(engine.dynamo, district, 1);
  await buildReport(deps, { district, report: id });
  expect((await find(id)).state).toBe('ready');
});

describe('a report that is told to be made twice', () => {
  const wanted = { kind: 'student-list', format: 'csv', as: 'sda', scope: inSchool('s-1') } as const;

  test('is made once, with its size and hash, one line and one event', async () => {
    const { report, shown } = await built(wanted);
    await buildReport(deps, { district, report: report.id });
    expect(await find(report.id)).toEqual(report);
    const sha256 = createHash('sha256')
      .update(shown ?? '')
      .digest('hex');
    expect(report).toMatchObject({ state: 'ready', size: shown?.length, sha256 });
    expect(report.fileName).toMatch(/^student-list_d_2026-11-22_\w{8}\.csv$/);
    expect(await bucket.bytes(keptReportKey(district, report))).toEqual(shown);
    expect(await linesOf(report.id)).toEqual(['building', 'ready', 'requested']);
  });

  test('ends as one, wherever the first try broke off', async () => {
    for (let breaksAt = 1; breaksAt <= 5; breaksAt += 1) {
      const id = await request(wanted);
      let steps = 0;
      const step = async <T>(work: () => Promise<T>): Promise<T> => {
        steps += 1;
        if (steps === breaksAt) throw new Error('the line went down');
        return work();
      };
      const failing: BuildDeps = {
        ...deps,
        reports: {
          find: (...of) => reports.find(...of),
          change: (...of) => step(() => reports.change(...of)),
          progress: (...of) => step(() => reports.progress(...of)),
        },
        objects: {
          get: (key) => (key.includes('/users/') ? step(() => objects.get(key)) : objects.get(key)),
        },
      };
      await buildReport(failing, { district, report: id }).catch(() => undefined);
      await buildReport(deps, { district, report: id });
      const report = await find(id);
      const lines = await linesOf(id);
      expect(report.state).toBe('ready');
      expect(lines.filter((what) => what === 'ready')).toEqual(['ready']);
      const shown = await bucket.bytes(`out/${district}/d/receive/${report.fileName}`);
      expect(
        createHash('sha256')
          .update(shown ?? '')
          .digest('hex'),
      ).toBe(report.sha256);
    }
  });

  test('is let go by whoever finds that another call has taken it over', async () => {
    const id = await request(wanted);
    const before = await bucket.keys();
    const slow: BuildDeps = {
      ...deps,
      objects: {
        async get(key) {
          const found = await find(id);
          if (key.includes('/users/')) {
            await reports.progress(district, found, { done: 1, total: 2, unit: 'people' });
          }
          return objects.get(key);
        },
      },
    };
    await expect(buildReport(slow, { district, report: id })).rejects.toThrow('Another call');
    expect((await find(id)).state).toBe('building');
    expect(await bucket.keys()).toEqual(before);
  });

  test('fails for whoever waits once no try is left', async () => {
    const id = await request(wanted);
    await giveUpReport(deps, { district, report: id });
    await giveUpReport(deps, { district, report: id });
    expect(await find(id)).toMatchObject({ state: 'failed', problems: [{ code: 'fault' }] });
    expect(await linesOf(id)).toEqual(['failed', 'requested']);
  });
});

test('no cell is a formula, and every name is there as it is', async () => {
  const { text } = await built({ kind: 'roster', format: 'csv', as: 'sda', scope: inSchool('s-1') });
  expect(text.startsWith('\uFEFFId,Given name')).toBe(true);
  const rows: Record<string, string>[] = parse(text, { bom: true, columns: true });
  expect(rows.flatMap((row) => Object.values(row)).filter((cell) => /^[=+@-]/.test(cell))).toEqual([]);
  const given = new Set(rows.map((row) => row['Given name']));
  for (const name of ['Łukasz', 'محمد', '李', "'=cmd()", "'-1", 'O"Neil']) expect(given).toContain(name);
});

test('a list as XLSX is a workbook, and one too long for it is refused with what to ask for', async () => {
  const wanted = { kind: 'student-list', format: 'xlsx', as: 'sda', scope: inSchool('s-1') } as const;
  const { report, shown } = await built(wanted);
  expect([report.state, shown?.subarray(0, 2).toString()]).toEqual(['ready', 'PK']);
  const sheet = xlsxWriter({ append: async () => undefined }, ['Id', 'Name']);
  const rows = Array.from({ length: 100_000 }, () => ['x', 'y']);
  await sheet.add(rows);
  await expect(sheet.add([['one', 'more']])).rejects.toBeInstanceOf(TooLarge);
});

test('an access review tells who holds what, whence, and why it does not hold', async () => {
  const { text } = await built({
    kind: 'access-review',
    format: 'csv',
    as: 'dda',
    scope: { type: 'district', ids: [district] },
  });
  const rows: Record<string, string>[] = parse(text, { bom: true, columns: true });
  expect(rows.find((row) => row['User id'] === 's-1-t0')).toMatchObject({
    System: 'hmh',
    Role: 'teacher',
    'Scope ids': 's-1',
    Source: 'roster',
    'Mapping rule': 'hmh-teachers',
    Effective: 'yes',
  });
  expect(rows).toHaveLength(40);
});

test('a graduates file has the last grade of the account, between header and trailer', async () => {
  const graduation = {
    date: '2027-06-11',
    diploma: 'Regular Diploma',
    accountCode: '123',
    actCode: '012345',
  };
  const { report, text } = await built(
    { kind: 'studenttracker-graduates-file', format: 'txt', as: 'reports', graduation },
    { account: 's-1' },
  );
  const rows = text
    .trimEnd()
    .split('\r\n')
    .map((row) => row.split('\t'));
  expect(report.state).toBe('ready');
  expect(rows[0]).toEqual(['PH3', '123', 'School s-1', 'P', '20261122', '2027']);
  expect(rows.at(-1)).toEqual(['PT3', '32']);
  expect(rows[1]).toHaveLength(28);
  expect(rows.slice(1, -1).map(([first, , , , , , , , , , , date]) => [first, date])).toEqual(
    Array.from({ length: 30 }, () => ['PD3', '20270611']),
  );
});
