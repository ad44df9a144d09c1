import { expect, test } from 'vitest';
import { type Catalogue, findRow } from '../../shared/access/catalogue.ts';
import {
  cellsOf,
  citedInVain,
  linesIn,
  misanswered,
  neverDenied,
  skipsDocuments,
  unasked,
  uncaught,
  type WrittenCase,
} from './written-table.ts';

/** A role system as its document has it, typed by somebody who never opened the catalogue. */
export type WrittenSystem = {
  /** `id | scope it is given for | privileged? | web ID? | seats | line`, a role a line; the line is `?` where the documents name none. */
  roles: string;
  /** `permission | printed or read | lines | why it is read`; the reason has the *marked* words. */
  rows: string;
  /** `setting | on, off, or ? where the documents don't say | permission that changes it`. */
  settings?: string;
  cases: readonly WrittenCase[];
  /** Values that a property can have. */
  vocabulary?: Readonly<Record<string, readonly string[]>>;
};

export function testSystem(catalogue: Catalogue, written: WrittenSystem): void {
  testAnswers(catalogue, written);
  testRoles(catalogue, written);
  testSettings(catalogue, written);
  testRows(catalogue, written);
}

function testAnswers(catalogue: Catalogue, written: WrittenSystem): void {
  const { cases, vocabulary = {} } = written;

  test('every line of the table is answered so, for that reason and citing that line', () => {
    expect(misanswered(catalogue, cases)).toEqual([]);
  });

  test('every permission is asked of every role, and each that is allowed is denied somewhere too', () => {
    expect(unasked(catalogue, cases)).toEqual([]);
    expect(neverDenied(catalogue, cases)).toEqual([]);
  });

  test('there are at least as many denials as grants', () => {
    const grants = cases.filter(({ expected }) => expected).length;
    expect(cases.length - grants).toBeGreaterThanOrEqual(grants);
  });

  test('every small wrong of the catalogue is noticed by some line of the table', () => {
    expect(uncaught(catalogue, cases, vocabulary)).toEqual([]);
  });

  test.skipIf(skipsDocuments)('every line that the table cites is there and says something', () => {
    expect(citedInVain(cases.flatMap(({ cites }) => cites))).toEqual([]);
  });
}

function testRoles(catalogue: Catalogue, { roles: written }: WrittenSystem): void {
  test('the roles are those of the document', () => {
    const lines = linesIn(written).map(trimmed);
    const lineless = new Set(lines.flatMap((line) => (line.endsWith('?') ? [cellsOf(line)[0]] : [])));
    const roles = catalogue.roles.map((role) =>
      lineless.has(role.id) ? roleLine(role).replace(/[^ ]+$/, '?') : roleLine(role),
    );
    expect(roles.sort()).toEqual(lines.sort());
  });
}

function testSettings(catalogue: Catalogue, { settings: written = '' }: WrittenSystem): void {
  test('the settings are those of the document', () => {
    const typed = linesIn(written).map(cellsOf);
    const silent = new Set(typed.filter(([, byDefault]) => byDefault === '?').map(([id]) => id));
    const settings = catalogue.settings.map((setting) => [
      setting.id,
      silent.has(setting.id) ? '?' : setting.default ? 'on' : 'off',
      setting.changeWith,
    ]);
    expect(settings.sort()).toEqual(typed.sort());
  });
}

function testRows(catalogue: Catalogue, { rows: written }: WrittenSystem): void {
  const rows = linesIn(written).map(cellsOf);

  test('the permissions are those of the document, printed or read', () => {
    const standings = catalogue.rows.map(({ permission, standing }) => `${permission} ${standing}`);
    const typed = rows.map(([permission, standing]) => `${permission} ${standing}`);
    expect(standings.sort()).toEqual(typed.sort());
  });

  test('what is read gives its reason', () => {
    const read = rows.filter(([, standing]) => standing === 'read');
    const wordless = read.filter(([permission = '', , , words = '']) => {
      const reason = findRow(catalogue, permission)?.reason?.toLowerCase();
      const marked = [...words.matchAll(/\*([^*]+)\*/g)].map(([, word = '']) => word.toLowerCase());
      return marked.length === 0 || reason === undefined || !marked.every((word) => reason.includes(word));
    });
    expect(
      wordless.map(([permission = '', , , words]) => [
        permission,
        words,
        findRow(catalogue, permission)?.reason,
      ]),
    ).toEqual([]);
  });

  test.skipIf(skipsDocuments)('every line that the rows cite is there and says something', () => {
    const lines = rows.flatMap(([, , cited = '']) => cited.split(',').map((line) => line.trim()));
    expect(citedInVain(lines.filter((line) => line !== ''))).toEqual([]);
  });
}

function roleLine(role: Catalogue['roles'][number]): string {
  const { id, scope, alsoFor = [], calculated, privileged, needsWebId, seats, source } = role;
  const given = calculated === undefined ? [scope, ...alsoFor].join(' or ') : 'calculated';
  const extras = [privileged ? 'privileged' : '-', needsWebId === true ? 'web ID' : '-', seats ?? 'many'];
  return [id, given, ...extras, source[0]].join(' | ');
}

function trimmed(line: string): string {
  return cellsOf(line).join(' | ');
}
