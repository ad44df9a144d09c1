import { expect, test } from 'vitest';
import { aPlanning } from '../../test/builders/planning.ts';
import { makeDerivation } from '../access/derive.ts';
import type { ClassFacts, PersonFacts } from '../access/facts.ts';
import { putPartition } from './committed-state.ts';
import { deriveAccess } from './derive-access.ts';
import type { ClassRecord, Enrollment, User } from './records.ts';
import { readLines, type StateLine } from './state.ts';

const line = (record: { sourcedId: string }, ended?: string): StateLine => ({
  status: 'active',
  id: record.sourcedId,
  json: JSON.stringify(record),
  ...(ended === undefined ? {} : { ended }),
});
const aClass = (sourcedId: string): ClassRecord => ({
  sourcedId,
  title: 'x',
  classType: 'scheduled',
  schoolId: 's-1',
});
const teacher: User = { sourcedId: 'u-1', enabledUser: true, givenName: 'A', familyName: 'B', roles: [] };
const teaching = (classId: string, endDate?: string): Enrollment => ({
  sourcedId: `e-${classId}-${endDate}`,
  classId,
  schoolId: 's-1',
  userId: 'u-1',
  role: 'teacher',
  ...(endDate === undefined ? {} : { endDate }),
});

/** The facts of teacher u-1 and of all classes, after one partition of each. */
async function factsOf(lines: { classes: StateLine[]; enrollments: StateLine[] }) {
  const texts = new Map<string, string>();
  const objects = {
    put: async (key: string, text: string) => void texts.set(key, text),
    get: async (key: string) => texts.get(key) ?? '',
  };
  const put = async (kind: 'classes' | 'users' | 'enrollments', some: StateLine[]) => [
    await putPartition(objects, 'd', kind, some),
  ];
  const run = await aPlanning(objects, { at: '2027-07-01T07:00:00.000Z' });
  const derived = await deriveAccess(
    run,
    makeDerivation({ district: 'd', rules: [], catalogues: new Map() }),
    {
      orgs: [{ active: 0 }],
      classes: await put('classes', lines.classes),
      users: await put('users', [line(teacher)]),
      enrollments: await put('enrollments', lines.enrollments),
    },
  );
  const read = (kind: 'class' | 'person') =>
    [...readLines(texts.get(derived[kind][0]?.key ?? '') ?? '')].map(
      ({ json }) => JSON.parse(json) as unknown,
    );
  const [person] = read('person') as PersonFacts[];
  return {
    ends: Object.fromEntries((person?.memberships ?? []).map(({ classId, end }) => [classId, end])),
    classes: read('class') as ClassFacts[],
  };
}

test('an enrollment without a place in the new year ends on that day, or before by its own date', async () => {
  const { ends } = await factsOf({
    classes: ['c-1', 'c-2', 'c-3', 'c-4'].map((id) => line(aClass(id))),
    enrollments: [
      line(teaching('c-1'), '2027-07-01'),
      line(teaching('c-2', '2027-06-18'), '2027-07-01'),
      line(teaching('c-3', '2027-12-01'), '2027-07-01'),
      line(teaching('c-4', '2027-12-01')),
    ],
  });
  expect(ends).toEqual({
    'c-1': '2027-07-01',
    'c-2': '2027-06-18',
    'c-3': '2027-07-01',
    'c-4': '2027-12-01',
  });
});

test('a class without a place in the new year says so, and ends all enrollments in it', async () => {
  const { ends, classes } = await factsOf({
    classes: [line(aClass('c-1'), '2027-07-01'), line(aClass('c-2'))],
    enrollments: [line(teaching('c-1')), line(teaching('c-2'))],
  });
  expect(ends).toEqual({ 'c-1': '2027-07-01', 'c-2': undefined });
  expect(classes).toEqual([
    { status: 'active', schoolId: 's-1', ended: '2027-07-01' },
    { status: 'active', schoolId: 's-1' },
  ]);
});
