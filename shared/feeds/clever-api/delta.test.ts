import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CalmWorld } from '../../../test/builders/calm-world.ts';
import { type Done, filesOf, pulled } from '../../../test/builders/clever-pull.ts';
import { CleverStandIn } from '../../../test/vendors/clever.ts';
import {
  aContact,
  aDistrict,
  aSection,
  aStudent,
  aTeacher,
  clever,
} from '../../../test/vendors/clever-district.ts';
import type { FeedRow } from '../../roster/feed-reading.ts';
import { openFeed } from '../open-feed.ts';
import type { PullCursor } from '../pulling.ts';
import { Page } from './answers.ts';
import { Changes } from './changes.ts';

const day = 24 * 3_600_000;
const begin = Date.parse('2026-11-01T06:00:00Z');

/** A district that was pulled once, with an event before. */
async function pulledOnce(set = aDistrict()) {
  const clock = { time: begin };
  const standIn = new CleverStandIn(set, () => clock.time);
  standIn.change('schools', clever.school(0), { name: 'North' });
  const now = () => clock.time;
  const full = await pulled(standIn, now);
  const next = (since: PullCursor | undefined = full.cursor) => pulled(standIn, now, { since });
  return { clock, standIn, full, next };
}

async function rowsOf(done: Done): Promise<FeedRow[]> {
  const rows: FeedRow[] = [];
  for await (const row of (await openFeed(filesOf(done))).rows) rows.push(row);
  return rows;
}

/** `id status` of the records of one entity. */
async function told(done: Done, entity: string): Promise<string[]> {
  return (await rowsOf(done)).flatMap((row) =>
    row.kind === 'record' && row.entity === entity ? [`${row.sourcedId} ${row.status}`] : [],
  );
}

const problemsIn = (rows: readonly FeedRow[]) => rows.filter(({ kind }) => kind === 'problem');
const enrollment = (section: number, user: string, role = 'student') =>
  `${clever.section(section)}/${user}/${role}`;

/** The active roster that readers see. */
function rosterOf(world: CalmWorld): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(world.allSeen()).filter(
      ([key, value]) => key.startsWith('roster\t') && (value as { status: string }).status === 'active',
    ),
  );
}

async function take(world: CalmWorld, done: Done): Promise<void> {
  const sync = await world.syncFiles(filesOf(done), { feed: 'clever' });
  const settled = sync.state === 'held' ? await world.approve(sync) : sync;
  expect(settled.state).toBe('applied');
}

