import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { memorySource } from '../../test/builders/feed-files.ts';
import { FeedRejected } from '../errors.ts';
import { defaultLimits } from './byte-source.ts';
import { type CsvRow, readCsv } from './csv-rows.ts';

async function rowsOf(content: string | Buffer, chunkBytes?: number): Promise<CsvRow[]> {
  const rows: CsvRow[] = [];
  for await (const batch of readCsv(memorySource('x.csv', content, chunkBytes), defaultLimits))
    rows.push(...batch);
  return rows;
}

async function refusalOf(content: string | Buffer, chunkBytes?: number): Promise<FeedRejected> {
  const refused: unknown = await rowsOf(content, chunkBytes).catch((error: unknown) => error);
  if (!(refused instanceof FeedRejected)) throw new Error('The text was accepted');
  return refused;
}

const text = (rows: CsvRow[]) => rows.map(({ line, cells }) => `${line}:${cells.join('|')}`);

describe('rows of a CSV file', () => {
  test.each([
    ['LF', 'a,b\n1,2\n3,4\n', ['1:a|b', '2:1|2', '3:3|4']],
    ['CRLF', 'a,b\r\n1,2\r\n3,4\r\n', ['1:a|b', '2:1|2', '3:3|4']],
    ['CR only', 'a,b\r1,2\r3,4\r', ['1:a|b', '2:1|2', '3:3|4']],
    ['mixed ends', 'a,b\r\n1,2\n3,4\r5,6', ['1:a|b', '2:1|2', '3:3|4', '4:5|6']],
    ['no final end', 'a,b\n1,2', ['1:a|b', '2:1|2']],
    ['a byte order mark', '\ufeffa,b\n1,2\n', ['1:a|b', '2:1|2']],
    ['empty lines, which keep their numbers', 'a,b\n\n\n1,2\n', ['1:a|b', '2:', '3:', '4:1|2']],
    ['quotes and commas in quotes', '"a","b,c"\n"say ""hi""",2\n', ['1:a|b,c', '2:say "hi"|2']],
    ['LF in quotes', 'a,b\n"x\ny",2\n3,4\n', ['1:a|b', '2:x\ny|2', '4:3|4']],
    ['CRLF in quotes', 'a,b\r\n"x\r\ny\r\nz",2\r\n3,4\r\n', ['1:a|b', '2:x\r\ny\r\nz|2', '5:3|4']],
    ['rows of any width', 'a,b\n1\n1,2,3\n', ['1:a|b', '2:1', '3:1|2|3']],
  ])('are read with %s, whatever the chunks', async (_, content, expected) => {
    for (const chunkBytes of [1, 2, 3, 7, 1000])
      expect(text(await rowsOf(content, chunkBytes))).toEqual(expected);
  });

  test('come out as they were written, whatever the cells and the chunks', async () => {
    const cell = fc.string({ unit: 'grapheme', maxLength: 8 }).filter((value) => !/[\r\n\ufeff]/.test(value));
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 8 });
    const written = (rows: string[][]) =>
      rows.map((cells) => cells.map((value) => `"${value.replaceAll('"', '""')}"`).join(',')).join('\n');
    await fc.assert(
      fc.asyncProperty(table, fc.integer({ min: 1, max: 40 }), async (rows, chunkBytes) => {
        const read = await rowsOf(written(rows), chunkBytes);
        expect(read).toEqual(rows.map((cells, index) => ({ line: index + 1, cells })));
      }),
    );
  });
});

describe('a file that cannot be read', () => {
  const latin1 = Buffer.from('id,name\n1,Ada\n2,Ren\xe9e\n3,Cy\n', 'latin1');

  test.each([
    ['Latin-1', latin1, 'not-utf8', 3],
    ['Latin-1 with CRLF', Buffer.from('id\r\n1\r\n\xe9\r\n', 'latin1'), 'not-utf8', 3],
    ['a character cut off at the end', Buffer.from('id\n1\né').subarray(0, -1), 'not-utf8', 3],
    ['UTF-16 with its mark', Buffer.from('\ufeffid,name\n1,Ada\n', 'utf16le'), 'not-utf8', 1],
    ['UTF-16 without its mark', Buffer.from('id,name\n1,Ada\n', 'utf16le'), 'not-utf8', 1],
    ['a quote never closed', 'id,name\n1,Ada\n2,"Ben\n3,Cy\n', 'malformed-csv', 3],
    ['a quote closed too early', 'id,name\n1,"Ada" L\n', 'malformed-csv', 2],
    ['a quote inside a value', 'id,name\n1,5" disk\n', 'malformed-csv', 2],
    ['a malformed header', 'id,na"me\n1,Ada\n', 'malformed-csv', 1],
  ])('is refused for %s, with the line', async (_, content, code, row) => {
    for (const chunkBytes of [1, 5, 1000]) {
      expect(await refusalOf(content, chunkBytes)).toMatchObject({ code, where: { file: 'x.csv', row } });
    }
  });

  test('is refused for a row of more than a mebibyte, and holds no more of it', async () => {
    const refused = await refusalOf(`id,name\n1,Ada\n2,${'x'.repeat(1_100_000)}\n`);
    expect(refused).toMatchObject({ code: 'row-too-long', where: { row: 3 } });
  });

  test('names the opened quote where the rest of a long file would be swallowed', async () => {
    const refused = await refusalOf(`id,name\n1,"Ada\n${'2,Ben\n'.repeat(200_000)}`);
    expect(refused).toMatchObject({ code: 'malformed-csv', where: { row: 2 } });
  });

  test('is refused for a bad quote thousands of rows down', async () => {
    const refused = await refusalOf(`id,name\n${'2,Ben\n'.repeat(9_000)}3,C"y\n`);
    expect(refused).toMatchObject({ code: 'malformed-csv', where: { row: 9_002 } });
  });
});

test('a failing source passes its own error on', async () => {
  const failing = {
    ...memorySource('x.csv', ''),
    // biome-ignore lint/correctness/useYield: it fails before its first chunk
    async *stream(): AsyncGenerator<Buffer> {
      throw new Error('the store is away');
    },
  };
  const reading = async () => {
    for await (const _ of readCsv(failing, defaultLimits));
  };
  await expect(reading()).rejects.toThrow('the store is away');
});
