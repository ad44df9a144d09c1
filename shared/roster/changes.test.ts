import { beforeEach, describe, expect, test } from 'vitest';
import { CalmWorld } from '../../test/builders/calm-world.ts';
import {
  changeFile,
  changeSources,
  type FeedTexts,
  feed11,
  feed12,
  headers,
  sourcesOf,
  withRow,
} from '../../test/builders/oneroster-feed.ts';
import { overrideField, releaseEdit } from './edits-desk.ts';
import type { Sync } from './sync.ts';

const { users11, users121, roles, enrollments, orgs, classes } = headers;
const open = { guard: { percent: 100, atLeast: 1, onBreach: 'hold-all' as const } };
const ada = {
  ...{ sourcedId: 'u1', enabledUser: 'true', username: 'ada', givenName: 'Ada', familyName: 'King' },
};
const ben = {
  ...{ sourcedId: 'u2', enabledUser: 'true', orgSourcedIds: 's1', role: 'student', username: 'ben' },
  ...{ givenName: 'Benno', familyName: 'Bell', grades: '09' },
};
const enrolled = { classSourcedId: 'c1', schoolSourcedId: 's1', userSourcedId: 'u2', role: 'student' };
const later = '2026-11-20T06:00:00.000Z';

let world: CalmWorld;
beforeEach(async () => {
  world = new CalmWorld();
});

const full = (feed: FeedTexts, more = {}) => world.syncFiles(sourcesOf(feed), { ...open, ...more });
const changes = (feed: FeedTexts, how = {}) => world.syncFiles(changeSources(feed, how), open);
const record = (entity: string, id: string) =>
  world.seen(`roster\t${entity}\t${id}`) as { status: string; record: Record<string, unknown> } | undefined;
const rolesIn = (id: string) =>
  ((record('users', id)?.record.roles ?? []) as { sourcedId?: string; role: string; orgId: string }[]).map(
    ({ sourcedId, role, orgId }) => `${sourcedId ?? ''} ${role} ${orgId}`,
  );
const told = async (sync: Sync) =>
  (await world.problemsOf(sync)).map(({ file, row, column, code }) =>
    [file, row, column, code].join(' ').trim(),
  );

