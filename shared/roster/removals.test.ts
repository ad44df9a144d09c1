import { describe, expect, test } from 'vitest';
import { CalmWorld, type Records } from '../../test/builders/calm-world.ts';
import type { ClassRecord, Enrollment, Org, User } from './records.ts';
import { defaultRemoval, normalSeason } from './season.ts';
import type { Sync } from './sync.ts';
import { approveSync } from './sync-desk.ts';

const district = 'd-1';
const hour = 3_600_000;

const schoolsOf = (count: number): Org[] => [
  { sourcedId: 'd', name: 'District', type: 'district' },
  ...Array.from({ length: count }, (_, i) => ({
    sourcedId: `s${i}`,
    name: `School ${i}`,
    type: 'school',
    parentId: 'd',
  })),
];
const user = (sourcedId: string, role: string, orgId: string, grade?: string): User => ({
  sourcedId,
  enabledUser: true,
  givenName: 'Given',
  familyName: 'Family',
  ...(grade === undefined ? {} : { grades: [grade] }),
  roles: [{ roleType: 'primary', role, orgId }],
});
/** Each school has as many students, numbered through. */
const studentsAt = (schools: number, each: number): User[] =>
  Array.from({ length: schools * each }, (_, i) => user(`u${i}`, 'student', `s${Math.floor(i / each)}`));
const withoutFirst = (records: { orgs: Org[]; users: User[] }, count: number) => ({
  ...records,
  users: records.users.slice(count),
});
const held = ({ state, hold }: Sync) => ({ state, ...hold });
const statusOf = (world: CalmWorld, id: string) =>
  (world.seen(`roster\tusers\t${id}`) as { status: string } | undefined)?.status;

function sums({ counts }: Sync): void {
  for (const c of Object.values(counts ?? {}))
    expect(c.received).toBe(c.unchanged + c.created + c.updated + c.reactivated + c.marked + c.rejected);
}

describe('of students who are missing', () => {
  const whole = { orgs: schoolsOf(1), users: studentsAt(1, 100) };

  test('30 % are held, and approved once', async () => {
    const world = new CalmWorld();
    await world.syncRoster(whole);
    const sync = await world.syncRoster(withoutFirst(whole, 30));
    expect(held(sync)).toEqual({ state: 'held', reason: 'guard', remaining: 30 });
    expect(statusOf(world, 'u0')).toBe('active');
    const asked = { district, syncId: sync.syncId, planHash: sync.plan?.hash ?? '', by: 'ann' };
    await approveSync(world, asked);
    const done = await world.rested(sync.syncId);
    sums(done);
    expect([done.state, done.counts?.users.suspended, statusOf(world, 'u0')]).toEqual([
      'applied',
      30,
      'suspended',
    ]);
    await expect(approveSync(world, asked)).rejects.toMatchObject({ code: 'not-held' });
  });

  test('what is held says which roles it would take', async () => {
    const world = new CalmWorld();
    const teachers = Array.from({ length: 12 }, (_, i) => user(`t${i}`, 'teacher', 's0'));
    await world.syncRoster({ orgs: whole.orgs, users: teachers });
    const sync = await world.syncRoster({ orgs: whole.orgs, users: teachers.slice(6) });
    const [first] = await world.heldOf(sync);
    expect(first?.effect).toContainEqual({ system: 'hmh', gained: [], lost: ['teacher@school:s0'] });
  });

  test('five drips of 4 % in a day are held before they come to much', async () => {
    const world = new CalmWorld();
    await world.syncRoster(whole);
    const states: string[] = [];
    for (let drip = 1; drip <= 5; drip++) {
      world.pass(4 * hour);
      states.push((await world.syncRoster(withoutFirst(whole, 4 * drip))).state);
    }
    expect(states).toEqual(['applied', 'applied', 'held', 'held', 'held']);
    expect(statusOf(world, 'u8')).toBe('active');
  });

  test('those who came back count no more', async () => {
    const world = new CalmWorld();
    await world.syncRoster(whole);
    await world.syncRoster(withoutFirst(whole, 8));
    await world.syncRoster(whole);
    expect((await world.syncRoster(withoutFirst(whole, 8))).state).toBe('applied');
  });

  test('what somebody has approved does not hold the next leavers', async () => {
    const world = new CalmWorld();
    await world.syncRoster(whole);
    const { syncId, plan } = await world.syncRoster(withoutFirst(whole, 30));
    await approveSync(world, { district, syncId, planHash: plan?.hash ?? '', by: 'ann' });
    await world.deliver();
    expect((await world.syncRoster(withoutFirst(whole, 32))).state).toBe('applied');
  });
});

