import { createHash, type Hash } from 'node:crypto';
import { IdIndex } from '../id-index.ts';
import { PullRejected, VendorUnavailable } from '../pulling.ts';
import { isRecord } from './collections.ts';
import { HeldItems } from './held-items.ts';

export type Page = {
  items: readonly unknown[];
  /** What the server says the whole collection has. */
  total?: number | undefined;
  next?: URL | undefined;
};

export type Paged = {
  /** As messages name it. */
  name: string;
  /** Without `limit` and `offset`. */
  url: URL;
  limit: number;
  /** `undefined`: the server refuses an offset beyond its last object. */
  get(url: URL): Promise<Page | undefined>;
  idOf(item: Readonly<Record<string, unknown>>): string | undefined;
  /** What is held of an object. */
  keep(item: Readonly<Record<string, unknown>>): unknown;
};

const maxPasses = 4;
/** Pages in a row that bring nothing new, before a `next` counts as one that leads nowhere. */
const maxBarren = 3;
const maxObjects = 20_000_000;
const maxIdLength = 1024;

/**
 * All objects of a collection, each once, in the server's order. A `next` link is followed wherever there is one; without, pages are
 * asked for by offset, each beginning with the last object of the page before, until one brings nothing more. Where objects repeat, go
 * missing or move while they are read, all is read again; what two readings in a row agree on is how the server is.
 * @throws {PullRejected} vendor-paging, vendor-answer
 * @throws {VendorUnavailable} where the collection does not stand still
 */
export async function readPages(paged: Paged): Promise<HeldItems> {
  let before: string | undefined;
  for (let pass = 0; pass < maxPasses; pass++) {
    const reading = await new Reading(paged).read();
    if (reading.isSound) return reading.held;
    const digest = reading.digest();
    if (digest !== before) {
      before = digest;
      continue;
    }
    if (reading.isBroken)
      throw paging(paged.name, 'its pages do not continue one another, each time in the same way');
    if (reading.lacks)
      throw paging(paged.name, `it announces ${reading.total} objects and gives ${reading.held.size}`);
    return reading.held;
  }
  throw new VendorUnavailable(`${paged.name} kept changing while it was read`);
}

export function paging(name: string, why: string): PullRejected {
  return new PullRejected(
    'vendor-paging',
    `The server's pages of ${name} cannot be read: ${why}.`,
    'Nothing was taken over. Tell the vendor: each page must continue the one before, and the last must say so.',
  );
}

/** One reading from the first page to the last. */
class Reading {
  readonly held = new HeldItems();
  /** The largest that any page announced. */
  total: number | undefined;
  /** A page did not begin where the one before ended. */
  isBroken = false;
  readonly #paged: Paged;
  readonly #ids = new IdIndex();
  readonly #hash: Hash = createHash('sha256');
  readonly #asked = new Set<string>();
  #repeats = 0;
  #barren = 0;
  #hasMoved = false;
  #byLinks = false;
  #last: { id: string | undefined; ids: readonly (string | undefined)[] } = { id: undefined, ids: [] };

  constructor(paged: Paged) {
    this.#paged = paged;
  }

  get isSound(): boolean {
    const isTotal = this.total === undefined || this.total === this.held.size;
    return isTotal && !this.isBroken && !this.#hasMoved && this.#repeats === 0;
  }

  /** A link that ends is believed before a total is; a short page is not. */
  get lacks(): boolean {
    return !this.#byLinks && this.total !== undefined && this.total > this.held.size;
  }

  digest(): string {
    return this.#hash.copy().digest('hex');
  }

