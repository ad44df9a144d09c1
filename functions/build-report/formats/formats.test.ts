import { describe, expect, test } from 'vitest';
import { fromBuffer } from 'yauzl';
import type { Row } from '../../../shared/reports/generated/told-person.ts';
import type { GeneratedKind, ReportFormat } from '../../../shared/reports/generated-kinds.ts';
import { textsInPdf } from '../../../test/builders/pdf-text.ts';
import { mostPdfRows } from './printed.ts';
import { TooLarge } from './sheet-writer.ts';
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

describe('a PDF', () => {
  test('has eight start cards a page, and each name in its letters', async () => {
    const pdf = await written('start-cards', 'pdf', [...names, 'One more'].map(cardOf));
    const drawn = textsInPdf(pdf).map((page) => page.map(({ text }) => text));
    expect(drawn).toHaveLength(2);
    for (const name of ['Ada Lovelace', 'Zoë Żółć', 'Ελένη', 'Иван', 'Ngũgĩ'])
      expect(drawn[0]).toContain(name);
    expect(drawn[1]).toContain('One more');
    expect(pdf.toString('latin1')).not.toMatch(/Helvetica|NotoSans/);
  });

  test.each([
    ['王小明', 'NotoSansHans-Bold'],
    ['髙橋さくら', 'NotoSansHans-Bold'],
    ['김민준', 'NotoSansKR-Bold'],
    ['สมชาย', 'NotoSansThai-Bold'],
  ])('shows %s in a typeface that has it, which is all of it that comes along', async (name, font) => {
    const pdf = await written('start-cards', 'pdf', [cardOf(`Ada ${name}`)]);
    const [page = []] = textsInPdf(pdf);
    const shown = page.filter(({ font: drawnIn }) => drawnIn.endsWith('-Bold'));
    expect(shown.map(({ text, font: drawnIn }) => [text, drawnIn])).toEqual([
      ['Ada ', 'DejaVuSans-Bold'],
      [name, font],
    ]);
    expect(new Set(shown.map(({ y }) => y)).size).toBe(1);
    expect(pdf.length).toBeLessThan(80_000);
  });

  test('sets words of Hebrew from the right, and what follows from the left beside them', async () => {
    const [page = []] = textsInPdf(await written('start-cards', 'pdf', ['שלום כהן 王 Smith'].map(cardOf)));
    const name = page.filter(({ font }) => font.endsWith('-Bold')).toSorted((a, b) => a.x - b.x);
    expect(name.map(({ text }) => text).join('')).toBe(`王 Smith ${[...'שלום כהן'].reverse().join('')}`);
  });

  test.each(['student-list', 'start-cards'] as const)(
    'of a %s has a box for a letter that no typeface has, and says so on that page alone',
    async (kind) => {
      const rows = ['Ada 🦊 O’Neil', ...Array.from({ length: 60 }, () => 'Ada'), 'अ'].map(cardOf);
      const pages = textsInPdf(await written(kind, 'pdf', rows)).map((page) => page.map(({ text }) => text));
      const isNoted = pages.map((page) => page.some((text) => text.includes('a PDF cannot show')));
      expect(pages[0]).toContain('Ada □ O’Neil');
      expect(pages.at(-1)).toContain('□');
      expect(isNoted).toEqual(pages.map((_, n) => n === 0 || n === pages.length - 1));
    },
  );

  test('leaves out what turns the letters beside it around, and joins what belongs together', async () => {
    const rows = ['Ada\u202E Lovelace', 'Zoe\u0308', 'Ann\u200Be'].map(cardOf);
    const [page = []] = textsInPdf(await written('start-cards', 'pdf', rows));
    const names = page.filter(({ font }) => font.endsWith('-Bold')).map(({ text }) => text);
    expect(names).toEqual(['Ada Lovelace', 'Zoë', 'Anne']);
  });

  test('sets the ring of a Thai vowel below the mark of a tone', async () => {
    const [page = []] = textsInPdf(await written('start-cards', 'pdf', ['น้ำ'].map(cardOf)));
    expect(page[0]?.text).toBe('น\u0E4D\u0E49\u0E32');
  });

  test('cuts a text for which a card has no room, and keeps the others', async () => {
    const [page = []] = textsInPdf(
      await written('start-cards', 'pdf', [cardOf('A name that never ends '.repeat(80))]),
    );
    const texts = page.map(({ text }) => text);
    for (const text of ['…', 'ada', 'North High', 'Open https://rolebook.test/'])
      expect(texts).toContain(text);
    expect(texts.some((text) => text.includes('had no room'))).toBe(true);
  });

  test('of a table goes on to the next page, also in the middle of a row that is longer than one', async () => {
    const words = Array.from({ length: 900 }, (_, at) => `class-${at}`);
    const rows = [cardOf('Ada'), ['Many', 'many', 'North High', 'student', words.join(' ')], cardOf('Zoë')];
    const pages = textsInPdf(await written('student-list', 'pdf', rows)).map((page) =>
      page.map(({ text }) => text),
    );
    expect(pages.length).toBeGreaterThan(1);
    expect(pages[0]).toContain('Many');
    expect(pages.at(-1)).toContain('Zoë');
    expect(pages.flatMap((page) => page.join(' ').match(/class-\d+/g) ?? [])).toEqual(words);
  });

  test('breaks no short cell of a table for the sake of a long one', async () => {
    const long = 'A cell that has much more to say than there is room for '.repeat(5);
    const rows = Array.from({ length: 9 }, () => [long, 'student10@example.org', 'North High', 'p-10', long]);
    const [page = []] = textsInPdf(await written('student-list', 'pdf', rows));
    const texts = page.map(({ text }) => text);
    for (const text of ['student10@example.org', 'North High', 'p-10', 'Username'])
      expect(texts).toContain(text);
  });

  test('of nobody is one page', async () => {
    expect(textsInPdf(await written('student-list', 'pdf', []))).toHaveLength(1);
    expect(textsInPdf(await written('start-cards', 'pdf', []))).toHaveLength(1);
  });

  test('is refused where it has too many rows', async () => {
    const writer = await writerOf(
      { kind: 'start-cards', format: 'pdf' },
      { append: async () => {} },
      columns,
    );
    const rows = Array.from({ length: mostPdfRows + 1 }, () => cardOf('Ada'));
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
