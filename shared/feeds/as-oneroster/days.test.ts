import { expect, test } from 'vitest';
import { isoDayOf } from './days.ts';

test.each([
  ['7/2/99', '1999-07-02'],
  ['7/2/70', '1970-07-02'],
  ['7/2/69', '2069-07-02'],
  ['7/2/26', '2026-07-02'],
])('%s is of the century that schools mean', (written, day) => {
  expect(isoDayOf(written, 'month-first')).toBe(day);
});

test.each(['7/2/99', 'soon', ''])('%j, in no known order or no day, stays as it is', (written) => {
  expect(isoDayOf(written)).toBe(written);
});