test('one school of ten is empty: the leavers of nine go, those of the one are held, and are approved by themselves', async () => {
  const world = new CalmWorld();
  const whole = { orgs: schoolsOf(10), users: studentsAt(10, 20) };
  await world.syncRoster(whole);
  const more = [...whole.users, user('new', 'student', 's5')];
  const users = more.filter(({ sourcedId, roles }) => sourcedId !== 'u199' && roles[0]?.orgId !== 's0');
  // Twenty of two hundred are no breach of the district, nor are twenty-one.
  const sync = await world.syncRoster(
    { orgs: whole.orgs, users },
    { guard: { percent: 11, atLeast: 5, onBreach: 'hold-removals' } },
  );
  expect(held(sync)).toEqual({ state: 'held', reason: 'guard', remaining: 20 });
  expect(sync.guardReport?.breaches).toMatchObject([
    { entity: 'users', school: 's0' },
    { entity: 'users', school: 's0', role: 'student' },
  ]);
  expect([statusOf(world, 'new'), statusOf(world, 'u199'), statusOf(world, 'u0')]).toEqual([
    'active',
    'suspended',
    'active',
  ]);
  await approveSync(world, { district, syncId: sync.syncId, planHash: sync.plan?.hash ?? '', by: 'ann' });
  const done = await world.rested(sync.syncId);
  sums(done);
  expect([done.state, done.counts?.users.suspended, statusOf(world, 'u0')]).toEqual([
    'applied',
    21,
    'suspended',
  ]);
});

test('people who stay and lose their roles by a feed are held like people who go', async () => {
  const world = new CalmWorld();
  const orgs = schoolsOf(1);
  const all = (role: string) => Array.from({ length: 20 }, (_, i) => user(`t${i}`, role, 's0'));
  await world.syncRoster({ orgs, users: all('teacher') });
  const sync = await world.syncRoster({ orgs, users: all('relative') });
  expect(sync.state).toBe('held');
  expect(world.rolesOf('t0')).toContain('hmh teacher');
  await approveSync(world, { district, syncId: sync.syncId, planHash: sync.plan?.hash ?? '', by: 'ann' });
  expect((await world.rested(sync.syncId)).state).toBe('applied');
  expect(world.rolesOf('t0')).not.toContain('hmh teacher');
});

describe('where three good runs have to miss a record', () => {
  const removal = { ...defaultRemoval, afterRuns: 3 };
  const whole = { orgs: schoolsOf(1), users: studentsAt(1, 20) };
  const gone = withoutFirst(whole, 1);

  test('it goes with the third, and comes back whole', async () => {
    const world = new CalmWorld();
    await world.syncRoster(whole, { removal });
    const before = world.seen('roster\tusers\tu0');
    const seen: unknown[] = [];
    for (let run = 1; run <= 4; run++) {
      const { counts } = await world.syncRoster(gone, { removal });
      seen.push([statusOf(world, 'u0'), counts?.users.missing, counts?.users.suspended]);
    }
    expect(seen).toEqual([
      ['active', 1, 0],
      ['active', 1, 0],
      ['suspended', undefined, 1],
      ['suspended', undefined, 0],
    ]);
    expect((await world.syncRoster(whole, { removal })).counts?.users.reactivated).toBe(1);
    expect(world.seen('roster\tusers\tu0')).toEqual(before);
  });

  test('one that is there again has to be missed three times anew', async () => {
    const world = new CalmWorld();
    for (const records of [whole, gone, gone, whole, gone, gone])
      await world.syncRoster(records, { removal });
    expect(statusOf(world, 'u0')).toBe('active');
  });

  test('an approval of what was held is no run more', async () => {
    const world = new CalmWorld();
    await world.syncRoster(whole, { removal });
    await world.syncRoster(withoutFirst(whole, 8), { removal });
    await world.syncRoster(withoutFirst(whole, 9), { removal });
    const sync = await world.syncRoster(withoutFirst(whole, 9), { removal });
    expect(held(sync)).toEqual({ state: 'held', reason: 'guard', remaining: 8 });
    await approveSync(world, { district, syncId: sync.syncId, planHash: sync.plan?.hash ?? '', by: 'ann' });
    expect((await world.rested(sync.syncId)).state).toBe('applied');
    expect([statusOf(world, 'u7'), statusOf(world, 'u8')]).toEqual(['suspended', 'active']);
  });
});

