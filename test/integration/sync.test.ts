import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Local } from '../../infra/local/stack.ts';
import type { ProblemView, SyncView } from '../../shared/messages/syncs.ts';
import { Api } from '../builders/api.ts';
import { startLocal } from '../builders/local.ts';
import { type FeedTexts, feed11, headers, manifestOf, withRow } from '../builders/oneroster-feed.ts';
import { renamed, zipOf } from '../builders/zip.ts';

let local: Local;
let api: Api;

beforeAll(async () => {
  local = await startLocal();
  api = await Api.signIn(local.url, local.operator);
});

afterAll(async () => {
  await local.stop();
  rmSync(local.dataDir, { recursive: true, force: true });
});

const zipped = (feed: FeedTexts): Promise<Buffer> => zipOf(csvOf(feed));

const csvOf = (feed: FeedTexts): Record<string, string | Buffer> => ({
  'manifest.csv': manifestOf(feed, '1.1'),
  ...Object.fromEntries(
    Object.entries(feed).flatMap(([name, text]) => (text === undefined ? [] : [[`${name}.csv`, text]])),
  ),
});

const problemsOf = async (district: string, { syncId }: SyncView) =>
  (await api.ok<{ items: ProblemView[] }>('GET', `/v1/districts/${district}/syncs/${syncId}/problems`)).items;

/** A district with many students in two schools, so that shares mean something. */
function crowd(students: number, more: FeedTexts = {}): FeedTexts {
  const rows = Array.from(
    { length: students },
    (_, i) => `st${i},,,true,s1,student,st${i},,Sam,Doe,,,,,,,09,\n`,
  );
  return feed11({
    users: `${headers.users11}\nu1,,,true,s1,teacher,ada,,Ada,Lovelace,,,,,,,,\n${rows.join('')}`,
    enrollments: `${headers.enrollments}\ne1,,,c1,s1,u1,teacher,true,,\n`,
    ...more,
  });
}

describe('a feed of a new district', () => {
  let district: string;
  let first: SyncView;

  beforeAll(async () => {
    district = await api.newDistrict('north');
    first = await api.sync(district, await zipped(feed11()));
  });

  test('is applied whole, with counts that sum', async () => {
    expect(first.state).toBe('applied');
    expect(first.counts).toMatchObject({
      orgs: { received: 3, created: 3 },
      classes: { received: 1, created: 1 },
      users: { received: 3, created: 3 },
      enrollments: { received: 2, created: 2 },
    });
  });

  test('lets a teacher into their class and says by which line of the source', async () => {
    const answer = await api.check(district, ['u1', 'hmh:report.assessment', 'class:c1'], true);
    expect(answer.decision).toBe(true);
    expect(answer.context.reason).toMatchObject({ row: 'hmh:report.assessment/teacher', source: '001:237' });
    expect(answer.context.reason.path).toEqual(
      expect.arrayContaining(['u1 is hmh teacher at s1', 'c1 is in s1', 'u1 is assigned to c1']),
    );
  });

  test('is unchanged when it comes again, and moves no reader', async () => {
    const again = await api.sync(district, await zipped(feed11()));
    expect(again.state).toBe('applied');
    for (const counts of Object.values(again.counts)) {
      expect(counts).toMatchObject({ unchanged: counts?.received, created: 0, updated: 0, suspended: 0 });
    }
    const plan = await api.ok<{ items: unknown[] }>(
      'GET',
      `/v1/districts/${district}/syncs/${again.syncId}/plan`,
    );
    expect(plan.items).toEqual([]);
  });

  test('in another order of rows and files is unchanged too', async () => {
    const feed = feed11();
    const turned = Object.fromEntries(
      Object.entries(feed).map(([name, text = '']) => {
        const [header = '', ...rows] = text.trimEnd().split('\n');
        return [name, `${[header, ...rows.reverse()].join('\n')}\n`];
      }),
    );
    const again = await api.sync(district, await zipped(turned));
    expect(again.counts.users).toMatchObject({ unchanged: 3, updated: 0 });
    expect(again.counts.enrollments).toMatchObject({ unchanged: 2, updated: 0 });
  });

  test('without the enrollment denies the teacher as soon as it is applied, and allows again when it is back', async () => {
    const question = ['u1', 'hmh:report.assessment', 'class:c1'] as const;
    const without = feed11({ enrollments: `${headers.enrollments}\ne2,,,c1,s1,u2,student,,,\n` });
    expect((await api.sync(district, await zipped(without))).counts.enrollments).toMatchObject({
      suspended: 1,
    });
    const denied = await api.check(district, question);
    expect([denied.decision, denied.context.reason.code]).toEqual([false, 'condition']);
    expect((await api.sync(district, await zipped(feed11()))).counts.enrollments).toMatchObject({
      reactivated: 1,
    });
    expect((await api.check(district, question)).decision).toBe(true);
  });

  test('names every bad row by file, line, column and code, and applies the good ones', async () => {
    const dirty = withRow(
      withRow(feed11(), 'users', 'u9,,,true,s1,principal,pat,,Pat,Poe,,,,,,,,'),
      'enrollments',
      'e9,,,c1,s1,nobody,student,,,',
    );
    const sync = await api.sync(
      district,
      await zipped(withRow(dirty, 'users', 'u8,,,true,s1,student,new,,New,Kid,,,,,,,09,')),
    );
    expect(sync.counts.users).toMatchObject({ created: 1, rejected: 1, unchanged: 3 });
    expect(sync.counts.enrollments).toMatchObject({ rejected: 1, unchanged: 2 });
    const problems = await problemsOf(district, sync);
    expect(
      problems.map(({ file, row, column, code, severity }) => [file, row, column, code, severity]),
    ).toEqual(
      expect.arrayContaining([
        ['users.csv', 5, 'role', 'unknown-value', 'error'],
        ['enrollments.csv', 4, 'userSourcedId', 'dangling-reference', 'error'],
      ]),
    );
    for (const problem of problems) expect(problem.hint.length).toBeGreaterThan(10);
  });

  test('gives its problems as a file of comma-separated values', async () => {
    const dirty = withRow(feed11(), 'enrollments', 'e9,,,c1,s1,nobody,student,,,');
    const { syncId } = await api.sync(district, await zipped(dirty));
    const answer = await api
      .call('GET', `/v1/districts/${district}/syncs/${syncId}/problems`, undefined, {
        accept: 'text/csv',
      })
      .catch((error: unknown) => error);
    // fetch follows the redirect to the presigned file, which is no JSON.
    expect(String(answer)).toContain('is not valid JSON');
  });
});

