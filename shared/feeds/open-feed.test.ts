import { describe, expect, test } from 'vitest';
import { memorySource } from '../../test/builders/feed-files.ts';
import {
  briefly,
  type FeedTexts,
  feed11,
  feed12,
  headers,
  manifestOf,
  readAll,
  sourcesOf,
} from '../../test/builders/oneroster-feed.ts';
import { zipOf } from '../../test/builders/zip.ts';
import { FeedRejected } from '../errors.ts';
import type { FeedRow } from '../roster/feed-reading.ts';
import { type FeedFiles, openFeed, type ReadOptions } from './open-feed.ts';

async function refusalOf(files: FeedFiles, options?: ReadOptions): Promise<FeedRejected> {
  const refused: unknown = await openFeed(files, options).catch((error: unknown) => error);
  if (!(refused instanceof FeedRejected)) throw new Error('It was opened');
  expect(refused.hint).not.toBe('');
  expect(`${refused.message}${refused.hint}`).not.toMatch(/[{}]/);
  return refused;
}

const manifest = (changes: (text: string) => string, feed: FeedTexts = feed11()) => ({
  ...feed,
  manifest: changes(manifestOf(feed, feed.roles === undefined ? '1.1' : '1.2')),
});

async function zipSource(feed: FeedTexts) {
  const files = sourcesOf(feed);
  const entries = await Promise.all(
    files.map(async (file) => [file.name, await file.read(0, file.size)] as const),
  );
  return memorySource('feed.zip', await zipOf(Object.fromEntries(entries)));
}

describe('an opened feed', () => {
  test('says its format, what is complete and how large it is', async () => {
    const feed = await openFeed(sourcesOf(feed12({ academicSessions: undefined, courses: undefined })));
    expect(feed.format).toBe('oneroster-csv 1.2.1');
    expect([...feed.complete].sort()).toEqual(['classes', 'enrollments', 'orgs', 'users']);
    const { users = '', roles = '', orgs = '' } = feed12();
    expect(feed.bytes).toMatchObject({ orgs: orgs.length, users: users.length + roles.length });
  });

  test('gives the same rows from a zip as from loose files, whatever the chunks', async () => {
    const loose = await readAll(sourcesOf(feed12()));
    expect((await readAll([await zipSource(feed12())])).rows).toEqual(loose.rows);
    expect((await readAll(sourcesOf(feed12(), 3))).rows).toEqual(loose.rows);
  });

  test('reads its files in the order of their references, each closed by its counts', async () => {
    const { files } = await readAll(sourcesOf(feed12()));
    const order = ['orgs', 'academicSessions', 'courses', 'classes', 'users', 'roles', 'enrollments'];
    expect(files.map(({ file }) => file)).toEqual(order.map((name) => `${name}.csv`));
  });

  test('reads a zip under any name', async () => {
    const zip = await zipSource(feed11());
    expect((await readAll([{ ...zip, name: 'users.csv' }])).records).toHaveLength(12);
  });
});

