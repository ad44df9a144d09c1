import { Buffer } from 'node:buffer';

const pageBytes = 4 * 1024 ** 2;
const lengthBytes = 2;
/** An id of 255 UTF-16 units takes at most 765 bytes of UTF-8; longer ones are refused before they get here. */
const maxIdBytes = 0xffff;
const fullEnough = 0.75;

/**
 * An exact set of ids with the line and a note per id, kept outside the JavaScript heap: two million UUIDs take
 * about 110 MB, where a `Map` takes 300. Ids get ordinals 0, 1, 2 … in the order of arrival.
 * Expects well-formed strings, as decoded UTF-8 always is.
 */
export class IdIndex {
  /** Each id as its length in two bytes and then its UTF-8; an id never crosses a page. */
  readonly #pages: Buffer[] = [];
  #pageUsed = pageBytes;
  #scratch = Buffer.allocUnsafe(maxIdBytes);
  /** Open addressing: ordinal + 1, or 0 where free. The size is a power of two. */
  #slots = new Uint32Array(1024);
  /** Page and offset of an id's bytes, as page * pageBytes + offset: good for 4 GB of ids. */
  #places = new Uint32Array(512);
  #lines = new Uint32Array(512);
  #notes = new Uint32Array(0);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The new id's ordinal, or -1 where it was there before. */
  add(id: string, line: number): number {
    const length = this.#encode(id);
    const slot = this.#slotOf(length);
    if (this.#slots[slot] !== 0) return -1;
    const ordinal = this.#size;
    if (ordinal === this.#places.length) {
      this.#places = grown(this.#places, ordinal * 2);
      this.#lines = grown(this.#lines, ordinal * 2);
    }
    this.#places[ordinal] = this.#store(length);
    this.#lines[ordinal] = line;
    this.#slots[slot] = ordinal + 1;
    this.#size += 1;
    if (this.#size > this.#slots.length * fullEnough) this.#rehash();
    return ordinal;
  }

  /** The id's ordinal, or -1. */
  find(id: string): number {
    return (this.#slots[this.#slotOf(this.#encode(id))] ?? 0) - 1;
  }

  text(ordinal: number): string {
    const place = this.#places[ordinal] ?? 0;
    const page = this.#pageOf(place);
    const start = (place % pageBytes) + lengthBytes;
    return page.toString('utf8', start, start + page.readUInt16LE(start - lengthBytes));
  }

  line(ordinal: number): number {
    return this.#lines[ordinal] ?? 0;
  }

  /** A number that the user of the index keeps per id; 0 until set, and for the -1 of an unknown id. */
  note(ordinal: number): number {
    return ordinal < 0 ? 0 : (this.#notes[ordinal] ?? 0);
  }

  setNote(ordinal: number, note: number): void {
    if (ordinal >= this.#notes.length) this.#notes = grown(this.#notes, this.#places.length);
    this.#notes[ordinal] = note;
  }

  /** Puts the id's UTF-8 into the scratch buffer and returns its length. */
  #encode(id: string): number {
    const length = id.length;
    const scratch = this.#scratch;
    if (length <= scratch.length) {
      let at = 0;
      for (; at < length; at += 1) {
        const code = id.charCodeAt(at);
        if (code > 0x7f) break;
        scratch[at] = code;
      }
      if (at === length) return length;
    }
    return this.#encodeWide(id);
  }

  #encodeWide(id: string): number {
    if (id.length * 3 > maxIdBytes)
      throw new RangeError('An id longer than 21,845 characters cannot be indexed');
    return this.#scratch.write(id, 'utf8');
  }

  /** The slot that holds the id in the scratch buffer, or the free one where it belongs. */
  #slotOf(length: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hash(this.#scratch, 0, length) & mask;
    for (;;) {
      const entry = slots[slot] ?? 0;
      if (entry === 0 || this.#holds(entry - 1, length)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #holds(ordinal: number, length: number): boolean {
    const place = this.#places[ordinal] ?? 0;
    const page = this.#pageOf(place);
    const start = (place % pageBytes) + lengthBytes;
    if (((page[start - 2] ?? 0) | ((page[start - 1] ?? 0) << 8)) !== length) return false;
    const scratch = this.#scratch;
    for (let at = 0; at < length; at += 1) if (page[start + at] !== scratch[at]) return false;
    return true;
  }

  #store(length: number): number {
    if (this.#pageUsed + lengthBytes + length > pageBytes) {
      this.#pages.push(Buffer.allocUnsafeSlow(pageBytes));
      this.#pageUsed = 0;
    }
    const page = this.#pages.length - 1;
    const start = this.#pageUsed;
    const bytes = this.#pageOf(page * pageBytes);
    bytes.writeUInt16LE(length, start);
    this.#scratch.copy(bytes, start + lengthBytes, 0, length);
    this.#pageUsed += lengthBytes + length;
    return page * pageBytes + start;
  }

  #pageOf(place: number): Buffer {
    const page = this.#pages[Math.floor(place / pageBytes)];
    if (page === undefined) throw new RangeError('No id stands there');
    return page;
  }

  #rehash(): void {
    const slots = new Uint32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let ordinal = 0; ordinal < this.#size; ordinal += 1) {
      const place = this.#places[ordinal] ?? 0;
      const page = this.#pageOf(place);
      const start = (place % pageBytes) + lengthBytes;
      let slot = hash(page, start, page.readUInt16LE(start - lengthBytes)) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = ordinal + 1;
    }
    this.#slots = slots;
  }
}

/** FNV-1a with a final mix, so that the low bits are good enough to pick a slot. */
function hash(bytes: Buffer, start: number, length: number): number {
  let value = 0x811c9dc5;
  for (let at = start; at < start + length; at += 1) value = Math.imul(value ^ (bytes[at] ?? 0), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  return (value ^ (value >>> 13)) >>> 0;
}

function grown(list: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  const bigger = new Uint32Array(length);
  bigger.set(list);
  return bigger;
}