describe('a season', () => {
  const whole = { orgs: schoolsOf(1), users: studentsAt(1, 20) };

  test('that is frozen holds whatever comes, for an approval', async () => {
    const world = new CalmWorld();
    await world.syncRoster(whole);
    const season = { ...normalSeason, mode: 'frozen' as const };
    const more = { ...whole, users: [...whole.users, user('new', 'student', 's0')] };
    expect((await world.syncRoster(whole, { season })).state).toBe('applied');
    const sync = await world.syncRoster(more, { season });
    expect([sync.state, sync.hold?.reason, statusOf(world, 'new')]).toEqual(['held', 'season', undefined]);
    await approveSync(world, { district, syncId: sync.syncId, planHash: sync.plan?.hash ?? '', by: 'ann' });
    expect((await world.rested(sync.syncId)).state).toBe('applied');
    expect(statusOf(world, 'new')).toBe('active');
  });

  test('in which things are only added takes nobody away, and afterwards it does', async () => {
    const world = new CalmWorld();
    await world.syncRoster(whole);
    const season = { ...normalSeason, mode: 'add-only' as const };
    const gone = {
      ...withoutFirst(whole, 1),
      users: [...whole.users.slice(1), user('new', 'student', 's0')],
    };
    const sync = await world.syncRoster(gone, { season });
    expect([sync.state, sync.counts?.users.missing, statusOf(world, 'u0'), statusOf(world, 'new')]).toEqual([
      'applied',
      1,
      'active',
      'active',
    ]);
    await world.syncRoster(gone);
    expect(statusOf(world, 'u0')).toBe('suspended');
  });
});

describe('a rollover of 10,000 people', () => {
  const perGrade = 700;
  const schools = ['elementary', 'middle', 'high'].map(
    (name): Org => ({ sourcedId: name, name, type: 'school', parentId: 'd' }),
  );
  const orgs: Org[] = [{ sourcedId: 'd', name: 'District', type: 'district' }, ...schools];
  const schoolOf = (grade: number) => (grade <= 5 ? 'elementary' : grade <= 8 ? 'middle' : 'high');
  const code = (grade: number) => (grade === 0 ? 'KG' : String(grade).padStart(2, '0'));
  const teachers = Array.from({ length: 900 }, (_, i) =>
    user(`t${i}`, 'teacher', schools[i % 3]?.sourcedId ?? ''),
  );

  /** Whoever began in `year` is in grade 0 then; each class has one teacher and the students of a grade. */
  function district(year: number): Required<Pick<Records, 'orgs' | 'users' | 'classes' | 'enrollments'>> {
    const students: User[] = [];
    const classes: ClassRecord[] = [];
    const enrollments: Enrollment[] = [];
    for (let grade = 0; grade <= 12; grade++) {
      const classId = `${year}-class-${grade}`;
      const schoolId = schoolOf(grade);
      classes.push({ sourcedId: classId, title: `Grade ${grade}`, classType: 'scheduled', schoolId });
      enrollments.push({
        sourcedId: `${classId}-t`,
        classId,
        schoolId,
        userId: `t${grade}`,
        role: 'teacher',
      });
      for (let i = 0; i < perGrade; i++) {
        const id = `b${year - grade}-${i}`;
        students.push(user(id, 'student', schoolId, code(grade)));
        enrollments.push({ sourcedId: `${classId}-${i}`, classId, schoolId, userId: id, role: 'student' });
      }
    }
    return { orgs, users: [...students, ...teachers], classes, enrollments };
  }

  test('is one approval, suspends nobody but graduates and leavers, and keeps the history of classes', async () => {
    const world = new CalmWorld(1000);
    await world.syncRoster(district(2026));
    const next = district(2027);
    const leavers = new Set(['b2020-0', 'b2021-0', 't800']);
    const users = next.users.filter(({ sourcedId }) => !leavers.has(sourcedId));
    const enrollments = next.enrollments.filter(({ userId }) => !leavers.has(userId));
    const season = { ...normalSeason, mode: 'rollover' as const, trailOffDays: { hmh: 14 } };
    const sync = await world.syncRoster({ ...next, users, enrollments }, { season });
    expect([sync.state, sync.hold?.reason]).toEqual(['held', 'season']);
    expect(sync.guardReport?.breaches).toEqual([]);
    await approveSync(world, {
      district: 'd-1',
      syncId: sync.syncId,
      planHash: sync.plan?.hash ?? '',
      by: 'ann',
    });
    const done = await world.rested(sync.syncId);
    sums(done);
    expect(done.state).toBe('applied');
    expect(done.counts?.users).toMatchObject({
      created: perGrade,
      updated: perGrade * 12 - 2,
      suspended: perGrade + 3,
    });
    expect(done.counts?.classes).toMatchObject({ created: 13, suspended: 0, missing: 13 });
    expect([statusOf(world, 'b2014-0'), statusOf(world, 'b2020-0'), statusOf(world, 'b2020-1')]).toEqual([
      'suspended',
      'suspended',
      'active',
    ]);
    const old = () => world.seen('roster\tclasses\t2026-class-3');
    expect(old()).toMatchObject({ status: 'active' });
    const normal = { season: { ...season, mode: 'normal' as const } };
    world.pass(13 * 24 * hour);
    await world.syncRoster({ ...next, users, enrollments }, normal);
    expect(old()).toMatchObject({ status: 'active' });
    world.pass(24 * hour);
    const last = await world.syncRoster({ ...next, users, enrollments }, normal);
    expect([last.state, last.counts?.classes.suspended]).toEqual(['applied', 13]);
    expect(old()).toMatchObject({
      status: 'suspended',
      record: { title: 'Grade 3', schoolId: 'elementary' },
    });
  }, 60_000);
});

