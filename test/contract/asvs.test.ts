import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/**
 * Requirements of levels 1 and 2 in OWASP ASVS 5.0, V1 to V16: by section, how many there are. Within a section those of level 3 come
 * last, so that a section counts from 1 without a hole.
 */
const sections: Readonly<Record<string, number>> = {
  ...{ '1.1': 2, '1.2': 9, '1.3': 11, '1.4': 3, '1.5': 2 },
  ...{ '2.1': 3, '2.2': 3, '2.3': 4, '2.4': 1 },
  ...{ '3.2': 2, '3.3': 4, '3.4': 6, '3.5': 5, '3.7': 2 },
  ...{ '4.1': 3, '4.2': 1, '4.3': 2, '4.4': 4 },
  ...{ '5.1': 1, '5.2': 3, '5.3': 2, '5.4': 3 },
  ...{ '6.1': 3, '6.2': 12, '6.3': 4, '6.4': 4, '6.5': 5, '6.6': 3, '6.8': 4 },
  ...{ '7.1': 3, '7.2': 4, '7.3': 2, '7.4': 5, '7.5': 2, '7.6': 2 },
  ...{ '8.1': 2, '8.2': 3, '8.3': 1, '8.4': 1 },
  ...{ '9.1': 3, '9.2': 4 },
  ...{ '10.1': 2, '10.2': 2, '10.3': 4, '10.4': 11, '10.5': 5, '10.6': 2, '10.7': 3 },
  ...{ '11.1': 2, '11.2': 3, '11.3': 3, '11.4': 4, '11.5': 1, '11.6': 1 },
  ...{ '12.1': 3, '12.2': 2, '12.3': 4 },
  ...{ '13.1': 1, '13.2': 5, '13.3': 2, '13.4': 5 },
  ...{ '14.1': 2, '14.2': 4, '14.3': 3 },
  ...{ '15.1': 3, '15.2': 3, '15.3': 7 },
  ...{ '16.1': 1, '16.2': 5, '16.3': 4, '16.4': 3, '16.5': 3 },
};

const lines = readFileSync('docs/asvs.md', 'utf8').split('\n');

/** Rows of the tables in docs/asvs.md. */
const rows = lines.flatMap((line) => {
  const [, ids, , seen] = /^\| (\d[\d., ]*) \| (.+?) \| (.+) \|$/.exec(line) ?? [];
  return ids === undefined || seen === undefined ? [] : { ids, seen };
});

/** Tests that an answer names: file and what is quoted after it. */
const testsIn = (seen: string) => [...seen.matchAll(/`([^`]+)` “([^”]+)”/g)];

test('every requirement of levels 1 and 2 has its place, once', () => {
  const all = Object.entries(sections).flatMap(([section, count]) =>
    Array.from({ length: count }, (_, at) => `${section}.${at + 1}`),
  );
  expect(rows.flatMap(({ ids }) => ids.split(', ')).toSorted()).toEqual(all.toSorted());
});

test('no line of a table is passed over', () => {
  const inTables = lines.filter((line) => line.startsWith('|') && !/^\| # \||^\|---/.test(line));
  expect(rows).toHaveLength(inTables.length);
});

test.each(rows)('$ids: what is named is there', ({ seen }) => {
  expect(testsIn(seen)).toHaveLength(seen.split('“').length - 1);
  for (const [, file = '', title = ''] of testsIn(seen)) {
    expect(file).toMatch(/\.test\.ts$/);
    expect(readFileSync(file, 'utf8')).toContain(title);
  }
  for (const [, file = ''] of seen.matchAll(/`([^`\s]+\.(?:ts|md))`/g)) expect(existsSync(file)).toBe(true);
});

test.each(rows)('$ids: tests, or a document, a gap or a reason in words', ({ ids, seen }) => {
  const [, kind, reason = ''] = /^(document|gap|does not apply): (.+)$/.exec(seen) ?? [];
  if (kind === undefined) {
    expect(seen).toMatch(/^`/);
    expect(testsIn(seen).length).toBeGreaterThan(0);
  } else {
    expect(reason.replaceAll(/`[^`]+` “[^”]+”/g, '').length).toBeGreaterThan(20);
  }
  if (kind === 'document') expect(reason).toMatch(/`docs\/[^`]+\.md`/);
  // Several at once may have a reason in common, but no gap and no evidence.
  if (ids.includes(',')) expect(kind).toBe('does not apply');
});

test('what is not met says so at its beginning, and is counted', () => {
  const hidden = rows.filter(
    ({ seen }) => !seen.startsWith('gap: ') && /\bgap\b|not yet|no test/i.test(seen),
  );
  expect(hidden).toEqual([]);
  const count = (kind: string) =>
    rows.filter(({ seen }) => seen.startsWith(kind)).flatMap(({ ids }) => ids.split(', ')).length;
  const [tests, documents, gaps, others] = ['`', 'document: ', 'gap: ', 'does not apply: '].map(count);
  expect(lines).toContain(
    `Of 246 requirements ${tests} have tests, ${documents} a document, ${gaps} are gaps, ${others} do not apply.`,
  );
});
