import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Local } from '../../infra/local/stack.ts';
import type { ProblemView, SyncView } from '../../shared/messages/syncs.ts';
import { Api } from '../builders/api.ts';
import { startLocal } from '../builders/local.ts';
import { zipOf } from '../builders/zip.ts';

/** Public sets of other people's software, listed in its SOURCES.md; never copied into this project. */
const data = resolve(import.meta.dirname, '../../../shared/data');
const isThere = existsSync(data);
if (!isThere && process.env.ROLEBOOK_REQUIRE_ALL === '1')
  throw new Error(`The public data sets are not at ${data}`);
if (!isThere) console.warn('The public data sets are not here: their tests are skipped');

const lms = join(data, 'LMS-Toolkit/docs/sample-in/OneRoster 1.1 Sample Data');
const docs = join(data, 'OneRosterDocs/assets');
const mocker = join(data, 'oneroster-mocker');

/** Rows by a plain split, good for the files here whose quoted cells hold no line ends. */
function linesOf(path: string): string[] {
  return readFileSync(path, 'utf8').split(/\r?\n/).slice(1).filter(Boolean);
}

/** Lines of every file of records in a folder, by entity. */
function lineCounts(folder: string): Record<string, number> {
  const entities = ['orgs', 'academicSessions', 'courses', 'classes', 'users', 'enrollments'];
  return Object.fromEntries(
    entities
      .filter((entity) => existsSync(join(folder, `${entity}.csv`)))
      .map((entity) => [entity, linesOf(join(folder, `${entity}.csv`)).length]),
  );
}

function zippedFolder(folder: string): Promise<Buffer> {
  return zipOf(
    Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))])),
  );
}

/** What a sync has to count of an entity where all went in, but for `rejected`. */
const all = (outcome: 'created' | 'unchanged', received: number, rejected = 0) => ({
  ...{ received, unchanged: 0, created: 0, updated: 0, reactivated: 0, marked: 0, suspended: 0, rejected },
  [outcome]: received - rejected,
});

