import { describe, expect, test } from 'vitest';
import { generateDistrict } from '../../../cli/generate/district.ts';
import { memorySource } from '../../../test/builders/feed-files.ts';
import { briefly, type ReadFeed, readAll } from '../../../test/builders/oneroster-feed.ts';
import { plainHttp, pulledFiles, pullOf } from '../../../test/builders/pulls.ts';
import { partnerKey, startClassLink } from '../../../test/vendors/classlink-server.ts';
import { client, startOneRoster } from '../../../test/vendors/oneroster-server.ts';
import { rosterOf } from '../../../test/vendors/roster-district.ts';
import type { UserRole } from '../../roster/records.ts';
import { pullClassLink } from '../classlink/pull.ts';
import { openFeed } from '../open-feed.ts';
import { pullOneRosterRest } from './pull.ts';

const at = '2026-08-20T10:00:00.000Z';
const base = (sourcedId: string) => ({ sourcedId, status: 'active', dateLastModified: at });
const ref = (sourcedId: string) => ({ sourcedId, type: 'x' });

/** A small roster of 1.2 without a problem, as a server may write it. */
const small = {
  orgs: [
    { ...base('d1'), name: 'District', type: 'district' },
    { ...base('s1'), name: 'North', type: 'school', parent: ref('d1') },
  ],
  academicSessions: [
    {
      ...{ ...base('t1'), title: 'Autumn', type: 'term', schoolYear: 2027 },
      ...{ startDate: '2026-08-01T00:00:00.000Z', endDate: '2027-01-01' },
    },
  ],
  courses: [
    { ...base('co1'), title: 'Maths', courseCode: 'M', grades: ['09'], subjects: ['Art, Music', 'Maths'] },
  ],
  classes: [{ ...base('c1'), title: 'Maths 9', course: ref('co1'), school: ref('s1'), terms: [ref('t1')] }],
  users: [
    {
      ...{ ...base('u1'), enabledUser: true, username: 'ada', givenName: 'Ada', familyName: 'Lovelace' },
      ...{ preferredFirstName: 'A', preferredLastName: 'L', agents: [ref('u2'), ref('unshared')] },
      ...{
        userIds: [{ type: 'LDAP', identifier: 'a1' }],
        metadata: { jobTitle: 'Head' },
        primaryOrg: ref('s1'),
      },
      roles: [{ roleType: 'primary', role: 'teacher', org: ref('s1'), beginDate: '2026-08-01' }],
    },
    {
      ...{ ...base('u2'), enabledUser: 1, username: 'ben', givenName: 'Ben', familyName: 'Bell' },
      roles: [{ roleType: 'primary', role: 'student', org: 's1' }],
    },
  ],
  enrollments: [
    { ...base('e1'), user: ref('u1'), class: ref('c1'), school: ref('s1'), role: 'teacher', primary: '1' },
  ],
};

type Collections = Readonly<Record<string, readonly unknown[]>>;

function files(collections: Collections, mode: 'full' | 'delta' = 'full', format = 'oneroster-rest') {
  const lines = Object.entries(collections).map(([name, items]) => [
    name,
    items.map((one) => JSON.stringify(one)),
  ]);
  return pulledFiles(format, Object.fromEntries(lines), mode);
}

const recordOf = ({ records }: ReadFeed, id: string) =>
  records.find(({ sourcedId }) => sourcedId === id)?.record;

