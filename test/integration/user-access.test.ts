import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Local } from '../../infra/local/stack.ts';
import type { UserAccess } from '../../shared/messages/access.ts';
import { Api } from '../builders/api.ts';
import { dateCommits } from '../builders/commits.ts';
import { feedZip } from '../builders/feed-zip.ts';
import { startLocal } from '../builders/local.ts';
import { feed11, headers } from '../builders/oneroster-feed.ts';

let local: Local;
let api: Api;

const teacherAt = (school: string) =>
  `u1,,,true,${school},teacher,ada,,Ada,Lovelace,,,ada@example.org,,,,,\n`;
/** So that a line is not the same in any two files. */
const others = (count: number) =>
  Array.from({ length: count }, (_, i) => `st${i},,,true,s1,student,st${i},,"Sam\nP.",Doe,,,,,,,09,\n`).join(
    '',
  );

const feedWith = (users: string, enrollments = 'e1,,,c1,s1,u1,teacher,true,,\n') =>
  feed11({
    users: `${headers.users11}\n${users}`,
    enrollments: `${headers.enrollments}\n${enrollments}`,
  });

/** u1 teaches in s1, then in s2 and no class, then nowhere: the file has them no more, and the guard holds the removal. */
const feeds = [
  feedWith(`${others(3)}${teacherAt('s1')}`),
  feedWith(`${teacherAt('s2')}${others(3)}`, 'e2,,,c1,s1,st0,student,,,\n'),
  feedWith(others(3), 'e2,,,c1,s1,st0,student,,,\n'),
];

beforeAll(async () => {
  local = await startLocal();
  api = await Api.signIn(local.url, local.operator);
  await api.newDistrict('north');
  await api.ok('PUT', '/v1/districts/north/feeds/sis', {
    format: 'oneroster-csv',
    source: 'upload',
    guard: { percent: 1, atLeast: 1 },
  });
  for (const feed of feeds) await api.sync('north', await feedZip(feed));
  await dateCommits(local, 'north', ['2026-09-01T16:00:00.000Z', '2026-10-02T03:00:00.000Z']);
}, 120_000);

afterAll(async () => {
  await local?.stop();
  if (local !== undefined) rmSync(local.dataDir, { recursive: true, force: true });
});

const accessOf = (query = '') => api.ok<UserAccess>('GET', `/v1/districts/north/users/u1/access${query}`);
const ofHmh = ({ assignments }: UserAccess) => assignments.find(({ system }) => system === 'hmh');

test('a past day shows that day’s roster, with the lines of that day’s files', async () => {
  const september = await accessOf('?at=2026-09-15');
  expect(ofHmh(september)).toMatchObject({
    role: 'teacher',
    scope: { ids: ['s1'] },
    effective: true,
    provenance: {
      feed: 'sis',
      appliedAt: '2026-09-01T16:00:00.000Z',
      rule: { id: 'hmh-teachers' },
      // Three students before, of two lines each.
      rows: [{ file: 'users.csv', row: 8, sourcedId: 'u1' }],
    },
  });
  expect(september.memberships).toMatchObject([
    { classId: 'c1', effective: true, rows: [{ file: 'enrollments.csv', row: 2, sourcedId: 'e1' }] },
  ]);
  const october = await accessOf('?at=2026-10-01');
  expect(ofHmh(october)).toMatchObject({
    scope: { ids: ['s2'] },
    provenance: { rows: [{ file: 'users.csv', row: 2 }] },
  });
  expect((await accessOf('?at=2026-08-31')).assignments).toEqual([]);
});

test('today tells of whom the last file has no more', async () => {
  expect(ofHmh(await accessOf())?.provenance).toMatchObject({ notInLastFeed: true });
});

test('what was given by hand says by whom, and is not told of a day before', async () => {
  const path = '/v1/districts/north/assignments';
  const proctor = {
    system: 'hmh',
    role: 'school_assessment_proctor',
    scope: { type: 'school', ids: ['s1'] },
  };
  const { id } = await api.ok<{ id: string }>('POST', path, { user: 'u1', ...proctor });
  const { items } = await api.ok<{ items: object[] }>(
    'GET',
    `${path}?user=u1&role=school_assessment_proctor`,
  );
  expect(items).toMatchObject([
    { id, assignedAt: expect.stringMatching(/^20/), assignedBy: expect.any(String) },
  ]);
  const given = async (query = '') =>
    (await accessOf(query)).assignments.find((assignment) => assignment.id === id);
  expect(await given()).toMatchObject({ effective: true, provenance: { source: 'manual' } });
  expect(await given('?at=2026-10-01')).toBeUndefined();
  await api.ok('DELETE', `${path}/${id}`);
  expect(await given()).toBeUndefined();
});