describe('changes', () => {
  test('touch what they name, and nothing else', async () => {
    await full(feed11());
    const before = world.allSeen();
    const sync = await changes({ users: changeFile(users11, ben) });
    expect([sync.state, sync.counts?.users, sync.format]).toMatchObject([
      ...['applied', { received: 1, updated: 1, suspended: 0 }, 'oneroster-csv 1.1'],
    ]);
    const after = world.allSeen();
    const moved = Object.keys(after).filter(
      (key) => JSON.stringify(after[key]) !== JSON.stringify(before[key]),
    );
    expect(moved).toEqual(['roster\tusers\tu2']);
    expect(record('users', 'u2')?.record.givenName).toBe('Benno');
  });

  test('take a record away by its id alone, and bring it back with what it was', async () => {
    await full(feed11());
    const gone = { sourcedId: 'u2', status: 'tobedeleted' };
    expect((await changes({ users: changeFile(users11, gone) })).counts?.users).toMatchObject({ marked: 1 });
    expect(record('users', 'u2')).toMatchObject({ status: 'tobedeleted', record: { givenName: 'Ben' } });
    expect(world.rolesOf('u2')).toEqual([]);
    const back = await changes({ users: changeFile(users11, { ...ben, dateLastModified: later }) });
    expect([back.counts?.users.reactivated, record('users', 'u2')?.status]).toEqual([1, 'active']);
  });

  test('of which the newest counts, in whatever order they stand', async () => {
    await full(feed11());
    const first = { ...ben, givenName: 'First' };
    const last = { ...ben, givenName: 'Last', dateLastModified: later };
    await changes({ users: changeFile(users11, last, first) });
    expect(record('users', 'u2')?.record.givenName).toBe('Last');
  });

  test('of one instant that contradict each other: the first stands, and it is told', async () => {
    await full(feed11());
    const sync = await changes({ users: changeFile(users11, ben, { ...ben, givenName: 'Other' }) });
    expect(record('users', 'u2')?.record.givenName).toBe('Benno');
    expect(await told(sync)).toEqual(['users.csv  dateLastModified duplicate-id']);
  });

  test('that are older than what came before are left out, and told', async () => {
    await full(feed11());
    await changes({ users: changeFile(users11, { ...ben, dateLastModified: later }) });
    const stale = await changes({ users: changeFile(users11, { ...ben, givenName: 'Old' }) });
    expect(await told(stale)).toEqual(['users.csv  dateLastModified stale-row']);
    expect([stale.plan?.changes, record('users', 'u2')?.record.givenName]).toEqual([0, 'Benno']);
  });

  test('are older than a removal too, and a full feed between them does not make them newer', async () => {
    await full(feed11());
    const gone = { sourcedId: 'u2', status: 'tobedeleted', dateLastModified: later };
    await changes({ users: changeFile(users11, gone) });
    await changes({ users: changeFile(users11, ben) });
    expect(record('users', 'u2')?.status).toBe('tobedeleted');
    await full(feed11());
    expect(record('users', 'u2')?.status).toBe('active');
    const stale = await changes({ users: changeFile(users11, ben) });
    expect(await told(stale)).toEqual(['users.csv  dateLastModified stale-row']);
  });

  test('of the future count as of now, so that those of tomorrow are not old', async () => {
    await full(feed11());
    await changes({ users: changeFile(users11, { ...ben, dateLastModified: '2999-01-01T00:00:00Z' }) });
    world.passDays(1);
    const dateLastModified = new Date(Date.parse(world.now()) - 1000).toISOString();
    await changes({ users: changeFile(users11, { ...ben, givenName: 'Next', dateLastModified }) });
    expect(record('users', 'u2')?.record.givenName).toBe('Next');
  });

  test('that take away what nobody had are told, and make no record', async () => {
    await full(feed11());
    const sync = await changes({ users: changeFile(users11, { sourcedId: 'u77', status: 'tobedeleted' }) });
    expect(await told(sync)).toEqual(['users.csv  status unknown-tobedeleted']);
    expect([sync.state, record('users', 'u77')]).toEqual(['applied', undefined]);
  });

  test('are held by the guard like any other where they take too much', async () => {
    await full(feed11());
    const gone = ['u1', 'u2', 'u3'].map((sourcedId) => ({ sourcedId, status: 'tobedeleted' }));
    const sync = await world.syncFiles(changeSources({ users: changeFile(users11, ...gone) }), {
      ...{ guard: { percent: 10, atLeast: 2, onBreach: 'hold-all' as const } },
    });
    expect([sync.state, record('users', 'u2')?.status]).toEqual(['held', 'active']);
    const approved = await world.approve(sync);
    expect([approved.state, record('users', 'u2')?.status]).toEqual(['applied', 'tobedeleted']);
  });

  test('leave the fields that a person has written over the feed', async () => {
    await full(feed12());
    const at = { entity: 'users', sourcedId: 'u1', field: 'familyName' } as const;
    const asking = () => ({ district: 'd-1', syncId: world.nextId(), by: 'ada', ifMatch: undefined });
    const told = { owner: 'ada', reason: 'married', at: world.now() };
    const put = await overrideField(world, asking(), { ...at, value: 'Byron', ...told });
    await world.rested(put.sync.syncId);
    const role = { userSourcedId: 'u1', roleType: 'secondary', role: 'aide', orgSourcedId: 's2' };
    await changes({ roles: changeFile(roles, { sourcedId: 'r9', ...role }) }, { version: '1.2' });
    expect(record('users', 'u1')?.record.familyName).toBe('Byron');
    await world.rested((await releaseEdit(world, asking(), at)).sync.syncId);
    expect([record('users', 'u1')?.record.familyName, rolesIn('u1')]).toEqual([
      ...['Lovelace', ['r1 teacher s1', 'r9 aide s2']],
    ]);
  });
});