describe.skipIf(!isThere)('over HTTP', { timeout: 90_000 }, () => {
  let local: Local;
  let api: Api;

  beforeAll(async () => {
    local = await startLocal();
    api = await Api.signIn(local.url, local.operator);
  });

  afterAll(async () => {
    await local?.stop();
    if (local !== undefined) rmSync(local.dataDir, { recursive: true, force: true });
  });

  /** `error users.csv:3 email bad-email`, in the order of files and lines. */
  async function problemsOf(district: string, { syncId }: SyncView): Promise<string[]> {
    const { items } = await api.ok<{ items: ProblemView[] }>(
      'GET',
      `/v1/districts/${district}/syncs/${syncId}/problems?limit=1000`,
    );
    return items
      .toSorted((a, b) => a.file.localeCompare(b.file) || (a.row ?? 0) - (b.row ?? 0))
      .map(({ severity, file, row, column, code }) =>
        [severity, row === undefined ? file : `${file}:${row}`, column, code].filter(Boolean).join(' '),
      );
  }

  /** Syncs the same file twice: all new, then all unchanged. `rejected` rows by entity stay out both times. */
  async function syncTwice(
    district: string,
    zip: Buffer,
    lines: Record<string, number>,
    rejected: Record<string, number> = {},
  ): Promise<SyncView> {
    await api.newDistrict(district);
    const first = await api.sync(district, zip);
    const again = await api.sync(district, zip);
    expect([first.state, again.state]).toEqual(['applied', 'applied']);
    for (const [sync, outcome] of [
      [first, 'created'],
      [again, 'unchanged'],
    ] as const) {
      for (const [entity, counts] of Object.entries(sync.counts)) {
        expect([entity, counts]).toEqual([entity, all(outcome, lines[entity] ?? 0, rejected[entity])]);
      }
    }
    expect(Object.fromEntries(first.files.map(({ file, rows }) => [file.replace('.csv', ''), rows]))).toEqual(
      lines,
    );
    return first;
  }

  /** How many records of an entity the API gives, over all pages. */
  async function listed(district: string, entity: string): Promise<number> {
    let count = 0;
    let cursor = '';
    do {
      const page = await api.ok<{ items: unknown[]; cursor?: string }>(
        'GET',
        `/v1/districts/${district}/${entity}?limit=1000${cursor}`,
      );
      count += page.items.length;
      cursor = page.cursor === undefined ? '' : `&cursor=${page.cursor}`;
    } while (cursor !== '');
    return count;
  }

  test('LMS-Toolkit 1.1 goes in but for two rows with a cell too many and what refers to them', async () => {
    // No cell of users.csv or enrollments.csv is quoted, so a split tells their cells.
    const wide = linesOf(join(lms, 'users.csv')).filter((line) => line.split(',').length !== 18);
    const lost = new Set(wide.map((line) => line.split(',')[0]));
    const dangling = linesOf(join(lms, 'enrollments.csv')).filter((line) => lost.has(line.split(',')[5]));
    const lines = lineCounts(lms);
    const sync = await syncTwice('lms', await zippedFolder(lms), lines, {
      users: wide.length,
      enrollments: dangling.length,
    });
    expect(await problemsOf('lms', sync)).toEqual([
      ...[22, 23, 24, 25].map((line) => `error enrollments.csv:${line} userSourcedId dangling-reference`),
      ...[10, 11].map((line) => `error users.csv:${line} wrong-cell-count`),
    ]);
    expect(await listed('lms', 'users')).toBe((lines.users ?? 0) - wide.length);
    expect(await listed('lms', 'enrollments')).toBe((lines.enrollments ?? 0) - dangling.length);
  });

  test('OneRosterDocs minimal goes in whole, with warnings, from the zip as it was published', async () => {
    const lines = lineCounts(join(docs, 'Test_minimal_data_set.unzipped'));
    const zip = readFileSync(join(docs, 'Test_minimal_data_set.zip'));
    const sync = await syncTwice('minimal', zip, lines);
    const problems = await problemsOf('minimal', sync);
    expect(problems).toHaveLength(11);
    expect(problems.filter((problem) => problem.startsWith('error'))).toEqual([]);
    expect(problems).toEqual(
      expect.arrayContaining([
        'warning classes.csv:2 classType enum-spelling',
        'warning classes.csv:3 courseSourcedId absent-file-reference',
        'warning users.csv:7 enabledUser boolean-spelling',
      ]),
    );
    expect(await listed('minimal', 'users')).toBe(lines.users);
  });

  test('OneRosterDocs full hangs on one org whose parent is missing: every row is named, and it is refused', async () => {
    const lines = lineCounts(join(docs, 'Test_full_data_set.unzipped'));
    const zip = readFileSync(join(docs, 'Test_full_data_set.zip'));
    await api.newDistrict('full');
    const sync = await api.sync('full', zip);
    expect(sync).toMatchObject({ state: 'rejected', rejection: { code: 'rows-lost' } });
    const problems = await problemsOf('full', sync);
    for (const [entity, count] of Object.entries(lines)) {
      const rows = problems.flatMap(
        (problem) => problem.match(`^error ${entity}.csv:(\\d+) .*dangling`)?.[1] ?? [],
      );
      expect([entity, new Set(rows).size]).toEqual([entity, count]);
    }
    expect(problems).toContain('error orgs.csv:2 parentSourcedId dangling-reference');
    expect(await listed('full', 'users')).toBe(0);
  });

  test('oneroster-mocker’s templates are refused as header-only', async () => {
    await api.newDistrict('templates');
    const sync = await api.sync('templates', await zippedFolder(join(mocker, 'oneroster-example-csv')));
    expect(sync).toMatchObject({ state: 'rejected', rejection: { code: 'header-only', file: 'orgs.csv' } });
  });

  const manifest =
    'propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\nfile.orgs,bulk\nfile.users,bulk\n';

  test('oneroster-mocker’s output loses the one user with a role that 1.1 does not have', async () => {
    const outputs = join(mocker, 'outputs');
    const read = (name: string) => readFileSync(join(outputs, name));
    const zip = await zipOf({
      'manifest.csv': manifest,
      'orgs.csv': read('orgs.csv'),
      'users.csv': read('users.csv'),
    });
    const principals = linesOf(join(outputs, 'users.csv')).filter((line) => line.includes(',principal,'));
    const sync = await syncTwice('mocker', zip, lineCounts(outputs), { users: principals.length });
    const errors = (await problemsOf('mocker', sync)).filter((problem) => problem.startsWith('error'));
    expect(errors).toEqual(['error users.csv:5 role unknown-value']);
  });

  test('oneroster-mocker’s 1999 users go in, at a school that they name', async () => {
    const users = join(mocker, 'outputs/test-csv.csv');
    const orgs =
      'sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\nslksldkmlsk49303,,,S,school,,\n';
    const zip = await zipOf({ 'manifest.csv': manifest, 'orgs.csv': orgs, 'users.csv': readFileSync(users) });
    const lines = { orgs: 1, users: linesOf(users).length };
    await syncTwice('many', zip, lines);
    expect(await listed('many', 'users')).toBe(lines.users);
  });
});
