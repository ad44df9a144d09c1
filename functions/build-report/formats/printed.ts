import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import PDFDocument from 'pdfkit';
import type { Pieces } from '../report-file.ts';
import { TooLarge, Unprintable } from './sheet-writer.ts';

/** Points (1/72 inch). Letter; what is within these margins is on A4 as well, printed at its size. */
const margin = 36;
/** Laying text out takes time, 2,000 rows of seven cells 18 s on a busy machine (docs/reports-generated.md). */
export const mostPdfRows = 2_000;

/** Words whose widths are remembered. */
const mostWidths = 20_000;

export type Face = 'plain' | 'bold';
/** What is written how large, and in which face. */
export type Style = { face: Face; size: number };

/** Letters of one direction that are laid out together. */
type Run = { text: string; width: number };

const faces = {
  plain: () => fontFile('DejaVuSans.ttf', () => import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf')),
  bold: () =>
    fontFile('DejaVuSans-Bold.ttf', () => import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf')),
};

/** A PDF that grows page by page; what is finished of it goes to the file. */
export class Printed {
  readonly doc: PDFKit.PDFDocument;
  readonly #file: Pieces;
  readonly #known = new Map<string, boolean>();
  readonly #widths = new Map<string, number>();
  #rows = 0;
  #unprintable = 0;

  constructor(file: Pieces, { title, isWide = false }: { title: string; isWide?: boolean }) {
    this.#file = file;
    this.doc = new PDFDocument({
      ...{ size: 'LETTER', layout: isWide ? 'landscape' : 'portrait', margin, autoFirstPage: false },
      ...{ info: { Title: title }, lang: 'en', pdfVersion: '1.7' },
      font: '', // else it looks for a file of Helvetica, which the bundle does not have
    });
    for (const [face, read] of Object.entries(faces)) this.doc.registerFont(face, read());
  }

  /** Whether the row can be printed. One that can't is counted, and the whole refused at the end. */
  admits(row: readonly string[]): boolean {
    this.#rows += 1;
    if (this.#rows > mostPdfRows) {
      throw new TooLarge(`As PDF a report has ${mostPdfRows} rows at most; this one has more.`);
    }
    const isKnown = row.every((cell) => [...plainText(cell)].every((letter) => this.#has(letter)));
    if (!isKnown) this.#unprintable += 1;
    return isKnown;
  }

  #has(letter: string): boolean {
    const known = this.#known.get(letter);
    if (known !== undefined) return known;
    const has = Object.keys(faces).every((face) => {
      // Its types don't have the font that it opened; the version is pinned, and a test would notice.
      const { _font } = this.doc.font(face) as unknown as OpenedFont;
      return _font.font.hasGlyphForCodePoint(letter.codePointAt(0) ?? 0);
    });
    this.#known.set(letter, has);
    return has;
  }

  /** The text in lines no wider than `width`; a word that is wider is broken. */
  lines(text: string, width: number, style: Style): string[] {
    const lines: string[] = [];
    let line = '';
    for (const word of plainText(text).split(' ')) {
      const longer = line === '' ? word : `${line} ${word}`;
      if (this.width(longer, style) <= width) {
        line = longer;
        continue;
      }
      if (line !== '') lines.push(line);
      line = '';
      for (const letter of word) {
        if (line !== '' && this.width(line + letter, style) > width) {
          lines.push(line);
          line = '';
        }
        line += letter;
      }
    }
    return [...lines, line];
  }

  /** Word by word, each laid out once: the same come again and again. */
  width(text: string, { face, size }: Style): number {
    const words = text.split(' ');
    const em = words.reduce((sum, word) => sum + this.#wordWidth(word, face), 0);
    return (em + (words.length - 1) * this.#wordWidth(' ', face)) * size;
  }

  /** For a letter size of one point. */
  #wordWidth(word: string, face: Face): number {
    const key = `${face} ${word}`;
    const known = this.#widths.get(key);
    if (known !== undefined) return known;
    const width = this.#runs(word, { face, size: 1 }).reduce((sum, run) => sum + run.width, 0);
    if (this.#widths.size >= mostWidths) this.#widths.clear();
    this.#widths.set(key, width);
    return width;
  }

  /** One line from `x` on, or up to `x + width` where it is read from the right. */
  line(text: string, { x, y, width }: { x: number; y: number; width: number }, style: Style): void {
    const runs = this.#runs(text, style);
    const isFromRight = runs[0] !== undefined && fromRight.test(runs[0].text);
    const total = runs.reduce((sum, run) => sum + run.width, 0);
    let at = isFromRight ? x + width - total : x;
    for (const run of isFromRight ? runs.reverse() : runs) {
      this.doc.text(isFromRight ? turned(run.text) : run.text, at, y, {
        lineBreak: false,
        ...laidOut(run.text),
      });
      at += run.width;
    }
  }

  #runs(text: string, { face, size }: Style): Run[] {
    this.doc.font(face, size);
    return (text.match(directions) ?? []).map((run) => ({
      text: run,
      width: this.doc.widthOfString(run, laidOut(run)),
    }));
  }

  async flush(): Promise<void> {
    for (let piece = this.doc.read(); piece !== null; piece = this.doc.read()) await this.#file.append(piece);
  }

  async end(): Promise<void> {
    if (this.#unprintable > 0) {
      const rows = this.#unprintable === 1 ? '1 row has' : `${this.#unprintable} rows have`;
      throw new Unprintable(`${rows} letters that the font of the PDF lacks, or more text than fits.`);
    }
    this.doc.end();
    for await (const piece of this.doc) await this.#file.append(piece);
  }

  /** The row is admitted, and yet has more text than its place. */
  overflowed(): void {
    this.#unprintable += 1;
  }
}

type OpenedFont = { _font: { font: { hasGlyphForCodePoint(point: number): boolean } } };

const hebrewAndArabic = '\\u0590-\\u08FF\\uFB1D-\\uFDFF\\uFE70-\\uFEFC';
const fromRight = new RegExp(`[${hebrewAndArabic}]`);
/** Words from the right with what is between them, or anything else. */
const directions = new RegExp(
  `[${hebrewAndArabic}]+(?:[^\\p{L}\\p{N}]+[${hebrewAndArabic}]+)*|[^${hebrewAndArabic}]+`,
  'gu',
);

/**
 * With `features`, be they none, a run is laid out as a whole: word by word, those of Arabic would stand in the wrong order. Without, each
 * word is laid out once in a document, which is what takes the time.
 */
function laidOut(run: string): { features?: [] } {
  return fromRight.test(run) ? { features: [] } : {};
}

/** Blanks around a run from the left change sides where the line is read from the right. */
function turned(run: string): string {
  const [, before = '', inner = '', after = ''] = /^( *)(.*?)( *)$/.exec(run) ?? [];
  return after + inner + before;
}

/** Composed, as fonts have letters; what is no letter to see is a blank. */
function plainText(text: string): string {
  return text.normalize('NFC').replaceAll(/[\s\p{Cc}]+/gu, ' ');
}

/** The bundle has the fonts beside it (infra/bundle.ts); from source they are found where they were installed. */
function fontFile(name: string, installed: () => string): Buffer {
  const beside = new URL(`./fonts/${name}`, import.meta.url);
  return readFileSync(existsSync(beside) ? beside : fileURLToPath(installed()));
}
