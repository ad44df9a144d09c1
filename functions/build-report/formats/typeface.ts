import { existsSync, readFileSync } from 'node:fs';
import { create, type Font, type Glyph, type GlyphRun } from 'fontkit';
import { type FontFile, fontFiles } from '../font-files.ts';

/** Texts whose shapes are remembered. */
const mostShaped = 4_000;

/** One font file: which letters it has, how wide they stand, and how the PDF lays them out. */
export class Typeface {
  readonly name: FontFile;
  readonly font: Font;
  readonly #glyphs = new Map<string, Glyph>();
  readonly #shaped = new Map<string, GlyphRun>();
  readonly #shape: Font['layout'];
  /** Units of the font to one point. */
  readonly #em: number;

  constructor(name: FontFile) {
    this.name = name;
    this.font = create(readFileSync(placeOf(name)));
    this.#em = this.font.unitsPerEm;
    this.#shape = this.font.layout.bind(this.font);
    // The PDF asks the font for each text that it draws.
    this.font.layout = (text) => this.#laidOut(text);
  }

  has(letter: string): boolean {
    return this.font.hasGlyphForCodePoint(letter.codePointAt(0) ?? 0);
  }

  /** For a letter size of one point. */
  width(text: string): number {
    if (!standsAlone.test(text)) return this.#shapedOf(text).advanceWidth / this.#em;
    let width = 0;
    for (const letter of text) width += this.#glyphOf(letter).advanceWidth;
    return width / this.#em;
  }

  /** Anew each time, for whoever asks scales the positions. */
  #laidOut(text: string): GlyphRun {
    if (!standsAlone.test(text)) {
      const { glyphs, positions, advanceWidth } = this.#shapedOf(text);
      return { glyphs, positions: positions.map((position) => ({ ...position })), advanceWidth };
    }
    const glyphs = Array.from(text, (letter) => this.#glyphOf(letter));
    let advanceWidth = 0;
    const positions = glyphs.map(({ advanceWidth: xAdvance }) => {
      advanceWidth += xAdvance;
      return { xAdvance, yAdvance: 0, xOffset: 0, yOffset: 0 };
    });
    return { glyphs, positions, advanceWidth };
  }

  #glyphOf(letter: string): Glyph {
    const known = this.#glyphs.get(letter);
    if (known !== undefined) return known;
    const glyph = this.font.glyphForCodePoint(letter.codePointAt(0) ?? 0);
    this.#glyphs.set(letter, glyph);
    return glyph;
  }

  #shapedOf(text: string): GlyphRun {
    const known = this.#shaped.get(text);
    if (known !== undefined) return known;
    const run = this.#shape(text.replaceAll(saraAm, '\u0E4D$1\u0E32'));
    if (this.#shaped.size >= mostShaped) this.#shaped.clear();
    this.#shaped.set(text, run);
    return run;
  }
}

/**
 * Letters each of which stands as it is, whatever is beside it: to put them one after the other takes a fiftieth of the time of shaping.
 * What is lost is kerning.
 */
const standsAlone =
  /^(?:(?!\p{M})[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\uAC00-\uD7A3\p{N}\p{P}\p{S}\p{Zs}])*$/u;

/** Its ring stands below the mark of a tone; fontkit would leave it above. */
const saraAm = /([\u0E31\u0E34-\u0E37\u0E47-\u0E4E]*)\u0E33/g;

/** The bundle has the files beside it (infra/bundle.ts); from source they are found where they were installed. */
function placeOf(name: FontFile): URL {
  const beside = new URL(`./fonts/${name}`, import.meta.url);
  return existsSync(beside) ? beside : fontFiles[name](name);
}
