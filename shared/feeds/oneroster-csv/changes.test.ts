import { describe, expect, test } from 'vitest';
import {
  briefly,
  changeFile,
  changeSources,
  type FeedTexts,
  feed11,
  headers,
  readAll,
} from '../../../test/builders/oneroster-feed.ts';
import { openFeed } from '../open-feed.ts';

const { orgs, users11, users121, roles, classes, demographics } = headers;
const ben = {
  ...{ sourcedId: 'u2', enabledUser: 'true', orgSourcedIds: 's1', role: 'student', username: 'ben' },
  ...{ givenName: 'Benno', familyName: 'Bell' },
};
const enrolled = { classSourcedId: 'c1', schoolSourcedId: 's1', userSourcedId: 'u2', role: 'student' };

const read = (feed: FeedTexts, more = {}) => readAll(changeSources(feed, more));
const references = ({ rows }: Awaited<ReturnType<typeof readAll>>) =>
  rows.flatMap((row) =>
    row.kind === 'reference'
      ? [`${row.file}:${row.line} ${row.column} ${row.to.entity}/${row.to.sourcedId}`]
      : [],
  );

describe('a file of changes', () => {
  test('has nothing in full, and may come alone', async () => {
    const feed = await openFeed(changeSources({ users: changeFile(users11, ben) }));
    expect([feed.format, [...feed.complete]]).toEqual(['oneroster-csv 1.1', []]);
  });

  test('among full ones: only those are complete', async () => {
    const enrollments = changeFile(headers.enrollments, { sourcedId: 'e1', ...enrolled });
    const mixed = changeSources(
      { orgs: feed11().orgs, users: feed11().users, enrollments },
      { full: ['orgs', 'users'] },
    );
    expect([...(await openFeed(mixed)).complete].sort()).toEqual(['orgs', 'users']);
    const { files } = await readAll(mixed);
    expect(files.map(({ file, mode }) => `${file} ${mode}`)).toEqual([
      'orgs.csv bulk',
      'users.csv bulk',
      'enrollments.csv delta',
    ]);
  });

  test('gives its records with the time of the change, in UTC', async () => {
    const times = [
      '2026-11-20T05:00:00.000Z',
      '2026-11-20T05:00:00Z',
      '2026-11-20T07:30:00+02:30',
      '2026-11-20 05:00:00',
    ];
    for (const dateLastModified of times) {
      const { records } = await read({ users: changeFile(users11, { ...ben, dateLastModified }) });
      expect(records).toMatchObject([{ sourcedId: 'u2', modified: '2026-11-20T05:00:00.000Z' }]);
    }
    const ofDay = await read({ users: changeFile(users11, { ...ben, dateLastModified: '2026-11-20' }) });
    expect(ofDay.records).toMatchObject([{ modified: '2026-11-20T00:00:00.000Z' }]);
    expect(briefly(ofDay)).toEqual(['warning users.csv dateLastModified datetime-spelling']);
  });

  test('loses the row that does not say what became of it, or when', async () => {
    const spoilt = [
      { status: '' },
      { dateLastModified: '' },
      { dateLastModified: '20.11.2026' },
      { dateLastModified: '2026-02-30T00:00:00Z' },
      { status: 'gone' },
    ];
    const rows = spoilt.map((cells, at) => ({ ...ben, sourcedId: `u${at}`, ...cells }));
    const { problems, files, ...rest } = await read({ users: changeFile(users11, ...rows, ben) });
    expect(briefly({ problems, files, ...rest })).toEqual([
      'error users.csv:2 status value-missing',
      'error users.csv:3 dateLastModified value-missing',
      'error users.csv:4 dateLastModified bad-datetime',
      'error users.csv:5 dateLastModified bad-datetime',
      'error users.csv:6 status unknown-value',
    ]);
    expect(problems.map(({ dropped }) => dropped?.sourcedId)).toEqual(['u0', 'u1', 'u2', 'u3', 'u4']);
    expect(files).toMatchObject([{ rows: 6, accepted: 1, rejected: 5 }]);
  });

  test('needs no more of a row that takes a record away than its id, state and time', async () => {
    const gone = { sourcedId: 'u2', status: 'tobedeleted' };
    const { rows, problems } = await read({ users: changeFile(users11, gone) });
    expect(problems).toEqual([]);
    expect(rows).toContainEqual({
      ...{ kind: 'removal', entity: 'users', file: 'users.csv', line: 2, sourcedId: 'u2' },
      modified: '2026-11-20T05:00:00.000Z',
    });
  });

  test('may name a record several times', async () => {
    const { records, problems } = await read({
      users: changeFile(users11, ben, { ...ben, dateLastModified: '2026-11-20T06:00:00Z' }),
    });
    expect([records.length, problems]).toEqual([2, []]);
  });

  test.each([
    ['has no row with a state and a time', { status: '', dateLastModified: '' }],
    ['has times alone', { status: '' }],
  ])('that %s is a full one under a wrong name, and the set is refused', async (_, cells) => {
    const reading = read({
      users: changeFile(users11, { ...ben, ...cells }, { ...ben, sourcedId: 'u3', ...cells }),
    });
    await expect(reading).rejects.toMatchObject({
      code: 'manifest-contradicted',
      where: { file: 'users.csv' },
    });
  });

  test('without the columns for state and time is refused', async () => {
    const bare = users11.replace('status,', '');
    await expect(openFeed(changeSources({ users: changeFile(bare, ben) }))).rejects.toMatchObject({
      ...{ code: 'column-missing', where: { column: 'status' } },
    });
  });

  test('that is announced and missing is refused', async () => {
    const files = changeSources({ users: changeFile(users11, ben) }).filter(
      ({ name }) => name === 'manifest.csv',
    );
    await expect(openFeed(files)).rejects.toMatchObject({ code: 'file-missing' });
  });

  test('without rows has nothing to report, and so has a manifest alone', async () => {
    expect(briefly(await read({ users: `${users11}\n` }))).toEqual(['warning users.csv nothing-to-report']);
    expect(briefly(await read({}))).toEqual(['warning manifest.csv nothing-to-report']);
  });
});