test('one school of many that loses a role is held, and so are five drips of it', async () => {
  const world = new CalmWorld(1000);
  const orgs = schoolsOf(10);
  const teachers = studentsAt(10, 20).map((one) => ({
    ...one,
    roles: one.roles.map((role) => ({ ...role, role: 'teacher' })),
  }));
  const without = (count: number, from = 0) =>
    teachers.map((one, i) =>
      i >= from && i < from + count
        ? {
            ...one,
            roles: [{ roleType: 'primary' as const, role: 'relative', orgId: one.roles[0]?.orgId ?? '' }],
          }
        : one,
    );
  await world.syncRoster({ orgs, users: teachers });
  const school = await world.syncRoster({ orgs, users: without(20) });
  expect(school.state).toBe('held');
  expect(school.guardReport?.roles?.breaches).toContainEqual(
    expect.objectContaining({ system: 'hmh', role: 'teacher', school: 's0', lost: 20 }),
  );
  const spread = (count: number) =>
    teachers.map((one, i) => (i % 20 < count ? (without(1, i)[i] ?? one) : one));
  const states: string[] = [];
  for (let drip = 1; drip <= 4; drip++) {
    world.pass(hour);
    states.push((await world.syncRoster({ orgs, users: spread(drip) })).state);
  }
  expect(states).toEqual(['applied', 'applied', 'held', 'held']);
});

test('a class that comes back after a rollover is whole again for checks', async () => {
  const world = new CalmWorld(1000);
  const orgs = schoolsOf(1);
  const users = [...studentsAt(1, 10), user('t', 'teacher', 's0')];
  const classes: ClassRecord[] = [{ sourcedId: 'c', title: 'C', classType: 'scheduled', schoolId: 's0' }];
  const enrollments: Enrollment[] = [
    { sourcedId: 'e', classId: 'c', schoolId: 's0', userId: 't', role: 'teacher' },
  ];
  const whole = { orgs, users, classes, enrollments };
  await world.syncRoster(whole);
  const before = world.seen('access\tperson\tt');
  const season = { ...normalSeason, mode: 'rollover' as const, trailOffDays: { hmh: 14 } };
  const gone = await world.syncRoster({ orgs, users }, { season });
  if (gone.state === 'held')
    await approveSync(world, { district, syncId: gone.syncId, planHash: gone.plan?.hash ?? '', by: 'ann' });
  await world.deliver();
  expect(world.seen('access\tperson\tt')).not.toEqual(before);
  await world.syncRoster(whole);
  expect(world.seen('access\tperson\tt')).toEqual(before);
});

test('single people that are looked at again, and a freeze, are no good runs more', async () => {
  const removal = { ...defaultRemoval, afterRuns: 2 };
  const whole = { orgs: schoolsOf(1), users: studentsAt(1, 20) };
  const world = new CalmWorld();
  await world.syncRoster(whole, { removal });
  const gone = withoutFirst(whole, 1);
  for (let look = 0; look < 3; look++) await world.syncRoster(gone, { removal, only: { users: ['u0'] } });
  await world.syncRoster(gone, { removal, season: { ...normalSeason, mode: 'frozen' } });
  expect((await world.syncRoster(gone, { removal })).counts?.users.missing).toBe(1);
  expect(statusOf(world, 'u0')).toBe('active');
  await world.syncRoster(gone, { removal });
  expect(statusOf(world, 'u0')).toBe('suspended');
});

test('a feed that is refused leaves what waits for an approval', async () => {
  const world = new CalmWorld();
  const whole = { orgs: schoolsOf(1), users: studentsAt(1, 100) };
  await world.syncRoster(whole);
  const sync = await world.syncRoster(withoutFirst(whole, 30));
  expect((await world.syncRoster(withoutFirst(whole, 80))).state).toBe('rejected');
  await approveSync(world, { district, syncId: sync.syncId, planHash: sync.plan?.hash ?? '', by: 'ann' });
  expect((await world.rested(sync.syncId)).state).toBe('applied');
});
