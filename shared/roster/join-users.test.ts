import { expect, test } from 'vitest';
import { joinUsers, sortRoles } from './join-users.ts';
import type { UserRole } from './records.ts';

const role = (orgId: string, name = 'teacher'): UserRole => ({ roleType: 'primary', role: name, orgId });
const line = (id: string, roles: UserRole[] = []) => ({
  status: 'active' as const,
  id,
  json: JSON.stringify({ sourcedId: id, enabledUser: true, givenName: '', familyName: '', roles }),
});
const part = (id: string, value: UserRole) => `role\t${id}\t${JSON.stringify(value)}\n`;

test('roles of a file of their own are joined, in one order whatever theirs was', () => {
  const ab = [...joinUsers([line('u1')], part('u1', role('s2')) + part('u1', role('s1')))];
  const ba = [...joinUsers([line('u1')], part('u1', role('s1')) + part('u1', role('s2')))];
  expect(ab).toEqual(ba);
  expect(JSON.parse(ab[0]?.json ?? '').roles).toEqual([role('s1'), role('s2')]);
});

test('a user without parts passes as they are', () => {
  expect([...joinUsers([line('u1'), line('u2')], part('u2', role('s1')))][0]).toEqual(line('u1'));
});

test('demographics stand with their user, and nobody else', () => {
  const joined = [...joinUsers([line('u1'), line('u2')], 'demographics\tu2\t{"birthDate":"2012-01-01"}\n')];
  expect(joined.map(({ json }) => JSON.parse(json).demographics)).toEqual([
    undefined,
    { birthDate: '2012-01-01' },
  ]);
});

test('a role that stands twice counts once', () => {
  expect(sortRoles([role('s1'), role('s1'), role('s1', 'proctor')])).toHaveLength(2);
});
