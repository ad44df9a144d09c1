import { pointerTo } from './finding.ts';

/** 1-based, as editors count. */
export type Place = { line: number; column: number };

export type JsonPlaces = {
  /** Where each value stands, by JSON pointer; of a member, where its key does. */
  places: ReadonlyMap<string, Place>;
  /** Members that stand twice in one object: `JSON.parse` keeps the last without a word. In the order of the text. */
  duplicates: readonly { path: string; key: string; first: Place; second: Place }[];
};

/** Strings, braces, brackets, commas and colons; what stands between them (numbers, words, spaces) needs no look. */
const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

type Holder = { path: PropertyKey[]; seen: Map<string, Place> | undefined; index: number; key: string };

/** Places in a text that is JSON. */
export function placesIn(text: string): JsonPlaces {
  const placeAt = placesOf(text);
  const places = new Map<string, Place>([['', { line: 1, column: 1 }]]);
  const duplicates: JsonPlaces['duplicates'][number][] = [];
  const stack: Holder[] = [];
  let isKey = false;
  const here = (): PropertyKey[] => {
    const holder = stack.at(-1);
    if (holder === undefined) return [];
    return [...holder.path, holder.seen === undefined ? holder.index : holder.key];
  };
  for (const { 0: token, index } of text.matchAll(tokens)) {
    const holder = stack.at(-1);
    if (token === ':') continue;
    if (token === ',') {
      if (holder?.seen === undefined && holder) holder.index += 1;
      else isKey = true;
      continue;
    }
    if (token === '}' || token === ']') {
      stack.pop();
      isKey = false;
      continue;
    }
    if (isKey && holder?.seen !== undefined) {
      // A string token of a text that JSON.parse has read.
      const key = JSON.parse(token) as string;
      const second = placeAt(index);
      const path = pointerTo([...holder.path, key]);
      const first = holder.seen.get(key);
      if (first !== undefined) duplicates.push({ path, key, first, second });
      holder.seen.set(key, second);
      holder.key = key;
      places.set(path, second);
      isKey = false;
      continue;
    }
    const path = here();
    if (holder !== undefined && holder.seen === undefined) places.set(pointerTo(path), placeAt(index));
    if (token === '{') stack.push({ path, seen: new Map(), index: 0, key: '' });
    if (token === '[') stack.push({ path, seen: undefined, index: 0, key: '' });
    isKey = token === '{';
  }
  return { places, duplicates };
}

/** Offsets in rising order to lines and columns. */
function placesOf(text: string): (offset: number) => Place {
  let [line, start, from] = [1, 0, 0];
  return (offset) => {
    for (let at = text.indexOf('\n', from); at >= 0 && at < offset; at = text.indexOf('\n', from)) {
      line += 1;
      start = at + 1;
      from = at + 1;
    }
    return { line, column: offset - start + 1 };
  };
}
