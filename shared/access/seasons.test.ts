import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  aClass,
  anAssignment,
  aPerson,
  aStudent,
  asking,
  atSchool,
  enrolled,
  facts,
  theUser,
  viewing,
} from '../../test/builders/access-facts.ts';
import { engineOf } from './engine.ts';
import { evaluate } from './evaluate.ts';
import type { CheckFacts, ClassFacts, Membership, Person, ResourceFacts, SeasonDays } from './facts.ts';
import { inSeason } from './seasons.ts';
import { shippedCatalogues } from './shipped-catalogues.ts';

const aSeason = (leadIn: number, trailOff: number, system = 'hmh'): SeasonDays => ({
  feed: 'main',
  leadInDays: { [system]: leadIn },
  trailOffDays: { [system]: trailOff },
});

const role = anAssignment('teacher', atSchool('s-3'), { source: 'roster' });
const teaching = (membership: Partial<Membership>): Person =>
  aPerson('u-17', { memberships: [enrolled('c-9', 'teacher', membership)], assignments: [role] });
const attending = (membership: Partial<Membership>): ResourceFacts => ({
  type: 'student',
  id: 'st-1',
  person: aPerson('st-1', { student: true, memberships: [enrolled('c-9', 'student', membership)] }),
});
const ended = (day: string): ResourceFacts => ({
  type: 'class',
  id: 'c-9',
  class: { status: 'active', schoolId: 's-3', ended: day },
});

type Asked = { subject: Person; about?: ResourceFacts; season?: SeasonDays; today: string; action?: string };

function known({ subject, about = aClass('c-9'), season }: Asked): CheckFacts & { resource: ResourceFacts } {
  const plain = facts(subject, about, viewing);
  return { ...plain, district: { ...plain.district, ...(season && { season }) } };
}

/** What both ways of deciding answer. */
function answer(asked: Asked) {
  const all = known(asked);
  const question = asking(all, asked.action ?? 'hmh:roster.view', { platform: 'Ed' });
  const { decision, reason } = evaluate(shippedCatalogues, all, question, {
    today: asked.today,
    explain: true,
  });
  expect(engineOf(shippedCatalogues).allows(all, question, asked.today)).toBe(decision);
  return { decision, reason };
}

const isAllowed = (asked: Asked): boolean => answer(asked).decision;

/** Day 0 is 2027-11-01, so that the days lie on both sides of a new year and of a leap day. */
const on = (number: number) => new Date(Date.UTC(2027, 10, 1 + number)).toISOString().slice(0, 10);

