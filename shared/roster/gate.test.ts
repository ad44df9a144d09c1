import { beforeEach, describe, expect, test } from 'vitest';
import { CalmWorld } from '../../test/builders/calm-world.ts';
import { memorySource } from '../../test/builders/feed-files.ts';
import {
  type FeedTexts,
  feed11,
  feed12,
  headers,
  manifestOf,
  sourcesOf,
  withRow,
} from '../../test/builders/oneroster-feed.ts';
import { normalSeason } from './season.ts';
import type { Sync } from './sync.ts';

const { courses, users, academicSessions } = feed11();
const rows = (count: number, row: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => `${row(at)}\n`).join('');
const enrolled = (count: number): FeedTexts => ({
  enrollments: `${headers.enrollments}\n${rows(count, (at) => `e${at},,,c1,s1,u2,student,,,`)}`,
});
const renamed = (text: string | undefined, from: string, to: string) => (text ?? '').replace(from, to);

let world: CalmWorld;
beforeEach(() => {
  world = new CalmWorld();
});

const sync = (feed: FeedTexts, more: Parameters<CalmWorld['syncFiles']>[1] = {}) =>
  world.syncFiles(sourcesOf(feed), more);
const standing = async () => (await world.ledger.lane('d-1')).value.committed;

/** Applies one feed, hands in the other and expects that nothing of it came to be. */
async function refused(first: FeedTexts, second: FeedTexts): Promise<NonNullable<Sync['rejection']>> {
  expect((await sync(first)).state).toBe('applied');
  const before = await standing();
  const { state, rejection, plan } = await sync(second);
  expect([state, plan, await standing()]).toEqual(['rejected', undefined, before]);
  if (rejection === undefined) throw new Error('a rejected sync says why');
  return rejection;
}

describe('a feed with other columns than the last good one', () => {
  test('is refused with the file and the column that is gone, and looks like a rename where another came', async () => {
    const other = feed11({ users: renamed(users, 'email', 'e_mail') });
    const { code, file, column, message, hint } = await refused(feed11(), other);
    expect([code, file, column]).toEqual(['columns-changed', 'users.csv', 'email']);
    expect(message).toContain('It looks like a rename: e_mail is new');
    expect(hint).toContain('accept ["columns-changed"]');
  });

  test('is refused for a column more too', async () => {
    const fewer = feed11({ courses: renamed(courses, 'courseCode', 'metadata.code') });
    const { code, file, column, message } = await refused(fewer, feed11());
    expect([code, file, column]).toEqual(['columns-changed', 'courses.csv', 'courseCode']);
    expect(message).not.toContain('rename');
  });

  test('does not show what may be the words of a row that lost its header', async () => {
    const leaked = feed11({ users: renamed(users, 'email', 'Ada Lovelace <ada@example.org>') });
    expect((await refused(feed11(), leaked)).message).not.toContain('Lovelace');
  });

  test('passes in another order, in other letter case, or with columns of no standard', async () => {
    const [header = '', ...lines] = (feed11().orgs ?? '').trimEnd().split('\n');
    const turned = [header, ...lines].map((line) => line.split(',').reverse().join(',')).join('\n');
    expect((await sync(feed11())).state).toBe('applied');
    expect((await sync(feed11({ orgs: `${turned}\n` }))).state).toBe('applied');
    expect((await sync(feed11({ users: renamed(users, 'email', 'EMAIL') }))).state).toBe('applied');
    const more = lines.map((line) => `${line},x`).join('\n');
    expect((await sync(feed11({ orgs: `${header},metadata.colour\n${more}\n` }))).state).toBe('applied');
  });

  test('passes once where somebody knows better, and is the measure from then on', async () => {
    const other = feed11({ users: renamed(users, 'email', 'e_mail') });
    await refused(feed11(), other);
    expect((await sync(other, { accept: ['columns-changed'] })).state).toBe('applied');
    expect((await sync(other)).state).toBe('applied');
    expect((await sync(feed11())).rejection?.code).toBe('columns-changed');
  });
});

describe('a feed that lacks a file', () => {
  const without = feed11({ enrollments: undefined });

  test('is refused where the last good one had it, though its own manifest calls it absent', async () => {
    const { code, file } = await refused(feed11(), without);
    expect([code, file]).toEqual(['file-missing', 'enrollments.csv']);
  });

  test('passes where the last good one had none either, or somebody says so', async () => {
    expect((await sync(without)).state).toBe('applied');
    expect((await sync(without)).state).toBe('applied');
    expect((await sync(feed11())).state).toBe('applied');
    const told = await sync(without, { accept: ['file-missing'] });
    expect([told.state, told.counts?.enrollments.suspended]).toEqual(['applied', 0]);
  });

  test('passes where its version has no such file, if its other columns are accepted', async () => {
    await sync(feed12());
    expect((await sync(feed11())).rejection?.code).toBe('columns-changed');
    expect((await sync(feed11(), { accept: ['columns-changed'] })).state).toBe('applied');
  });

  test.each(Object.keys(feed12()))('or all rows of %s is refused', async (name) => {
    const header = feed12()[name]?.split('\n')[0];
    const { code, file } = await refused(feed12(), feed12({ [name]: `${header}\n` }));
    expect([code, file]).toEqual(['header-only', `${name}.csv`]);
  });
});

