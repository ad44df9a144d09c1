import { inflateSync } from 'node:zlib';

/** Letters that a PDF draws together, as whoever copies them out gets them. `y` is counted in points from the bottom. */
export type DrawnText = { text: string; font: string; x: number; y: number };

type PdfObject = { dictionary: string; content: Buffer | undefined };

/** Page by page, in the order in which they are drawn. Reads PDFs as pdfkit writes them, and no others. */
export function textsInPdf(pdf: Buffer): DrawnText[][] {
  const objects = objectsIn(pdf);
  const fonts = fontsIn(objects);
  return [...objects.values()]
    .filter(({ dictionary }) => /\/Type \/Page\b/.test(dictionary))
    .map(({ dictionary }) => textsOf(contentOf(objects, refIn(dictionary, 'Contents')), fonts));
}

function objectsIn(pdf: Buffer): Map<number, PdfObject> {
  const found = new Map<number, PdfObject>();
  const text = pdf.toString('latin1');
  for (const { 0: head, 1: id, index } of text.matchAll(/(\d+) 0 obj\n/g)) {
    const [dictionary = ''] = /^[\s\S]*?(?=stream\n|endobj)/.exec(text.slice(index + head.length)) ?? [];
    const begin = index + head.length + dictionary.length + 'stream\n'.length;
    const length = /\/Length (\d+)/.exec(dictionary)?.[1];
    const isStream = text.startsWith('stream\n', begin - 'stream\n'.length) && length !== undefined;
    const content = isStream ? pdf.subarray(begin, begin + Number(length)) : undefined;
    found.set(Number(id), { dictionary, content });
  }
  return found;
}

const refIn = (dictionary: string, key: string) =>
  Number(new RegExp(`/${key} (\\d+) 0 R`).exec(dictionary)?.[1]);

function contentOf(objects: Map<number, PdfObject>, id: number): string {
  const found = objects.get(id);
  if (found?.content === undefined) throw new Error(`The PDF has no content ${id}.`);
  const isPacked = found.dictionary.includes('/FlateDecode');
  return (isPacked ? inflateSync(found.content) : found.content).toString('latin1');
}

type PdfFont = { name: string; letters: readonly string[] };

/** By the name that pages call it. */
function fontsIn(objects: Map<number, PdfObject>): Map<string, PdfFont> {
  const fonts = new Map<string, PdfFont>();
  for (const { dictionary } of objects.values()) {
    for (const [, called = '', id] of dictionary.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
      const font = objects.get(Number(id))?.dictionary ?? '';
      const map = contentOf(objects, refIn(font, 'ToUnicode'));
      const name = /\/BaseFont \/[A-Z]+\+(\S+)/.exec(font)?.[1] ?? '';
      fonts.set(called, { name, letters: lettersIn(map) });
    }
  }
  return fonts;
}

function lettersIn(map: string): string[] {
  return [...map.matchAll(/<\w+> <\w+> \[(.*)\]/g)].flatMap(([, range = '']) =>
    [...range.matchAll(/<([^>]*)>/g)].map(([, units = '']) =>
      String.fromCharCode(
        ...units
          .split(' ')
          .filter((unit) => unit !== '')
          .map((unit) => Number.parseInt(unit, 16)),
      ),
    ),
  );
}

function textsOf(content: string, fonts: Map<string, PdfFont>): DrawnText[] {
  return [...content.matchAll(/BT\n([\s\S]*?)ET\n/g)].map(([, block = '']) => {
    const [, x, y] = /1 0 0 1 (\S+) (\S+) Tm/.exec(block) ?? [];
    const font = fonts.get(/\/(F\d+) \S+ Tf/.exec(block)?.[1] ?? '');
    const drawn = [...block.matchAll(/<([0-9a-f]+)>/g)].map(([, glyphs = '']) => glyphs).join('');
    const text = (drawn.match(/.{4}/g) ?? []).map((glyph) => font?.letters[Number.parseInt(glyph, 16)] ?? '');
    return { text: text.join(''), font: font?.name ?? '', x: Number(x), y: Number(y) };
  });
}