/** Ends a year before the feed of every test here. */
const lastYear = (): FeedTexts => {
  const { academicSessions = '' } = feed11();
  const back = academicSessions.replaceAll('2026', '2025').replaceAll('2027', '2026');
  return feed11({ academicSessions: back });
};

describe('removals', () => {
  test('of more than the guard allows rest in held, nothing is suspended, and the rest is applied', async () => {
    const district = await api.newDistrict('guarded');
    await api.sync(district, await zipped(crowd(40)));
    const fewer = withRow(crowd(28), 'users', 'new1,,,true,s1,student,new1,,New,Kid,,,,,,,09,');
    const held = await api.sync(district, await zipped(fewer));
    expect(held).toMatchObject({
      state: 'held',
      hold: { reason: 'guard', remaining: 12 },
      guard: { breached: true },
    });
    expect(held.counts.users).toMatchObject({ created: 1, suspended: 0 });
    const kept = await api.check(district, ['st39', 'hmh:role.effective', 'user:st39']);
    expect(kept.context.reason.code).not.toBe('suspended');
    const plan = await api.ok<{ items: { held?: boolean }[] }>(
      'GET',
      `/v1/districts/${district}/syncs/${held.syncId}/plan?kind=suspend`,
    );
    expect(plan.items.filter((change) => change.held)).toHaveLength(12);

    const approval = `/v1/districts/${district}/syncs/${held.syncId}/approval`;
    expect((await api.call('POST', approval, { planHash: 'f'.repeat(64) })).status).toBe(409);
    await api.ok('POST', approval, { planHash: held.planHash });
    const applied = await api.rested(district, held.syncId);
    expect(applied).toMatchObject({ state: 'applied' });
    expect(applied.counts.users).toMatchObject({ created: 1, suspended: 12 });
    expect((await api.call('POST', approval, { planHash: held.planHash })).status).toBe(409);
  });

  test('that are held are superseded by a newer feed', async () => {
    const district = await api.newDistrict('superseded');
    await api.sync(district, await zipped(crowd(40)));
    const held = await api.sync(district, await zipped(crowd(28)));
    expect(held.state).toBe('held');
    const whole = await api.sync(district, await zipped(crowd(40)));
    expect(whole.counts.users).toMatchObject({ unchanged: 41 });
    expect((await api.rested(district, held.syncId)).state).toBe('superseded');
  });

  test('of a dry run are only told', async () => {
    const district = await api.newDistrict('dry');
    const told = await api.sync(district, await zipped(feed11()), { dryRun: true });
    expect(told).toMatchObject({ state: 'held', hold: { reason: 'dry-run' } });
    const answer = await api.check(district, ['u1', 'hmh:report.assessment', 'class:c1']);
    expect(answer.context.reason.code).toBe('unknown-subject');
    await api.ok('POST', `/v1/districts/${district}/syncs/${told.syncId}/approval`, {
      planHash: told.planHash,
    });
    expect((await api.rested(district, told.syncId)).state).toBe('applied');
    expect((await api.check(district, ['u1', 'hmh:report.assessment', 'class:c1'])).decision).toBe(true);
  });
});

