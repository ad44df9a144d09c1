import { expect, test } from 'vitest';
import { aSync } from '../../test/builders/sync.ts';
import { viewOf } from './views.ts';

const began = '2026-11-20T07:00:00.000Z';
const sync = aSync({
  requestedAt: began,
  startedAt: began,
  updatedAt: began,
  state: 'applying',
  attempts: 1,
});
const after = (seconds: number) => new Date(Date.parse(began) + seconds * 1000);

test('a plan being applied says how fast it goes and when it will be done', () => {
  const seen = { done: 2000, total: 10_000, unit: 'changes', since: began };
  expect(viewOf(sync, seen, after(4)).progress).toEqual({
    done: 2000,
    total: 10_000,
    unit: 'changes',
    rowsPerSecond: 500,
    etaSeconds: 16,
  });
});

test('a feed being read has no total and no time of arrival', () => {
  const seen = { done: 40_000, total: 0, unit: 'rows', since: began };
  expect(viewOf({ ...sync, state: 'reading' }, seen, after(2)).progress).toEqual({
    done: 40_000,
    unit: 'rows',
    rowsPerSecond: 20_000,
  });
});

test('a sync that is over has no speed', () => {
  const seen = { done: 5, total: 0, unit: 'rows', since: began };
  expect(viewOf({ ...sync, state: 'applied' }, seen, after(900)).progress).toEqual({ done: 5, unit: 'rows' });
});

test('a sync of which a part stands says so, until all of it is applied', () => {
  const plan = {
    hash: 'h',
    content: 'c',
    prefix: 'p',
    chunks: 1,
    changes: 3,
    held: 2,
    heldChunks: 1,
    removals: 2,
  };
  const shown = (state: typeof sync.state) =>
    viewOf({ ...sync, state, plan, parts: [{ made: 'm' }] }, undefined, after(1)).partApplied;
  expect([shown('held'), shown('cancelled'), shown('applied')]).toEqual([true, true, undefined]);
  expect(viewOf({ ...sync, state: 'cancelled' }, undefined, after(1)).partApplied).toBeUndefined();
});

test('what is kept for ourselves is not shown', () => {
  expect(Object.keys(viewOf(sync, undefined, after(1)))).not.toEqual(expect.arrayContaining(['generation']));
});
