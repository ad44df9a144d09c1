import { join } from 'node:path';
import { expect, test } from 'vitest';
import { feedCases, sourcesOfCase } from '../../../test/builders/feed-cases.ts';
import { madeSource, memorySource } from '../../../test/builders/feed-files.ts';
import { readAll } from '../../../test/builders/oneroster-feed.ts';
import { openFeed } from '../open-feed.ts';

const cases = feedCases(join(import.meta.dirname, 'cases'));
const sourcesOf = (name: string) => cases.flatMap((one) => (one.name === name ? sourcesOfCase(one) : []));

test('what an upload leaves out is gone only where somebody said that it is all there is', async () => {
  expect((await openFeed(sourcesOf('over-and-moved'))).complete).toEqual(new Set());
  // There is no file of terms.
  expect((await openFeed(sourcesOf('over-and-moved'), { snapshot: true })).complete).toEqual(
    new Set(['orgs', 'courses', 'classes', 'users', 'enrollments']),
  );
});

test('renames come before all else', async () => {
  const { rows } = await readAll(sourcesOf('over-and-moved'));
  const renames = rows.filter((row) => row.kind === 'renamed');
  expect(renames).toMatchObject([
    { entity: 'users', from: 'x1', to: 'u1', line: 2 },
    { entity: 'classes', from: 'xs', to: 'a', line: 3 },
  ]);
  expect(rows.findLastIndex(({ kind }) => kind === 'renamed')).toBeLessThan(
    rows.findIndex(({ kind }) => kind === 'record'),
  );
});

test.each(['users', 'courses', 'enrollments'])('a set without %s is refused', async (kind) => {
  const files = sourcesOf('over-and-moved').filter(({ name }) => name !== `${kind}.csv`);
  await expect(openFeed(files)).rejects.toMatchObject({
    code: 'file-missing',
    where: { file: `${kind}.csv` },
  });
});

test('passwords go nowhere', async () => {
  expect(JSON.stringify((await readAll(sourcesOf('college'))).rows)).not.toContain('hunter2');
});

test('two hundred thousand enrollments pass through without being held', async () => {
  const line = (at: number) => `s${at % 500},u${at % 40_000},student,active`;
  const feed = await openFeed([
    memorySource('courses.csv', 'course_id,short_name,status\nco1,C1,active\n'),
    madeSource('sections.csv', function* () {
      yield 'section_id,course_id,name,status';
      for (let at = 0; at < 500; at++) yield `s${at},co1,S,active`;
    }),
    madeSource('users.csv', function* () {
      yield 'user_id,login_id,status,full_name';
      for (let at = 0; at < 40_000; at++) yield `u${at},l${at},active,Ada Bell`;
    }),
    madeSource('enrollments.csv', function* () {
      yield 'section_id,user_id,role,status';
      for (let at = 0; at < 200_000; at++) yield line(at);
    }),
  ]);
  const before = process.memoryUsage().heapUsed;
  let most = 0;
  let seen = 0;
  for await (const row of feed.rows) {
    if (row.kind === 'record' && row.entity === 'enrollments') seen++;
    if (seen % 20_000 === 0) most = Math.max(most, process.memoryUsage().heapUsed - before);
  }
  expect(seen).toBe(40_000);
  expect(most).toBeLessThan(250 * 1024 ** 2);
});
