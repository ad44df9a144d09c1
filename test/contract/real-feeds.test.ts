import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openFeed } from '../../shared/feeds/open-feed.ts';
import { diskFolder, diskSource, memorySource } from '../builders/feed-files.ts';
import { briefly, type ReadFeed, readAll } from '../builders/oneroster-feed.ts';

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

const counts = ({ files }: ReadFeed) =>
  Object.fromEntries(files.map(({ file, rows, accepted, rejected }) => [file, { rows, accepted, rejected }]));

const whole = (rows: number) => ({ rows, accepted: rows, rejected: 0 });

describe.skipIf(!isThere)('LMS-Toolkit, OneRoster 1.1', () => {
  test('goes in but for two users with a cell too many and their enrollments', async () => {
    const read = await readAll(diskFolder(lms));
    const rowsOf = (name: string) => linesOf(join(lms, `${name}.csv`)).length;
    // No cell of users.csv or enrollments.csv is quoted, so a split tells their cells.
    const wide = linesOf(join(lms, 'users.csv')).filter((line) => line.split(',').length !== 18);
    const lost = new Set(wide.map((line) => line.split(',')[0]));
    const dangling = linesOf(join(lms, 'enrollments.csv')).filter((line) => lost.has(line.split(',')[5]));
    expect([wide.length, dangling.length]).toEqual([2, 4]);
    const dirty = (name: string, rejected: number) => ({
      ...{ rows: rowsOf(name), accepted: rowsOf(name) - rejected, rejected },
    });
    expect(counts(read)).toEqual({
      'orgs.csv': whole(rowsOf('orgs')),
      'academicSessions.csv': whole(rowsOf('academicSessions')),
      'courses.csv': whole(rowsOf('courses')),
      'classes.csv': whole(rowsOf('classes')),
      'users.csv': dirty('users', wide.length),
      'enrollments.csv': dirty('enrollments', dangling.length),
    });
    expect(briefly(read)).toEqual([
      'error users.csv:10 wrong-cell-count',
      'error users.csv:11 wrong-cell-count',
      ...[22, 23, 24, 25].map((line) => `error enrollments.csv:${line} userSourcedId dangling-reference`),
    ]);
  });

  test('keeps phone numbers and birth dates to itself', async () => {
    const text = JSON.stringify((await readAll(diskFolder(lms))).rows);
    expect(text).not.toMatch(/\(950\)|1997-/);
    const asked = await readAll(diskFolder(lms), { include: { phones: true, demographics: true } });
    expect(JSON.stringify(asked.rows)).toMatch(/\(950\)/);
    expect(asked.rows.filter((row) => row.kind === 'user-demographics')).toHaveLength(
      linesOf(join(lms, 'demographics.csv')).length,
    );
  });

  test('keeps enrollments that repeat class, user and role under ids of their own', async () => {
    const { records } = await readAll(diskFolder(lms));
    const seats = records.flatMap((row) =>
      row.entity === 'enrollments' ? [`${row.record.classId} ${row.record.userId} ${row.record.role}`] : [],
    );
    const dangling = 4;
    expect(seats).toHaveLength(linesOf(join(lms, 'enrollments.csv')).length - dangling);
    expect(new Set(seats).size).toBeLessThan(seats.length);
  });
});

describe.skipIf(!isThere)('LMS-Toolkit, OneRoster 1.0', () => {
  const lms10 = join(data, 'LMS-Toolkit/docs/sample-in/OneRoster 1.0 Sample Data');

  test('goes in whole, without a manifest', async () => {
    expect((await openFeed(diskFolder(lms10))).format).toBe('oneroster-csv 1.0');
    const read = await readAll(diskFolder(lms10), { include: { demographics: true } });
    const names = ['orgs', 'academicSessions', 'courses', 'classes', 'users', 'demographics', 'enrollments'];
    expect(counts(read)).toEqual(
      Object.fromEntries(
        names.map((name) => [`${name}.csv`, whole(linesOf(join(lms10, `${name}.csv`)).length)]),
      ),
    );
    expect(read.problems.filter(({ problem }) => problem.severity === 'error')).toEqual([]);
  });

  test('has teachers who are the primary ones, and classes of two terms', async () => {
    const { records } = await readAll(diskFolder(lms10));
    const primaries = records.filter((row) => row.entity === 'enrollments' && row.record.primary === true);
    const lines = linesOf(join(lms10, 'enrollments.csv')).filter((line) => line.endsWith(',TRUE'));
    expect([primaries.length, lines.length > 0]).toEqual([lines.length, true]);
    const classes = records.flatMap((row) => (row.entity === 'classes' ? [row.record.termIds?.length] : []));
    expect(new Set(classes)).toEqual(new Set([2]));
  });
});

