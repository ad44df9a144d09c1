import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskPersonal, showId, showWord } from './mask.ts';

describe('maskPersonal', () => {
  test.each([
    ['', ''],
    ['A', '… (1 character)'],
    ['Ada', 'A… (2–3 characters)'],
    ['Jonathan', 'J… (8–15 characters)'],
    ['ada.lovelace@example.org', 'a… (16–31 characters)'],
    ['x'.repeat(40), 'x… (32 or more characters)'],
    ['😀 Ada', '😀… (4–7 characters)'],
  ])('shows %j as %j', (text, masked) => {
    expect(maskPersonal(text)).toBe(masked);
  });

  test('tells nothing but the first character and the class of length', () => {
    const rest = fc.string({ minLength: 4, maxLength: 6 });
    fc.assert(
      fc.property(rest, rest, (one, other) => {
        expect(maskPersonal(`A${one}`)).toBe(maskPersonal(`A${other}`));
      }),
    );
  });
});

describe('what is not personal', () => {
  test.each([
    ['principal', 'principal'],
    ['2022-2-01', '2022-2-01'],
    ['08/27/2018', '08/27/2018'],
    ['ada@example.org', 'a… (8–15 characters)'],
    ['Müller', 'M… (4–7 characters)'],
    ['x'.repeat(65), 'x… (32 or more characters)'],
  ])('shows the word %j as %j', (text, shown) => {
    expect(showWord(text)).toBe(shown);
  });

  test('shows ids up to 64 characters', () => {
    expect([showId('u-1'), showId('x'.repeat(64)), showId('x'.repeat(70)).length]).toEqual([
      'u-1',
      'x'.repeat(64),
      64,
    ]);
  });
});
