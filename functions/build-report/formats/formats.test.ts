import { describe, expect, test } from 'vitest';
import { fromBuffer } from 'yauzl';
import type { Row } from '../../../shared/reports/generated/told-person.ts';
import type { GeneratedKind, ReportFormat } from '../../../shared/reports/generated-kinds.ts';
import { mostPdfRows } from './printed.ts';
import { TooLarge, Unprintable } from './sheet-writer.ts';
import { writerOf } from './writers.ts';

const columns = ['Name', 'Username', 'School', 'Part', 'How to sign in'];
const cardOf = (name: string): Row => [name, 'ada', 'North High', 'student', 'Open https://rolebook.test/'];
const names = ['Ada Lovelace', 'Zoë Żółć', 'محمد علي', 'שלום כהן', 'Ελένη', 'Иван', 'محمد Smith', 'Ngũgĩ'];

async function written(kind: GeneratedKind, format: ReportFormat, rows: readonly Row[]): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  const file = { append: async (piece: string | Uint8Array) => void pieces.push(Buffer.from(piece)) };
  const writer = await writerOf({ kind, format }, file, columns);
  for (const row of rows) await writer.add([row]);
  await writer.end();
  return Buffer.concat(pieces);
}

const pagesIn = (pdf: Buffer) => pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length ?? 0;

describe('a PDF', () => {
  test('has eight start cards a page, and brings the letters of names from far away along', async () => {
    const pdf = await written('start-cards', 'pdf', [...names, 'One more'].map(cardOf));
    const text = pdf.toString('latin1');
    expect(text.slice(0, 5)).toBe('%PDF-');
    expect(text.trimEnd().endsWith('%%EOF')).toBe(true);
    expect(pagesIn(pdf)).toBe(2);
    expect(text).toMatch(/\/FontFile2/);
    expect(text).toMatch(/DejaVuSans-Bold/);
    expect(text).not.toMatch(/Helvetica/);
  });

  test('of a table goes on to the next page', async () => {
    const pdf = await written(
      'student-list',
      'pdf',
      Array.from({ length: 60 }, (_, at) => cardOf(`Student ${at}`)),
    );
    expect(pagesIn(pdf)).toBe(2);
  });

  test('of nobody is one page', async () => {
    expect(pagesIn(await written('student-list', 'pdf', []))).toBe(1);
    expect(pagesIn(await written('start-cards', 'pdf', []))).toBe(1);
  });

  test.each(['student-list', 'start-cards'] as const)(
    'of a %s is refused, and says how many rows it cannot show, before a letter is lost',
    async (kind) => {
      const rows = ['李', 'Ada', '🦊', 'ไทย'].map(cardOf);
      const refused = written(kind, 'pdf', rows);
      await expect(refused).rejects.toBeInstanceOf(Unprintable);
      await expect(refused).rejects.toThrow('3 rows have letters');
    },
  );

  test('is refused where a card has more text than fits', async () => {
    const rows = [cardOf('A name that never ends '.repeat(80))];
    await expect(written('start-cards', 'pdf', rows)).rejects.toThrow('1 row has letters');
  });

  test('is refused where it has too many rows', async () => {
    const writer = await writerOf(
      { kind: 'start-cards', format: 'pdf' },
      { append: async () => {} },
      columns,
    );
    const rows = Array.from({ length: mostPdfRows + 1 }, () => cardOf('李'));
    await expect(writer.add(rows)).rejects.toBeInstanceOf(TooLarge);
  });
});

test('a workbook has each cell as a text, and none as a formula', async () => {
  const xlsx = await written('start-cards', 'xlsx', ['=cmd()', '李', 'محمد', 'a <b> & c'].map(cardOf));
  const parts = await partsOf(xlsx);
  const sheet = parts.get('xl/worksheets/sheet1.xml') ?? '';
  const shared = textsIn(parts.get('xl/sharedStrings.xml') ?? '', 'si');
  const cells = [...sheet.matchAll(/<c r="([A-Z]+\d+)"[^>]*?t="(\w+)"[^>]*>(.*?)<\/c>/g)].map(
    ([, at = '', type, inner = '']) =>
      [at, type === 's' ? shared[Number(textsIn(inner, 'v')[0])] : textsIn(inner, 'is')[0]] as const,
  );
  const told = new Map(cells);
  expect(columns.map((_, at) => told.get(`${'ABCDE'[at]}1`))).toEqual(columns);
  expect([2, 3, 4, 5].map((row) => told.get(`A${row}`))).toEqual(['=cmd()', '李', 'محمد', 'a <b> & c']);
  expect(told.size).toBe(25);
  expect(sheet).not.toContain('<f>');
});

/** The text of each such element, whatever is marked up inside. */
function textsIn(xml: string, element: string): string[] {
  return [...xml.matchAll(new RegExp(`<${element}\\b[^>]*>(.*?)</${element}>`, 'gs'))].map(([, inner = '']) =>
    inner
      .replaceAll(/<[^>]*>/g, '')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&amp;', '&'),
  );
}

function partsOf(archive: Buffer): Promise<Map<string, string>> {
  return new Promise((resolve, reject) => {
    const parts = new Map<string, string>();
    fromBuffer(archive, { lazyEntries: true }, (error, zip) => {
      if (error) return reject(error);
      zip.on('error', reject);
      zip.on('end', () => resolve(parts));
      zip.on('entry', (entry) =>
        zip.openReadStream(entry, async (failed, stream) => {
          if (failed) return reject(failed);
          const pieces: Buffer[] = [];
          for await (const piece of stream) pieces.push(piece as Buffer);
          parts.set(entry.fileName, Buffer.concat(pieces).toString('utf8'));
          zip.readEntry();
        }),
      );
      zip.readEntry();
    });
  });
}
