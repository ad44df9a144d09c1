import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { parse } from 'csv-parse/sync';
import { evaluate } from '../../shared/access/evaluate.ts';
import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';
import { keptReportKey } from '../../shared/reports/exchange-keys.ts';
import type { AskedReport } from '../../shared/reports/generated-kinds.ts';
import { AccessStore } from '../../shared/store/access-store.ts';
import { accessKey } from '../../shared/store/keys.ts';
import { ReportLedger } from '../../shared/store/report-ledger.ts';
import { aPerson } from '../builders/access-facts.ts';
import { startBucket, type TestBucket } from '../builders/report-district.ts';
import { writeFeed } from './bench-feed.ts';
import { FileObjects } from './file-objects.ts';
import { count, type Finding, perSecond, timed } from './finding.ts';
import { loadDistrict } from './load-district.ts';
import { district, now } from './plan-feed.ts';
import { exchange, type Made, prefix } from './reports-probe.ts';
import { makeTables, startBenchDynamo, type Tables } from './tables.ts';

/** Of which 50,000 are students. */
const everyRow = 491_500;
const mostMegabytes = 256;
/** As the function build-report has them. */
const heapLimits = ['--max-old-space-size=160', '--max-semi-space-size=8'];
const asksAtOnce = 8;

type Bench = {
  dynamo: DynamoDBDocumentClient;
  tables: Tables;
  bucket: TestBucket;
  students: readonly string[];
  make(report: string): Promise<Made>;
};
/** `account`: in whose folder the report goes. */
type Asker = {
  id: string;
  account: string;
  role: string;
  scope: { type: 'district' | 'school'; ids: string[] };
};

/**
 * A list of all students, and one of a school, made in a process of its own with the function's heap limits; then every student of the
 * district asked about by itself, as a check is.
 */
export async function reports(
  directory: string,
  { rows = everyRow }: { rows?: number | undefined },
): Promise<Finding[]> {
  const feed = await writeFeed(rows, join(directory, 'feed'));
  const engine = await startBenchDynamo(directory);
  const bucket = await startBucket(exchange);
  try {
    const dynamo = engine.connect();
    const tables = await makeTables(dynamo, prefix);
    const state = join(directory, 'objects');
    const objects = await FileObjects.open(state);
    await loadDistrict({ dynamo, tables, objects, only: 'access' }, feed.folder);
    const script = join(import.meta.dirname, 'reports-probe.ts');
    const at = [engine.endpoint, bucket.endpoint, state];
    const make = async (report: string) => {
      const { stdout } = await promisify(execFile)(process.execPath, [...heapLimits, script, ...at, report]);
      // Written by reports-probe.ts.
      return JSON.parse(stdout) as Made;
    };
    const orgs = await rowsIn(join(feed.folder, 'orgs.csv'));
    const idOf = (wanted: string) => orgs.find(({ type }) => type === wanted)?.sourcedId ?? '';
    const school = idOf('school');
    const students = await studentsIn(feed.folder);
    const bench = { dynamo, tables, bucket, students, make };
    const all: Asker = {
      ...{ id: 'asks-for-all', account: idOf('district'), role: 'district_data_admin' },
      scope: { type: 'district', ids: [district] },
    };
    const one: Asker = {
      ...{ id: 'asks-for-one', account: school, role: 'school_data_admin' },
      scope: { type: 'school', ids: [school] },
    };
    return [...(await listed(bench, all)), ...(await listed(bench, one))];
  } finally {
    await bucket.stop();
    await engine.stop();
  }
}

async function rowsIn(file: string): Promise<Record<string, string>[]> {
  // With its header as columns, every record is text by name.
  return parse(await readFile(file), { columns: true, bom: true }) as Record<string, string>[];
}

async function studentsIn(folder: string): Promise<string[]> {
  const roles = await rowsIn(join(folder, 'roles.csv'));
  const students = roles.filter(({ role }) => role === 'student');
  return [...new Set(students.map(({ userSourcedId = '' }) => userSourcedId))];
}