describe('a reference of a change', () => {
  const student = (userSourcedId: string, classSourcedId = 'c1') => ({
    ...{ sourcedId: 'e9', ...enrolled, userSourcedId, classSourcedId },
  });

  test('may name whoever is in the roster', async () => {
    await full(feed11());
    const sync = await changes({ enrollments: changeFile(enrollments, student('u3')) });
    expect([await told(sync), record('enrollments', 'e9')?.status]).toEqual([[], 'active']);
  });

  test.each([
    ['a user', student('nobody'), 'userSourcedId'],
    ['a class', student('u3', 'nowhere'), 'classSourcedId'],
  ])('to %s that nobody has drops its row, which is told by its place', async (_, row, column) => {
    await full(feed11());
    const sync = await changes({ enrollments: changeFile(enrollments, row) });
    expect(await told(sync)).toEqual([`enrollments.csv 2 ${column} dangling-reference`]);
    expect(record('enrollments', 'e9')).toBeUndefined();
    expect(sync.files).toEqual([{ file: 'enrollments.csv', rows: 1, accepted: 0, rejected: 1 }]);
    expect(sync.counts?.enrollments).toMatchObject({ received: 1, rejected: 1 });
  });

  test('to a row that falls falls with it, however far up', async () => {
    await full(feed11());
    const org = { sourcedId: 's9', name: 'New', type: 'school', parentSourcedId: 'nowhere' };
    const under = { sourcedId: 's8', name: 'Under', type: 'school', parentSourcedId: 's9' };
    const user = { ...ben, sourcedId: 'u9', orgSourcedIds: 's8' };
    const sync = await changes({
      orgs: changeFile(orgs, org, under),
      users: changeFile(users11, user),
      enrollments: changeFile(enrollments, student('u9')),
    });
    expect(await told(sync)).toEqual([
      'orgs.csv 2 parentSourcedId dangling-reference',
      'orgs.csv 3 parentSourcedId dangling-reference',
      'users.csv 2 orgSourcedIds dangling-reference',
      'enrollments.csv 2 userSourcedId dangling-reference',
    ]);
    expect([record('orgs', 's8'), record('users', 'u9')]).toEqual([undefined, undefined]);
  });

  test('to a parent that leads back by way of the roster drops its row', async () => {
    await full(feed11());
    const top = { sourcedId: 'd1', name: 'District', type: 'district', parentSourcedId: 's1' };
    const sync = await changes({ orgs: changeFile(orgs, top) });
    expect(await told(sync)).toEqual(['orgs.csv 2 parentSourcedId parent-loop']);
    expect(record('orgs', 'd1')?.record).not.toHaveProperty('parentId');
  });

  test('of a known record that names nobody leaves the record as it was', async () => {
    await full(feed11());
    const course = { sourcedId: 'c1', title: 'Maths 9', classType: 'scheduled', schoolSourcedId: 's1' };
    const more = { courseSourcedId: 'co9', termSourcedIds: 't1' };
    await changes({ classes: changeFile(classes, { ...course, ...more }) });
    expect(record('classes', 'c1')).toMatchObject({ status: 'active', record: { courseId: 'co1' } });
  });

  test('of a full set into a file that is left out is settled in the roster too', async () => {
    const without = feed11({ classes: undefined, courses: undefined, academicSessions: undefined });
    const first = await full(without);
    expect((await told(first)).filter((problem) => problem.endsWith('dangling-reference'))).toEqual([
      'enrollments.csv 2 classSourcedId dangling-reference',
      'enrollments.csv 3 classSourcedId dangling-reference',
    ]);
    expect(record('enrollments', 'e1')).toBeUndefined();
    await full(feed11());
    const again = await full(without, { accept: ['file-missing'] });
    expect([again.state, record('enrollments', 'e1')?.status]).toEqual(['applied', 'active']);
  });
});

