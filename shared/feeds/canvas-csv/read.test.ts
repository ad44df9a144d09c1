import { join } from 'node:path';
import { expect, test } from 'vitest';
import { feedCases, sourcesOfCase } from '../../../test/builders/feed-cases.ts';
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