describe.skipIf(!isThere)('OneRosterSampleDataGenerator', () => {
  const templates = join(data, 'OneRosterSampleDataGenerator/Templates/Planets');

  test('has templates, which are no feed', async () => {
    await expect(openFeed(diskFolder(templates))).rejects.toMatchObject({ code: 'not-utf8' });
  });

  test('has a file in Latin-1, of which no row is read', async () => {
    const names = readFileSync(join(templates, 'firstnames.csv'));
    const manifest =
      'propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\nfile.orgs,bulk\nfile.users,bulk\n';
    const header = 'sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\n';
    const orgs = Buffer.concat([Buffer.from(header), names]);
    const users = 'sourcedId\nu1\n';
    const files = Object.entries({ 'manifest.csv': manifest, 'orgs.csv': orgs, 'users.csv': users });
    const reading = async () => readAll(files.map(([name, content]) => memorySource(name, content)));
    await expect(reading()).rejects.toMatchObject({ code: 'not-utf8', where: { file: 'orgs.csv' } });
  });
});

describe.skipIf(!isThere)('OneRosterDocs, OneRoster 1.1 without courses', () => {
  const zip = () => [diskSource(join(docs, 'Test_minimal_data_set.zip'))];
  const folder = () => diskFolder(join(docs, 'Test_minimal_data_set.unzipped'));

  test.each([
    ['zip', zip],
    ['loose files', folder],
  ])('goes in whole as %s, with warnings', async (_, files) => {
    const read = await readAll(files());
    const names = ['orgs', 'academicSessions', 'classes', 'users', 'enrollments'].map(
      (name) => `${name}.csv`,
    );
    const unzipped = join(docs, 'Test_minimal_data_set.unzipped');
    expect(counts(read)).toEqual(
      Object.fromEntries(names.map((name) => [name, whole(linesOf(join(unzipped, name)).length)])),
    );
    expect(briefly(read)).toEqual([
      'warning classes.csv:2 courseSourcedId absent-file-reference',
      'warning classes.csv:2 classType enum-spelling',
      'warning classes.csv:2 schoolSourcedId school-not-a-school',
      'warning classes.csv:3 courseSourcedId absent-file-reference',
      'warning classes.csv:3 schoolSourcedId school-not-a-school',
      ...[2, 3, 4, 5, 6, 7].map((line) => `warning users.csv:${line} enabledUser boolean-spelling`),
    ]);
    expect(JSON.stringify(read.rows)).not.toContain('Password1');
  });

  test('in its full set hangs on one org whose parent is missing: every row is named, none goes in', async () => {
    const read = await readAll([diskSource(join(docs, 'Test_full_data_set.zip'))]);
    const unzipped = join(docs, 'Test_full_data_set.unzipped');
    for (const { file, rows, accepted, rejected } of read.files) {
      const count = linesOf(join(unzipped, file)).length;
      expect([file, rows, accepted, rejected]).toEqual([file, count, 0, count]);
    }
    const firsts = read.problems.filter(({ dropped }) => dropped !== undefined);
    expect(firsts).toHaveLength(read.files.reduce((sum, { rejected }) => sum + rejected, 0));
    expect(new Set(firsts.map(({ problem }) => problem.code))).toEqual(new Set(['dangling-reference']));
  });
});

describe.skipIf(!isThere)('oneroster-mocker', () => {
  const manifest =
    'propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\nfile.orgs,bulk\nfile.users,bulk\n';

  test('is refused where it is templates only', async () => {
    const files = diskFolder(join(mocker, 'oneroster-example-csv'));
    await expect(openFeed(files)).rejects.toMatchObject({ code: 'header-only', where: { file: 'orgs.csv' } });
  });

  test('loses the one user with a role that 1.1 does not have', async () => {
    const files = [
      memorySource('manifest.csv', manifest),
      ...['orgs.csv', 'users.csv'].map((name) => diskSource(join(mocker, 'outputs', name))),
    ];
    const read = await readAll(files);
    const users = linesOf(join(mocker, 'outputs/users.csv'));
    expect(users.filter((line) => line.includes(',principal,'))).toHaveLength(1);
    expect(counts(read)['users.csv']).toEqual({
      rows: users.length,
      accepted: users.length - 1,
      rejected: 1,
    });
    expect(briefly(read).filter((problem) => problem.startsWith('error'))).toEqual([
      'error users.csv:5 role unknown-value',
    ]);
  });

  test('goes in with 1999 users whose other ids have no type', async () => {
    const users = readFileSync(join(mocker, 'outputs/test-csv.csv'));
    const orgs =
      'sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\nslksldkmlsk49303,,,S,school,,\n';
    const files = Object.entries({ 'manifest.csv': manifest, 'orgs.csv': orgs, 'users.csv': users });
    const read = await readAll(files.map(([name, content]) => memorySource(name, content)));
    const lines = linesOf(join(mocker, 'outputs/test-csv.csv'));
    expect(new Set(lines.map((line) => line.split(',')[0])).size).toBe(lines.length);
    expect(counts(read)['users.csv']).toEqual(whole(lines.length));
    expect(new Set(read.problems.map(({ problem }) => problem.code))).toEqual(
      new Set(['bulk-status-filled', 'bad-user-id']),
    );
  });
});