describe('roles in a file of changes', () => {
  const role = (sourcedId: string, cells: Record<string, string>) => ({
    ...{ sourcedId, userSourcedId: 'u1', roleType: 'primary', role: 'teacher', orgSourcedId: 's1', ...cells },
  });
  const change = (...rows: Record<string, string>[]) =>
    changes({ roles: changeFile(roles, ...rows) }, { version: '1.2' });
  beforeEach(() => full(feed12()));

  test('are added, changed and taken away one by one', async () => {
    await change(role('r7', { role: 'aide', orgSourcedId: 's2' }));
    expect(rolesIn('u1')).toEqual(['r1 teacher s1', 'r7 aide s2']);
    await change(role('r7', { role: 'principal', orgSourcedId: 's2', dateLastModified: later }));
    expect(rolesIn('u1')).toEqual(['r1 teacher s1', 'r7 principal s2']);
    await change({ sourcedId: 'r1', userSourcedId: 'u1', status: 'tobedeleted' });
    expect(rolesIn('u1')).toEqual(['r7 principal s2']);
    expect(rolesIn('u2')).toEqual(['r2 student s1']);
  });

  test('are not taken by a change of the user alone', async () => {
    await changes({ users: changeFile(users121, ada) }, { version: '1.2' });
    expect([record('users', 'u1')?.record.familyName, rolesIn('u1')]).toEqual(['King', ['r1 teacher s1']]);
  });

  test('come with a new user of the same set', async () => {
    const users = changeFile(users121, { ...ada, sourcedId: 'u9' });
    const file = changeFile(roles, role('r9', { userSourcedId: 'u9' }));
    await changes({ users, roles: file }, { version: '1.2' });
    expect(rolesIn('u9')).toEqual(['r9 teacher s1']);
  });

  test('of a user or at an org that nobody has drop their row, and the user stays as they were', async () => {
    const sync = await change(
      role('r8', { userSourcedId: 'nobody' }),
      role('r7', { orgSourcedId: 'nowhere' }),
    );
    expect(await told(sync)).toEqual([
      'roles.csv 3 orgSourcedId dangling-reference',
      'roles.csv 2 userSourcedId dangling-reference',
    ]);
    expect(rolesIn('u1')).toEqual(['r1 teacher s1']);
  });

  test('stand beside users in full: who is missing goes, and roles that are not named stay', async () => {
    const users = `${feed12().users?.split('\n').slice(0, 2).join('\n')}\n`;
    const file = changeFile(roles, role('r7', { role: 'aide', orgSourcedId: 's2' }));
    const rest = { ...feed12(), users, roles: file };
    await changes(rest, { version: '1.2', full: Object.keys(rest).filter((name) => name !== 'roles') });
    expect(rolesIn('u1')).toEqual(['r1 teacher s1', 'r7 aide s2']);
    expect(record('users', 'u2')?.status).toBe('suspended');
  });

  test('in full beside changes of users are all that anybody has', async () => {
    const file = `${roles}\nr1,,,u1,primary,aide,,,s1,\n`;
    await changes({ users: changeFile(users121, ada), roles: file }, { version: '1.2', full: ['roles'] });
    expect([rolesIn('u1'), rolesIn('u2')]).toEqual([['r1 aide s1'], []]);
  });

  test('of somebody who is not active are not taken, and told', async () => {
    await changes(
      { users: changeFile(users121, { sourcedId: 'u1', status: 'tobedeleted' }) },
      { version: '1.2' },
    );
    const sync = await change(role('r7', { role: 'aide' }));
    expect(await told(sync)).toEqual(['users.csv  sourcedId inactive-user']);
    expect(rolesIn('u1')).toEqual(['r1 teacher s1']);
  });

  test('in full after changes are all that anybody has', async () => {
    await change(role('r7', { role: 'aide', orgSourcedId: 's2' }));
    await full(feed12());
    expect(rolesIn('u1')).toEqual(['r1 teacher s1']);
  });
});

