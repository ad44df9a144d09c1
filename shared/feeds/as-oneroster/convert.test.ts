import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import type { FeedRow } from '../../roster/feed-reading.ts';
import { defaultLimits, type FeedFile } from '../byte-source.ts';
import { convert, type Maker } from './convert.ts';
import type { CsvSource } from './source.ts';

function file(name: string, text: string): FeedFile {
  const bytes = Buffer.from(text);
  return {
    name,
    size: bytes.length,
    async *stream() {
      yield bytes;
    },
  };
}

const schools: CsvSource = { kind: 'csv', name: 'schools.csv', columns: 'School_id*, School_name*, Part_of' };
const pupils: CsvSource = {
  kind: 'csv',
  name: 'pupils.csv',
  columns: 'Id*, School_id*, First*, Last*, Grade',
};

const makers: Maker[] = [
  {
    table: 'orgs',
    source: schools,
    columns: { name: 'School_name', parentSourcedId: 'Part_of' },
    *make({ cells }) {
      yield {
        sourcedId: cells.School_id ?? '',
        name: cells.School_name ?? '',
        type: 'school',
        parentSourcedId: cells.Part_of ?? '',
      };
    },
  },
  {
    table: 'users',
    source: pupils,
    columns: { givenName: 'First', familyName: 'Last', grades: 'Grade' },
    *make({ cells }, made) {
      if (made.knows('users', cells.Id ?? '')) return;
      const names = { givenName: cells.First ?? '', familyName: cells.Last ?? '' };
      yield {
        sourcedId: cells.Id ?? '',
        enabledUser: 'true',
        username: 'x',
        ...names,
        grades: cells.Grade ?? '',
      };
    },
  },
  {
    table: 'roles',
    source: pupils,
    columns: { orgSourcedId: 'School_id' },
    *make({ cells }) {
      const role = { roleType: 'primary', role: 'student', orgSourcedId: cells.School_id ?? '' };
      yield { userSourcedId: cells.Id ?? '', ...role };
    },
  },
];

async function read(files: FeedFile[]): Promise<FeedRow[]> {
  const feed = await convert({
    ...{ format: 'x', makers, files, include: {}, limits: defaultLimits },
    complete: new Set(['orgs', 'users']),
    entityOf: { 'schools.csv': 'orgs', 'pupils.csv': 'users' },
  });
  const rows: FeedRow[] = [];
  for await (const row of feed.rows) rows.push(row);
  return rows;
}

test('a person on two rows is one user with two roles, and rows count once', async () => {
  const rows = await read([
    file('Schools.csv', 'school id,School_name\ns1,One\ns2,Two\n'),
    file('pupils.csv', 'Id,School_id,First,Last,Grade\np1,s1,Ada,L,7\np1,s2,Ada,L,7\n'),
  ]);
  expect(
    rows.filter((row) => row.kind === 'record').map(({ entity, sourcedId }) => [entity, sourcedId]),
  ).toEqual([
    ['orgs', 's1'],
    ['orgs', 's2'],
    ['users', 'p1'],
  ]);
  expect(rows.filter((row) => row.kind === 'user-role').map(({ role }) => role.orgId)).toEqual(['s1', 's2']);
  expect(rows.filter((row) => row.kind === 'file')).toMatchObject([
    { file: 'Schools.csv', entity: 'orgs', rows: 2, accepted: 2, rejected: 0 },
    {
      file: 'pupils.csv',
      entity: 'users',
      rows: 2,
      accepted: 2,
      rejected: 0,
      columns: expect.arrayContaining(['Grade']),
    },
  ]);
});

test('a problem names the column and the line of the file that the district sent', async () => {
  const rows = await read([
    file('schools.csv', 'School_id,School_name,Part_of\ns1,One,nowhere\ns2,Two,\n'),
    file('pupils.csv', 'Id,School_id,First,Last\np1,s9,Ada,L\np2,s2,Bo\np3,s2,Cy,M\n'),
  ]);
  const problems = rows.flatMap((row) =>
    row.kind === 'problem' && row.problem.severity === 'error' ? [row] : [],
  );
  expect(problems).toMatchObject([
    {
      problem: { file: 'schools.csv', row: 2, column: 'Part_of', code: 'dangling-reference' },
      dropped: { entity: 'orgs', sourcedId: 's1' },
    },
    { problem: { file: 'pupils.csv', row: 3, code: 'wrong-cell-count' }, dropped: { entity: 'users' } },
    {
      problem: { file: 'pupils.csv', row: 2, column: 'School_id', code: 'dangling-reference' },
      dropped: { entity: 'users', sourcedId: 'p1', part: true },
    },
  ]);
  expect(rows.filter((row) => row.kind === 'file')).toMatchObject([
    { rows: 2, accepted: 1, rejected: 1 },
    { rows: 3, accepted: 1, rejected: 2 },
  ]);
});

test.each([
  ['School_id\ns1\n', 'column-missing'],
  ['School_id,School_name,school id\ns1,One,x\n', 'header-duplicate'],
  ['School_id,School_name\n', 'header-only'],
  ['a,b\n1,2\n', 'header-missing'],
  ['', 'header-missing'],
])('a file that begins %j is refused as %s', async (text, code) => {
  await expect(read([file('schools.csv', text)])).rejects.toMatchObject({ code });
});
