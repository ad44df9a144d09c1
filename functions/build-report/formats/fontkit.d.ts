/** As much of the package as `typefaces.ts` uses; it has no types of its own. */
declare module 'fontkit' {
  export type Glyph = { id: number; advanceWidth: number; codePoints: readonly number[] };
  /** In units of the font. */
  export type Position = { xAdvance: number; yAdvance: number; xOffset: number; yOffset: number };
  export type GlyphRun = {
    readonly glyphs: readonly Glyph[];
    readonly positions: readonly Position[];
    readonly advanceWidth: number;
  };
  export type Font = {
    unitsPerEm: number;
    hasGlyphForCodePoint(point: number): boolean;
    glyphForCodePoint(point: number): Glyph;
    layout(text: string, features?: readonly string[]): GlyphRun;
  };
  export function create(file: Uint8Array): Font;
}

declare namespace PDFKit.Mixins {
  interface PDFFont {
    /** A font that fontkit opened, which the package's types don't know of. */
    registerFont(name: string, font: import('fontkit').Font): this;
  }
}
