import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { rosterOf } from '../builders/feed-cases.ts';
import { diskFolder } from '../builders/feed-files.ts';
import { readAll } from '../builders/oneroster-feed.ts';

/** A public set of other people's software, listed in its SOURCES.md; never copied into this project. */
const data = resolve(import.meta.dirname, '../../../shared/data/canvas-lms-hydrationkit/data');
const isThere = existsSync(data);
if (!isThere && process.env.ROLEBOOK_REQUIRE_ALL === '1')
  throw new Error(`The public data sets are not at ${data}`);
if (!isThere) console.warn('The public data sets are not here: their tests are skipped');

/** Cells by a plain pattern, good for the files here whose cells hold no line ends. */
function rowsOf(name: string): Record<string, string>[] {
  const [header = '', ...lines] = readFileSync(join(data, name), 'utf8').split(/\r?\n/).filter(Boolean);
  const cellsOf = (line: string) =>
    [...`${line},`.matchAll(/(?:"((?:[^"]|"")*)"|([^,]*)),/g)].map(
      ([, quoted, plain = '']) => quoted ?? plain,
    );
  const columns = cellsOf(header);
  return lines.map((line) =>
    Object.fromEntries(cellsOf(line).map((cell, at) => [columns[at] ?? `column ${at}`, cell])),
  );
}

const distinct = (rows: Record<string, string>[], ...columns: string[]) =>
  new Set(rows.map((row) => columns.map((column) => row[column]).join('\t')));

describe.skipIf(!isThere)('canvas-lms-hydrationkit', () => {
  const names = ['accounts', 'terms', 'course_templates', 'courses', 'sections', 'users', 'enrollments'];

  test('is read row for row, and every repeated id is named', async () => {
    const { files, problems } = await readAll(diskFolder(data));
    const ids: Record<string, string> = {
      accounts: 'account_id',
      terms: 'term_id',
      sections: 'section_id',
      users: 'user_id',
    };
    for (const name of names) {
      const file = files.find((read) => read.file === `${name}.csv`);
      const rows = rowsOf(`${name}.csv`);
      expect([name, file?.rows], name).toEqual([name, rows.length]);
      const repeated = problems.filter(
        ({ problem }) => problem.file === `${name}.csv` && problem.code === 'duplicate-id',
      );
      expect(file?.rejected, name).toBe(repeated.length);
      if (name === 'enrollments') continue;
      const kept = distinct(rows, ids[name] ?? 'course_id').size;
      expect([name, file?.accepted]).toEqual([name, kept]);
    }
  });

  test('becomes as many records as it has different ids', async () => {
    const roster = rosterOf(await readAll(diskFolder(data)));
    const sizes = Object.fromEntries(
      Object.entries(roster).map(([name, all]) => [name, Object.keys(all).length]),
    );
    const terms = rowsOf('terms.csv').filter(({ start_date }) => start_date !== '');
    const courses = [...rowsOf('courses.csv'), ...rowsOf('course_templates.csv')];
    expect(sizes).toEqual({
      // And the root account.
      orgs: distinct(rowsOf('accounts.csv'), 'account_id').size + 1,
      academicSessions: distinct(terms, 'term_id').size,
      courses: distinct(courses, 'course_id').size,
      classes: distinct(rowsOf('sections.csv'), 'section_id').size,
      users: distinct(rowsOf('users.csv'), 'user_id').size,
      enrollments: distinct(rowsOf('enrollments.csv'), 'section_id', 'user_id', 'role').size,
    });
    expect(roster.academicSessions['2022Spring']).toMatchObject({
      startDate: '2022-02-01',
      endDate: '2022-05-30',
    });
  });

  test('has as many people in running classes as its rows say', async () => {
    const roster = rosterOf(await readAll(diskFolder(data)));
    const active = Object.values(roster.enrollments).filter(({ status }) => status === undefined);
    const byFirst = (rows: Record<string, string>[], column: string) =>
      new Map([...rows].reverse().map((row) => [row[column], row]));
    const courses = byFirst(rowsOf('courses.csv'), 'course_id');
    const sections = byFirst(rowsOf('sections.csv'), 'section_id');
    const users = byFirst(rowsOf('users.csv'), 'user_id');
    const running = rowsOf('enrollments.csv').filter(({ section_id, user_id, status }) => {
      const section = sections.get(section_id);
      const course = courses.get(section?.course_id);
      const isOver = section?.status === 'deleted' || course?.status !== 'active';
      return status === 'active' && !isOver && users.get(user_id)?.status !== 'deleted';
    });
    expect(active).toHaveLength(distinct(running, 'section_id', 'user_id', 'role').size);
    expect(active.length).toBeGreaterThan(10_000);
  });
});
