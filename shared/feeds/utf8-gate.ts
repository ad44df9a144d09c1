import { Buffer, isUtf8 } from 'node:buffer';
import type { FeedRejected } from '../errors.ts';
import { refusal } from './problem-texts.ts';

const newline = 10;
const carriageReturn = 13;
/** So much of the start tells UTF-16 from text with a stray NUL. */
const headBytes = 256;

/** Lets only strict UTF-8 pass, whatever the chunk borders; a character cut by one waits for its rest. */
export class Utf8Gate {
  readonly #file: string;
  #rest: Buffer = Buffer.alloc(0);
  #isStart = true;
  #line = 1;
  #endsInCarriageReturn = false;

  constructor(file: string) {
    this.#file = file;
  }

  /** The whole characters up to here. @throws {FeedRejected} not-utf8 */
  check(chunk: Buffer): Buffer {
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    if (this.#isStart) this.#refuseUtf16(bytes);
    this.#isStart &&= bytes.length < 2;
    const whole = bytes.subarray(0, bytes.length - cutOff(bytes));
    this.#rest = bytes.subarray(whole.length);
    if (!isUtf8(whole)) throw this.#refusal(firstBad(whole), whole);
    this.#countLines(whole, whole.length);
    return whole;
  }

  /** @throws {FeedRejected} not-utf8 where the file ends inside a character */
  end(): void {
    if (this.#rest.length > 0) throw this.#refusal(0, this.#rest);
  }

  #refuseUtf16(bytes: Buffer): void {
    const [first, second] = bytes;
    const hasMark = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
    const head = bytes.subarray(0, headBytes);
    const nuls = head.reduce((count, byte) => count + (byte === 0 ? 1 : 0), 0);
    if (hasMark || nuls * 4 > head.length) {
      throw refusal('not-utf8', { file: this.#file, row: 1, detail: 'UTF-16' });
    }
  }

  #refusal(at: number, bytes: Buffer): FeedRejected {
    this.#countLines(bytes, at);
    return refusal('not-utf8', { file: this.#file, row: this.#line, detail: 'Latin-1 or Windows-1252' });
  }

  #countLines(bytes: Buffer, to: number): void {
    let previous = this.#endsInCarriageReturn ? carriageReturn : 0;
    for (let at = 0; at < to; at += 1) {
      const byte = bytes[at] ?? 0;
      if (byte === carriageReturn || (byte === newline && previous !== carriageReturn)) this.#line += 1;
      previous = byte;
    }
    this.#endsInCarriageReturn = previous === carriageReturn;
  }
}

/** How many bytes at the end belong to a character that goes on in the next chunk. */
function cutOff(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < sequenceLength(byte) ? back : 0;
  }
  return 0;
}

function sequenceLength(lead: number): number {
  if (lead >= 0xf0) return 4;
  return lead >= 0xe0 ? 3 : 2;
}

/** Offset of the first byte that is not UTF-8, by halving: every prefix up to it is fine but for a cut character. */
function firstBad(bytes: Buffer): number {
  let good = 0;
  let bad = bytes.length;
  while (good + 1 < bad) {
    const middle = (good + bad) >> 1;
    const prefix = bytes.subarray(0, middle);
    if (isUtf8(prefix.subarray(0, middle - cutOff(prefix)))) good = middle;
    else bad = middle;
  }
  return good;
}
