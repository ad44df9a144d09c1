import { describe, expect, test } from 'vitest';
import { memorySource } from '../../../test/builders/feed-files.ts';
import {
  briefly,
  type FeedTexts,
  feed11,
  feed12,
  manifestOf,
  type ReadFeed,
  readAll,
} from '../../../test/builders/oneroster-feed.ts';
import { FeedRejected } from '../../errors.ts';

/**
 * Sets made by the rules that the families of 1EdTech's public conformance set test (IRb 0xx to 5xx, bulk and delta): that set
 * itself is not here.
 */
const versions = { '1.1': feed11(), '1.2': feed12() } as const;
type Version = keyof typeof versions;
type Mode = 'bulk' | 'delta';

/** Columns without which a row of the table says nothing. Source: OneRoster CSV binding 1.1 and 1.2. */
const required: Record<string, string> = {
  orgs: 'sourcedId name type',
  academicSessions: 'sourcedId title type startDate endDate schoolYear',
  courses: 'sourcedId title orgSourcedId',
  classes: 'sourcedId title courseSourcedId classType schoolSourcedId termSourcedIds',
  enrollments: 'sourcedId classSourcedId schoolSourcedId userSourcedId role',
};
const requiredOf = (version: Version): Record<string, string> => ({
  ...required,
  users: version === '1.1' ? 'sourcedId enabledUser orgSourcedIds role' : 'sourcedId enabledUser',
  ...(version === '1.2' ? { roles: 'sourcedId userSourcedId roleType role orgSourcedId' } : {}),
});

const references: Record<string, string> = {
  orgs: 'parentSourcedId',
  academicSessions: 'parentSourcedId',
  courses: 'schoolYearSourcedId orgSourcedId',
  classes: 'courseSourcedId schoolSourcedId termSourcedIds',
  enrollments: 'classSourcedId schoolSourcedId userSourcedId',
  users: 'agentSourcedIds',
  roles: 'userSourcedId orgSourcedId',
};

const typed: [file: string, column: string, value: string][] = [
  ['orgs', 'type', 'planet'],
  ['academicSessions', 'type', 'fortnight'],
  ['academicSessions', 'startDate', '01/08/2026'],
  ['academicSessions', 'endDate', '2027-13-05'],
  ['academicSessions', 'schoolYear', 'next'],
  ['classes', 'classType', 'assembly'],
  ['users', 'enabledUser', 'yes'],
  ['enrollments', 'role', 'boss'],
  ['enrollments', 'beginDate', 'soon'],
  ['enrollments', 'endDate', '2027-02-29'],
];

type Cells = Record<string, string>;

/** Every row of a set by column, so that single cells and columns can be spoilt. */
function tablesOf(feed: FeedTexts): Map<string, { header: string[]; rows: Cells[] }> {
  return new Map(
    Object.entries(feed).map(([name, text = '']) => {
      const [header = [], ...rows] = text.trimEnd().split('\n').map(cellsIn);
      const byColumn = rows.map((cells) =>
        Object.fromEntries(header.map((column, at) => [column, cells[at] ?? ''])),
      );
      return [name, { header, rows: byColumn }];
    }),
  );
}

function cellsIn(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"([^"]*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted ?? plain ?? '',
  );
}

type Spoil = {
  mode?: Mode;
  manifest?: (text: string) => string;
  header?: (file: string, columns: string[]) => string[];
  last?: (file: string, cells: Cells) => Cells;
};

/** A set of a version and mode, spoilt in one place: the last row of a file, its header, or the manifest. */
function setOf(version: Version, { mode = 'bulk', manifest = (text) => text, header, last }: Spoil) {
  const feed = versions[version];
  const change = { status: 'active', dateLastModified: '2026-11-20T05:00:00.000Z' };
  const files = [...tablesOf(feed)].map(([file, { header: columns, rows }]) => {
    const shown = header?.(file, columns) ?? columns;
    const lines = rows.map((cells, at) => {
      const own = mode === 'delta' ? { ...cells, ...change } : cells;
      const row = at === rows.length - 1 ? (last?.(file, own) ?? own) : own;
      return shown.map((column) => `"${row[column] ?? ''}"`).join(',');
    });
    return memorySource(`${file}.csv`, `${[shown.join(','), ...lines].join('\n')}\n`);
  });
  const text = manifestOf(feed, version).replaceAll(',bulk', `,${mode}`);
  return [memorySource('manifest.csv', manifest(text)), ...files];
}

