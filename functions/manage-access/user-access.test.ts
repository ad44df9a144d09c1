import { describe, expect, test } from 'vitest';
import type { Assignment, DistrictFacts, Person } from '../../shared/access/facts.ts';
import { shippedRules } from '../../shared/access/mapping-rules.ts';
import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';
import type { UserAccess } from '../../shared/messages/access.ts';
import type { Commit } from '../../shared/roster/sync-stores.ts';
import type { Deed } from '../../shared/store/deeds.ts';
import type { PastDeed } from '../../shared/store/past-deeds.ts';
import { anAssignment, aPerson, atSchool, inDistrict } from '../../test/builders/access-facts.ts';
import { aSync } from '../../test/builders/sync.ts';
import type { FeedRows } from './feed-rows.ts';
import { makeUserAccess } from './user-access.ts';

const district: DistrictFacts = {
  id: 'd-1',
  timeZone: 'America/New_York',
  committed: 2,
  revision: 0,
  settings: {},
  schoolYear: '2027',
};

const teacher = anAssignment('teacher', atSchool('s-1'), { source: 'roster', rule: 'hmh-teachers' });
const found: FeedRows = {
  rows: {
    user: { file: 'users.csv', row: 17, sourcedId: 'u-1' },
    roles: [
      { file: 'roles.csv', row: 40, sourcedId: 'r-1', role: 'Teacher', orgId: 's-1' },
      { file: 'roles.csv', row: 41, sourcedId: 'r-2', role: 'proctor', orgId: 's-1' },
      { file: 'roles.csv', row: 42, sourcedId: 'r-3', role: 'teacher', orgId: 's-2' },
    ],
    enrollments: [
      { file: 'enrollments.csv', row: 5, sourcedId: 'e-1', classId: 'c-1' },
      { file: 'enrollments.csv', row: 9, sourcedId: 'e-2', classId: 'c-2' },
    ],
  },
};

type World = {
  person?: Person;
  /** Commits, the last one first, each with the person as of then. */
  commits?: { at: string; person?: Person }[];
  deeds?: Deed[];
  past?: PastDeed[];
  rows?: FeedRows;
  season?: DistrictFacts['season'];
};

async function accessOf(
  { person, commits = [], deeds = [], past = [], rows = found, season }: World,
  at?: string,
) {
  const { getUserAccess } = makeUserAccess({
    access: {
      ...none,
      holder: async (_, id) => ({
        district: { ...district, ...(season && { season }) },
        person,
        rosterId: id,
        ids: [id],
      }),
    },
    assignments: { ...none, find: async (_, id) => deeds.find(({ assignment }) => assignment.id === id) },
    cataloguesOf: () => shippedCatalogues,
    pastDeeds: { of: async () => past },
    history: {
      lastCommit: async (_, before = '9') => {
        const commit = commits.find((one) => one.at < before);
        return commit && { ...commitAt, at: commit.at };
      },
      person: async ({ at: then }) => commits.find((one) => one.at === then)?.person?.roster,
    },
    syncs: { sync: async () => ({ value: aSync({ feed: 'sis' }), version: 1 }) },
    feedRows: async () => rows,
    rulesOf: async () => shippedRules,
  });
  const answer = await getUserAccess({
    params: { district: 'd-1', user: 'u-1' },
    query: { at },
    body: undefined,
    caller: { clientId: 'op', scopes: new Set() },
    by: 'client:op',
    now: new Date('2026-11-21T12:00:00Z'),
    newId: 'n',
    headers: {},
    cookies: [],
    sourceIp: '',
    origin: '',
    require: async () => {},
    allows: async () => true,
  });
  // This route never answers with headers of its own.
  return answer as UserAccess;
}

const commitAt: Commit = { district: 'd-1', at: '', syncId: 'y-1', generation: 1, manifest: 'm' };

const refuse = async () => {
  throw new Error('not asked here');
};
const none = {
  person: refuse,
  district: refuse,
  record: refuse,
  confirm: refuse,
  remove: refuse,
  transfer: refuse,
};

const manual = (id: string, more: Partial<Assignment> = {}): Assignment =>
  anAssignment('district_data_admin', inDistrict, { id, ...more });