test('a full file whose rows all have a state and a time stays full', async () => {
  const users = changeFile(users11, ben, { ...ben, sourcedId: 'u1' });
  const { enrollments } = feed11();
  const rest = { orgs: feed11().orgs, users, classes: feed11().classes, enrollments };
  const full = changeSources(rest, { full: Object.keys(rest) });
  expect([...(await openFeed(full)).complete]).toContain('users');
  expect(briefly(await readAll(full))).toContain('warning users.csv status bulk-status-filled');
});

describe('a reference of a set of changes', () => {
  test('beyond the set is left to the roster, whether or not the set names the record', async () => {
    const set = await read({
      classes: changeFile(classes, {
        ...{ sourcedId: 'c1', title: 'Art', courseSourcedId: 'co1', classType: 'scheduled' },
        ...{ schoolSourcedId: 's1', termSourcedIds: 't1,t2' },
      }),
      users: changeFile(users11, { ...ben, agentSourcedIds: 'u8' }),
      enrollments: changeFile(headers.enrollments, { sourcedId: 'e1', ...enrolled }),
    });
    expect(set.problems).toEqual([]);
    expect(references(set).sort()).toEqual([
      'classes.csv:2 courseSourcedId courses/co1',
      'classes.csv:2 schoolSourcedId orgs/s1',
      'classes.csv:2 termSourcedIds academicSessions/t1',
      'classes.csv:2 termSourcedIds academicSessions/t2',
      'enrollments.csv:2 classSourcedId classes/c1',
      'enrollments.csv:2 schoolSourcedId orgs/s1',
      'enrollments.csv:2 userSourcedId users/u2',
      'users.csv:2 agentSourcedIds users/u8',
      'users.csv:2 orgSourcedIds orgs/s1',
    ]);
  });

  test('to a file that came in full has to be in it', async () => {
    const enrollments = changeFile(
      headers.enrollments,
      { sourcedId: 'e1', ...enrolled },
      { sourcedId: 'e2', ...enrolled, userSourcedId: 'nobody' },
    );
    const set = await read(
      { orgs: feed11().orgs, users: feed11().users, enrollments },
      { full: ['orgs', 'users'] },
    );
    expect(briefly(set)).toEqual(['error enrollments.csv:3 userSourcedId dangling-reference']);
    expect(references(set)).toEqual(['enrollments.csv:2 classSourcedId classes/c1']);
  });

  test('to a parent may lead anywhere, but not back within the set', async () => {
    const org = (sourcedId: string, parentSourcedId: string) => ({
      ...{ sourcedId, name: 'X', type: 'local', parentSourcedId },
    });
    const set = await read({ orgs: changeFile(orgs, org('a', 'elsewhere'), org('b', 'c'), org('c', 'b')) });
    expect(briefly(set)).toEqual([
      'error orgs.csv:3 parentSourcedId parent-loop',
      'error orgs.csv:4 parentSourcedId parent-loop',
    ]);
    expect(references(set)).toEqual(['orgs.csv:2 parentSourcedId orgs/elsewhere']);
  });
});

describe('parts of users in a set of changes', () => {
  const role = {
    ...{ sourcedId: 'r1', userSourcedId: 'u1', roleType: 'primary', role: 'teacher', orgSourcedId: 's1' },
  };

  test('are changes too, or stay as they are where their file is left out', async () => {
    const users = changeFile(users121, ben);
    expect((await openFeed(changeSources({ users }, { version: '1.2' }))).parts).toEqual({ roles: 'delta' });
    const files = { users, roles: changeFile(roles, role) };
    expect((await openFeed(changeSources(files, { version: '1.2' }))).parts).toEqual({ roles: 'delta' });
    const full = changeSources(files, { version: '1.2', full: ['roles'] });
    expect((await openFeed(full)).parts).toEqual({ roles: 'full' });
  });

  test('name their user where they go, and nothing else', async () => {
    const set = await read(
      { roles: changeFile(roles, { sourcedId: 'r1', status: 'tobedeleted', userSourcedId: 'u1' }) },
      { version: '1.2' },
    );
    expect(set.rows).toContainEqual({
      ...{ kind: 'part-removal', part: 'roles', userId: 'u1', sourcedId: 'r1' },
      modified: '2026-11-20T05:00:00.000Z',
    });
    const nameless = await read(
      { roles: changeFile(roles, { sourcedId: 'r1', status: 'tobedeleted' }) },
      { version: '1.2' },
    );
    expect(briefly(nameless)).toEqual(['error roles.csv:2 userSourcedId value-missing']);
  });

  test('of demographics too, where they are asked for', async () => {
    const files = changeSources({
      demographics: changeFile(
        demographics,
        { sourcedId: 'u1', birthDate: '2012-05-05' },
        { sourcedId: 'u2', status: 'tobedeleted' },
      ),
    });
    const include = { demographics: true };
    expect((await openFeed(files, { include })).parts).toEqual({ demographics: 'delta' });
    const { rows, problems } = await readAll(files, { include });
    expect(problems).toEqual([]);
    expect(rows.map(({ kind }) => kind)).toEqual(['user-demographics', 'part-removal', 'file']);
  });
});
