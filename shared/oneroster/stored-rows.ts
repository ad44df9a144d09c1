import { readLines, type StateLine, writeLine } from '../roster/state.ts';
import type { Workspace } from '../roster/sync-stores.ts';

/**
 * Rows in the order in which they are served, in immutable objects of `blockRows` each, and an index that says how many there are and
 * with which key each block begins. A page reads the one or two blocks that it lies in, wherever it lies.
 */
export const blockRows = 1000;
/** Characters that are sorted at once, about. */
const heapText = 4 * 1024 * 1024;
const putsAtOnce = 16;

/** Text objects that may be gone again. */
export type PageObjects = {
  put(key: string, text: string): Promise<void>;
  find(key: string): Promise<string | undefined>;
};

/** `key`: group, sort text and id, as `rowKey` makes it. */
export type Row = { key: string; line: StateLine };
export type Index = { total: number; begins: string[] };

/** Below every character of ids and texts, so that joined keys sort as their parts do. */
const [within, behind] = ['\u0001', '\u0002'];

/** Groups come together, rows in them by their sort text, and by id where that is the same. */
export function rowKey({ group = '', text = '', id }: { group?: string; text?: string; id: string }): string {
  // A control character would end a key; only people could have typed one.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return `${group}${within}${text.replace(/[\u0000-\u001f]/g, ' ')}${within}${id}`;
}

export function blockKey(prefix: string, block: number): string {
  return `${prefix}/${String(block).padStart(6, '0')}.ndjson`;
}

export function indexKey(prefix: string): string {
  return `${prefix}/index.json`;
}

/**
 * Sorts rows that come in `parts` of about the same size and mixture, and stores them. Memory holds a part, and a heap of about
 * `heap` characters: the first part, as a sample of all, says where heaps end. The index is put last, so that whoever finds it finds all.
 */
export async function storeRows(
  { objects, workspace, heap = heapText }: { objects: PageObjects; workspace: Workspace; heap?: number },
  prefix: string,
  { rows, parts }: { rows: AsyncIterable<Row[]>; parts: number },
): Promise<Index> {
  let ends: string[] | undefined;
  for await (const part of rows) {
    const texts = part.map(({ key, line }) => `${key}${behind}${writeLine(line)}`);
    ends ??= heapEnds(texts, { parts, heap });
    await spread(workspace, texts, ends);
  }
  const writer = new BlockWriter(objects, prefix);
  for (let at = 0; at <= (ends ?? []).length; at++) {
    const texts = linesOf(await workspace.read(`heap-${at}`)).sort();
    for (const text of texts) await writer.add(text);
  }
  return writer.close();
}

/** Keys below which each heap but the last ends. */
function heapEnds(sample: readonly string[], { parts, heap }: { parts: number; heap: number }): string[] {
  const sorted = [...sample].sort();
  const expected = sorted.reduce((sum, text) => sum + text.length, 0) * parts;
  const heaps = Math.min(Math.ceil(expected / heap), sorted.length);
  return Array.from({ length: Math.max(0, heaps - 1) }, (_, at) => {
    const text = sorted[Math.floor(((at + 1) * sorted.length) / heaps)] ?? '';
    return text.slice(0, text.indexOf(behind));
  });
}

async function spread(
  workspace: Workspace,
  texts: readonly string[],
  ends: readonly string[],
): Promise<void> {
  const heaps = new Map<number, string[]>();
  for (const text of texts) {
    const heap = firstAt(ends.length, (at) => (ends[at] ?? '') > text);
    const of = heaps.get(heap);
    if (of) of.push(text);
    else heaps.set(heap, [text]);
  }
  for (const [heap, of] of heaps) await workspace.append(`heap-${heap}`, of.join(''));
}

/** With their line ends. */
function linesOf(text: string): string[] {
  const lines: string[] = [];
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf('\n', from) + 1;
    lines.push(text.slice(from, end));
    from = end;
  }
  return lines;
}

class BlockWriter {
  readonly #objects: PageObjects;
  readonly #prefix: string;
  readonly #begins: string[] = [];
  #block: string[] = [];
  #total = 0;
  #puts: Promise<void>[] = [];

  constructor(objects: PageObjects, prefix: string) {
    this.#objects = objects;
    this.#prefix = prefix;
  }

  add(text: string): Promise<unknown> | undefined {
    this.#block.push(text);
    this.#total += 1;
    if (this.#block.length < blockRows) return undefined;
    this.#put();
    return this.#puts.length < putsAtOnce ? undefined : this.#settle();
  }

  async close(): Promise<Index> {
    if (this.#block.length > 0) this.#put();
    await this.#settle();
    const index = { total: this.#total, begins: this.#begins };
    await this.#objects.put(indexKey(this.#prefix), JSON.stringify(index));
    return index;
  }

  #put(): void {
    const [first = ''] = this.#block;
    const key = blockKey(this.#prefix, this.#begins.length);
    this.#begins.push(first.slice(0, first.indexOf(behind)));
    this.#puts.push(this.#objects.put(key, this.#block.join('')));
    this.#block = [];
  }

  async #settle(): Promise<void> {
    const puts = this.#puts;
    this.#puts = [];
    await Promise.all(puts);
  }
}

/** The stored rows were kept no longer. */
export class RowsGone extends Error {
  override name = 'RowsGone';
}

/** Rows `from` up to `to`, which is not one of them. */
export async function readRows(
  objects: Pick<PageObjects, 'find'>,
  prefix: string,
  { from, to }: { from: number; to: number },
): Promise<StateLine[]> {
  const [first, last] = [Math.floor(from / blockRows), Math.ceil(to / blockRows)];
  const lines: StateLine[] = [];
  for (let block = first; block < last; block++) {
    const texts = await blockOf(objects, prefix, block);
    const begins = block * blockRows;
    for (const text of texts.slice(Math.max(0, from - begins), to - begins)) {
      lines.push(...readLines(text.slice(text.indexOf(behind) + 1)));
    }
  }
  return lines;
}

async function blockOf(objects: Pick<PageObjects, 'find'>, prefix: string, block: number): Promise<string[]> {
  const text = await objects.find(blockKey(prefix, block));
  if (text === undefined) throw new RowsGone();
  return linesOf(text);
}

/** The rows of one group: from, and up to. Reads the blocks in which they begin and end. */
export async function groupIn(
  objects: Pick<PageObjects, 'find'>,
  prefix: string,
  { index, group }: { index: Index; group: string },
): Promise<{ from: number; to: number }> {
  const at = async (key: string): Promise<number> => {
    const block = firstAt(index.begins.length, (one) => (index.begins[one] ?? '') >= key) - 1;
    if (block < 0) return 0;
    const texts = await blockOf(objects, prefix, block);
    return block * blockRows + firstAt(texts.length, (row) => (texts[row] ?? '') >= key);
  };
  return { from: await at(`${group}${within}`), to: await at(`${group}${behind}`) };
}

/** The first of `count` numbers of which something is true that stays true from there on; `count` where it is of none. */
function firstAt(count: number, isTrue: (at: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isTrue(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