describe('a feed is refused before any row', () => {
  const { users: _, ...withoutUsers } = feed11();
  const cases: [string, FeedTexts, string, string?][] = [
    ['it has no manifest', { ...feed11(), manifest: undefined }, 'manifest-missing'],
    ['its manifest is empty', manifest(() => ''), 'manifest-invalid'],
    [
      'its manifest has no header',
      manifest((text) => text.replace('propertyName,value\n', '')),
      'manifest-invalid',
    ],
    [
      'its manifest names a property twice',
      manifest((text) => `${text}file.orgs,bulk\n`),
      'manifest-invalid',
    ],
    ['its manifest has three columns', manifest((text) => `${text}a,b,c\n`), 'manifest-invalid'],
    ['a mode is unknown', manifest((text) => text.replace('orgs,bulk', 'orgs,full')), 'manifest-invalid'],
    ['a mode is blank', manifest((text) => text.replace('orgs,bulk', 'orgs,')), 'manifest-invalid'],
    [
      'no version is named',
      manifest((text) => text.replace('oneroster.version,1.1\n', '')),
      'manifest-invalid',
    ],
    [
      'its version is 1.0',
      manifest((text) => text.replace('version,1.1', 'version,1.0')),
      'version-unsupported',
    ],
    [
      'its version is 2.0',
      manifest((text) => text.replace('version,1.1', 'version,2.0')),
      'version-unsupported',
    ],
    [
      'the manifest is of another version',
      manifest((text) => text.replace('1.0', '3')),
      'version-unsupported',
    ],
    [
      'an announced file is missing',
      { ...manifest((text) => text), classes: undefined },
      'file-missing',
      'classes.csv',
    ],
    ['there are no users', withoutUsers, 'file-missing', 'users.csv'],
    ['a 1.2 set has no roles', manifest((text) => text.replace('1.1', '1.2')), 'file-missing', 'roles.csv'],
    [
      'a file is there that the manifest calls absent',
      manifest((text) => text.replace('enrollments,bulk', 'enrollments,absent')),
      'manifest-contradicted',
      'enrollments.csv',
    ],
    [
      'a file is there that the manifest does not mention',
      manifest((text) => text.replace('file.courses,bulk\n', '')),
      'manifest-contradicted',
      'courses.csv',
    ],
    [
      'a file has only a header',
      feed11({ enrollments: `${headers.enrollments}\n\n` }),
      'header-only',
      'enrollments.csv',
    ],
    ['a file is empty', feed11({ classes: '' }), 'header-missing', 'classes.csv'],
    ['a file has only rows', feed11({ orgs: 'd1,,,District,district,,\n' }), 'header-missing', 'orgs.csv'],
    [
      'a required column is missing',
      feed11({ users: (feed11().users ?? '').replace('role,', 'rolle,') }),
      'column-missing',
      'users.csv',
    ],
    [
      'a column is there twice',
      feed11({ orgs: (feed11().orgs ?? '').replace('identifier', 'Name') }),
      'header-duplicate',
      'orgs.csv',
    ],
  ];

  test.each(cases)('when %s', async (_, feed, code, file) => {
    expect(await refusalOf(sourcesOf(feed))).toMatchObject({
      code,
      where: file === undefined ? {} : { file },
    });
  });

  test.each([
    ['it is no zip', [memorySource('feed.zip', 'sourcedId')], 'not-a-zip'],
    ['it is a file of another kind', [memorySource('users.xlsx', 'x')], 'not-a-zip'],
    ['it has no files', [], 'empty-zip'],
    ['it has two zips', [memorySource('a.zip', 'x'), memorySource('b.zip', 'x')], 'file-unknown'],
    ['it has a file twice', [...sourcesOf(feed11()), memorySource('Users.csv', 'x')], 'file-unknown'],
    [
      'a name has a path',
      [memorySource('../users.csv', 'x'), memorySource('orgs.csv', 'x')],
      'unsafe-entry-name',
    ],
    ['it is one file that no format knows', [memorySource('users.csv', 'x')], 'format-unclear'],
    [
      'it is in UTF-16',
      [memorySource('manifest.csv', Buffer.from(manifestOf(feed11(), '1.1'), 'utf16le'))],
      'not-utf8',
    ],
  ])('when %s', async (_, files, code) => {
    expect((await refusalOf(files)).code).toBe(code);
  });

  test('when demographics contradict the manifest, only where they are asked for', async () => {
    const feed = {
      ...manifest((text) => text),
      demographics: `${headers.demographics}\nu1${','.repeat(15)}\n`,
    };
    expect(briefly(await readAll(sourcesOf(feed)))).toEqual(['warning demographics.csv file-unexpected']);
    const asked = await refusalOf(sourcesOf(feed), { include: { demographics: true } });
    expect(asked).toMatchObject({ code: 'manifest-contradicted', where: { file: 'demographics.csv' } });
  });

  test('when a tree has more rows than a district can have', async () => {
    const feed = await openFeed(sourcesOf(feed11()), { limits: { heldRows: 2 } });
    const reading = async () => {
      for await (const row of feed.rows) expect(row.kind).not.toBe('record');
    };
    await expect(reading()).rejects.toMatchObject({ code: 'too-many-rows', where: { file: 'orgs.csv' } });
  });

  test('but not when bad rows make it long: none of those is held', async () => {
    const bad = Array.from({ length: 9 }, (_, at) => `b${at},,,Bad,nothing,,\n`).join('');
    const files = sourcesOf(feed11({ orgs: `${feed11().orgs}${bad}` }));
    const { records, problems } = await readAll(files, { limits: { heldRows: 3 } });
    expect(records.filter(({ entity }) => entity === 'orgs')).toHaveLength(3);
    expect(problems.map(({ dropped }) => dropped?.sourcedId)).toEqual(
      Array.from({ length: 9 }, (_, at) => `b${at}`),
    );
  });
});

