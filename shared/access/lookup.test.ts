import { expect, test } from 'vitest';
import { digestOf, lookupId } from './lookup.ts';

test.each([
  ['Ada@Example.org', ' ada@example.ORG '],
  ['STRASSE', 'straße'],
  ['caf\u00e9', 'cafe\u0301'],
  ['\uff21da', 'ada'],
  ['ΟΔΟΣ', 'οδος'],
  ['\ufb01n', 'FIN'],
])('%s and %s are one name', (one, other) => {
  expect(digestOf(one)).toBe(digestOf(other));
});

test.each([
  ['ada', 'adah'],
  ['a da', 'ada'],
  ['resume', 'résumé'],
])('%s and %s are two', (one, other) => {
  expect(digestOf(one)).not.toBe(digestOf(other));
});

test('a username is no e-mail, and neither is to be read from its id', () => {
  expect(lookupId('username', 'ada')).not.toBe(lookupId('email', 'ada'));
  expect(lookupId('username', 'ada')).not.toContain('ada');
});
