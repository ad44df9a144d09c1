import { Buffer } from 'node:buffer';

const [lineFeed, carriageReturn, quote] = [0x0a, 0x0d, 0x22];
const byteOrderMark = Buffer.from('\ufeff');

/** Of a row its text, without the line end, and the physical line where it starts, 1-based. */
export type ScannedRow = { line: number; text: string };

/**
 * Walks through the bytes of a CSV file and hands out the rows that hold a word, and all of them until `isHeaded` says that the
 * header has come; all others are only counted, which is many times faster than parsing them. Lines are counted as in
 * csv-rows.ts: any line ends, those inside quotes too.
 */
export class RowScanner {
  readonly #word: Buffer;
  readonly #isHeaded: () => boolean;
  /** What came after the last whole row. */
  #rest: Buffer = Buffer.alloc(0);
  /** Where the rest starts. */
  #line = 1;
  /** The byte before the rest ended a row by a carriage return: a line feed belongs to it. */
  #isAfterReturn = false;
  #isBegun = false;

  constructor(word: string, isHeaded: () => boolean) {
    // A quote inside of a cell stands twice.
    this.#word = Buffer.from(word.replaceAll('"', '""'));
    this.#isHeaded = isHeaded;
  }

  take(chunk: Buffer): ScannedRow[] {
    const rows: ScannedRow[] = [];
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const wantsAll = !this.#isHeaded();
    let rowStart = this.#skipMark(bytes);
    let rowLine = this.#line;
    let line = rowLine;
    let isQuoted = false;
    let lastReturn = this.#isAfterReturn ? rowStart - 1 : -2;
    let hit = this.#find(bytes, rowStart);
    for (let at = nextMark(bytes, rowStart); at < bytes.length; at = nextMark(bytes, at + 1)) {
      const byte = bytes[at];
      if (byte === quote) {
        isQuoted = !isQuoted;
        continue;
      }
      const isSecondHalf = byte === lineFeed && lastReturn === at - 1;
      if (byte === carriageReturn) lastReturn = at;
      if (!isSecondHalf) line += 1;
      if (isQuoted) continue;
      if (!isSecondHalf && (wantsAll || hit < at)) {
        rows.push({ line: rowLine, text: bytes.toString('utf8', rowStart, at) });
      }
      rowStart = at + 1;
      rowLine = line;
      if (hit < rowStart) hit = this.#find(bytes, rowStart);
    }
    this.#isAfterReturn = rowStart === bytes.length && lastReturn === rowStart - 1;
    this.#line = rowLine;
    this.#rest = Buffer.from(bytes.subarray(rowStart));
    return rows;
  }

  /** A last row without a line end. */
  end(): ScannedRow[] {
    const isWanted = this.#rest.length > 0 && (!this.#isHeaded() || this.#rest.includes(this.#word));
    return isWanted ? [{ line: this.#line, text: this.#rest.toString('utf8') }] : [];
  }

  #find(bytes: Buffer, from: number): number {
    const at = bytes.indexOf(this.#word, from);
    return at < 0 ? bytes.length : at;
  }

  #skipMark(bytes: Buffer): number {
    const isFirst = !this.#isBegun;
    this.#isBegun = true;
    return isFirst && bytes.subarray(0, byteOrderMark.length).equals(byteOrderMark)
      ? byteOrderMark.length
      : 0;
  }
}

/** The next quote or line end, else the length. A loop of its own: inside the larger one V8 gives up compiling it. */
function nextMark(bytes: Buffer, from: number): number {
  for (let at = from; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === lineFeed || byte === carriageReturn || byte === quote) return at;
  }
  return bytes.length;
}