async function outcome(version: Version, spoil: Spoil): Promise<ReadFeed | FeedRejected> {
  return readAll(setOf(version, spoil)).catch((error: unknown) => {
    if (error instanceof FeedRejected) return error;
    throw error;
  });
}

async function readable(version: Version, spoil: Spoil): Promise<ReadFeed> {
  const read = await outcome(version, spoil);
  if (read instanceof FeedRejected) throw read;
  return read;
}

const errorsOf = (read: ReadFeed, file: string, column: string) =>
  briefly(read).filter(
    (problem) => problem.startsWith(`error ${file}.csv:`) && problem.includes(` ${column} `),
  );
const kinds = (['1.1', '1.2'] as const).flatMap((version) =>
  (['bulk', 'delta'] as const).map((mode) => [version, mode] as const),
);
const cellsOf = (table: Record<string, string>) =>
  Object.entries(table).flatMap(([file, columns]) =>
    columns.split(' ').map((column) => [file, column] as const),
  );

describe.each(kinds)('of %s in %s', (version, mode) => {
  const has = (file: string) => versions[version][file] !== undefined;

  test('a set by the rules is read without a problem', async () => {
    expect(briefly(await readable(version, { mode }))).toEqual([]);
  });

  test.each(cellsOf(requiredOf(version)))(
    'missing data, %s.%s: the row is named and left out',
    async (file, column) => {
      const blank = (at: string, cells: Cells) => (at === file ? { ...cells, [column]: '' } : cells);
      const read = await readable(version, { mode, last: blank });
      expect(errorsOf(read, file, column)).toEqual([expect.stringContaining('value-missing')]);
    },
  );

  test.each(cellsOf(references).filter(([file]) => has(file)))(
    'a broken reference, %s.%s: the row is named and left out, or left to the roster',
    async (file, column) => {
      const broken = (at: string, cells: Cells) => (at === file ? { ...cells, [column]: 'nobody' } : cells);
      const read = await readable(version, { mode, last: broken });
      const asked = read.rows.filter((row) => row.kind === 'reference' && row.to.sourcedId === 'nobody');
      const errors = errorsOf(read, file, column).filter((problem) => problem.endsWith('dangling-reference'));
      expect([errors.length, asked.length]).toEqual(mode === 'bulk' ? [1, 0] : [0, 1]);
    },
  );

  test.each(cellsOf(requiredOf(version)))(
    'a missing header, %s.%s: the set is refused',
    async (file, column) => {
      const without = (at: string, columns: string[]) =>
        at === file ? columns.filter((name) => name !== column) : columns;
      expect(await outcome(version, { mode, header: without })).toMatchObject({
        ...{ code: 'column-missing', where: { file: `${file}.csv`, column } },
      });
    },
  );

  test.each(Object.keys(requiredOf(version)))(
    'scrambled headers in %s are read by name, with a warning',
    async (file) => {
      const turned = (at: string, columns: string[]) => (at === file ? [...columns].reverse() : columns);
      const read = await readable(version, { mode, header: turned });
      expect(briefly(read)).toEqual([`warning ${file}.csv column-order`]);
      const plain = await readable(version, { mode });
      expect(read.records).toEqual(plain.records);
    },
  );

  test.each(typed)('a bad type, %s.%s = %s: the row is named and left out', async (file, column, value) => {
    const bad = (at: string, cells: Cells) => (at === file ? { ...cells, [column]: value } : cells);
    const read = await readable(version, { mode, last: bad });
    expect(errorsOf(read, file, column)).toHaveLength(1);
  });

  test.each(['0.9', '1.3', '2.0', 'x', '1.0'])('version %s in its manifest is refused', async (other) => {
    const manifest = (text: string) =>
      text.replace(`oneroster.version,${version}`, `oneroster.version,${other}`);
    expect(await outcome(version, { mode, manifest })).toMatchObject({ code: 'version-unsupported' });
  });
});