describe('staff', () => {
  test('hold a class from its lead-in until its trail-off, and no day more', () => {
    const day = fc.integer({ min: 0, max: 150 });
    const days = fc.integer({ min: 0, max: 120 });
    fc.assert(
      fc.property(
        day,
        fc.integer({ min: 1, max: 100 }),
        days,
        days,
        day,
        (begin, length, lead, trail, now) => {
          const end = begin + length;
          const subject = teaching({ begin: on(begin), end: on(end) });
          const season = aSeason(lead, trail);
          expect(isAllowed({ subject, season, today: on(now) })).toBe(
            begin - lead <= now && now < end + trail,
          );
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('hold it on its own days where the season gives none', () => {
    const subject = teaching({ begin: '2027-08-20', end: '2028-06-18' });
    const on = (today: string, season?: SeasonDays) =>
      isAllowed({ subject, today, ...(season && { season }) });
    for (const season of [undefined, aSeason(0, 0)]) {
      expect([on('2027-08-19', season), on('2027-08-20', season)]).toEqual([false, true]);
      expect([on('2028-06-17', season), on('2028-06-18', season)]).toEqual([true, false]);
    }
  });

  test('hold nothing by the days of another system', () => {
    const subject = teaching({ end: '2027-06-18' });
    expect(isAllowed({ subject, season: aSeason(14, 14, 'nsc'), today: '2027-06-18' })).toBe(false);
    expect(isAllowed({ subject, season: aSeason(14, 14), today: '2027-06-18' })).toBe(true);
  });

  test('never hold what ends before it begins', () => {
    const subject = teaching({ begin: '2027-08-20', end: '2027-06-18' });
    for (const today of ['2027-06-18', '2027-07-15', '2027-08-19', '2027-08-20'])
      expect(isAllowed({ subject, season: aSeason(120, 120), today })).toBe(false);
  });

  test('hold a class that is assigned to them for as long in its system, and not in another', () => {
    const ofClass = { type: 'class' as const, ids: ['c-9'] };
    const held = anAssignment('teacher', ofClass, { system: 'imath', until: '2027-06-18' });
    const subject: Person = { id: 'u-17', manual: [held] };
    const asked = { subject, today: '2027-07-01', action: 'imath:report_data.export' };
    expect(isAllowed({ ...asked, season: aSeason(0, 14, 'imath') })).toBe(true);
    expect(isAllowed({ ...asked, season: aSeason(0, 13, 'imath') })).toBe(false);
    expect(isAllowed({ ...asked, season: aSeason(0, 14) })).toBe(false);
    expect(inSeason(known({ ...asked, season: aSeason(0, 14) }), 'hmh', asked.today).subject).toEqual(
      subject,
    );
    expect(answer({ ...asked, season: aSeason(0, 14, 'imath') }).reason.path).toContain(
      'u-17 is imath teacher of c-9 (ended 2027-06-18, kept until 2027-07-02 for imath)',
    );
  });

  test('keep no role of a school that is over', () => {
    const over = { ...role, until: '2027-06-18' };
    const subject = aPerson('u-17', { memberships: [enrolled('c-9', 'teacher')], assignments: [over] });
    expect(answer({ subject, season: aSeason(14, 14), today: '2027-06-18' }).reason.code).toBe('expired');
  });

  test('who left the district keep nothing while their classes trail', () => {
    const subject = aPerson('u-17', {
      ...teaching({ end: '2027-06-18' }).roster,
      status: 'suspended',
    });
    const { decision, reason } = answer({ subject, season: aSeason(14, 14), today: '2027-06-20' });
    expect([decision, reason.code]).toEqual([false, 'suspended']);
  });

  test('lie in the school of a class that they are preparing', () => {
    const admin = aPerson('a-1', {}, [anAssignment('school_data_admin', atSchool('s-3'))]);
    const about = theUser(
      aPerson('u-2', { memberships: [enrolled('c-9', 'teacher', { begin: '2027-08-20' })] }),
    );
    const asked = { subject: admin, about, today: '2027-08-10', action: 'hmh:roster.view' };
    expect(isAllowed(asked)).toBe(false);
    expect(isAllowed({ ...asked, season: aSeason(14, 0) })).toBe(true);
  });
});

describe('students', () => {
  test('have exactly their own days, whatever the season', () => {
    const day = fc.integer({ min: 0, max: 150 });
    const days = fc.integer({ min: 0, max: 120 });
    fc.assert(
      fc.property(day, fc.integer({ min: 1, max: 100 }), days, day, (begin, length, count, now) => {
        const about = attending({ begin: on(begin), end: on(begin + length) });
        const asked = { subject: teaching({}), about, season: aSeason(count, count), today: on(now) };
        expect(isAllowed(asked)).toBe(begin <= now && now < begin + length);
      }),
      { numRuns: 500 },
    );
  });

  test('are promoted without losing a day', () => {
    const about: ResourceFacts = {
      type: 'student',
      id: 'st-1',
      person: aPerson('st-1', {
        student: true,
        memberships: [
          enrolled('c-8', 'student', { end: '2027-06-18' }),
          enrolled('c-9', 'student', { begin: '2027-06-18' }),
        ],
      }),
    };
    const asked = { subject: teaching({}), about, season: aSeason(14, 14), today: '2027-06-18' };
    expect(isAllowed(asked)).toBe(true);
  });

  test('hold a class that was assigned to them on its own days', () => {
    const ofClass = anAssignment('teacher', { type: 'class', ids: ['c-9'] }, { until: '2027-06-18' });
    const student = aPerson('st-1', { student: true }, [ofClass]);
    const seen = inSeason(
      known({ subject: student, season: aSeason(14, 14), today: '' }),
      'hmh',
      '2027-06-20',
    );
    expect(seen.subject).toEqual(student);
  });
});

describe('a class without a place in the new school year', () => {
  const subject = teaching({ end: '2027-06-18' });
  const about = ended('2027-06-18');

  test('is over for a system on the day that its trail-off ends', () => {
    const on = (today: string) => isAllowed({ subject, about, season: aSeason(0, 14), today });
    expect([on('2027-07-01'), on('2027-07-02')]).toEqual([true, false]);
  });

  test('is over at once for whoever holds it in a system without trail-off', () => {
    const held = teaching({});
    for (const season of [undefined, aSeason(14, 0), aSeason(0, 14, 'nsc')]) {
      const { decision, reason } = answer({
        subject: held,
        about,
        today: '2027-06-18',
        ...(season && { season }),
      });
      expect([decision, reason.code]).toEqual([false, 'condition']);
      expect(reason.message).toContain('class c-9 is suspended');
    }
  });

  test('is over among the classes that a question names, too', () => {
    const classes = new Map<string, ClassFacts>([
      ['c-9', { status: 'active', schoolId: 's-3', ended: '2027-06-18' }],
    ]);
    const all = { ...known({ subject, about: aStudent('st-1'), today: '' }), more: { classes } };
    expect(inSeason(all, 'hmh', '2027-06-18').more?.classes?.get('c-9')?.status).toBe('suspended');
  });
});

describe('an explanation', () => {
  const path = (asked: Asked) => answer(asked).reason.path;

  test('says when a class has ended and until when it is kept', () => {
    const asked = { subject: teaching({ end: '2027-06-18' }), season: aSeason(0, 14), today: '2027-06-20' };
    expect(path(asked)).toContain(
      'u-17 is assigned to c-9 (ended 2027-06-18, kept until 2027-07-02 for hmh)',
    );
  });

  test('says when a class begins and from when it is held', () => {
    const asked = { subject: teaching({ begin: '2027-08-20' }), season: aSeason(14, 0), today: '2027-08-10' };
    expect(path(asked)).toContain(
      'u-17 is assigned to c-9 (begins 2027-08-20, held from 2027-08-06 for hmh)',
    );
  });

  test('says nothing of days on which nothing depends', () => {
    const subject = aPerson('u-17', {
      memberships: [enrolled('c-9', 'teacher', { end: '2027-06-18' }), enrolled('c-9', 'teacher')],
      assignments: [role],
    });
    expect(path({ subject, season: aSeason(14, 14), today: '2027-06-20' })).toContain(
      'u-17 is assigned to c-9',
    );
  });

  test('says the class’s own days where the system keeps it no longer', () => {
    const subject = teaching({ end: '2027-06-18' });
    const { reason } = answer({ subject, season: aSeason(0, 14), today: '2027-07-02' });
    expect(reason.message).toContain('not of class c-9 since 2027-06-18');
  });
});

test('facts that are seen twice by a system are as they were seen once', () => {
  const day = fc.option(fc.integer({ min: 0, max: 60 }).map(on));
  const membership = fc.record({ begin: day, end: day }).map(({ begin, end }) => ({
    ...(begin && { begin }),
    ...(end && { end }),
  }));
  fc.assert(
    fc.property(membership, fc.integer({ min: 0, max: 60 }), (period, now) => {
      const all = known({
        subject: teaching(period),
        about: ended(on(20)),
        season: aSeason(9, 9),
        today: '',
      });
      const once = inSeason(all, 'hmh', on(now));
      expect(inSeason(once, 'hmh', on(now))).toEqual(once);
    }),
  );
});