describe('oddities that do no harm are warnings of the file', () => {
  const orgs = feed11().orgs ?? '';
  const cases: [string, FeedTexts, string[]][] = [
    [
      'names in another letter case',
      feed11({ orgs: orgs.replace('identifier', 'Identifier').replace('status', ' status ') }),
      ['warning orgs.csv status header-case', 'warning orgs.csv identifier header-case'],
    ],
    [
      'columns in another order',
      feed11({
        orgs: 'name,sourcedId,status,dateLastModified,type,identifier,parentSourcedId\nA,d1,,,district,,\nB,s1,,,school,,d1\nC,s2,,,school,,d1\n',
      }),
      ['warning orgs.csv column-order'],
    ],
    [
      'an optional column left out',
      feed11({
        orgs: 'sourcedId,status,dateLastModified,name,type,parentSourcedId\nd1,,,D,district,\ns1,,,N,school,d1\ns2,,,S,school,d1\n',
      }),
      ['warning orgs.csv identifier optional-column-missing'],
    ],
    [
      'unknown and metadata columns',
      feed11({
        orgs: orgs
          .replace('parentSourcedId', 'parentSourcedId,metadata.city,colour')
          .replaceAll(/(d1|,)\n/g, '$1,Bonn,red\n'),
      }),
      ['warning orgs.csv column-unknown'],
    ],
    ['empty header cells at the end', feed11({ orgs: orgs.replaceAll('\n', ',,\n') }), []],
    ['empty header cells that rows do not have', feed11({ orgs: orgs.replace('\n', ',,\n') }), []],
    [
      'a file of another name',
      { ...manifest((text) => text), teachers: 'x' },
      ['warning teachers.csv file-unknown'],
    ],
    [
      'a property of the manifest that nobody knows',
      manifest((text) => `${text}file.pupils,bulk\n`),
      ['warning manifest.csv manifest-property-unknown'],
    ],
    ['files of the gradebook', { ...feed11(), results: 'x' }, []],
    [
      'a manifest with numbers',
      manifest((text) => text.replace('manifest.version,1.0', 'manifest.version,1')),
      [],
    ],
  ];

  test.each(cases)('%s', async (_, feed, problems) => {
    const read = await readAll(sourcesOf(feed));
    expect(briefly(read)).toEqual(problems);
    expect(read.records).toHaveLength(12);
  });

  test.each([
    ['1.1', feed11()],
    ['1.2', feed12()],
  ])('what people are at work, in extension columns of a %s feed', async (_, feed) => {
    const { users = '' } = feed;
    const [header, ...rows] = users.trimEnd().split('\n');
    const cells = [',Coach,Reading', 'Head,Nurse,', ',,'];
    const more = rows.map((row, at) => `${row},${cells[at]},x`);
    const named = [`${header},metadata.title,metadata.jobTitle,metadata.department,metadata.desk`, ...more];
    const read = await readAll(sourcesOf({ ...feed, users: `${named.join('\n')}\n` }));
    expect(briefly(read)).toEqual([]);
    const people = read.records.flatMap((row) => (row.entity === 'users' ? [row.record] : []));
    expect(people.map(({ title, department }) => [title, department])).toEqual([
      ['Coach', 'Reading'],
      ['Head', undefined],
      ...rows.slice(2).map(() => [undefined, undefined]),
    ]);
    expect(people.flatMap((person) => Object.keys(person))).not.toContain('jobTitle');
  });

  test('a file name in another letter case', async () => {
    const { users, ...others } = feed11();
    const files = sourcesOf({ ...others, Users: users, manifest: manifestOf(feed11(), '1.1') });
    expect(briefly(await readAll(files))).toEqual(['warning Users.csv file-name-case']);
  });

  test('a byte order mark and CRLF in every file', async () => {
    const feed = Object.entries({ ...feed11(), manifest: manifestOf(feed11(), '1.1') });
    const files = feed.map(([name, text]) =>
      memorySource(`${name}.csv`, `\ufeff${text?.replaceAll('\n', '\r\n')}`),
    );
    const read = await readAll(files);
    expect(briefly(read)).toEqual([]);
    expect(read.records).toHaveLength(12);
  });
});

