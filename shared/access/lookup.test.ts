import fc from 'fast-check';
import { expect, test } from 'vitest';
import { digestOf, lookupId } from './lookup.ts';

test.each([
  ['Ada@Example.org', ' ada@example.ORG '],
  ['STRASSE', 'straße'],
  ['STRAẞE', 'strasse'],
  ['caf\u00e9', 'cafe\u0301'],
  ['\uff21da', 'ada'],
  ['ΟΔΟΣ', 'οδος'],
  ['\ufb01n', 'FIN'],
])('%s and %s are one name', (one, other) => {
  expect(digestOf(one)).toBe(digestOf(other));
});

const spellings: ((name: string) => string)[] = [
  (name) => name.toUpperCase(),
  (name) => name.toLowerCase(),
  (name) => name.normalize('NFD'),
  (name) => name.normalize('NFKC'),
  (name) => name.normalize('NFKD').toUpperCase(),
  (name) => ` ${name.toUpperCase().normalize('NFD')} `,
];

test('a name in any case, form of Unicode or pair of those is one name', () => {
  const spelling = fc.constantFrom(...spellings);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), spelling, spelling, (name, first, second) => {
      expect(digestOf(second(first(name)))).toBe(digestOf(name));
    }),
    { numRuns: 1000 },
  );
});

test('each letter that has a case is one name with its other forms', () => {
  const apart: string[] = [];
  for (let code = 0; code < 0x30000; code += 1) {
    const letter = String.fromCodePoint(code);
    if (letter.toLowerCase() === letter.toUpperCase()) continue;
    const digest = digestOf(letter);
    if (spellings.some((spell) => digestOf(spell(letter)) !== digest)) apart.push(letter);
  }
  expect(apart).toEqual([]);
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