  async read(): Promise<this> {
    let url: URL | undefined = this.#pageAt(0);
    let overlap = 0;
    while (url !== undefined && !this.isBroken) {
      this.#asked.add(url.href);
      const page = await this.#paged.get(url);
      if (page === undefined) {
        if (this.#isAllSaid()) return this;
        throw paging(this.#paged.name, 'it refuses to go on');
      }
      const isPastEnd = this.#take(page, overlap);
      if (page.next !== undefined) {
        this.#byLinks = true;
        overlap = 0;
        url = this.#follow(page.next);
      } else if (isPastEnd || (this.#byLinks && !this.#mayLack())) {
        url = undefined;
      } else {
        // One object cannot both repeat the last and bring the next.
        overlap = page.items.length > 1 ? 1 : 0;
        url = this.#pageAt(this.held.size - overlap);
      }
    }
    return this;
  }

  #pageAt(offset: number): URL {
    const url = new URL(this.#paged.url);
    url.searchParams.set('limit', String(this.#paged.limit));
    url.searchParams.set('offset', String(offset));
    return url;
  }

  /** `undefined` where it leads nowhere and nothing is missing. */
  #follow(next: URL): URL | undefined {
    if (this.#asked.has(next.href))
      throw paging(this.#paged.name, 'its link to the next page leads back to an earlier one');
    if (this.#barren <= maxBarren) return next;
    if (this.total === this.held.size && this.#repeats === 0) return undefined;
    throw paging(this.#paged.name, 'its links go on, and bring nothing more');
  }

  /** Whether a server may well refuse to give a page that would begin behind the last object. */
  #isAllSaid(): boolean {
    if (this.total !== undefined) return this.total === this.held.size;
    return this.#last.ids.length > 0 && this.#last.ids.length < this.#paged.limit;
  }

  /** After the last link, there may be more by offset. */
  #mayLack(): boolean {
    return this.total !== undefined && this.total > this.held.size;
  }

  /** Whether the page shows that there is nothing more, where no link says that there is. */
  #take({ items, total }: Page, overlap: number): boolean {
    if (total !== undefined) {
      if (this.total !== undefined && this.total !== total) this.#hasMoved = true;
      this.total = Math.max(total, this.total ?? 0);
    }
    const objects = items.map((item) => {
      if (isRecord(item)) return { item, id: this.#idOf(item) };
      throw notObjects(this.#paged.name);
    });
    const ids = objects.map(({ id }) => id);
    if (overlap > 0 && ids[0] !== this.#last.id) {
      // A server that knows no pages gives the same small collection each time.
      const isSame = this.held.size === ids.length && ids.every((id, at) => id === this.#last.ids[at]);
      const isWhole = isSame && ids.length < this.#paged.limit;
      // Behind a last link, it only shows that the server pages by links alone.
      if (!isWhole && !this.#byLinks) this.isBroken = true;
      this.#hash.update('\0');
      return true;
    }
    const fresh = objects.slice(overlap);
    const known = this.#ids.size;
    for (const { id } of fresh) this.#note(id);
    this.held.add(fresh.map(({ item }) => this.#paged.keep(item)));
    if (this.held.size > maxObjects) throw paging(this.#paged.name, `it has more than ${maxObjects} objects`);
    this.#last = { id: ids.at(-1) ?? this.#last.id, ids };
    const isNew = this.#ids.size > known;
    this.#barren = isNew ? 0 : this.#barren + 1;
    if (fresh.length > 0 && this.#barren > maxBarren) this.isBroken = true;
    // More than were asked for: the server knows no pages.
    return fresh.length === 0 || (items.length > this.#paged.limit && !this.#mayLack());
  }

  #note(id: string | undefined): void {
    this.#hash.update(`${id ?? ''}\n`);
    if (id !== undefined && this.#ids.add(id, 0) < 0) this.#repeats += 1;
  }

  #idOf(item: Readonly<Record<string, unknown>>): string | undefined {
    const id = this.#paged.idOf(item);
    return id === undefined || id.length <= maxIdLength ? id : createHash('sha256').update(id).digest('hex');
  }
}

function notObjects(name: string): PullRejected {
  return new PullRejected(
    'vendor-answer',
    `The server's list of ${name} holds something that is no object.`,
    'Nothing was taken over. Tell the vendor that its answer does not follow the standard.',
  );
}