describe('a feed that can never work', () => {
  const cases: [string, string, () => Promise<Buffer>][] = [
    ['is no zip', 'not-a-zip', async () => Buffer.from('sourcedId,status\n1,2\n')],
    ['is an empty zip', 'empty-zip', () => zipOf({})],
    ['has no manifest', 'manifest-missing', () => zipOf({ 'users.csv': feed11().users ?? '' })],
    [
      'has a file that its manifest calls absent',
      'manifest-contradicted',
      async () =>
        zipped({
          ...feed11(),
          manifest: manifestOf(feed11(), '1.1').replace('file.courses,bulk', 'file.courses,absent'),
        }),
    ],
    [
      'lacks a file that its manifest names',
      'file-missing',
      async () => zipped({ ...feed11({ classes: undefined }), manifest: manifestOf(feed11(), '1.1') }),
    ],
    [
      'has a file with only a header',
      'header-only',
      async () => zipped(feed11({ users: `${headers.users11}\n` })),
    ],
    [
      'lacks a column',
      'column-missing',
      async () => zipped(feed11({ orgs: 'sourcedId,status,dateLastModified,name\nd1,,,District\n' })),
    ],
    [
      'has another column under an old name',
      'columns-changed',
      async () => zipped(feed11({ users: (feed11().users ?? '').replace('email', 'e_mail') })),
    ],
    [
      'lacks a file that the last good one had',
      'file-missing',
      async () => zipped(feed11({ enrollments: undefined })),
    ],
    ['is last year’s', 'older-file', async () => zipped(lastYear())],
    [
      'is of other schools',
      'other-district',
      async () =>
        zipped(
          Object.fromEntries(
            Object.entries(feed11()).map(([name, text]) => [
              name,
              text
                ?.replaceAll(/\b([ds]\d)\b/g, 'x$1')
                .replace('District', 'Elsewhere')
                .replace('School', 'Another'),
            ]),
          ),
        ),
    ],
    [
      'has an open quote',
      'malformed-csv',
      async () => zipped(withRow(feed11(), 'users', 'u9,,,true,s1,student,x,,"Pat,Poe')),
    ],
    [
      'is in UTF-16',
      'not-utf8',
      async () => zipOf({ ...csvOf(feed11()), 'orgs.csv': Buffer.from(feed11().orgs ?? '', 'utf16le') }),
    ],
    [
      'is in Latin-1',
      'not-utf8',
      async () => {
        const users = (feed11().users ?? '').replace('Bell', 'Béll');
        return zipOf({ ...csvOf(feed11()), 'users.csv': Buffer.from(users, 'latin1') });
      },
    ],
    [
      'unpacks to far more than it is',
      'zip-bomb',
      async () =>
        zipOf(
          { ...csvOf(feed11()), 'users.csv': `${feed11().users}${'\n'.repeat(60_000_000)}` },
          { compress: true },
        ),
    ],
    [
      'climbs out of its folder',
      'unsafe-entry-name',
      async () =>
        renamed(
          await zipOf({ 'manifest.csv': 'a\n', 'aaaaaausers.csv': 'a\n' }),
          'aaaaaausers.csv',
          '../../users.csv',
        ),
    ],
  ];

  beforeAll(async () => {
    await api.newDistrict('refusing');
    await api.sync('refusing', await zipped(feed11()));
  });

  test.each(cases)('because it %s is rejected as %s, and the roster stands', async (_, code, make) => {
    const sync = await api.sync('refusing', await make());
    expect(sync).toMatchObject({ state: 'rejected', rejection: { code } });
    expect(sync.rejection?.hint.length).toBeGreaterThan(10);
    expect(sync).not.toHaveProperty('planHash');
    expect((await api.check('refusing', ['u1', 'hmh:report.assessment', 'class:c1'])).decision).toBe(true);
  });

  test('unless somebody knows better, for one sync, and it shows', async () => {
    const accept = ['older-file'];
    const district = await api.newDistrict('overruled');
    await api.sync(district, await zipped(feed11()));
    expect(await api.sync(district, await zipped(lastYear()), { accept })).toMatchObject({
      state: 'applied',
      accept,
    });
    const marked = Object.entries(csvOf(lastYear())).map(([name, text]) => [name, `\ufeff${text}`]);
    const again = await api.sync(district, await zipOf(Object.fromEntries(marked)));
    expect([again.state, again.counts.users]).toMatchObject(['applied', { unchanged: 3, received: 3 }]);
  });

  test('because it is another district’s is rejected before anything is compared', async () => {
    await api.newDistrict('other');
    await api.sync('other', await zipped(crowd(20)));
    const foreign = (crowd(20).users ?? '')
      .replaceAll(/^(st|u)/gm, 'x$1')
      .replaceAll(/(Sam|Ada),/g, '$1son,');
    const sync = await api.sync(
      'other',
      await zipped(
        crowd(20, { users: foreign, enrollments: `${headers.enrollments}\ne1,,,c1,s1,xu1,teacher,true,,\n` }),
      ),
    );
    expect(sync).toMatchObject({ state: 'rejected', rejection: { code: 'other-district' } });
    expect((await api.check('other', ['u1', 'hmh:report.assessment', 'class:c1'])).decision).toBe(true);
  });
});
