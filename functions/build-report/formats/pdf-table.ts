import type { Row } from '../../../shared/reports/generated/told-person.ts';
import type { Pieces } from '../report-file.ts';
import { Printed, type Style } from './printed.ts';
import type { SheetWriter } from './sheet-writer.ts';

/** Points. */
const margin = 36;
const padding = 3;
/** More columns than these take the page across, in smaller letters. */
const mostUpright = 8;
const widest = 130;

/** A table under a head that each page repeats. How wide its columns are goes by the first rows. */
export function pdfTableWriter(file: Pieces, columns: Row, title: string): SheetWriter {
  const isWide = columns.length > mostUpright;
  const table = new Table(new Printed(file, { title, isWide }), { columns, title, size: isWide ? 6 : 8 });
  return {
    async add(rows) {
      for (const row of rows) if (table.printed.admits(row)) table.row(row, rows);
      await table.printed.flush();
    },
    async end() {
      table.begin([]);
      await table.printed.end();
    },
  };
}

class Table {
  readonly printed: Printed;
  readonly #columns: Row;
  readonly #title: string;
  readonly #plain: Style;
  readonly #bold: Style;
  #widths: number[] | undefined;
  #page = 0;
  #y = 0;

  constructor(printed: Printed, { columns, title, size }: { columns: Row; title: string; size: number }) {
    this.printed = printed;
    this.#columns = columns;
    this.#title = title;
    this.#plain = { face: 'plain', size };
    this.#bold = { face: 'bold', size };
  }

  begin(first: readonly Row[]): void {
    if (this.#widths !== undefined) return;
    this.#widths = this.#fitting(first.slice(0, 100));
    this.#turnPage();
  }

  row(row: Row, some: readonly Row[]): void {
    this.begin(some);
    const { height, cells } = this.#measured(row, this.#plain);
    const { page } = this.printed.doc;
    if (this.#y + height > page.height - margin) this.#turnPage();
    if (this.#y + height > page.height - margin) this.printed.overflowed();
    else this.#draw({ height, cells }, this.#plain);
  }

  #turnPage(): void {
    const { doc } = this.printed;
    doc.addPage();
    this.#page += 1;
    const width = doc.page.width - 2 * margin;
    this.printed.line(`${this.#title} · ${this.#page}`, { x: margin, y: margin - 16, width }, this.#plain);
    this.#y = margin;
    this.#draw(this.#measured(this.#columns, this.#bold), this.#bold);
  }

  #measured(row: Row, style: Style): { height: number; cells: string[][] } {
    const cells = (this.#widths ?? []).map((width, n) =>
      this.printed.lines(row[n] ?? '', width - 2 * padding, style),
    );
    const lines = Math.max(1, ...cells.map(({ length }) => length));
    return { height: lines * style.size * 1.25 + 2 * padding, cells };
  }

  #draw({ height, cells }: { height: number; cells: string[][] }, style: Style): void {
    const { doc } = this.printed;
    let x = margin;
    for (const [n, lines] of cells.entries()) {
      const width = this.#widths?.[n] ?? 0;
      for (const [at, line] of lines.entries()) {
        const y = this.#y + padding + at * style.size * 1.25;
        this.printed.line(line, { x: x + padding, y, width: width - 2 * padding }, style);
      }
      x += width;
    }
    this.#y += height;
    doc
      .save()
      .lineWidth(0.4)
      .strokeColor('#bbbbbb')
      .moveTo(margin, this.#y)
      .lineTo(x, this.#y)
      .stroke()
      .restore();
  }

  #fitting(rows: readonly Row[]): number[] {
    const wanted = this.#columns.map((column, n) => {
      const cells = rows.map((row) => this.printed.width(row[n] ?? '', this.#plain));
      return Math.min(widest, Math.max(this.printed.width(column, this.#bold), ...cells) + 2 * padding + 1);
    });
    const isWide = this.#columns.length > mostUpright;
    const room = (isWide ? 792 : 612) - 2 * margin;
    const sum = wanted.reduce((total, width) => total + width, 0);
    return wanted.map((width) => (width * room) / sum);
  }
}
