import { describe, expect, test } from 'vitest';
import type { PersonFacts, ToldFacts } from '../access/facts.ts';
import { recordId } from '../access/named-keys.ts';
import { personIn } from './access-view.ts';
import { accessKey } from './keys.ts';
import { loginsIn, nextKeys } from './login-view.ts';
import type { Item, View } from './roster-view.ts';

const login = (kind: string, id: string) => ({
  login: { approved: true, locked: false, ledgers: [], schools: [], profile: { kind, id } },
});

const facts = (told: ToldFacts, more: Partial<PersonFacts> = {}): Item => ({
  ...{ g: 1 },
  now: {
    ...{ status: 'active', enabled: true, orgIds: [], memberships: [], assignments: [], requests: [] },
    ...told,
    ...more,
  },
});

function view(items: Record<string, Item>): View {
  const at = (key: string): string => {
    const [kind = '', ...id] = key.split(' ');
    return accessKey('d', kind as 'person', id.join(' ')).pk;
  };
  return {
    district: { id: 'd', timeZone: 'UTC', committed: 1, revision: 0, settings: {}, schoolYear: '2027' },
    items: new Map(Object.entries(items).map(([key, item]) => [at(key), item])),
    persons: new Map(),
  };
}

const recordsOf = (items: Record<string, Item>) => loginsIn(view(items), 'a')[0]?.records;
const record = (kind: 'student' | 'household' | 'applicant' | 'evaluator' | 'donor', id: string) =>
  `record ${recordId(kind, id)}`;

describe('what a feed says of a person', () => {
  const household = facts(
    { applicants: [{ id: 'x', relationship: 'Parent', status: 'Inquiry' }], attributes: [{ name: 'board' }] },
    { related: [{ id: 's', relationship: 'Parent' }] },
  );
  const student = facts({ statuses: { '2027': 'Withdrawn' }, attributes: [{ name: 'chess', year: '2027' }] });

  test('counts where nobody keeps a record', () => {
    expect(
      recordsOf({ 'person a': login('household', 'p'), 'person p': household, 'person s': student }),
    ).toEqual({
      household: {
        students: [{ id: 's', relationship: 'Parent', status: { '2027': 'Withdrawn' } }],
        applicants: [{ id: 'x', relationship: 'Parent', status: 'Inquiry' }],
      },
      attributes: [{ name: 'board' }],
    });
    expect(recordsOf({ 'person a': login('student', 's'), 'person s': student })).toEqual({
      student: { id: 's', status: { '2027': 'Withdrawn' } },
      attributes: [{ name: 'chess', year: '2027' }],
    });
    const donor = {
      'person a': login('donor', 'g'),
      'person g': facts({ attributes: [{ name: 'patron' }] }),
    };
    expect(recordsOf(donor)).toEqual({ attributes: [{ name: 'patron' }] });
    const evaluator = { ...login('staff', 'e'), loginOf: 'e' };
    expect(recordsOf({ 'person a': evaluator, 'person e': facts({ evaluates: ['x'] }) })).toEqual({
      evaluates: ['x'],
    });
  });

  test('is beaten by a record in what it names, and by nothing else of it', () => {
    const items = {
      ...{ 'person a': login('household', 'p'), 'person p': household, 'person s': student },
      [record('household', 'p')]: { record: { attributes: [] } },
      [record('student', 's')]: { record: { status: { '2027': 'Enrolled' } } },
      [record('applicant', 'x')]: { record: { status: 'Copied' } },
    };
    expect(recordsOf(items)).toEqual({
      household: {
        students: [{ id: 's', relationship: 'Parent', status: { '2027': 'Enrolled' } }],
        applicants: [{ id: 'x', relationship: 'Parent', status: 'Copied' }],
      },
      attributes: [],
    });
  });

  test('is over where the roster has suspended the person', () => {
    const gone = facts(
      { statuses: { '2027': 'Enrolled' }, tags: ['t'] },
      { status: 'suspended', student: true },
    );
    expect(recordsOf({ 'person a': login('student', 's'), 'person s': gone })).toEqual({});
    expect(personIn(view({ 'person s': gone }), 's')).not.toHaveProperty('tags');
  });

  test('gives tags beside those that people gave', () => {
    const items = { 'person s': { ...facts({ tags: ['b', 'a'] }), tags: ['c', 'b'] } };
    expect(personIn(view(items), 's')?.tags).toEqual(['a', 'b', 'c']);
  });
});

describe('of a record that goes by another of the same person', () => {
  const linked = facts({}, { same: 'main' });
  const main = facts(
    { attributes: [{ name: 'board' }], statuses: { '2027': 'Withdrawn' } },
    { also: ['p'], related: [{ id: 's', relationship: 'Parent' }] },
  );
  const people = { 'person p': linked, 'person main': main };

  test('a login has what the person has', () => {
    const attributes = [{ name: 'board' }];
    expect(recordsOf({ 'person a': login('household', 'p'), ...people })).toEqual({
      household: { students: [{ id: 's', relationship: 'Parent', status: {} }], applicants: [] },
      attributes,
    });
    expect(recordsOf({ 'person a': login('student', 'p'), ...people })).toEqual({
      student: { id: 'main', status: { '2027': 'Withdrawn' } },
      attributes,
    });
    expect(recordsOf({ 'person a': login('donor', 'p'), ...people })).toEqual({ attributes });
  });

  test.each([
    ['p', 'p'],
    ['p', 'main'],
    ['main', 'p'],
  ])('a login for %s has what people keep by hand for %s', (named, kept) => {
    const items = { 'person a': login('donor', named), ...people };
    const byHand = { [record('donor', kept)]: { record: { attributes: [{ name: 'patron' }] } } };
    expect(recordsOf({ ...items, ...byHand })).toEqual({ attributes: [{ name: 'patron' }] });
  });

  test('the main one is read next, and then the students that it is related to', () => {
    const items = { 'person a': login('household', 'p'), 'person p': linked };
    expect(nextKeys(view(items), 'a', true)).toContainEqual({ kind: 'person', id: 'main' });
    expect(nextKeys(view({ ...items, ...people }), 'a', true)).toContainEqual({ kind: 'person', id: 's' });
  });
});
