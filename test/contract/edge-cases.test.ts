import { readFileSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';

/** Rows of the table in docs/edge-cases.md. */
const rows = readFileSync('docs/edge-cases.md', 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, number, , seen] = /^\| (\d+) \| (.+?) \| (.+) \|$/.exec(line) ?? [];
    return number === undefined || seen === undefined ? [] : { number: Number(number), seen };
  });

test('every edge case has its row, in order', () => {
  expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 95 }, (_, at) => at + 1));
});

test.each(rows)('edge case $number names tests that are there, or says why it has none', ({ seen }) => {
  const named = [...seen.matchAll(/`([^`]+\/[^`]*)`(?: “([^”]+)”)?/g)];
  for (const [, file = '', title] of named) {
    if (title === undefined) expect(statSync(`${file}/expected.json`).isFile()).toBe(true);
    else expect(readFileSync(file, 'utf8')).toContain(title);
  }
  const reason = seen.replaceAll(/`[^`]+`(?: “[^”]+”)?;? ?/g, '').trim();
  expect(named.length > 0 || reason.length > 20).toBe(true);
});
