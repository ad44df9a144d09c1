import type { Edits, EditWishes } from './edits.ts';
import type { Identity } from './identities.ts';
import type { Change } from './plan.ts';
import { readLines, type StateKind, writeLine } from './state.ts';
import {
  changeWithout,
  type Erased,
  editsWithout,
  identitiesWithout,
  lineWithout,
} from './without-person.ts';

/** One person everywhere that a sync keeps things. `words`: ids of feeds, addresses and usernames, by which problems may name them. */
export type Scrubbing = Erased & { words: readonly string[] };

/** What is left of an object of the bucket `state`, and how many lines or entries went. */
export type Scrubbed = { text: string; gone: number };

/**
 * An object of the state without one person, by its key. What names an object by its content's digest is not asked again of past ones:
 * only chunks that are being applied are, and these come after an erasure. Undefined where an object of this key holds nothing of people.
 */
export function scrubbed(key: string, text: string, of: Scrubbing): Scrubbed | undefined {
  const [place, , part, ...more] = key.split('/');
  const file = more.at(-1) ?? part ?? '';
  switch (place) {
    case 'state':
      return part === 'manifest' ? undefined : stateText(part as StateKind, text, of);
    case 'plans':
      return file.startsWith('chunk-') ? lines(text, (line) => changeLine(line, of)) : undefined;
    case 'problems':
      return file.startsWith('part-') ? lines(text, problemLine(of.words)) : undefined;
    case 'edits': {
      // Written by putEdits and putWishes only.
      const before = JSON.parse(text) as Edits | EditWishes;
      return document(before, editsWithout(before, of));
    }
    case 'identities': {
      const before = JSON.parse(text) as Identity[];
      return document(before, identitiesWithout(before, of));
    }
    default:
      return undefined;
  }
}

function stateText(kind: StateKind, text: string, of: Erased): Scrubbed {
  let gone = 0;
  let left = '';
  for (const line of readLines(text)) {
    const without = lineWithout(kind, line, of);
    if (without !== line) gone += 1;
    if (without !== undefined) left += writeLine(without);
  }
  return gone === 0 ? { text, gone } : { text: left, gone };
}

function lines(text: string, without: (line: string) => string | undefined): Scrubbed {
  let gone = 0;
  const left = text.split('\n').flatMap((line) => {
    if (line === '') return [];
    const rest = without(line);
    if (rest !== line) gone += 1;
    return rest === undefined ? [] : [rest];
  });
  return { text: gone === 0 ? text : left.map((line) => `${line}\n`).join(''), gone };
}

function changeLine(line: string, of: Erased): string | undefined {
  // Written by ChunkWriter only.
  const change = JSON.parse(line) as Change;
  const left = changeWithout(change, of);
  return left === change ? line : left && JSON.stringify(left);
}

function problemLine(words: readonly string[]): (line: string) => string | undefined {
  const names = mentions(words);
  return (line) => (names(line) ? undefined : line);
}

function document<T>(before: T, after: T): Scrubbed {
  const [was, text] = [JSON.stringify(before), JSON.stringify(after)];
  return was === text ? { text: was, gone: 0 } : { text, gone: 1 };
}

/**
 * Whether a text has one of the words, as a word of its own and in either case. A text of a table or a problem; a word may end where a
 * letter or digit does not go on.
 */
export function mentions(words: readonly string[]): (text: string) => boolean {
  const all = [...new Set(words.flatMap(spellings))].filter((word) => word !== '');
  if (all.length === 0) return () => false;
  const any = all.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${any})(?![\\p{L}\\p{N}])`, 'iu');
  return (text) => pattern.test(text);
}

/** As it is, and as JSON and CSV write it. */
function spellings(word: string): string[] {
  return [word, JSON.stringify(word).slice(1, -1), word.replaceAll('"', '""')];
}

/** Whether a line has all parts of one of the names, in any order; where words of a name are parted, anything may part them. */
export function mentionsName(names: readonly (readonly string[])[]): (text: string) => boolean {
  const patterns = names
    .filter((parts) => parts.length > 1 && parts.every((part) => part.trim().length > 1))
    .map((parts) => parts.map(namePart));
  return (text) =>
    patterns.some((parts) => text.split(/[\r\n]/).some((line) => parts.every((part) => part.test(line))));
}

function namePart(part: string): RegExp {
  const words = part.trim().split(/[\s_.-]+/);
  const pattern = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('[\\s_.-]*');
  return new RegExp(`(?<![\\p{L}\\p{N}])${pattern}(?![\\p{L}\\p{N}])`, 'iu');
}
