import { describe, expect, test } from 'vitest';
import {
  aClass,
  anAssignment,
  aPerson,
  aSetting,
  ask,
  asking,
  facts,
  inDistrict,
  today,
} from '../../test/builders/access-facts.ts';
import { evaluate } from './evaluate.ts';
import type { CheckFacts, ResourceFacts } from './facts.ts';
import { lookupId } from './lookup.ts';
import { factKeys } from './question.ts';
import { shippedCatalogues } from './shipped-catalogues.ts';

describe('what is unknown', () => {
  const known = facts(aPerson('u-1', {}, [anAssignment('district_data_admin', inDistrict)]), aClass('c-9'));
  const question = asking(known, 'hmh:roster.view');
  const code = (facts: CheckFacts, changed: Partial<typeof question>) =>
    evaluate(shippedCatalogues, facts, { ...question, ...changed }, { today }).reason.code;

  test('is a denial with its code', () => {
    for (const name of [
      'hmh:roster.destroy',
      'xyz:roster.view',
      'roster.view',
      '',
      ':',
      'hmh:',
      'hmh:constructor',
    ]) {
      expect(code(known, { action: { name } })).toBe('unknown-action');
    }
    const { district, subject, resource } = known;
    expect(code({ district, resource }, {})).toBe('unknown-subject');
    expect(code(known, { subject: { type: 'group', id: 'u-1' } })).toBe('unknown-subject');
    expect(code(subject ? { district, subject } : { district }, {})).toBe('unknown-resource');
    expect(code(known, { resource: { type: 'starship', id: 'c-9' } })).toBe('unknown-resource');
    expect(code(known, { resource: { type: 'district', id: 'd-2' } })).toBe('unknown-resource');
  });

  test('includes a district asked about as a school, and an account as a student', () => {
    const { subject = aPerson('u-1') } = known;
    const org: ResourceFacts = { type: 'school', id: 'o-1', org: { status: 'active', type: 'district' } };
    expect(ask(facts(subject, org), 'hmh:roster.view').reason.code).toBe('unknown-resource');
    const account: ResourceFacts = { type: 'student', id: 'u-2', person: { id: 'u-2', manual: [] } };
    expect(ask(facts(subject, account), 'hmh:roster.view').reason.code).toBe('unknown-resource');
  });

  test('is not a permission on a resource type that it is not for: that is a rule', () => {
    const { subject = aPerson('u-1') } = known;
    expect(ask(facts(subject, aSetting('hmh.teacher.roster.view')), 'hmh:roster.view').reason.code).toBe(
      'rule',
    );
    expect(ask(facts(subject, aClass('c-9')), 'hmh:setting.change').reason.code).toBe('rule');
  });
});

test('a question names the facts it needs, and none beyond the head for districts and settings', () => {
  const about = (type: string) =>
    factKeys({
      subject: { type: 'user', id: 'u-1' },
      action: { name: 'hmh:roster.view' },
      resource: { type, id: 'x' },
    });
  const subject = { kind: 'person', id: 'u-1' };
  expect(about('class')).toEqual({ subject, resource: { kind: 'class', id: 'x' } });
  expect(about('school')).toEqual({ subject, resource: { kind: 'org', id: 'x' } });
  expect(about('account')).toEqual({ subject, resource: { kind: 'org', id: 'x' } });
  expect(about('student')).toEqual({ subject, resource: { kind: 'person', id: 'x' } });
  expect(about('user')).toEqual({ subject, resource: { kind: 'person', id: 'x' } });
  expect(about('starship')).toEqual({ subject, resource: { kind: 'resource', id: 'starship:x' } });
  for (const type of ['district', 'setting', 'ledger', 'report']) expect(about(type)).toEqual({ subject });
  expect(about('dat_query')).toEqual({ subject, resource: { kind: 'resource', id: 'dat_query:x' } });
});

test('a question names the facts of what its properties name, each once', () => {
  const named = (type: string, properties: Record<string, unknown>) => {
    const { more } = factKeys({
      subject: { type: 'user', id: 'u-1' },
      action: { name: 'imath:student.move' },
      resource: { type, id: 'x', properties },
    });
    return more?.map(({ kind, id }) => (kind === 'login' ? kind : `${kind} ${id}`));
  };
  expect(named('account', { students: ['st-1', 'st-2', 'st-1', 7], user: 'u-2', role: 'billing' })).toEqual([
    'seats x',
    'person st-1',
    'person st-2',
    'person u-2',
  ]);
  const ends = { from: { type: 'class', id: 'c-1' }, to: { type: 'user', id: 'u-3' } };
  const rows = [{ kind: 'group', class: 'c-1' }, { kind: 'student', school: 's-3' }, null, 'row'];
  expect(named('school', { ...ends, rows })).toEqual(['class c-1', 'person u-3', 'org s-3']);
  expect(
    named('district', { from: { type: 'constructor', id: 'c-1' }, students: 'st-1', user: {} }),
  ).toBeUndefined();
  expect(named('district', { email: 'a@example.org', by: 'username', value: 'ada' })).toEqual([
    'login',
    'login',
  ]);
});

test('a question that names more than can be read has nothing of it read', () => {
  const students = Array.from({ length: 1_001 }, (_, i) => `st-${i}`);
  const naming = (ids: string[]) =>
    factKeys({
      subject: { type: 'user', id: 'u-1' },
      action: { name: 'acer:student.view' },
      resource: { type: 'account', id: 'o-1', properties: { students: ids } },
    }).more?.length;
  expect(naming(students.slice(1))).toBe(1_000);
  expect(naming(students)).toBeUndefined();
});

test('a question hides the address that it looks for', () => {
  const { more } = factKeys({
    subject: { type: 'user', id: 'u-1' },
    action: { name: 'pcr:password.reset_lookup' },
    resource: { type: 'district', id: 'd-1', properties: { by: 'email', value: 'Ada@example.org' } },
  });
  expect(more).toEqual([{ kind: 'login', id: lookupId('email', 'ada@example.org') }]);
  expect(JSON.stringify(more)).not.toMatch(/ada|example/i);
});