describe('what was pulled', () => {
  test('is read as OneRoster, in whatever spelling a server has', async () => {
    const read = await readAll(files(small));
    expect(read.records.map(({ sourcedId }) => sourcedId)).toEqual([
      ...['d1', 's1', 't1', 'co1', 'c1', 'u1', 'u2', 'e1'],
    ]);
    expect(recordOf(read, 't1')).toMatchObject({ startDate: '2026-08-01', schoolYear: '2027' });
    expect(recordOf(read, 'co1')).toMatchObject({ orgId: 'd1', subjects: ['Art; Music', 'Maths'] });
    expect(recordOf(read, 'c1')).toMatchObject({ classType: 'scheduled', termIds: ['t1'] });
    expect(recordOf(read, 'u1')).toMatchObject({
      ...{ enabledUser: true, preferredGivenName: 'A', preferredFamilyName: 'L', title: 'Head' },
      ...{ userIds: [{ type: 'LDAP', identifier: 'a1' }], primaryOrgId: 's1' },
    });
    expect(recordOf(read, 'u2')).toMatchObject({ enabledUser: true });
    expect(recordOf(read, 'e1')).toMatchObject({ primary: true, classId: 'c1' });
    expect(read.rows.filter(({ kind }) => kind === 'user-role')).toMatchObject([
      { userId: 'u1', role: { roleType: 'primary', role: 'teacher', orgId: 's1', beginDate: '2026-08-01' } },
      { userId: 'u2', role: { role: 'student', orgId: 's1' } },
    ]);
    expect(read.rows.filter(({ kind }) => kind === 'user-agent')).toMatchObject([
      { userId: 'u1', agentId: 'u2' },
    ]);
    expect(briefly(read)).toEqual([
      'warning courses.jsonl:1 subjects list-comma',
      'warning users.jsonl:1 agents relative-unknown',
    ]);
  });

  test('counts each object once', async () => {
    const { files: read } = await readAll(files(small));
    expect(read.map(({ file, rows, accepted }) => [file, rows, accepted])).toEqual([
      ...[
        ['orgs.jsonl', 2, 2],
        ['academicSessions.jsonl', 1, 1],
        ['courses.jsonl', 1, 1],
      ],
      ...[
        ['classes.jsonl', 1, 1],
        ['users.jsonl', 2, 2],
        ['enrollments.jsonl', 1, 1],
      ],
    ]);
  });

  test('of 1.1 has one role at each org, the older administrator among them', async () => {
    const head = { ...base('u9'), enabledUser: 'true', username: 'cy', givenName: 'Cy', familyName: 'Y' };
    const users = [{ ...head, role: 'administrator', orgs: [ref('s1'), ref('d1')] }];
    const read = await readAll(files({ ...small, users, enrollments: [] }));
    expect(recordOf(read, 'u9')).toMatchObject({
      roles: [
        { roleType: 'primary', role: 'administrator', orgId: 'd1' },
        { roleType: 'primary', role: 'administrator', orgId: 's1' },
      ],
    });
    expect(briefly(read)).toEqual(['warning courses.jsonl:1 subjects list-comma']);
  });

  test('keeps what is to be deleted as such, and inactive is older for the same', async () => {
    const [first, second] = small.users;
    const users = [
      { ...first, agents: [] },
      { ...second, status: 'tobedeleted' },
    ];
    const enrollments = small.enrollments.map((one) => ({ ...one, status: 'inactive' }));
    const read = await readAll(files({ ...small, courses: [], classes: [], users, enrollments: [] }));
    expect(read.records.map(({ sourcedId, status }) => [sourcedId, status])).toContainEqual([
      'u2',
      'tobedeleted',
    ]);
    expect(briefly(read)).toEqual([]);
    const older = await readAll(files({ ...small, users, enrollments }));
    expect(older.records.at(-1)).toMatchObject({ sourcedId: 'e1', status: 'tobedeleted' });
  });

  test('names the field of the server where something is wrong', async () => {
    const [user] = small.users;
    const users = [{ ...user, agents: [], roles: [{ roleType: 'primary', role: 'wizard', org: ref('s9') }] }];
    const read = await readAll(files({ ...small, courses: [], classes: [], users, enrollments: [] }));
    expect(briefly(read)).toEqual([
      'error users.jsonl:1 role unknown-value',
      'error users.jsonl:1 org dangling-reference',
    ]);
  });

  test('says that records may be gone only where it is full', async () => {
    expect((await openFeed(files(small))).complete.has('users')).toBe(true);
    const changes = await openFeed(files({ orgs: small.orgs }, 'delta'));
    expect([...changes.complete]).toEqual([]);
  });
});

