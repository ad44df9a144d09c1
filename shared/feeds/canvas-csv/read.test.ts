import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CalmWorld } from '../../../test/builders/calm-world.ts';
import { feedCases, sourcesOfCase } from '../../../test/builders/feed-cases.ts';
import { memorySource } from '../../../test/builders/feed-files.ts';
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

describe('a row with a wrong number of cells', () => {
  const texts = {
    accounts: 'account_id,parent_account_id,name,status\na1,,South,active\n',
    terms: 'term_id,name,status,start_date,end_date\nt1,Autumn,active,2026-09-01,2026-12-18\n',
    users: 'user_id,login_id,first_name,last_name,status\nu1,u1,Ann,One,active\nu2,u2,Bob,Two,active\n',
    courses: 'course_id,short_name,long_name,account_id,term_id,status\nc1,C1,Course 1,a1,t1,active\n',
    sections: 'section_id,course_id,name,status\nx1,c1,X1,active\n',
    xlists: 'xlist_course_id,section_id,status\nc1,x1,active\n',
    enrollments:
      'course_id,user_id,role,section_id,status\nc1,u1,teacher,x1,active\nc1,u2,student,x1,active\n',
  };
  const withExtraCell = (kind: string) =>
    Object.entries(texts).map(([name, text]) =>
      memorySource(`${name}.csv`, name === kind ? text.replace(/\n$/, ',extra\n') : text),
    );

  test.each(['accounts', 'terms', 'courses', 'sections', 'xlists'])(
    'refuses the set where it is one of %s, from which classes and roles of others follow',
    async (kind) => {
      await expect(openFeed(withExtraCell(kind))).rejects.toMatchObject({
        code: 'place-unclear',
        where: { file: `${kind}.csv`, row: 2 },
      });
    },
  );

  test.each(['users', 'enrollments'])('is left out where it is one of %s', async (kind) => {
    const told = await readAll(withExtraCell(kind));
    expect(told.problems.map(({ problem }) => problem)).toContainEqual(
      expect.objectContaining({ file: `${kind}.csv`, row: 3, code: 'wrong-cell-count' }),
    );
  });

  test('takes nothing from a school or its people', async () => {
    const world = new CalmWorld();
    await world.syncFiles(withExtraCell('none'));
    const before = world.seen('access\tperson\tu1');
    expect(before).toMatchObject({ orgIds: ['a1'] });
    for (const kind of ['accounts', 'courses']) {
      const sync = await world.syncFiles(withExtraCell(kind));
      expect(sync.state).toBe('rejected');
      expect(world.seen('access\tperson\tu1')).toEqual(before);
    }
  });
});

test('passwords go nowhere', async () => {
  expect(JSON.stringify((await readAll(sourcesOf('college'))).rows)).not.toContain('hunter2');
});