describe('references', () => {
  test('into an absent file cost the value, or are taken on trust where the record is nothing without', async () => {
    const read = await readAll(
      sourcesOf(feed11({ academicSessions: undefined, courses: undefined, classes: undefined })),
    );
    expect(briefly(read)).toEqual([
      'warning enrollments.csv:2 classSourcedId absent-file-reference',
      'warning enrollments.csv:3 classSourcedId absent-file-reference',
    ]);
    expect(
      read.records.filter(({ entity }) => entity === 'enrollments').map(({ record }) => record),
    ).toMatchObject([{ classId: 'c1' }, { classId: 'c1' }]);
    const withClasses = await readAll(sourcesOf(feed11({ academicSessions: undefined, courses: undefined })));
    expect(briefly(withClasses)).toEqual([
      'warning classes.csv:2 courseSourcedId absent-file-reference',
      'warning classes.csv:2 termSourcedIds absent-file-reference',
    ]);
    const classRecord = withClasses.records.find(({ entity }) => entity === 'classes')?.record;
    expect(classRecord).toMatchObject({ title: 'Maths 9', schoolId: 's1' });
    expect(classRecord).not.toHaveProperty('courseId');
    expect(classRecord).not.toHaveProperty('termIds');
  });

  test('to a row that was left out are dangling', async () => {
    const read = await readAll(sourcesOf(feed11({ courses: feed11().courses?.replace('Maths', '') })));
    expect(briefly(read)).toEqual([
      'error courses.csv:2 title value-missing',
      'error classes.csv:2 courseSourcedId dangling-reference',
      'error enrollments.csv:2 classSourcedId dangling-reference',
      'error enrollments.csv:3 classSourcedId dangling-reference',
    ]);
    expect(read.problems.map(({ dropped }) => dropped)).toEqual([
      { entity: 'courses', sourcedId: 'co1' },
      { entity: 'classes', sourcedId: 'c1' },
      { entity: 'enrollments', sourcedId: 'e1' },
      { entity: 'enrollments', sourcedId: 'e2' },
    ]);
  });

  test('to parents work in any order; loops and what hangs on them do not', async () => {
    const rows = [
      's1,,,North,school,,d1',
      's2,,,South,school,,d1',
      'd1,,,District,district,,',
      'a,,,A,local,,b',
      'b,,,B,local,,c',
      'c,,,C,local,,b',
      'me,,,Me,local,,me',
      'x,,,X,local,,nobody',
      'y,,,Y,local,,x',
    ];
    const read = await readAll(sourcesOf(feed11({ orgs: `${headers.orgs}\n${rows.join('\n')}\n` })));
    expect(briefly(read)).toEqual([
      'error orgs.csv:5 parentSourcedId dangling-reference',
      'error orgs.csv:6 parentSourcedId parent-loop',
      'error orgs.csv:7 parentSourcedId parent-loop',
      'error orgs.csv:8 parentSourcedId parent-loop',
      'error orgs.csv:9 parentSourcedId dangling-reference',
      'error orgs.csv:10 parentSourcedId dangling-reference',
    ]);
    expect(read.files[0]).toMatchObject({ rows: 9, accepted: 3, rejected: 6 });
    expect(read.problems.map(({ dropped }) => dropped?.sourcedId)).toEqual(['a', 'b', 'c', 'me', 'x', 'y']);
  });

  test('to agents may point forward, to bad rows and to each other; one that never comes costs its user', async () => {
    const user = (id: string, agents: string, enabled = 'true') =>
      `${id},,,${enabled},s1,student,${id},,G,F,,,,,,"${agents}",,`;
    const rows = [
      user('u1', 'u2'),
      user('u2', 'u1,u3'),
      user('u3', '', 'maybe'),
      user('u4', 'nobody,none'),
      user('u5', 'u1'),
      user('u6', 'nobody'),
    ];
    const enrollments = `${headers.enrollments}\ne1,,,c1,s1,u1,student,,,\ne4,,,c1,s1,u4,student,,,\n`;
    const read = await readAll(
      sourcesOf(feed11({ users: `${headers.users11}\n${rows.join('\n')}\n`, enrollments })),
    );
    expect(briefly(read)).toEqual([
      'error users.csv:4 enabledUser bad-boolean',
      'error users.csv:5 agentSourcedIds dangling-reference',
      'error users.csv:7 agentSourcedIds dangling-reference',
      'error enrollments.csv:3 userSourcedId dangling-reference',
    ]);
    expect(read.problems.map(({ dropped }) => dropped?.sourcedId)).toEqual(['u3', 'u4', 'u6', 'e4']);
    expect(read.files.find(({ file }) => file === 'users.csv')).toMatchObject({
      rows: 6,
      accepted: 3,
      rejected: 3,
    });
  });
});

test('a fault far down in a file ends the reading, with its place', async () => {
  const enrollments = `${feed11().enrollments}e3,,,c1,s1,u2,"student,,,\n`;
  const feed = await openFeed(sourcesOf(feed11({ enrollments })));
  const rows: FeedRow[] = [];
  const reading = async () => {
    for await (const row of feed.rows) rows.push(row);
  };
  await expect(reading()).rejects.toMatchObject({
    code: 'malformed-csv',
    where: { file: 'enrollments.csv', row: 4 },
  });
  expect(rows.some((row) => row.kind === 'file' && row.file === 'users.csv')).toBe(true);
});