describe('a pull of changes', () => {
  test('has only what changed, and takes nothing away by what it leaves out', async () => {
    const { standIn, next } = await pulledOnce();
    standIn.change('users', clever.student(1), { email: 'new@example.org' });
    const done = await next();
    expect(done.mode).toBe('delta');
    expect(await told(done, 'users')).toEqual([`${clever.student(1)} active`]);
    expect(await told(done, 'classes')).toEqual([]);
    const feed = await openFeed(filesOf(done));
    expect([...feed.complete]).toEqual([]);
    const rows = await rowsOf(done);
    expect(rows.find((row) => row.kind === 'file' && row.entity === 'users')).toMatchObject({
      mode: 'delta',
      rows: 1,
    });
    expect(problemsIn(rows)).toEqual([]);
  });

  test('marks whoever left a section, be they students or teachers', async () => {
    const { standIn, next } = await pulledOnce();
    const moved = aSection(0, [0, 4, 9], [1]);
    standIn.put('sections', moved);
    expect(await told(await next(), 'enrollments')).toEqual([
      `${enrollment(0, clever.teacher(1), 'teacher')} active`,
      ...[0, 4, 9].map((at) => `${enrollment(0, clever.student(at))} active`),
      `${enrollment(0, clever.teacher(0), 'teacher')} tobedeleted`,
      `${enrollment(0, clever.student(8))} tobedeleted`,
    ]);
  });

  test('of a section that is gone takes its enrollments, also of those who left it just before', async () => {
    const { standIn, next } = await pulledOnce();
    standIn.change('sections', clever.section(0), { students: [clever.student(0)] });
    standIn.remove('sections', clever.section(0));
    const done = await next();
    expect(await told(done, 'classes')).toEqual([`${clever.section(0)} tobedeleted`]);
    const enrollments = await told(done, 'enrollments');
    expect(enrollments.every((one) => one.endsWith(' tobedeleted'))).toBe(true);
    expect(enrollments).toHaveLength(5);
  });

  test('tells the last state of what was deleted, came back and changed', async () => {
    const { standIn, next } = await pulledOnce();
    standIn.remove('users', clever.student(2));
    standIn.put('users', aStudent(2));
    standIn.change('users', clever.student(2), { email: 'last@example.org' });
    const rows = await rowsOf(await next());
    expect(rows.filter((row) => row.kind === 'record' && row.entity === 'users')).toMatchObject([
      { sourcedId: clever.student(2), status: 'active', record: { email: 'last@example.org' } },
    ]);
  });

  test('asks again for what an event does not have, and takes what is not shared any more as deleted', async () => {
    const { standIn, next } = await pulledOnce();
    const bare = (id: string) => ({ id, district: clever.district });
    standIn.logEvent('users.updated', bare(clever.student(3)), { email: 'x' });
    standIn.logEvent('sections.updated', bare(clever.section(1)), { name: 'x' });
    standIn.logEvent('users.updated', bare('5unshared'), { email: 'x' });
    const done = await next();
    expect(done.mode).toBe('delta');
    expect(await told(done, 'users')).toEqual([`${clever.student(3)} active`, '5unshared tobedeleted']);
    expect(await told(done, 'classes')).toEqual([`${clever.section(1)} active`]);
  });

  test('takes an update and a deletion of what nobody knew', async () => {
    const { standIn, full, next } = await pulledOnce();
    const world = new CalmWorld();
    await take(world, full);
    standIn.logEvent('users.updated', aTeacher(70), { email: 'x' });
    standIn.logEvent('users.deleted', aTeacher(71));
    await take(world, await next());
    const status = (id: string) =>
      (world.seen(`roster\tusers\t${id}`) as { status: string } | undefined)?.status;
    expect([status(clever.teacher(70)), status(clever.teacher(71))]).toEqual(['active', 'tobedeleted']);
  });

  test('has a student’s contacts anew where one of them came, went or changed', async () => {
    const { standIn, full, next } = await pulledOnce();
    const world = new CalmWorld();
    await take(world, full);
    const agentsOf = (student: number) =>
      (world.seen(`roster\tusers\t${clever.student(student)}`) as { record: { agentIds?: string[] } }).record
        .agentIds;
    expect(agentsOf(0)).toEqual([clever.contact(0)]);
    standIn.put('users', aContact(0, [3]));
    standIn.put('users', aContact(50, [0, 3]));
    const first = await next();
    await take(world, first);
    expect([agentsOf(0), agentsOf(3)]).toEqual([
      [clever.contact(50)],
      [clever.contact(0), clever.contact(1), clever.contact(50)],
    ]);
    standIn.remove('users', clever.contact(50));
    await take(world, await next(first.cursor));
    expect([agentsOf(0), agentsOf(3)]).toEqual([undefined, [clever.contact(0), clever.contact(1)]]);
  });

  test('with nothing new says so, and goes on from the same event', async () => {
    const { full, next } = await pulledOnce();
    const done = await next();
    expect([done.mode, done.cursor?.event]).toEqual(['delta', full.cursor?.event]);
    expect(await told(done, 'users')).toEqual([]);
  });

  test('drops events that come twice, on whatever page', async () => {
    const { standIn, next } = await pulledOnce();
    standIn.put('sections', aSection(0, [1, 2], [0]));
    standIn.put('sections', aSection(0, [3], [0]));
    const once = await next();
    standIn.repeatEvents(2);
    const twice = await next();
    expect(twice.mode).toBe('delta');
    expect(twice.items).toEqual(once.items);
  });
});

describe('a full pull is made, and says why', () => {
  test.each([
    ['after more than 30 days', 31, /over 30 days/],
    ['a week after the last full one', 8, /over 7 days/],
  ])('%s', async (_, days, why) => {
    const { clock, next } = await pulledOnce();
    clock.time += days * day;
    expect(await next()).toMatchObject({ mode: 'full', why: expect.stringMatching(why) });
  });

  test('where the last event has left the log', async () => {
    const { clock, standIn, full, next } = await pulledOnce();
    clock.time += 31 * day;
    standIn.change('users', clever.student(1), { email: 'new@example.org' });
    const recent = new Date(clock.time).toISOString();
    const since = { ...full.cursor, at: recent, fullAt: recent };
    expect(await next(since)).toMatchObject({ mode: 'full', why: expect.stringContaining('last event') });
  });

  test('where the district logs no events', async () => {
    const standIn = new CleverStandIn(aDistrict(), () => begin);
    const { cursor } = await pulled(standIn, () => begin);
    const again = await pulled(standIn, () => begin, { since: cursor });
    expect(again).toMatchObject({ mode: 'full', why: expect.stringContaining('no event') });
  });

  test('where a section changed in an event that is not in the log', async () => {
    const { standIn, next } = await pulledOnce();
    standIn.put('sections', aSection(0, [1], [0]));
    standIn.put('sections', aSection(0, [2], [0]));
    standIn.put('sections', aSection(0, [3], [0]));
    standIn.loseEvent(2);
    expect(await next()).toMatchObject({ mode: 'full', why: expect.stringContaining('gap') });
  });

  test.each([
    ['sections.updated', aSection(0, [1], [0])],
    ['users.updated', aContact(0, [1])],
  ])('where %s does not say what was before', async (type, object) => {
    const { standIn, next } = await pulledOnce();
    standIn.logEvent(type, object);
    expect(await next()).toMatchObject({ mode: 'full', why: expect.stringContaining('former state') });
  });

  test('where so much changed that it takes fewer requests', async () => {
    const { standIn, next } = await pulledOnce(aDistrict({ students: 600 }));
    for (const { id } of standIn.all('users')) standIn.change('users', id, { email: 'all@example.org' });
    expect(await next()).toMatchObject({ mode: 'full', why: 'too many changes' });
  });
});

