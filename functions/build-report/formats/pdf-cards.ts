import type { Row } from '../../../shared/reports/generated/told-person.ts';
import type { Pieces } from '../report-file.ts';
import { Printed, type Style } from './printed.ts';
import type { SheetWriter } from './sheet-writer.ts';

/** Points. Two by four on a page, each within its cut lines. */
const card = { width: 270, height: 180, inside: 14 };
const [across, down] = [2, 4];
const margin = 36;

type Piece = { text: string; style: Style; gap: number };

/** A card for each row: its first cell large, each of the others below what its column is called. Text that is long is set smaller. */
export function pdfCardsWriter(file: Pieces, columns: Row, title: string): SheetWriter {
  const printed = new Printed(file, { title });
  let cards = 0;
  return {
    async add(rows) {
      for (const row of rows) {
        if (!printed.admits(row)) continue;
        const at = cards % (across * down);
        if (at === 0) beginPage(printed);
        cards += 1;
        const x = margin + (at % across) * card.width;
        const y = margin + Math.floor(at / across) * card.height;
        draw(printed, { row, columns }, { x: x + card.inside, y: y + card.inside });
      }
      await printed.flush();
    },
    async end() {
      if (cards === 0) beginPage(printed);
      await printed.end();
    },
  };
}

function beginPage({ doc }: Printed): void {
  doc.addPage();
  doc.save().lineWidth(0.5).strokeColor('#888888').dash(4, { space: 3 });
  for (let line = 0; line <= across; line += 1) {
    const x = margin + line * card.width;
    doc
      .moveTo(x, margin)
      .lineTo(x, margin + down * card.height)
      .stroke();
  }
  for (let line = 0; line <= down; line += 1) {
    const y = margin + line * card.height;
    doc
      .moveTo(margin, y)
      .lineTo(margin + across * card.width, y)
      .stroke();
  }
  doc.restore();
}

function draw(
  printed: Printed,
  { row, columns }: { row: Row; columns: Row },
  at: { x: number; y: number },
): void {
  const width = card.width - 2 * card.inside;
  for (const scale of [1, 0.85, 0.7, 0.55]) {
    const lines = piecesOf(row, columns, scale).flatMap(({ text, style, gap }) =>
      printed.lines(text, width, style).map((line, n) => ({ line, style, gap: n === 0 ? gap : 0 })),
    );
    const height = lines.reduce((sum, { style, gap }) => sum + gap + style.size * 1.2, 0);
    if (height > card.height - 2 * card.inside) continue;
    let { y } = at;
    for (const { line, style, gap } of lines) {
      y += gap;
      printed.line(line, { x: at.x, y, width }, style);
      y += style.size * 1.2;
    }
    return;
  }
  printed.overflowed();
}

function piecesOf([name = '', ...cells]: Row, [, ...columns]: Row, scale: number): Piece[] {
  const plain = (size: number): Style => ({ face: 'plain', size: size * scale });
  const told = cells.flatMap((text, n) =>
    text === ''
      ? []
      : [
          { text: columns[n] ?? '', style: plain(6.5), gap: 4 * scale },
          { text, style: plain(n === 0 ? 11 : 9), gap: 0 },
        ],
  );
  return [{ text: name, style: { face: 'bold', size: 15 * scale }, gap: 0 }, ...told];
}
