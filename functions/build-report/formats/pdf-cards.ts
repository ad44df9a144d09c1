import type { Row } from '../../../shared/reports/generated/told-person.ts';
import type { Pieces } from '../report-file.ts';
import { Printed, type Style } from './printed.ts';
import type { SheetWriter } from './sheet-writer.ts';

/** Points. Two by four on a page, each within its cut lines. */
const card = { width: 270, height: 180, inside: 14 };
const [across, down] = [2, 4];
const margin = 36;

/** Inside a card. */
const room = { width: card.width - 2 * card.inside, height: card.height - 2 * card.inside };
const leading = 1.2;
const smallest = 0.55;
const scales = [1, 0.85, 0.7, smallest];
/** Of a text that is cut; five such fill a card. */
const mostLines = 3;

type Line = { line: string; style: Style; gap: number };
type Piece = { text: string; style: Style; gap: number };

/** A card for each row: its first cell large, each of the others below what its column is called. Text that is long is set smaller. */
export function pdfCardsWriter(file: Pieces, columns: Row, title: string): SheetWriter {
  const printed = new Printed(file, { title });
  let cards = 0;
  return {
    async add(rows) {
      printed.count(rows.length);
      for (const row of rows) {
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

function beginPage(printed: Printed): void {
  const { doc } = printed;
  printed.beginPage();
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

function draw(printed: Printed, card: { row: Row; columns: Row }, at: { x: number; y: number }): void {
  const lines = fitting(printed, card);
  let { y } = at;
  for (const { line, style, gap } of lines) {
    y += gap;
    printed.line(line, { x: at.x, y, width: room.width }, style);
    y += style.size * leading;
  }
}

/** As large as fits. Of what fits in no size each text is cut, which is seen. */
function fitting(printed: Printed, { row, columns }: { row: Row; columns: Row }): Line[] {
  for (const scale of [...scales, undefined]) {
    const isCut = scale === undefined;
    const lines = piecesOf(row, columns, scale ?? smallest).flatMap(({ text, style, gap }) => {
      const all = printed.lines(text, room.width, style);
      const some = isCut && all.length > mostLines ? [...all.slice(0, mostLines - 1), '…'] : all;
      return some.map((line, n) => ({ line, style, gap: n === 0 ? gap : 0 }));
    });
    const height = lines.reduce((sum, { style, gap }) => sum + gap + style.size * leading, 0);
    if (height <= room.height || isCut) {
      if (isCut) printed.note();
      return lines;
    }
  }
  return [];
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