describe('files', () => {
  test('are of the format that the pull says, and of no other', async () => {
    expect((await openFeed(files(small, 'full', 'classlink'))).format).toBe('classlink 1.2');
    await expect(openFeed(files(small), { format: 'classlink' })).rejects.toMatchObject({
      code: 'format-mismatch',
    });
    await expect(openFeed(files(small, 'full', 'other'))).rejects.toMatchObject({ code: 'format-unclear' });
  });

  test('of a full pull must all be there, but for collections that were empty', async () => {
    const without = (name: string, collections: Collections) =>
      files(collections).filter((one) => one.name !== name);
    await expect(readAll(without('users.jsonl', small))).rejects.toMatchObject({ code: 'file-missing' });
    const summer = without('enrollments.jsonl', { ...small, enrollments: [] });
    expect(recordOf(await readAll(summer), 'u2')).toBeDefined();
    expect((await openFeed(summer)).complete.has('enrollments')).toBe(true);
  });

  test('of a broken head are of no format', async () => {
    const broken = [memorySource('pull.jsonl', '{"format":'), ...files(small).slice(1)];
    await expect(readAll(broken)).rejects.toMatchObject({ code: 'format-unclear' });
  });
});

describe('a district', () => {
  /** By kind and id, users joined with their parts; without where each stands. */
  function rosterIn({ rows }: ReadFeed): Record<string, unknown> {
    const roster: Record<string, Record<string, unknown>> = {};
    for (const row of rows)
      if (row.kind === 'record') roster[`${row.entity} ${row.sourcedId}`] = { ...row.record };
    for (const row of rows) {
      if (row.kind !== 'user-role' && row.kind !== 'user-agent') continue;
      const user = roster[`users ${row.userId}`] ?? {};
      if (row.kind === 'user-role') user.roles = [...(user.roles as UserRole[]), row.role];
      else user.agentIds = [...((user.agentIds as string[] | undefined) ?? []), row.agentId];
    }
    for (const user of Object.values(roster)) {
      // Only files give roles ids of their own.
      const bare = ({ sourcedId: _, ...role }: UserRole) => JSON.stringify(role);
      if (Array.isArray(user.roles)) user.roles = (user.roles as UserRole[]).map(bare).sort();
      if (Array.isArray(user.agentIds)) user.agentIds = user.agentIds.toSorted();
    }
    return roster;
  }

  const csv = async (version: '1.1' | '1.2') => {
    const { files: made } = generateDistrict({ students: 60, version });
    return rosterIn(
      await readAll(made.map(({ file, lines }) => memorySource(file, [...lines()].join('\n')))),
    );
  };

  test.each(['1.1', '1.2'] as const)('that is pulled by %s is the one of its files', async (version) => {
    const roster = rosterOf({ students: 60, version }, at);
    const server = await startOneRoster({ roster, version, auth: 'oauth2' });
    const credentials = { ...client, tokenUrl: server.tokenUrl };
    const pulled = await pullOf('oneroster-rest', pullOneRosterRest, {
      url: server.url,
      credentials,
      http: plainHttp,
    });
    await server.close();
    const read = await readAll(pulled.files);
    expect(briefly(read)).toEqual([]);
    expect(rosterIn(read)).toEqual(await csv(version));
  });

  test('that is pulled from ClassLink is the one of its files, but for what ClassLink leaves empty', async () => {
    const server = await startClassLink(rosterOf({ students: 60, version: '1.1' }, at));
    const credentials = { partnerKey, tenantId: '2001' };
    const pulled = await pullOf('classlink', pullClassLink, { url: server.url, credentials });
    await server.close();
    const expected = Object.entries(await csv('1.1')).map(([key, record]) => {
      const { classCode, periods, subjects, subjectCodes, ...rest } = record as Record<string, unknown>;
      return [key, key.startsWith('classes ') ? rest : record];
    });
    expect(rosterIn(await readAll(pulled.files))).toEqual(Object.fromEntries(expected));
  });
});
