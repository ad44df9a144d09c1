import { expect, test } from 'vitest';
import { mentions, mentionsName } from './scrub.ts';

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

test.each([
  ['Eve', 'Van Dijk', 'letter_van-dijk_EVE.pdf', true],
  ['Eve', 'Van Dijk', 'Eve,Vandijk,2009', true],
  ['Eve', 'Van Dijk', 'Eve,Adams\nAda,Van Dijk', false],
  ['Eve', 'Van Dijk', 'Evelyn,Van Dijk', false],
  ['Eve', '', 'Eve', false],
])('%s %s is found where both names stand in one line', (given, family, text, isFound) => {
  expect(mentionsName([[given, family]])(text)).toBe(isFound);
});
