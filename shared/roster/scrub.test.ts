import { expect, test } from 'vitest';
import { mentions } from './scrub.ts';

test.each([
  ['a.b-c+1@example.org', 'to "A.B-C+1@example.org",', true],
  ['u1', 'person u1 has two roles', true],
  ['u1', 'person u12 has two roles', false],
  ['u-1', 'u-1,active', true],
  ['say "a"', 'x,"say ""a""",y', true],
  ['(1)', 'id (1)', true],
])('%s is found in a text as a word of its own', (word, text, isFound) => {
  expect(mentions([word])(text)).toBe(isFound);
});
