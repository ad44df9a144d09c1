import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OrgFacts } from './facts.ts';
import type { Match } from './mapping-rules.ts';
import { type MatchedPerson, matches } from './match.ts';

const org: OrgFacts = { status: 'active', type: 'school' };
const held = { roleType: 'primary', role: 'teacher', orgId: 's-3' } as const;

function matched(match: Match, more: Partial<MatchedPerson> = {}): boolean {
  return matches(match, { userId: 'u-17', roles: [held], ...more }, { held, org });
}

test.each<[string, Match, boolean]>([
  ['its role', { roles: ['aide', 'teacher'] }, true],
  ['another role', { roles: ['aide'] }, false],
  ['its org', { orgs: ['s-4', 's-3'] }, true],
  ['another org', { orgs: ['s-4'] }, false],
  ['its type of org', { orgTypes: ['school'] }, true],
  ['another type of org', { orgTypes: ['district'] }, false],
  ['its role at another org', { roles: ['teacher'], orgs: ['s-4'] }, false],
])('a role of the roster is matched by %s: %s', (_, match, expected) => {
  expect(matched(match)).toBe(expected);
});

describe('a person is matched', () => {
  const person = { title: 'Reading Coach, K-5', department: 'Curriculum', grades: ['KG', '01'] };
  test.each<[string, Match, boolean]>([
    ['by a part of the title', { title: { contains: 'coach' } }, true],
    ['by the whole title', { title: { equals: 'READING COACH, K-5' } }, true],
    ['not by a part where the whole is asked for', { title: { equals: 'coach' } }, false],
    ['by the department', { department: { equals: 'curriculum' } }, true],
    ['not by another department', { department: { contains: 'facilities' } }, false],
    ['by any grade', { grades: ['02', '01'] }, true],
    ['not by a grade spelt otherwise', { grades: ['1'] }, false],
    ['by all that is given', { title: { contains: 'coach' }, department: { contains: 'curr' } }, true],
    ['not by a half of it', { title: { contains: 'coach' }, department: { contains: 'x' } }, false],
  ])('%s', (_, match, expected) => {
    expect(matched(match, person)).toBe(expected);
  });

  test('not by what the roster does not say', () => {
    expect(matched({ title: { contains: 'a' } })).toBe(false);
    expect(matched({ department: { equals: 'a' } })).toBe(false);
    expect(matched({ grades: ['01'] })).toBe(false);
  });
});

test.each([
  ['Café', 'CAFE\u0301'],
  ['Straße', 'STRASSE'],
  ['ΠΡΌΕΔΡΟΣ', 'πρόεδρος'],
  ['ＶＩＣＥ  Principal', 'vice principal'],
])('%s and %s are one title', (title, written) => {
  expect(matched({ title: { equals: written } }, { title })).toBe(true);
  expect(matched({ title: { equals: title } }, { title: written })).toBe(true);
});

const words = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => text.trim() !== '');

test('a title is matched whatever its letter case, normal form and what stands around it', () => {
  fc.assert(
    fc.property(words, words, words, (before, title, after) => {
      for (const spelt of [title.normalize('NFD'), title.normalize('NFC'), ` ${title} `]) {
        expect(matched({ title: { equals: title } }, { title: spelt })).toBe(true);
        expect(matched({ title: { contains: title } }, { title: `${before} ${spelt} ${after}` })).toBe(true);
      }
    }),
  );
});

test('one more criterion never lets more people in', () => {
  const criteria = fc.record({
    roles: fc.constantFrom<Match[]>({ roles: ['teacher'] }, { roles: ['aide'] }),
    orgs: fc.constantFrom<Match[]>({ orgs: ['s-3'] }, { orgs: ['s-4'] }),
    title: fc.constantFrom<Match[]>({ title: { equals: 'coach' } }, { title: { contains: 'co' } }),
    grades: fc.constantFrom<Match[]>({ grades: ['01'] }, { grades: ['02'] }),
  });
  const kinds = fc.shuffledSubarray(['roles', 'orgs', 'title', 'grades'] as const, { minLength: 1 });
  const person = fc.record({
    title: fc.constantFrom('Coach', 'Cook'),
    grades: fc.constantFrom<string[][]>(['01'], ['02']),
  });
  fc.assert(
    fc.property(criteria, kinds, person, (all, some, who) => {
      const fewer = Object.assign({}, ...some.map((kind) => all[kind]));
      const every = Object.assign({}, ...Object.values(all));
      if (matched(every, who)) expect(matched(fewer, who)).toBe(true);
    }),
  );
});