describe('the gate before changes', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, at) => `x${at},,,true,s1,student,x${at},,G,F,,,,,,,09,\n`).join('');
  const large = feed11({ users: `${feed11().users}${many(80)}` });
  const small = { users: changeFile(users11, ben) };

  test('takes a few rows for what they are, and judges the next full feed by the last full one', async () => {
    await full(large);
    expect((await changes(small)).state).toBe('applied');
    expect((await full(feed11())).rejection?.code).toBe('other-district');
    expect((await full(large)).state).toBe('applied');
    expect((await full({ ...large, enrollments: undefined })).rejection?.code).toBe('file-missing');
  });

  test('lets a manifest alone pass once the feed has sent changes, and not before', async () => {
    await full(feed11());
    expect((await changes({})).rejection?.code).toBe('file-missing');
    await changes(small);
    const nothing = await changes({});
    expect([nothing.state, nothing.plan?.changes]).toEqual(['applied', 0]);
    expect((await full({ ...feed11(), enrollments: undefined })).rejection?.code).toBe('file-missing');
  });

  test('refuses changes without a column that full feeds have, as they would empty it', async () => {
    await full(feed11());
    const renamed = { users: changeFile(users11.replace('email', 'e_mail'), ben) };
    expect((await changes(renamed)).rejection).toMatchObject({ code: 'columns-changed', column: 'email' });
  });

  test('takes no change of a session of last year for a feed of last year', async () => {
    await full(feed11());
    const last = {
      ...{ sourcedId: 'y0', title: 'Last year', type: 'schoolYear', schoolYear: '2026' },
      ...{ startDate: '2025-08-01', endDate: '2026-07-01' },
    };
    const sync = await changes({ academicSessions: changeFile(headers.academicSessions, last) });
    expect(sync.state).toBe('applied');
  });

  test('counts no run of changes as one that misses somebody', async () => {
    const removal = { afterRuns: 2, graceDays: 365 };
    const twoRuns = { ...open, removal };
    const { users = '' } = feed11();
    const missing = feed11({ users: users.replace(/u3.*\n/, '') });
    await world.syncFiles(sourcesOf(feed11()), twoRuns);
    await world.syncFiles(sourcesOf(missing), twoRuns);
    await world.syncFiles(changeSources(small), twoRuns);
    expect(record('users', 'u3')?.status).toBe('active');
    await world.syncFiles(sourcesOf(missing), twoRuns);
    expect(record('users', 'u3')?.status).toBe('suspended');
  });

  test('takes changes before any full feed for what there is', async () => {
    const files = Object.fromEntries(
      Object.entries(feed11()).map(([name, text]) => [
        name,
        text?.replaceAll(/^(\w+),,,/gm, '$1,active,2026-11-20T05:00:00Z,'),
      ]),
    );
    const sync = await changes(files);
    expect([sync.state, await told(sync), record('enrollments', 'e1')?.status]).toEqual([
      'applied',
      [],
      'active',
    ]);
  });
});

test('a full feed that fills its states and times is still full: who is missing goes', async () => {
  await full(feed11());
  const { users = '', enrollments: rows = '' } = feed11();
  const filled = (text: string) => text.replaceAll(/^(\w+),,,/gm, '$1,active,2026-11-20T05:00:00Z,');
  const feed = feed11({ users: filled(users.replace(/u3.*\n/, '')), enrollments: filled(rows) });
  expect((await full(feed)).counts?.users.suspended).toBe(1);
});

test('changes leave a partition that they do not name as the last full feed made it', async () => {
  await full(withRow(feed11(), 'courses', 'co2,,,y1,Art,A1,09,d1,,'));
  const manifestOf = async () => {
    const { value } = await world.ledger.lane('d-1');
    return JSON.parse(await world.objects.get(value.committed.manifest ?? '')) as {
      kinds: Record<string, unknown>;
    };
  };
  const before = await manifestOf();
  await changes({ users: changeFile(users11, ben) });
  const { kinds } = await manifestOf();
  expect(kinds.courses).toEqual(before.kinds.courses);
  expect(kinds.users).not.toEqual(before.kinds.users);
});
