import { describe, expect, test } from 'vitest';
import { joinUsers } from './join-users.ts';
import type { User, UserFact } from './records.ts';
import { factsOf } from './user-facts.ts';

const facts: UserFact[] = [
  { fact: 'tag', tag: 'b' },
  { fact: 'relation', id: 's2', relationship: 'Relative' },
  { fact: 'status', year: '2027', status: 'Withdrawn' },
  { fact: 'tag', tag: 'a' },
  { fact: 'relation', id: 's1', relationship: 'Parent' },
  { fact: 'status', year: '2026', status: 'Enrolled' },
  { fact: 'tag', tag: 'b' },
  { fact: 'status', year: '2027', status: 'Enrolled' },
];

describe('what rows say of one person', () => {
  test('is sorted, each once, and of two statuses of a year the first by its letters', () => {
    expect(factsOf(facts)).toEqual({
      relations: [
        { id: 's1', relationship: 'Parent' },
        { id: 's2', relationship: 'Relative' },
      ],
      tags: ['a', 'b'],
      statuses: { '2026': 'Enrolled', '2027': 'Enrolled' },
    });
  });

  test('is the same text whatever the order of the rows', () => {
    expect(JSON.stringify(factsOf(facts.toReversed()))).toBe(JSON.stringify(factsOf(facts)));
  });

  test('becomes fields of the user; a user of whom nothing is said has none', () => {
    const line = (id: string) => {
      const user: User = { sourcedId: id, enabledUser: true, givenName: 'A', familyName: 'B', roles: [] };
      return { status: 'active' as const, id, json: JSON.stringify(user) };
    };
    const parts = `fact\tu1\t${JSON.stringify({ fact: 'tag', tag: 'a' })}\n`;
    const [first, second] = [...joinUsers([line('u1'), line('u2')], parts)];
    expect(JSON.parse(first?.json ?? '')).toMatchObject({ tags: ['a'] });
    expect(second?.json).toBe(line('u2').json);
  });
});
