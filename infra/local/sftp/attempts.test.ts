import { expect, test } from 'vitest';
import { Attempts } from './attempts.ts';

const minute = 60_000;

function failing(times: number) {
  const clock = { at: 0 };
  const attempts = new Attempts(() => clock.at);
  for (let at = 0; at < times; at += 1) attempts.failed('192.0.2.1');
  return { attempts, clock };
}

test('an address is closed by the thirtieth wrong guess, and others stay open', () => {
  expect(failing(29).attempts.isClosedTo('192.0.2.1')).toBe(false);
  const { attempts } = failing(30);
  expect([attempts.isClosedTo('192.0.2.1'), attempts.isClosedTo('192.0.2.2')]).toEqual([true, false]);
});

test('it opens a quarter of an hour after the first of them, and counts from none', () => {
  const { attempts, clock } = failing(30);
  clock.at = 15 * minute - 1;
  expect(attempts.isClosedTo('192.0.2.1')).toBe(true);
  clock.at = 15 * minute;
  expect(attempts.isClosedTo('192.0.2.1')).toBe(false);
  attempts.failed('192.0.2.1');
  expect(attempts.isClosedTo('192.0.2.1')).toBe(false);
});

test('of more addresses than are remembered, the oldest are forgotten', () => {
  const { attempts } = failing(30);
  for (let at = 0; at < 10_000; at += 1) attempts.failed(`2001:db8::${at}`);
  expect(attempts.isClosedTo('192.0.2.1')).toBe(false);
});
