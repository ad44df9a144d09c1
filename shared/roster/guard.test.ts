import { expect, test } from 'vitest';
import type { Tallies } from './cells.ts';
import { guard, holdOf } from './guard.ts';
import { defaultGuard } from './sync.ts';

const at = '2026-11-20T07:00:00.000Z';
const hoursBefore = (hours: number) => new Date(Date.parse(at) - hours * 3_600_000).toISOString();
const report = (active: Tallies, removals: Tallies, recent: { at: string; removed: Tallies }[] = []) =>
  guard(defaultGuard, { active, removals, recent, at });
const users = (active: number, removals: number) =>
  report({ users: { '\t': active } }, { users: { '\t': removals } }).breached;

test('more than ten percent and at least five is a breach', () => {
  expect(users(100, 11)).toBe(true);
  expect(users(10, 5)).toBe(true);
});

test('exactly ten percent is none', () => {
  expect(users(100, 10)).toBe(false);
});

test('a hair more than ten percent is a breach, though it is shown as ten', () => {
  expect(users(99_999, 10_000)).toBe(true);
});

test('four removals are none, however small the district', () => {
  expect(users(8, 4)).toBe(false);
});

test('one kind in breach is a breach of the run, and the report says which', () => {
  const { breached, entities } = report(
    { users: { '\t': 100 }, enrollments: { '\t': 100 } },
    { enrollments: { '\t': 50 } },
  );
  expect(breached).toBe(true);
  expect(entities).toEqual([
    { entity: 'users', active: 100, removals: 0, percent: 0, breached: false },
    { entity: 'enrollments', active: 100, removals: 50, percent: 50, breached: true },
  ]);
});

test('a first load removes nothing and is never in breach', () => {
  expect(users(0, 0)).toBe(false);
});

test('a school in breach holds its own removals, where the district is not', () => {
  const found = report(
    { users: { '\t': 1000, 's1\t': 100, 's2\t': 100 } },
    { users: { '\t': 52, 's1\t': 50, 's2\t': 2 } },
  );
  expect(found.breaches).toEqual([
    { entity: 'users', school: 's1', window: 'run', active: 100, removals: 50, percent: 50 },
  ]);
  expect(holdOf(found)).toEqual({ all: false, schools: new Set(['s1']) });
});

test('all teachers of a school are few in the school, and a breach all the same', () => {
  const found = report(
    { users: { '\t': 500, 's1\t': 200, 's1\tteacher': 8, '\tteacher': 90 } },
    { users: { '\t': 8, 's1\t': 8, 's1\tteacher': 8, '\tteacher': 8 } },
  );
  expect(holdOf(found)).toEqual({ all: false, schools: new Set(['s1']) });
  expect(found.breaches).toMatchObject([{ school: 's1', role: 'teacher', percent: 100 }]);
});

test('a role in breach throughout the district holds every removal', () => {
  const found = report({ users: { '\t': 1000, '\tteacher': 60 } }, { users: { '\t': 20, '\tteacher': 20 } });
  expect(holdOf(found).all).toBe(true);
});

test.each([
  ['in the last day', 23, '24h'],
  ['in the last week', 6 * 24, '7d'],
  ['longer ago', 7 * 24, undefined],
])('what was taken away %s counts with what is taken now', (_, hours, window) => {
  const recent = [{ at: hoursBefore(hours), removed: { users: { '\t': 8 } } }];
  const { breaches } = report({ users: { '\t': 92 } }, { users: { '\t': 4 } }, recent);
  expect(breaches[0]?.window).toBe(window);
  if (window !== undefined) expect(breaches[0]).toMatchObject({ active: 100, removals: 12, percent: 12 });
});

test('what others took away is no breach of a sync that takes nothing', () => {
  const recent = [{ at: hoursBefore(1), removed: { users: { '\t': 50 } } }];
  expect(report({ users: { '\t': 50 } }, {}, recent).breached).toBe(false);
});
