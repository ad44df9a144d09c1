import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { badFeed, heapBytes } from '../../test/builders/bad-feed.ts';
import { feed12, headers, readAll, sourcesOf } from '../../test/builders/oneroster-feed.ts';
import type { Enrollment, User } from '../roster/records.ts';

/** The inverse of the reader, for this test: cells by column name, lists by commas, all quoted. */
function written(header: string, rows: Record<string, unknown>[], lineEnd: string): string {
  const names = header.split(',');
  const cell = (value: unknown) => `"${String(value ?? '').replaceAll('"', '""')}"`;
  return [header, ...rows.map((row) => names.map((name) => cell(row[name])).join(','))].join(lineEnd);
}

const name = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 10 })
  .map((value) =>
    value
      .replace(/\p{Cc}/gu, '')
      .trim()
      .normalize('NFC'),
  )
  .filter((value) => value !== '');
const id = fc.stringMatching(/^[0-9A-Za-z.\-_/@]{1,20}$/);
const orNot = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const day = fc
  .date({ min: new Date('1990-01-01'), max: new Date('2090-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

const user = fc.record({
  sourcedId: id,
  enabledUser: fc.boolean(),
  username: orNot(name),
  givenName: name,
  familyName: name,
  middleName: orNot(name),
  email: orNot(fc.emailAddress()),
  grades: orNot(fc.uniqueArray(fc.constantFrom('KG', '01', '12', 'Other'), { minLength: 1 })),
  userIds: orNot(
    fc.array(
      fc.record({ type: fc.constantFrom('LDAP', 'Fed'), identifier: fc.stringMatching(/^\w{1,5}$/) }),
      { minLength: 1, maxLength: 3 },
    ),
  ),
  pronouns: orNot(name),
});

const enrollment = fc.record({
  sourcedId: id,
  role: fc.constantFrom('student', 'teacher', 'ext:helper'),
  primary: orNot(fc.boolean()),
  beginDate: orNot(day),
  endDate: orNot(day),
});

const rosters = fc.record({
  users: fc.uniqueArray(user, { selector: ({ sourcedId }) => sourcedId, minLength: 1, maxLength: 6 }),
  enrollments: fc.uniqueArray(enrollment, {
    selector: ({ sourcedId }) => sourcedId,
    minLength: 1,
    maxLength: 6,
  }),
  lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
  chunkBytes: fc.integer({ min: 1, max: 200 }),
});

const present = (record: object) =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));

test('a roster written as CSV reads back the same, whatever the values, line ends and chunks', async () => {
  await fc.assert(
    fc.asyncProperty(rosters, async ({ users, enrollments, lineEnd, chunkBytes }) => {
      const first = users[0]?.sourcedId ?? '';
      const ordered = enrollments.filter(({ beginDate = '', endDate = '9' }) => beginDate <= endDate);
      fc.pre(ordered.length > 0);
      const userCells = users.map((one) => ({
        ...one,
        grades: one.grades?.join(','),
        userIds: one.userIds?.map(({ type, identifier }) => `{${type}:${identifier}}`).join(','),
      }));
      const enrollmentCells = ordered.map((one) => ({
        ...one,
        ...{ classSourcedId: 'c1', schoolSourcedId: 's1', userSourcedId: first },
      }));
      const roles = [
        { sourcedId: 'r', userSourcedId: first, roleType: 'primary', role: 'aide', orgSourcedId: 's1' },
      ];
      const feed = feed12({
        users: written(headers.users121, userCells, lineEnd),
        roles: written(headers.roles, roles, lineEnd),
        enrollments: written(headers.enrollments, enrollmentCells, lineEnd),
      });
      const { records } = await readAll(sourcesOf(feed, chunkBytes));
      const recordsOf = (entity: string) =>
        records.filter((row) => row.entity === entity).map(({ record }) => record);
      const expectedUsers = users.map((one): Partial<User> => ({ ...present(one), roles: [] }));
      const expectedEnrollments = ordered.map(
        (one): Partial<Enrollment> => ({ ...present(one), classId: 'c1', schoolId: 's1', userId: first }),
      );
      expect(recordsOf('users')).toEqual(expectedUsers);
      expect(recordsOf('enrollments')).toEqual(expectedEnrollments);
    }),
    { numRuns: 60 },
  );
});

describe('a large feed', () => {
  const count = 200_000;

  test('of 200,000 bad rows streams in flat memory, each row named', async () => {
    const feed = await badFeed(count);
    const heap: number[] = [];
    let named = 0;
    for await (const row of feed.rows) {
      if (row.kind === 'problem' && row.dropped?.sourcedId === `e${named}`) {
        named += 1;
        if (named % 90_000 === 0) heap.push(heapBytes());
      }
      if (row.kind !== 'file' || row.file !== 'enrollments.csv') continue;
      expect(row).toMatchObject({ rows: count, accepted: 0, rejected: count });
    }
    expect(named).toBe(count);
    // 90,000 problems that were held would be some 40 MB.
    expect((heap[1] ?? 0) - (heap[0] ?? 0)).toBeLessThan(5e6);
  }, 60_000);
});
