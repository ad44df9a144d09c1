import PDFDocument from 'pdfkit';
import type { Pieces } from '../report-file.ts';
import { TooLarge } from './sheet-writer.ts';
import { type Face, lacking, type Piece, Typefaces } from './typefaces.ts';

/** Points (1/72 inch). Letter; what is within these margins is on A4 as well, printed at its size. */
const margin = 36;
/** A district of 20,000 in one; how long that takes stands in docs/benchmarks.md. */
export const mostPdfRows = 20_000;

/** What is written how large, and in which face. */
export type Style = { face: Face; size: number };

/** What a line shows, from left to right, and from which side it is read. */
type Laid = { pieces: (Piece & { width: number })[]; isFromRight: boolean };

/** A PDF that grows page by page; what is finished of it goes to the file. */
export class Printed {
  readonly doc: PDFKit.PDFDocument;
  readonly #file: Pieces;
  readonly #typefaces = new Typefaces(({ name, font }) => this.doc.registerFont(name, font));
  #rows = 0;
  #isNoted = false;

  constructor(file: Pieces, { title, isWide = false }: { title: string; isWide?: boolean }) {
    this.#file = file;
    this.doc = new PDFDocument({
      ...{ size: 'LETTER', layout: isWide ? 'landscape' : 'portrait', margin, autoFirstPage: false },
      ...{ info: { Title: title }, lang: 'en', pdfVersion: '1.7' },
      font: '', // else it looks for a file of Helvetica, which the bundle does not have
      fontLayoutCache: false, // it would keep each word of the document
    });
  }

  /** @throws {TooLarge} beyond the rows that a PDF may have */
  count(rows: number): void {
    this.#rows += rows;
    if (this.#rows > mostPdfRows) {
      throw new TooLarge(`As PDF a report has ${mostPdfRows} rows at most; this one has more.`);
    }
  }

  beginPage(): void {
    this.doc.addPage();
    this.#isNoted = false;
  }

  /** The text in lines no wider than `width`; a word that is wider is broken. */
  lines(text: string, width: number, style: Style): string[] {
    const lines: string[] = [];
    let line = '';
    for (const word of this.#typefaces.shown(text, style.face).split(' ')) {
      const longer = line === '' ? word : `${line} ${word}`;
      if (this.#width(longer, style) <= width) {
        line = longer;
        continue;
      }
      if (line !== '') lines.push(line);
      line = '';
      for (const { segment } of letters.segment(word)) {
        if (line !== '' && this.#width(line + segment, style) > width) {
          const [, whole = line, rest = ''] = breakable.exec(line) ?? [];
          lines.push(whole);
          line = rest;
        }
        line += segment;
      }
    }
    return [...lines, line];
  }

  /** Were it one line. */
  width(text: string, style: Style): number {
    return this.#width(this.#typefaces.shown(text, style.face), style);
  }

  #width(text: string, { face, size }: Style): number {
    return widthOf(this.#laid(text, face)) * size;
  }

  /** One line from `x` on, or up to `x + width` where it is read from the right. */
  line(text: string, { x, y, width }: { x: number; y: number; width: number }, style: Style): void {
    const { face, size } = style;
    const shown = this.#typefaces.shown(text, face);
    const laid = this.#laid(shown, face);
    let at = laid.isFromRight ? x + width - widthOf(laid) * size : x;
    for (const piece of laid.pieces) {
      this.doc.font(piece.typeface.name, size).text(piece.text, at, y + ascent * size, asWhole);
      at += piece.width * size;
    }
    if (shown.includes(lacking)) this.note();
  }

  /** That something on this page is not as it should be, and where it is. */
  note(): void {
    if (this.#isNoted) return;
    this.#isNoted = true;
    const style: Style = { face: 'bold', size: 7 };
    const x = this.doc.page.width - margin - this.width(incomplete, style);
    this.line(incomplete, { x, y: margin - 16, width: 0 }, style);
  }

  #laid(text: string, face: Face): Laid {
    const runs = text.match(directions) ?? [];
    const isFromRight = runs[0] !== undefined && fromRight.test(runs[0]);
    const pieces = (isFromRight ? runs.reverse() : runs).flatMap((run) => {
      if (fromRight.test(run)) return this.#typefaces.pieces(run, face).reverse();
      return this.#typefaces.pieces(isFromRight ? turned(run) : run, face);
    });
    const widths = pieces.map((piece) => ({ ...piece, width: piece.typeface.width(piece.text) }));
    return { pieces: widths, isFromRight };
  }

  async flush(): Promise<void> {
    for (let piece = this.doc.read(); piece !== null; piece = this.doc.read()) await this.#file.append(piece);
  }

  async end(): Promise<void> {
    this.doc.end();
    for await (const piece of this.doc) await this.#file.append(piece);
  }
}

/** From the top of a line to where its letters stand, whichever typefaces it has; of DejaVu Sans, for one point. */
const ascent = 0.93;
const incomplete = `${lacking} is a letter that a PDF cannot show, … where text had no room: CSV and XLSX have all.`;
/** With `features`, be they none, a piece is laid out as a whole and not word by word. */
const asWhole = { lineBreak: false, baseline: 'alphabetic' as const, features: [] };
/** An address is read more easily where it goes on after one of these. */
const breakable = /^(.*[-@._/])(.*)$/su;
const letters = new Intl.Segmenter('en', { granularity: 'grapheme' });

function widthOf({ pieces }: Laid): number {
  return pieces.reduce((sum, { width }) => sum + width, 0);
}

const hebrewAndArabic = '\\u0590-\\u08FF\\uFB1D-\\uFDFF\\uFE70-\\uFEFC';
const fromRight = new RegExp(`[${hebrewAndArabic}]`);
/** Words from the right with what is between them, or anything else. */
const directions = new RegExp(
  `[${hebrewAndArabic}]+(?:[^\\p{L}\\p{N}]+[${hebrewAndArabic}]+)*|[^${hebrewAndArabic}]+`,
  'gu',
);

/** Blanks around a run from the left change sides where the line is read from the right. */
function turned(run: string): string {
  const [, before = '', inner = '', after = ''] = /^( *)(.*?)( *)$/.exec(run) ?? [];
  return after + inner + before;
}
