import { expect, test } from 'vitest';
import { periodMs } from './schedule-source.ts';

test.each([
  ['rate(1 minute)', 60_000],
  ['rate(5 minutes)', 300_000],
  ['rate(2 hours)', 7_200_000],
  ['rate(1 day)', 86_400_000],
])('%s is every %d ms', (expression, milliseconds) => {
  expect(periodMs(expression)).toBe(milliseconds);
});

test.each(['cron(0 12 * * ? *)', 'rate(0 minutes)', 'rate(1 week)'])('%s stops the start', (expression) => {
  expect(() => periodMs(expression)).toThrow(expression);
});