describe('a feed that lost most rows of a file', () => {
  test('is refused below a quarter, and above that left to the guard', async () => {
    const { code, file } = await refused(feed11(enrolled(80)), feed11(enrolled(19)));
    expect([code, file]).toEqual(['rows-lost', 'enrollments.csv']);
    expect((await sync(feed11(enrolled(20)))).state).toBe('held');
  });

  test('is measured by what stood before a loss that is held', async () => {
    await sync(feed11(enrolled(80)));
    expect((await sync(feed11(enrolled(30)))).state).toBe('held');
    expect((await sync(feed11(enrolled(15)))).rejection?.code).toBe('rows-lost');
  });

  test('passes in files that had few', async () => {
    await sync(feed11(enrolled(39)));
    expect((await sync(feed11(enrolled(1)))).state).toBe('held');
  });

  test('passes at a rollover in classes and enrollments only', async () => {
    const many = rows(40, (at) => `co${at + 2},,,y1,Maths,M${at},09,d1,,`);
    await sync(feed11({ ...enrolled(80), courses: `${courses}${many}` }));
    const season = { ...normalSeason, mode: 'rollover' } as const;
    const { rejection } = await sync(feed11(enrolled(1)), { season });
    expect(rejection).toMatchObject({ code: 'rows-lost', file: 'courses.csv' });
    expect(rejection?.message).not.toContain('enrollments.csv');
  });
});

describe('a feed of an older school year', () => {
  const ofYear = (year: number): FeedTexts =>
    feed11({
      academicSessions: `${headers.academicSessions}\ny1,,,Year,schoolYear,${year - 1}-08-01,${year}-07-01,,${year}\nt1,,,Autumn,term,${year - 1}-08-01,${year}-01-01,y1,${year}\n`,
    });

  test('is refused, and one of the same or a newer year is not', async () => {
    const { code, file, column } = await refused(ofYear(2027), ofYear(2026));
    expect([code, file, column]).toEqual(['older-file', 'academicSessions.csv', 'schoolYear']);
    expect((await sync(ofYear(2027))).state).toBe('applied');
    expect((await sync(ofYear(2028))).state).toBe('applied');
    expect((await sync(ofYear(2027))).rejection?.code).toBe('older-file');
  });

  test('is not what a bad row of this year makes of it', async () => {
    await sync(withRow(ofYear(2026), 'academicSessions', 'y2,,,Next,schoolYear,2026-08-01,2027-07-01,,2027'));
    const bad = withRow(ofYear(2026), 'academicSessions', 'y2,,,Next,schoolYear,2026-08-01,1.7.2027,,2027');
    expect((await sync(bad)).state).toBe('applied');
  });

  test('is told with all else that would have to be accepted', async () => {
    await sync(ofYear(2027));
    const old = { ...ofYear(2026), users: renamed(users, 'email', 'e_mail') };
    expect((await sync(old)).rejection?.hint).toContain('accept ["columns-changed","older-file"]');
    const { rejection } = await sync(old, { accept: ['columns-changed'] });
    expect(rejection).toMatchObject({ code: 'older-file' });
    expect((await sync(old, { accept: ['columns-changed', 'older-file'] })).state).toBe('applied');
  });
});

describe('a feed of another district', () => {
  const elsewhere = (feed: FeedTexts): FeedTexts =>
    Object.fromEntries(
      Object.entries(feed).map(([name, text]) => [
        name,
        text?.replaceAll(/\b([dsu]\d|North|South|Ada|Ben|Cy|ada|ben|cy)\b/g, 'x$1'),
      ]),
    );

  test('is refused by its schools where it has too few people to tell, whatever is accepted', async () => {
    const { code, file } = await refused(feed11(), elsewhere(feed11()));
    expect([code, file]).toEqual(['other-district', 'orgs.csv']);
    const accept: NonNullable<Sync['accept']> = [
      'columns-changed',
      'file-missing',
      'older-file',
      'rows-lost',
    ];
    expect((await sync(elsewhere(feed11()), { accept })).rejection?.code).toBe('other-district');
  });

  test('is not one whose only known school has a bad row', async () => {
    const one = (row: string) =>
      feed11({
        orgs: `${headers.orgs}\nd1,,,District,district,,\n${row}\n`,
        users: `${headers.users11}\nu1,,,true,d1,teacher,ada,,Ada,Lovelace,,,,,,,,\n`,
        classes: undefined,
        enrollments: undefined,
      });
    await sync(one('s1,,,North,school,,d1'));
    expect((await sync(one('s1,,,North,skool,,d1'))).state).toBe('applied');
  });
});

test('a feed that was refused or only looked at is not the last good one', async () => {
  const other = feed11({ users: renamed(users, 'email', 'e_mail') });
  await refused(feed11(), other);
  const told = await sync(other, { accept: ['columns-changed'], dryRun: true });
  expect([told.state, told.hold?.reason]).toEqual(['held', 'dry-run']);
  expect((await sync(other)).rejection?.code).toBe('columns-changed');
  expect((await sync(feed11())).state).toBe('applied');
});

test('a byte order mark before every file makes no other plan', async () => {
  const plain = feed11({ manifest: manifestOf(feed11(), '1.1'), academicSessions });
  const marked = Object.entries(plain).map(([name, text]) => memorySource(`${name}.csv`, `\ufeff${text}`));
  const first = await world.syncFiles(sourcesOf(plain), { dryRun: true });
  const second = await world.syncFiles(marked, { dryRun: true });
  expect(second.plan?.hash).toBe(first.plan?.hash);
  expect(await world.problemsOf(second)).toEqual(await world.problemsOf(first));
  expect((await sync(plain)).state).toBe('applied');
  expect((await world.syncFiles(marked)).plan?.changes).toBe(0);
});

test('a feed of which no person can be used is refused, also where it is the first', async () => {
  const users = feed11().users?.replaceAll(/\b[sd]\d\b/g, 'nowhere') ?? '';
  const sync = await new CalmWorld().syncFiles(sourcesOf({ ...feed11(), users }));
  expect(sync).toMatchObject({ state: 'rejected', rejection: { code: 'rows-lost', file: 'users.csv' } });
});
