import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readTests } from '../../cli/catalogue-files.ts';
import { Catalogue } from '../../shared/access/catalogue.ts';
import { runTests } from '../../shared/access/catalogue-test/run-tests.ts';
import { CatalogueTests } from '../../shared/access/catalogue-test/test-file.ts';
import { conditionKinds } from '../../shared/access/conditions.ts';
import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';

const page = readFileSync(new URL('../../docs/catalogues.md', import.meta.url), 'utf8');

/** What stands between a heading and the next. */
function section(heading: string): string {
  const [, text = ''] = page.split(`\n## ${heading}\n`);
  return text.split('\n## ')[0] ?? '';
}

/** Names in the first column of a section's table. */
function firstColumn(heading: string): string[] {
  const rows = section(heading).matchAll(/^\| (`[^|]+) \|/gm);
  return [...rows].flatMap(([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
}

test('every kind of condition is documented, and no other', () => {
  expect(firstColumn('Conditions')).toEqual(conditionKinds);
});

test('every member of a catalogue is documented, and no other', () => {
  expect(firstColumn('The file').sort()).toEqual(Object.keys(Catalogue.shape).sort());
});

test('everything that tests can be given is documented, and nothing else', () => {
  expect(firstColumn('Test').sort()).toEqual(Object.keys(CatalogueTests.shape.given.shape).sort());
});

test('the example of a test file holds', () => {
  const [, example = ''] = section('Test').split('```yaml\n');
  const { tests } = readTests('docs/catalogues.md', example.split('```')[0] ?? '', shippedCatalogues);
  expect(runTests(shippedCatalogues, tests).flatMap(({ problem }) => problem ?? [])).toEqual([]);
});
