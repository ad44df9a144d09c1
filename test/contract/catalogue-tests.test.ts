import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readTests } from '../../cli/catalogue-files.ts';
import { runTests } from '../../shared/access/catalogue-test/run-tests.ts';
import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';

const folder = new URL('../../docs/catalogue-tests/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));

test('every shipped system has its tests', () => {
  expect(names.map((name) => name.replace('.yaml', '')).sort()).toEqual([...shippedCatalogues.keys()].sort());
});

describe.each(names)('%s', (name) => {
  const { tests } = readTests(name, readFileSync(new URL(name, folder), 'utf8'), shippedCatalogues);

  test('holds for the shipped catalogues', () => {
    expect(runTests(shippedCatalogues, tests).flatMap(({ problem }) => problem ?? [])).toEqual([]);
  });

  test('denies at least as often as it allows', () => {
    const denials = tests.check.filter(({ allowed }) => !allowed);
    expect(denials.length).toBeGreaterThanOrEqual(tests.check.length / 2);
  });
});
