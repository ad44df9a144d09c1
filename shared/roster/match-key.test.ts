import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { baseKey, loginKey, matchKey } from './match-key.ts';

describe('texts that are written in more than one way', () => {
  test.each([
    ['case', 'Ada', 'ADA'],
    ['sharp s', 'Strauß', 'STRAUSS'],
    ['a final sigma', 'Γιώργος', 'ΓΙΏΡΓΟΣ'],
    ['full width', 'Ａｄａ', 'Ada'],
    ['half width kana', 'ﾔﾏﾀﾞ', 'ヤマダ'],
    ['composition', 'Zoe\u0308', 'Zoë'],
    ['Hangul composition', '김', '\u1100\u1175\u11b7'],
    ['apostrophes', 'O’Brien', "O'Brien"],
    ['a modifier apostrophe', 'Hawaiʻi', "Hawai'i"],
    ['hyphens', 'Jean‑Luc', 'Jean-Luc'],
    ['spaces', '  Mary   Ann ', 'Mary Ann'],
    ['a no-break space', 'de\u00a0Vries', 'de Vries'],
    ['direction marks', '\u200fדנה', 'דנה'],
    ['the Arabic stretcher', 'محـمد', 'محمد'],
    ['Arabic presentation forms', 'ﻣﺤﻤﺪ', 'محمد'],
    ['a zero width joiner', 'क्\u200dष', 'क्ष'],
    ['Cyrillic case', 'Щука', 'ЩУКА'],
    ['Armenian case', 'Արմեն', 'ԱՐՄԵՆ'],
  ])('have one key: %s', (_, one, other) => {
    expect(matchKey(one)).toBe(matchKey(other));
  });

  test.each([
    ['Latin marks', 'José Núñez', 'Jose Nunez'],
    ['Vietnamese marks', 'Nguyễn Thị Đào', 'Nguyen Thi Dao'],
    ['letters without a base', 'Łukasz Ørsted', 'Lukasz Orsted'],
    ['Turkish dots', 'İpek Işık', 'Ipek Isik'],
    ['Cyrillic marks', 'Фёдор', 'Федор'],
    ['Greek accents', 'Γιώργος', 'Γιωργος'],
    ['Arabic vowels', 'مُحَمَّد', 'محمد'],
    ['Hebrew points', 'דָּנָה', 'דנה'],
    ['Persian letters', 'علی', 'علي'],
  ])('have one weaker key: %s', (_, one, other) => {
    expect(matchKey(one)).not.toBe(matchKey(other));
    expect(baseKey(one)).toBe(baseKey(other));
  });
});

test.each([
  ['Devanagari vowels', 'राम', 'रम'],
  ['Thai vowels', 'กิน', 'กัน'],
  ['voiced kana', 'かき', 'がき'],
  ['other letters', 'Ada', 'Ida'],
  ['a hyphen and none', 'Ann-Marie', 'Annmarie'],
])('texts that are others keep keys of their own: %s', (_, one, other) => {
  expect(baseKey(one)).not.toBe(baseKey(other));
});

test('an e-mail address is folded in case and width alone', () => {
  expect(loginKey(' Ada.Lovelace@Example.ORG ')).toBe('ada.lovelace@example.org');
  expect(loginKey('o’brien@example.org')).not.toBe(loginKey("o'brien@example.org"));
});

test('a key is its own key, in any script', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(matchKey(matchKey(text))).toBe(matchKey(text));
      expect(baseKey(baseKey(text))).toBe(baseKey(text));
      expect(loginKey(loginKey(text))).toBe(loginKey(text));
    }),
    { examples: [['!\u2017'], ['\u1e9e']] },
  );
});
