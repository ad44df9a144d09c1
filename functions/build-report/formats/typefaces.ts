import type { FontFile } from '../font-files.ts';
import { Typeface } from './typeface.ts';

export type Face = 'plain' | 'bold';

/** Of each face the first that has a letter shows it. */
const filesOf: Readonly<Record<Face, readonly [FontFile, ...FontFile[]]>> = {
  plain: [
    'DejaVuSans.ttf',
    'noto-sans-thai-thai-400-normal.woff',
    'NotoSansHans-Regular.otf',
    'NotoSansKR-Regular.otf',
  ],
  bold: [
    'DejaVuSans-Bold.ttf',
    'noto-sans-thai-thai-700-normal.woff',
    'NotoSansHans-Bold.otf',
    'NotoSansKR-Bold.otf',
  ],
};

/** Letters that one typeface shows. */
export type Piece = { text: string; typeface: Typeface };

/** Stands for a letter that no typeface has. */
export const lacking = '\u25A1';

/** The typefaces of a document, each read when a letter first needs it. */
export class Typefaces {
  readonly #opened = new Map<FontFile, Typeface>();
  readonly #showing = { plain: new Map<string, Typeface | undefined>(), bold: new Map() };
  readonly #onOpened: (typeface: Typeface) => void;

  constructor(onOpened: (typeface: Typeface) => void) {
    this.#onOpened = onOpened;
  }

  /** Text as it can be shown: composed, in one line, with a box for each letter that no typeface has. */
  shown(text: string, face: Face): string {
    const composed = text.normalize('NFC').replaceAll(/[\s\p{Cc}]+/gu, ' ');
    if (isAscii.test(composed)) return composed;
    return Array.from(composed, (letter) => {
      if (unseen.test(letter) && !joiner.test(letter)) return '';
      if (this.#showingOf(letter, face) !== undefined) return letter;
      return joiner.test(letter) ? '' : lacking;
    }).join('');
  }

  /** Of a text that can be shown. A mark stays with its letter wherever that one's typeface has it. */
  pieces(text: string, face: Face): Piece[] {
    const first = this.#open(filesOf[face][0]);
    if (isAscii.test(text)) return text === '' ? [] : [{ text, typeface: first }];
    const pieces: Piece[] = [];
    for (const letter of text) {
      const last = pieces.at(-1);
      const typeface =
        last !== undefined && mark.test(letter) && last.typeface.has(letter)
          ? last.typeface
          : (this.#showingOf(letter, face) ?? first);
      if (last?.typeface === typeface) last.text += letter;
      else pieces.push({ text: letter, typeface });
    }
    return pieces;
  }

  #showingOf(letter: string, face: Face): Typeface | undefined {
    const known = this.#showing[face];
    if (known.has(letter)) return known.get(letter);
    const file = filesOf[face].find((name) => this.#open(name).has(letter));
    const typeface = file === undefined ? undefined : this.#open(file);
    known.set(letter, typeface);
    return typeface;
  }

  #open(file: FontFile): Typeface {
    const opened = this.#opened.get(file);
    if (opened !== undefined) return opened;
    const typeface = new Typeface(file);
    this.#opened.set(file, typeface);
    this.#onOpened(typeface);
    return typeface;
  }
}

const isAscii = /^[\x20-\x7E]*$/;
const mark = /[\p{M}\u200C\u200D]/u;
/** Marks of direction, soft hyphens, selectors of a variant: nothing to see, and some change what stands beside them. */
const unseen = /\p{Default_Ignorable_Code_Point}/u;
/** Of those the two that say how letters join. */
const joiner = /[\u200C\u200D]/;
