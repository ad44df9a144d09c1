import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Aliases, aliasLine, aliasOf } from './aliases.ts';
import type { FeedRow } from './feed-reading.ts';
import { entities } from './records.ts';
import { readLines, writeLine } from './state.ts';

test('an alias is read back from its line, whatever the ids', () => {
  const id = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => !/\p{Cc}/u.test(text));
  const alias = fc.record({
    entity: fc.constantFrom(...entities),
    feed: fc.stringMatching(/^[a-z][a-z0-9-]*$/),
    id,
    own: id,
  });
  fc.assert(
    fc.property(alias, (given) => {
      const [line] = [...readLines(writeLine(aliasLine(given)))];
      expect(line && aliasOf(line)).toEqual(given);
    }),
  );
});

const at = { file: 'x.csv', line: 2 };
const rows: FeedRow[] = [
  {
    ...{ kind: 'record', entity: 'classes', ...at, sourcedId: 'c', status: 'active' },
    record: {
      sourcedId: 'c',
      title: 'c',
      classType: 'scheduled',
      schoolId: 's',
      courseId: 'k',
      termIds: ['t', 'x'],
    },
  },
  {
    ...{ kind: 'record', entity: 'users', ...at, sourcedId: 'u', status: 'active' },
    record: {
      ...{
        sourcedId: 'u',
        enabledUser: true,
        givenName: 's',
        familyName: 'c',
        agentIds: ['a', 'u'],
        primaryOrgId: 's',
      },
      roles: [{ roleType: 'primary', role: 'student', orgId: 's' }],
    },
  },
  { kind: 'user-role', ...at, userId: 'u', role: { roleType: 'primary', role: 'aide', orgId: 's' } },
  { kind: 'user-agent', ...at, userId: 'u', agentId: 'a' },
  {
    ...{ kind: 'record', entity: 'enrollments', ...at, sourcedId: 'u', status: 'active' },
    record: { sourcedId: 'u', classId: 'c', schoolId: 's', userId: 'u', role: 'student' },
  },
];

test('every reference of a row is translated by what it refers to, and nothing else is', () => {
  const aliases = new Aliases([
    { entity: 'classes', id: 'c', own: 'C' },
    { entity: 'users', id: 'u', own: 'U' },
    { entity: 'users', id: 'a', own: 'A' },
    { entity: 'orgs', id: 's', own: 'S' },
    { entity: 'courses', id: 'k', own: 'K' },
    { entity: 'academicSessions', id: 't', own: 'T' },
  ]);
  expect(rows.map((row) => aliases.row(row))).toEqual([
    {
      ...{ kind: 'record', entity: 'classes', ...at, sourcedId: 'C', status: 'active' },
      record: {
        sourcedId: 'C',
        title: 'c',
        classType: 'scheduled',
        schoolId: 'S',
        courseId: 'K',
        termIds: ['T', 'x'],
      },
    },
    {
      ...{ kind: 'record', entity: 'users', ...at, sourcedId: 'U', status: 'active' },
      record: {
        ...{
          sourcedId: 'U',
          enabledUser: true,
          givenName: 's',
          familyName: 'c',
          agentIds: ['A', 'U'],
          primaryOrgId: 'S',
        },
        roles: [{ roleType: 'primary', role: 'student', orgId: 'S' }],
      },
    },
    { kind: 'user-role', ...at, userId: 'U', role: { roleType: 'primary', role: 'aide', orgId: 'S' } },
    { kind: 'user-agent', ...at, userId: 'U', agentId: 'A' },
    {
      ...{ kind: 'record', entity: 'enrollments', ...at, sourcedId: 'u', status: 'active' },
      record: { sourcedId: 'u', classId: 'C', schoolId: 'S', userId: 'U', role: 'student' },
    },
  ]);
});