async function listed(bench: Bench, asker: Asker): Promise<Finding[]> {
  await letIn(bench, asker);
  const report = `01JD00000000000000000000-${asker.id}`;
  await request(bench, report, asker);
  const { peak, before, ms } = await bench.make(report);
  const ended = await new ReportLedger(bench.dynamo, bench.tables.reports).find(district, report);
  if (ended?.state !== 'ready')
    throw new Error(`A report is ${ended?.state}: ${ended?.problems?.[0]?.message}`);
  const text = await bench.bucket.text(keptReportKey(district, { id: report }));
  const rows: Record<string, string>[] = parse(text ?? '', { bom: true, columns: true });
  const told = new Set(rows.map(({ Id = '' }) => Id));
  const { ms: asking, result: allowed } = await timed(() => allowedOf(bench, asker));
  const over = [...told].filter((id) => !allowed.has(id)).length;
  const missing = [...allowed].filter((id) => !told.has(id)).length;
  const megabytes = Math.round(peak / 1024 ** 2);
  return [
    {
      what: `student list of ${asker.scope.type === 'district' ? 'the district' : 'one school'} as CSV`,
      measured: `${count(rows.length)} rows of ${count(bench.students.length)} students, ${(ms / 1000).toFixed(1)} s, ${perSecond(bench.students.length, ms)} students looked at/s`,
    },
    {
      what: '  memory of the process',
      aim: `≤ ${mostMegabytes} MB`,
      measured: `${megabytes} MB at most, ${Math.round(before / 1024 ** 2)} MB before the report`,
      met: megabytes <= mostMegabytes,
    },
    {
      what: '  every student asked about by itself',
      aim: '0 over, 0 missing',
      measured: `${count(allowed.size)} allowed; ${count(over)} over, ${count(missing)} missing, ${count(rows.length - told.size)} twice (${(asking / 1000).toFixed(0)} s)`,
      met: allowed.size > 0 && over + missing === 0 && rows.length === told.size,
    },
  ];
}

async function letIn({ dynamo, tables }: Bench, { id, role, scope }: Asker): Promise<void> {
  const given = { id: `${id}-given`, system: 'hmh', role, scope, source: 'manual' };
  await dynamo.send(
    new PutCommand({
      TableName: tables.access,
      Item: {
        ...accessKey(district, 'person', id),
        g: 1,
        now: aPerson(id).roster,
        manual: { [given.id]: given },
      },
    }),
  );
}

async function request(
  { dynamo, tables }: Bench,
  id: string,
  { id: as, account, scope }: Asker,
): Promise<void> {
  const asked: AskedReport = { kind: 'student-list', format: 'csv', as, scope };
  const at = now();
  await new ReportLedger(dynamo, tables.reports).create(
    district,
    {
      ...{ id, account, folder: 'receive', fileName: 'x', kind: asked.kind },
      ...{ state: 'requested', by: as, via: 'https', at, until: at, asked, revision: 1 },
    },
    { line: { id: 'requested', at, what: 'requested' } },
  );
}

/** Of all students those whom a check lets the asker see, one check each. */
async function allowedOf({ dynamo, tables, students }: Bench, { id }: Asker): Promise<Set<string>> {
  const access = new AccessStore(dynamo, tables.access);
  const allowed = new Set<string>();
  const waiting = [...students];
  await Promise.all(
    Array.from({ length: asksAtOnce }, async () => {
      for (let student = waiting.pop(); student !== undefined; student = waiting.pop()) {
        const question = {
          subject: { type: 'user', id },
          action: { name: 'hmh:roster.view' },
          resource: { type: 'student', id: student },
        };
        const facts = await access.checkFacts(district, question);
        if (facts === undefined) throw new Error('There is no district.');
        if (evaluate(shippedCatalogues, facts, question, { today: now().slice(0, 10) }).decision)
          allowed.add(student);
      }
    }),
  );
  return allowed;
}
