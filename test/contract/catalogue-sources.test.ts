import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Role } from '../../shared/access/catalogue.ts';
import { citations } from '../../shared/access/lint/citations.ts';
import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';

/** The source documents lie beside the project; without them these tests are skipped, or fail where all are required. */
const folder = new URL('../../../shared/seeds/', import.meta.url);
const present = existsSync(folder);
const skipped = !present && process.env.ROLEBOOK_REQUIRE_ALL !== '1';

/** Lines of the document whose file name begins with the id. */
function linesOf(document: string): string[] {
  const file = readdirSync(folder).find((name) => name.startsWith(`${document}_`));
  if (file === undefined) throw new Error(`There is no document ${document}`);
  return readFileSync(new URL(file, folder), 'utf8').split(/\r?\n/);
}

function cited(lines: readonly string[], source = ''): string {
  return lines[Number(source.split(':')[1]) - 1] ?? '';
}

test('there are five role systems, one for each document', () => {
  expect([...shippedCatalogues.values()].map(({ system, document }) => [document.id, system])).toEqual([
    ['000', 'nsc'],
    ['001', 'hmh'],
    ['002', 'acer'],
    ['003', 'pcr'],
    ['004', 'imath'],
  ]);
});

describe.skipIf(skipped).each([...shippedCatalogues.values()])('the catalogue $system', (catalogue) => {
  test('cites lines that exist and say something', () => {
    const lines = linesOf(catalogue.document.id);
    const empty = citations(catalogue).flatMap(({ source }) =>
      source.filter((at) => cited(lines, at).trim() === ''),
    );
    expect(empty).toEqual([]);
  });

  test('cites for each row a line that names the task', () => {
    const lines = linesOf(catalogue.document.id);
    const silent = catalogue.rows.filter(({ task, source }) => !cited(lines, source[0]).includes(task));
    expect(silent).toEqual([]);
  });

  test('cites for each role a line that names it, or says why it has none', () => {
    const lines = linesOf(catalogue.document.id);
    const names = ({ label, source }: Role) =>
      source.some((at) => cited(lines, at).toLowerCase().includes(label.toLowerCase()));
    const silent = catalogue.roles.filter((role) => !names(role) && role.reason === undefined);
    expect(silent.map(({ id }) => id)).toEqual([]);
  });
});