const deed = (assignment: Assignment, at: string, more: Partial<Deed> = {}): Deed => ({
  kind: 'assignment',
  userId: 'u-1',
  assignment,
  by: 'u-boss',
  at,
  ...more,
});

describe('today', () => {
  test('what the roster gives names feed, sync, rule, and the rows that the rule looks at', async () => {
    const person = aPerson('u-1', { assignments: [teacher] });
    const answer = await accessOf({ person, commits: [{ at: '2026-11-20T07:00:00.000Z' }] });
    expect(answer.roster).toEqual({ feed: 'sis', syncId: 'y-1', appliedAt: '2026-11-20T07:00:00.000Z' });
    expect(answer.assignments[0]?.provenance).toEqual({
      source: 'roster',
      ...answer.roster,
      rule: { id: 'hmh-teachers', title: 'Teachers are hmh teachers at that school' },
      rows: [
        { file: 'users.csv', row: 17, sourcedId: 'u-1' },
        { file: 'roles.csv', row: 40, sourcedId: 'r-1' },
      ],
    });
  });

  test('each permission says what it takes, in words, and what it rests on', async () => {
    const person = aPerson('u-1', { assignments: [teacher] });
    const [assignment] = (await accessOf({ person })).assignments;
    expect(assignment?.permissions).toContainEqual(
      expect.objectContaining({
        permission: 'report.assessment',
        condition: 'the class is one that they teach, or the student is in such a class',
        source: '001:237',
        standing: 'read',
        reason: expect.stringContaining('lost one cell'),
      }),
    );
  });

  test('classes name the rows of their enrollments', async () => {
    const memberships = [{ classId: 'c-2', schoolId: 's-1', role: 'teacher', end: '2026-10-01' }];
    const person = aPerson('u-1', { memberships });
    const answer = await accessOf({ person, commits: [{ at: '2026-11-20T07:00:00.000Z' }] });
    expect(answer.memberships).toEqual([
      {
        ...memberships[0],
        effective: false,
        rows: [{ file: 'enrollments.csv', row: 9, sourcedId: 'e-2' }],
      },
    ]);
  });

  test('a class that a system’s trail-off keeps names the system and its days', async () => {
    const memberships = [
      { classId: 'c-2', schoolId: 's-1', role: 'teacher', end: '2026-11-20' },
      { classId: 'c-3', schoolId: 's-1', role: 'student', end: '2026-11-20' },
    ];
    const until = { ...manual('a'), scope: { type: 'class' as const, ids: ['c-2'] }, until: '2026-11-20' };
    const season = { feed: 'sis', leadInDays: {}, trailOffDays: { hmh: 14, nsc: 1 } };
    const answer = await accessOf({ person: aPerson('u-1', { memberships }, [until]), season });
    expect(answer.memberships).toMatchObject([
      { classId: 'c-2', effective: false, heldFor: [{ system: 'hmh', end: '2026-12-04' }] },
      { classId: 'c-3', effective: false },
    ]);
    expect(answer.memberships[1]).not.toHaveProperty('heldFor');
    expect(answer.assignments).toMatchObject([{ until: '2026-11-20', held: { end: '2026-12-04' } }]);
  });

  test('who is not in the last file is told to be kept without it', async () => {
    const person = aPerson('u-1', { assignments: [teacher] });
    const rows = { rows: { roles: [], enrollments: [] } };
    const answer = await accessOf({ person, rows, commits: [{ at: '2026-11-20T07:00:00.000Z' }] });
    expect(answer.assignments[0]?.provenance).toMatchObject({ notInLastFeed: true });
  });

  test('rows that can’t be looked up cost a note, not the answer', async () => {
    const person = aPerson('u-1', { assignments: [teacher] });
    const rows = { unknown: 'The files are gone.' };
    const answer = await accessOf({ person, rows, commits: [{ at: '2026-11-20T07:00:00.000Z' }] });
    expect(answer.notes).toEqual(['The files are gone.']);
    expect(answer.assignments[0]?.provenance).not.toHaveProperty('rows');
  });

  test('what a person gave says who and when, and who confirmed it', async () => {
    const person = aPerson('u-1', {}, [manual('a')]);
    const confirmed = { confirmedBy: 'u-2', confirmedAt: '2026-11-02T12:00:00.000Z' };
    const deeds = [deed(manual('a'), '2026-11-01T12:00:00.000Z', confirmed)];
    expect((await accessOf({ person, deeds })).assignments[0]?.provenance).toEqual({
      source: 'manual',
      assignedBy: 'u-boss',
      assignedAt: '2026-11-01T12:00:00.000Z',
      ...confirmed,
    });
  });

  test('what is calculated names the records that it follows from', async () => {
    const person: Person = {
      id: 'u-1',
      manual: [],
      login: {
        approved: true,
        locked: false,
        ledgers: [],
        schools: [],
        profile: { kind: 'household', id: 'h-1' },
      },
      records: {
        household: {
          students: [
            { id: 'st-1', relationship: 'Parent', status: { '2027': 'Enrolled' } },
            { id: 'st-2', relationship: 'Parent', status: { '2027': 'Withdrawn' } },
          ],
          applicants: [],
        },
      },
    };
    const { assignments } = await accessOf({ person });
    const ofParent = assignments.find(({ system }) => system === 'pcr');
    expect(ofParent).toMatchObject({ effective: true, source: 'calculated' });
    expect(ofParent?.provenance).toEqual({
      source: 'calculated',
      records: [
        { kind: 'household', id: 'h-1' },
        { kind: 'student', id: 'st-1' },
      ],
    });
  });

  test('a later day goes by the dates of what there is now', async () => {
    const person = aPerson('u-1', { assignments: [{ ...teacher, until: '2026-12-01' }] });
    const effective = async (at?: string) => (await accessOf({ person }, at)).assignments[0]?.effective;
    expect([await effective(), await effective('2026-12-01')]).toEqual([true, false]);
  });
});

