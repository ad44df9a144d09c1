import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { memorySource } from '../../../test/builders/feed-files.ts';
import { briefly, type FeedTexts, readAll } from '../../../test/builders/oneroster-feed.ts';
import { factsOf } from '../../roster/user-facts.ts';
import { openFeed } from '../open-feed.ts';

/** The documented example, so that it is true. */
const page = readFileSync(join(import.meta.dirname, '../../../docs/feeds/sis-csv.md'), 'utf8');
const example: Record<string, string> = Object.fromEntries(
  [...page.matchAll(/^### (\S+\.csv)\n\n```csv\n([^`]+)```$/gm)].map(([, name, text]) => [name, text]),
);

const sourcesOf = (texts: FeedTexts) =>
  Object.entries(texts).flatMap(([name, text]) => (text === undefined ? [] : memorySource(name, text)));
const withRow = (name: string, row: string): FeedTexts => ({
  ...example,
  [name]: `${example[name]}${row}\n`,
});

const factsBy = ({ rows }: Awaited<ReturnType<typeof readAll>>, id: string) =>
  factsOf(rows.flatMap((row) => (row.kind === 'user-fact' && row.userId === id ? row.fact : [])));

describe('the documented example of sis-csv', () => {
  test('has every file of the format but courses, and is read without a problem', async () => {
    const read = await readAll(sourcesOf(example));
    expect(briefly(read)).toEqual([]);
    expect((await openFeed(sourcesOf(example))).format).toBe('sis-csv');
    expect(read.files.map(({ file }) => file).sort()).toEqual(Object.keys(example).sort());
    const documented = [...page.matchAll(/^\| `(\w+\.csv)`/gm)].map(([, name]) => name);
    expect(documented.filter((name) => example[name ?? ''] === undefined)).toEqual(['courses.csv']);
    expect((await openFeed(sourcesOf(example))).reads).toEqual(expect.arrayContaining(documented));
  });

  test('becomes the canonical roster', async () => {
    const { records, rows } = await readAll(sourcesOf(example));
    expect(records.map(({ entity, sourcedId }) => `${entity} ${sourcedId}`)).toEqual([
      ...['orgs d', 'orgs north', 'academicSessions y27', 'classes m9'],
      ...['users t1', 'users p1', 'users s1', 'users e1'],
      ...['enrollments m9/t1/teacher', 'enrollments m9/s1/student'],
    ]);
    expect(records.find(({ sourcedId }) => sourcedId === 'y27')?.record).toMatchObject({
      ...{ startDate: '2026-08-24', endDate: '2027-06-12', schoolYear: '2027' },
    });
    const roles = rows.flatMap((row) => (row.kind === 'user-role' && row.userId === 'e1' ? row.role : []));
    expect(roles).toEqual([
      {
        ...{ roleType: 'primary', role: 'counselor', orgId: 'north' },
        ...{ beginDate: '2026-08-24', endDate: '2027-06-12' },
      },
    ]);
  });

  test('says what role systems ask for', async () => {
    const read = await readAll(sourcesOf(example));
    expect(factsBy(read, 'p1')).toEqual({
      relations: [{ id: 's1', relationship: 'Parent' }],
      applicants: [{ id: 'a1', relationship: 'Parent', status: 'Inquiry' }],
    });
    expect(factsBy(read, 'e1')).toEqual({ evaluates: ['a1'], donor: true });
    expect(factsBy(read, 's1')).toEqual({
      tags: ['reading-support'],
      attributes: [{ name: 'chess-club', year: '2027' }],
      statuses: { '2027': 'Enrolled' },
    });
    expect(read.rows).toContainEqual(
      expect.objectContaining({ kind: 'user-agent', userId: 's1', agentId: 'p1' }),
    );
  });
});

describe('a list of sis-csv', () => {
  test.each([
    ['people.csv', 's2,Cy,Young,pupil,north,cy,', 'error people.csv:6 role unknown-value'],
    ['people.csv', 's2,Cy,Young,student,,cy,', 'error people.csv:6 school_id value-missing'],
    ['people.csv', 's1,Cy,Young,student,north,cy,', 'error people.csv:6 person_id duplicate-id'],
    ['memberships.csv', 'm8,s1,student,', 'error memberships.csv:4 class_id dangling-reference'],
    ['memberships.csv', 'm9,s1,Student,', 'error memberships.csv:4 class_id duplicate-id'],
    ['households.csv', 'p1,Parent,s1,a1', 'error households.csv:4 student_id one-of-two'],
    ['households.csv', 'p1,Parent,,', 'error households.csv:4 student_id one-of-two'],
    ['households.csv', 'p1,Parent,s9,', 'error households.csv:4 student_id dangling-reference'],
    ['households.csv', 'p1,,s1,', 'error households.csv:4 relationship value-missing'],
    ['households.csv', 'p1,Parent,,a9', 'error households.csv:4 applicant_id dangling-reference'],
    ['evaluators.csv', 'e1,a9', 'error evaluators.csv:3 applicant_id dangling-reference'],
    ['tags.csv', 's9,x', 'error tags.csv:3 person_id dangling-reference'],
    ['attributes.csv', 's1,,2027', 'error attributes.csv:3 name value-missing'],
    ['terms.csv', 't,Term,31.8.2026,2026-12-18,term', 'error terms.csv:3 first_day bad-date'],
  ])('%s with the row %s says %s', async (name, row, problem) => {
    expect(briefly(await readAll(sourcesOf(withRow(name, row))))).toContain(problem);
  });

  test('with a bad row of a fact leaves its person as they were', async () => {
    const { problems } = await readAll(sourcesOf(withRow('evaluators.csv', 'e1,a9')));
    expect(problems.map(({ dropped }) => dropped)).toEqual([
      { entity: 'users', sourcedId: 'e1', part: true },
    ]);
  });

  test('with a column that the format does not have says so', async () => {
    const tags = 'person_id,tag,colour\ns1,x,red\n';
    expect(briefly(await readAll(sourcesOf({ ...example, 'tags.csv': tags })))).toEqual([
      'warning tags.csv column-unknown',
    ]);
  });

  test.each([
    ['of another name', { ...example, 'pages.csv': 'page_id,role\np,staff\n' }, 'file-unknown'],
    ['of people left out', { ...example, 'people.csv': undefined }, 'format-unclear'],
    ['of memberships left out', { ...example, 'memberships.csv': undefined }, 'file-missing'],
    ['that is a header alone', { ...example, 'tags.csv': 'person_id,tag\n' }, 'header-only'],
  ] as [string, FeedTexts, string][])('%s is refused', async (_, texts, code) => {
    await expect(readAll(sourcesOf(texts))).rejects.toMatchObject({ code });
  });
});

test('sis-csv says the same whatever the order of its rows', async () => {
  const more: FeedTexts = {
    ...withRow('applicants.csv', 'a1,Copied'),
    'tags.csv': 'person_id,tag\ns1,b\ns1,a\ns1,b\n',
    'statuses.csv': 'person_id,school_year,status\ns1,2027,Withdrawn\ns1,2027,Enrolled\ns1,2026,Enrolled\n',
  };
  const shuffled = (text: string, order: readonly number[]) => {
    const [head = '', ...rows] = text.trimEnd().split('\n');
    const sorted = rows.map((row, at) => ({ row, by: order[at] ?? 0 })).sort((a, b) => a.by - b.by);
    return [head, ...sorted.map(({ row }) => row), ''].join('\n');
  };
  const toldBy = async (texts: FeedTexts) => {
    const read = await readAll(sourcesOf(texts));
    const records = read.records.map((row) => JSON.stringify({ ...row, line: 0 })).sort();
    return { records, facts: ['p1', 's1', 'e1'].map((id) => JSON.stringify(factsBy(read, id))) };
  };
  const expected = await toldBy(more);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(), { minLength: 5, maxLength: 5 }), async (order) => {
      const other = Object.entries(more).map(([name, text]) => [name, shuffled(text ?? '', order)]);
      expect(await toldBy(Object.fromEntries(other))).toEqual(expected);
    }),
    { numRuns: 25 },
  );
});
