import { expect, test } from 'vitest';
import { person, school } from '../../test/builders/calm-world.ts';
import { aPlanning } from '../../test/builders/planning.ts';
import { makeDerivation } from '../access/derive.ts';
import type { ClassFacts, PersonFacts } from '../access/facts.ts';
import { shippedRules } from '../access/mapping-rules.ts';
import { shippedCatalogues } from '../access/shipped-catalogues.ts';
import { ChunkWriter } from './chunk-writer.ts';
import { CommittedState, putManifest, putPartition } from './committed-state.ts';
import { deriveAccess } from './derive-access.ts';
import { type Change, chunkKey, holderParts } from './plan.ts';
import type { ClassRecord, Enrollment, User } from './records.ts';
import { RoleTally } from './role-tally.ts';
import { type Manifest, readLines, type StateLine } from './state.ts';

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

const derivation = makeDerivation({ district: 'd', rules: shippedRules, catalogues: shippedCatalogues });

/** Derives one roster after the other; returns the changes of the last. */
async function deriving(...rosters: { orgs: readonly object[]; users: readonly object[] }[]) {
  const texts = new Map<string, string>();
  const objects = {
    put: async (key: string, text: string) => void texts.set(key, text),
    get: async (key: string) => texts.get(key) ?? '',
  };
  let kinds: Manifest['kinds'] = {};
  const roles = new RoleTally();
  for (const [at, { orgs, users }] of rosters.entries()) {
    const put = (kind: 'orgs' | 'users', records: readonly object[]) =>
      putPartition(
        objects,
        'd',
        kind,
        // Only ids matter to the state.
        (records as { sourcedId: string }[]).map((record) => {
          return { status: 'active', id: record.sourcedId, json: JSON.stringify(record) };
        }),
      );
    const next = {
      orgs: [await put('orgs', orgs)],
      users: [await put('users', users)],
      classes: [],
      enrollments: [],
    };
    const manifest = await putManifest(objects, { district: 'd', derivation: '', kinds });
    const chunks = new ChunkWriter(objects, { prefix: `p${at}`, size: 100 }, new Set());
    const state = await CommittedState.open(objects, 'd', manifest);
    const run = await aPlanning(objects, { chunks, roles, state });
    kinds = { ...next, ...(await deriveAccess(run, derivation, next)) };
    await chunks.close();
  }
  const text = texts.get(chunkKey(`p${rosters.length - 1}`, 0)) ?? '';
  // Written by ChunkWriter above.
  const changes = text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Change]));
  return { changes, totals: roles.totals() };
}

test('of whom the roster has no longer nothing is left: facts and roles become tombstones', async () => {
  const staff = [person('u1', ['teacher']), person('u2', ['teacher'])];
  const { changes, totals } = await deriving(
    { orgs: [school], users: staff },
    { orgs: [], users: staff.slice(1) },
  );
  const gone = changes.filter(({ now }) => now === undefined);
  expect(gone.every(({ prev }) => prev !== undefined)).toBe(true);
  const named = gone.map((change) => {
    const { table, entity, id } = change;
    return table === 'assignments'
      ? `${holderParts(id).userId} ${holderParts(id).system}`
      : `${entity} ${id}`;
  });
  expect(named.sort()).toEqual(['org s1', 'person u1', 'u1 hmh', 'u1 imath', 'u2 hmh', 'u2 imath']);
  expect(changes.find(({ id }) => id === 'u1')?.effect?.map(({ lost }) => lost)).toEqual([
    ['teacher@school:s1'],
    ['teacher@school:s1'],
  ]);
  expect(totals.map(({ gained, lost }) => [gained, lost])).toEqual([
    [2, 2],
    [2, 2],
  ]);
});
