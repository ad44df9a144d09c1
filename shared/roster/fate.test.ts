import { describe, expect, test } from 'vitest';
import { type FateRules, fateOf } from './fate.ts';
import { defaultRemoval, normalSeason, type Season } from './season.ts';
import type { StateLine } from './state.ts';

const rules = (more: Partial<FateRules> = {}): FateRules => ({
  season: normalSeason,
  removal: defaultRemoval,
  today: '2027-08-16',
  counts: true,
  lastGrade: 12,
  ...more,
});
const line = (record: object = {}, more: Partial<StateLine> = {}): StateLine => ({
  status: 'active',
  id: 'x',
  json: JSON.stringify(record),
  ...more,
});
const rollover = (trailOffDays: Season['trailOffDays'] = {}): Season => ({
  ...normalSeason,
  mode: 'rollover',
  trailOffDays,
});
const student = (grade: string) => line({ roles: [{ role: 'student', orgId: 's' }], grades: [grade] });

describe('a record that a full feed misses', () => {
  test('goes at once where one run is enough', () => {
    expect(fateOf(rules(), 'users', line())).toMatchObject({ goes: { kind: 'suspend' } });
  });

  test('stays until enough runs in a row have missed it', () => {
    const three = rules({ removal: { ...defaultRemoval, afterRuns: 3 } });
    expect(fateOf(three, 'users', line())).toEqual({ stays: line({}, { missing: 1 }) });
    expect(fateOf(three, 'users', line({}, { missing: 1 }))).toEqual({ stays: line({}, { missing: 2 }) });
    expect(fateOf(three, 'users', line({}, { missing: 2 }))).toMatchObject({ goes: { kind: 'suspend' } });
  });

  test('is not missed twice by the two parts of one run', () => {
    const again = rules({ removal: { ...defaultRemoval, afterRuns: 3 }, counts: false });
    expect(fateOf(again, 'users', line({}, { missing: 2 }))).toEqual({ stays: line({}, { missing: 2 }) });
    expect(fateOf(again, 'users', line({}, { missing: 3 }))).toMatchObject({ goes: { kind: 'suspend' } });
  });

  test('stays while things are only added', () => {
    const season: Season = { ...normalSeason, mode: 'add-only' };
    expect(fateOf(rules({ season }), 'enrollments', line())).toEqual({ stays: line() });
  });
});

describe('in a rollover', () => {
  test('a class of last year goes as expected', () => {
    expect(fateOf(rules({ season: rollover() }), 'classes', line())).toMatchObject({
      goes: { expected: true },
    });
  });

  test('a class that staff keep for some days stays until the longest of them is over', () => {
    const season = rollover({ hmh: 7, pcr: 14 });
    const stays = { stays: line({}, { ended: '2027-08-16' }) };
    expect(fateOf(rules({ season }), 'classes', line())).toEqual(stays);
    const ended = line({}, { ended: '2027-08-16' });
    const on = (today: string) =>
      fateOf(rules({ season: { ...season, mode: 'normal' }, today }), 'classes', ended);
    expect(on('2027-08-29')).toEqual(stays);
    expect(on('2027-08-30')).toMatchObject({ goes: { expected: true } });
  });

  test.each([
    ['12', 12, true],
    ['11', 12, false],
    ['08', 8, true],
    ['07', 8, false],
    ['KG', 8, false],
  ])('a student of year %s, where the last is %i, is expected to leave: %s', (grade, lastGrade, expected) => {
    const fate = fateOf(rules({ season: rollover(), lastGrade }), 'users', student(grade));
    expect('goes' in fate && fate.goes.expected === true).toBe(expected);
  });

  test('a teacher is never expected to leave', () => {
    const teacher = line({ roles: [{ role: 'teacher', orgId: 's' }], grades: ['12'] });
    expect(fateOf(rules({ season: rollover() }), 'users', teacher)).not.toMatchObject({
      goes: { expected: true },
    });
  });
});