describe('a past day', () => {
  const commits = [
    // 2026-10-02T01:00 in New York.
    { at: '2026-10-02T05:00:00.000Z', person: aPerson('u-1', { status: 'suspended' }) },
    { at: '2026-09-01T12:00:00.000Z', person: aPerson('u-1', { assignments: [teacher] }) },
  ];

  test('goes by the roster committed last before its end in the district’s time zone', async () => {
    const person = commits[0]?.person;
    const on = async (at: string) => {
      const { status, roster, assignments } = await accessOf({ ...(person && { person }), commits }, at);
      return [status, roster?.appliedAt.slice(0, 10), assignments.map(({ effective }) => effective)];
    };
    expect(await on('2026-10-01')).toEqual(['active', '2026-09-01', [true]]);
    expect(await on('2026-10-02')).toEqual(['suspended', '2026-10-02', []]);
  });

  test('before the first feed has nothing of the roster, and says so', async () => {
    const answer = await accessOf(
      { person: aPerson('u-1', { assignments: [teacher] }), commits },
      '2026-08-01',
    );
    expect(answer.assignments).toEqual([]);
    expect(answer.notes).toContain('No feed had been applied by the end of that day.');
  });

  test('has what was taken away since, and what was taken away on it no longer as effective', async () => {
    const past = [
      {
        deed: deed(manual('a'), '2026-09-01T12:00:00.000Z'),
        endedAt: '2026-10-01T12:00:00.000Z',
        endedBy: 'u-2',
      },
    ];
    const on = async (at: string) =>
      (await accessOf({ commits, past }, at)).assignments
        .filter(({ id }) => id === 'a')
        .map(({ effective, why }) => [effective, why]);
    expect(await on('2026-08-31')).toEqual([]);
    expect(await on('2026-09-30')).toEqual([[true, undefined]]);
    expect(await on('2026-10-01')).toEqual([
      [false, 'Was taken away by u-2 at 2026-10-01T12:00:00.000Z; it was held until then.'],
    ]);
    expect(await on('2026-10-02')).toEqual([]);
  });

  test('has not what was given later', async () => {
    const person = aPerson('u-1', {}, [manual('a')]);
    const deeds = [deed(manual('a'), '2026-10-05T12:00:00.000Z')];
    const ids = async (at: string) =>
      (await accessOf({ person, deeds, commits }, at)).assignments.map(({ id }) => id);
    expect([await ids('2026-10-04'), await ids('2026-10-05')]).toEqual([[], ['a']]);
  });

  test('is not found for whom nobody knows or knew', async () => {
    await expect(accessOf({}, '2026-10-01')).rejects.toMatchObject({ code: 'unknown-user' });
  });
});
