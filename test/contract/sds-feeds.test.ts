import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openFeed } from '../../shared/feeds/open-feed.ts';
import type { RosterRow } from '../../shared/roster/feed-reading.ts';
import { diskFolder } from '../builders/feed-files.ts';
import { briefly, readAll } from '../builders/oneroster-feed.ts';

/** Microsoft's own samples, listed in SOURCES.md of the public data; never copied into this project. */
const data = resolve(import.meta.dirname, '../../../shared/data/O365-EDU-Tools/CSV Samples');
const isThere = existsSync(data);
if (!isThere && process.env.ROLEBOOK_REQUIRE_ALL === '1')
  throw new Error(`The public data sets are not at ${data}`);
if (!isThere) console.warn('The samples of School Data Sync are not here: their tests are skipped');

/** Cells by a plain split: none of these files quotes a cell. */
function tableOf(folder: string, name: string): Record<string, string>[] {
  const [header = '', ...lines] = readFileSync(join(data, folder, name), 'utf8')
    .trim()
    .split(/\r?\n/);
  const names = header.replace('\ufeff', '').split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, at) => [names[at] ?? '', cell])));
}

const count = (records: readonly RosterRow[], entity: string) =>
  records.filter((row) => row.entity === entity).length;
const distinct = (rows: Record<string, string>[], column: string) =>
  new Set(rows.map((row) => row[column]).filter(Boolean)).size;

const sets1 = ['SDS Format', 'UK Format'].flatMap((variant) =>
  ['100 Users', '25 Users', 'Min Required Attributes'].map((size) => [`${variant}/${size}`] as const),
);

describe.skipIf(!isThere)('samples of School Data Sync', () => {
  test.each(sets1)('v1, %s, are counted as a plain split counts them', async (folder) => {
    const isUk = folder.startsWith('UK');
    expect((await openFeed(diskFolder(join(data, folder)))).format).toBe(isUk ? 'sds-csv 1 UK' : 'sds-csv 1');
    const { records, files, rows, problems } = await readAll(diskFolder(join(data, folder)));
    for (const name of readdirSync(join(data, folder))) {
      const lines = tableOf(folder, name).length;
      const file = files.find((read) => read.file === name);
      expect([name, file?.rows, file?.accepted, file?.rejected]).toEqual([name, lines, lines, 0]);
    }
    const sections = tableOf(folder, 'Section.csv');
    const people = tableOf(folder, 'Student.csv').length + tableOf(folder, 'Teacher.csv').length;
    expect(count(records, 'orgs')).toBe(tableOf(folder, 'School.csv').length);
    expect(count(records, 'classes')).toBe(sections.length);
    expect(count(records, 'academicSessions')).toBe(distinct(sections, 'Term SIS ID'));
    expect(count(records, 'courses')).toBe(distinct(sections, 'Course SIS ID'));
    expect(count(records, 'users')).toBe(people);
    expect(rows.filter(({ kind }) => kind === 'user-role')).toHaveLength(people);
    expect(count(records, 'enrollments')).toBe(
      tableOf(folder, 'StudentEnrollment.csv').length + tableOf(folder, 'TeacherRoster.csv').length,
    );
    const codes = new Set(problems.map(({ problem }) => problem.code));
    expect([...codes]).toEqual(folder.endsWith('Attributes') ? ['name-missing'] : []);
  });

  test.each([
    ['SDS v2', 'sds-csv 2'],
    ['SDS v2.1', 'sds-csv 2.1'],
  ])('%s are counted as a plain split counts them', async (folder, format) => {
    expect((await openFeed(diskFolder(join(data, folder)))).format).toBe(format);
    const read = await readAll(diskFolder(join(data, folder)), { include: { demographics: true } });
    for (const entity of ['orgs', 'academicSessions', 'courses', 'classes', 'users', 'enrollments']) {
      const name = `${entity}.csv`;
      const lines = existsSync(join(data, folder, name)) ? tableOf(folder, name).length : 0;
      expect([entity, count(read.records, entity)]).toEqual([entity, lines]);
    }
    expect(briefly(read).filter((problem) => problem.startsWith('error'))).toEqual([]);
    const codes = new Set(read.problems.map(({ problem }) => problem.code));
    expect(codes).toEqual(new Set(['grade-unknown', 'school-not-a-school']));
    expect(JSON.stringify(read.rows)).not.toMatch(/P@ssw|freeLunch/);
  });

  test('v2.1 name every role, contact and birth date that the files have', async () => {
    const folder = 'SDS v2.1';
    const { rows } = await readAll(diskFolder(join(data, folder)), { include: { demographics: true } });
    const kinds = (kind: string) => rows.filter((row) => row.kind === kind).length;
    expect(kinds('user-agent')).toBe(tableOf(folder, 'relationships.csv').length);
    expect(kinds('user-fact')).toBe(tableOf(folder, 'relationships.csv').length);
    expect(kinds('user-demographics')).toBe(tableOf(folder, 'demographics.csv').length);
    const ofRoles = rows.filter((row) => row.kind === 'user-role' && row.file === 'roles.csv');
    expect(ofRoles).toHaveLength(tableOf(folder, 'roles.csv').length);
  });

  test('keep demographics and phones to themselves where nobody asked', async () => {
    const { rows, files } = await readAll(diskFolder(join(data, 'SDS v2.1')));
    expect(JSON.stringify(rows)).not.toMatch(/2001-07-02|11234567890/);
    expect(files.map(({ file }) => file)).not.toContain('demographics.csv');
  });
});