const step = fc.record({
  kind: fc.constantFrom(
    'move',
    'leave',
    'join',
    'rename',
    'section',
    'close',
    'teacher',
    'relate',
    'orphan',
    'term',
  ),
  who: fc.nat(11),
  where: fc.nat(4),
});
type Step = { kind: string; who: number; where: number };

function act(standIn: CleverStandIn, { kind, who, where }: Step): void {
  const section = standIn.get('sections', clever.section(where));
  const students = (section?.students as string[] | undefined) ?? [];
  const student = clever.student(who);
  const isThere = standIn.get('users', student) !== undefined;
  switch (kind) {
    case 'move':
      if (section && isThere)
        standIn.put('sections', { ...section, students: [...students.slice(1), student] });
      break;
    case 'leave':
      standIn.remove('users', student);
      break;
    case 'join':
      standIn.put('users', aStudent(who, { grade: String(where + 1) }));
      break;
    case 'rename':
      if (isThere)
        standIn.change('users', student, { name: { first: `New${where}`, middle: null, last: 'Name' } });
      break;
    case 'section':
      standIn.put('sections', aSection(where, [], [where % 4]));
      break;
    case 'close':
      standIn.remove('sections', clever.section(where));
      break;
    case 'teacher':
      if (section)
        standIn.put('sections', { ...section, teacher: clever.teacher(0), teachers: [clever.teacher(0)] });
      break;
    case 'relate':
      if (isThere) standIn.put('users', aContact(where, [who]));
      break;
    case 'orphan':
      standIn.remove('users', clever.contact(where));
      break;
    default:
      standIn.change('terms', clever.term(0), { end_date: `2026-12-${10 + who}` });
  }
}

test('a full pull and the changes after it, some of them twice, are the roster of a later full pull', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { maxLength: 6 }), { minLength: 1, maxLength: 3 }),
      async (rounds) => {
        const { standIn, full, next } = await pulledOnce();
        const world = new CalmWorld(50);
        await take(world, full);
        let earlier = full.cursor;
        let last = full.cursor;
        for (const round of rounds) {
          for (const one of round) act(standIn, one);
          const done = await next(last);
          expect(done.mode).toBe('delta');
          await take(world, done);
          const once = rosterOf(world);
          await take(world, await next(earlier));
          expect(rosterOf(world)).toEqual(once);
          [earlier, last] = [last, done.cursor];
        }
        const anew = new CalmWorld(50);
        await take(anew, await pulled(standIn, () => begin));
        expect(rosterOf(world)).toEqual(rosterOf(anew));
      },
    ),
    { numRuns: 25 },
  );
}, 60_000);

test('a recorded page of events is read, whose older kinds are no part of a roster here', () => {
  const text = readFileSync('../shared/data/clever-ruby/spec/events.json', 'utf8');
  const { data } = Page.parse(JSON.parse(text));
  expect(data).toHaveLength(5);
  const older = new Changes();
  for (const { data: event } of data) older.add(event);
  expect(older.last.users.size).toBe(0);
  // The same students as version 3 has them: in a role of a user.
  const newer = new Changes();
  for (const { data: event } of data) {
    const { type, data: told, ...rest } = event as { type: string; data: { object: { id: string } } };
    const { id, ...student } = told.object;
    newer.add({
      ...rest,
      type: type.replace('students', 'users'),
      data: { ...told, object: { id, roles: { student } } },
    });
  }
  expect([...newer.last.users].map(([id, { isDeleted }]) => [id.slice(-3), isDeleted])).toEqual([
    ['3ed', false],
    ['3ee', false],
    ['3ef', false],
    ['76d', true],
    ['450', false],
  ]);
});
