import { expect, test } from 'vitest';
import { guard } from './guard.ts';
import { defaultGuard } from './sync.ts';

const users = (active: number, removals: number) =>
  guard(defaultGuard, { users: { active, removals } }).breached;

test('more than ten percent and at least five is a breach', () => {
  expect(users(100, 11)).toBe(true);
  expect(users(10, 5)).toBe(true);
});

test('exactly ten percent is none', () => {
  expect(users(100, 10)).toBe(false);
});

test('four removals are none, however small the district', () => {
  expect(users(8, 4)).toBe(false);
});

test('one kind in breach is a breach of the run, and the report says which', () => {
  const report = guard(defaultGuard, {
    users: { active: 100, removals: 0 },
    enrollments: { active: 100, removals: 50 },
  });
  expect(report.breached).toBe(true);
  expect(report.entities).toEqual([
    { entity: 'users', active: 100, removals: 0, percent: 0, breached: false },
    { entity: 'enrollments', active: 100, removals: 50, percent: 50, breached: true },
  ]);
});

test('a first load removes nothing and is never in breach', () => {
  expect(users(0, 0)).toBe(false);
});
