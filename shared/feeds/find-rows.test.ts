import fc from 'fast-check';
import { expect, test } from 'vitest';
import { memorySource } from '../../test/builders/feed-files.ts';
import { defaultLimits } from './byte-source.ts';
import { readCsv } from './csv-rows.ts';
import { findRows } from './find-rows.ts';

const never = new AbortController().signal;
const at = { column: 'id', value: 'a"1' };

const cell = fc.oneof(
  fc.constantFrom('a"1', 'a', '1', '', ' a"1 ', 'xa"1', 'é'),
  fc.string({ unit: fc.constantFrom('a', '"', '1', ',', '\n', '\r', '\r\n', 'é') }),
);
const lineEnd = fc.constantFrom('\n', '\r\n', '\r');
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

test('rows are found where reading the whole file finds them, whatever quotes, line ends and chunks', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(cell, cell, lineEnd), { maxLength: 12 }),
      fc.record({ chunk: fc.integer({ min: 1, max: 40 }), mark: fc.boolean(), open: fc.boolean() }),
      async (rows, { chunk, mark, open }) => {
        const body = rows.map(([id, other, end]) => `${quoted(id)},${quoted(other)}${end}`).join('');
        const text = `${mark ? '\ufeff' : ''}ID,other\n${open ? body.replace(/[\r\n]+$/, '') : body}`;
        const file = memorySource('x.csv', text, chunk);
        const expected: number[] = [];
        for await (const batch of readCsv(file, defaultLimits)) {
          for (const { line, cells } of batch) if (cells[0]?.trim() === at.value) expected.push(line);
        }
        expect((await findRows(file, at, never)).map(({ line }) => line)).toEqual(expected);
      },
    ),
  );
});

test('cells go by the names of their columns', async () => {
  const [row] = await findRows(
    memorySource('x.csv', '\nID, Role\n7,teacher\n8,x'),
    { column: 'id', value: '8' },
    never,
  );
  expect([row?.line, row?.cells.get('role')]).toEqual([4, 'x']);
});

test('a search that is given up ends', async () => {
  const given = AbortSignal.abort(new Error('late'));
  await expect(findRows(memorySource('x.csv', 'id\n1\n'), at, given)).rejects.toThrow('late');
});
