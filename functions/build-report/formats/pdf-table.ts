import type { Row } from '../../../shared/reports/generated/told-person.ts';
import type { Pieces } from '../report-file.ts';
import { Printed, type Style } from './printed.ts';
import type { SheetWriter } from './sheet-writer.ts';

/** Points. */
const margin = 36;
const padding = 3;
const leading = 1.25;
/** More columns than these take the page across, in smaller letters. */
const mostUpright = 8;
/** Lines; a row of more may go on on the next page. */
const mostKeptTogether = 20;

/** A table under a head that each page repeats. How wide its columns are goes by the first rows. */
export function pdfTableWriter(file: Pieces, columns: Row, title: string): SheetWriter {
  const isWide = columns.length > mostUpright;
  const table = new Table(new Printed(file, { title, isWide }), { columns, title, size: isWide ? 6 : 8 });
  return {
    async add(rows) {
      table.printed.count(rows.length);
      for (const row of rows) table.row(row, rows);
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
    const cells = this.#measured(row, this.#plain);
    const lines = Math.max(1, ...cells.map(({ length }) => length));
    const keptTogether = Math.min(lines, mostKeptTogether);
    for (let from = 0; from < lines; ) {
      if (this.#linesLeft() < Math.min(keptTogether, lines - from)) this.#turnPage();
      const to = from + this.#linesLeft();
      this.#draw(
        cells.map((cell) => cell.slice(from, to)),
        this.#plain,
      );
      from = to;
    }
  }

  #linesLeft(): number {
    const room = this.printed.doc.page.height - margin - this.#y - 2 * padding;
    return Math.floor(room / (this.#plain.size * leading));
  }

  #turnPage(): void {
    const { doc } = this.printed;
    this.printed.beginPage();
    this.#page += 1;
    const width = doc.page.width - 2 * margin;
    this.printed.line(`${this.#title} · ${this.#page}`, { x: margin, y: margin - 16, width }, this.#plain);
    this.#y = margin;
    this.#draw(this.#measured(this.#columns, this.#bold), this.#bold);
  }

  #measured(row: Row, style: Style): string[][] {
    return (this.#widths ?? []).map((width, n) =>
      this.printed.lines(row[n] ?? '', width - 2 * padding, style),
    );
  }

  #heightOf(cells: readonly string[][], { size }: Style): number {
    return Math.max(1, ...cells.map(({ length }) => length)) * size * leading + 2 * padding;
  }

  #draw(cells: readonly string[][], style: Style): void {
    const { doc } = this.printed;
    let x = margin;
    for (const [n, lines] of cells.entries()) {
      const width = this.#widths?.[n] ?? 0;
      for (const [at, line] of lines.entries()) {
        const y = this.#y + padding + at * style.size * leading;
        this.printed.line(line, { x: x + padding, y, width: width - 2 * padding }, style);
      }
      x += width;
    }
    this.#y += this.#heightOf(cells, style);
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
      return Math.max(this.printed.width(column, this.#bold), ...cells) + 2 * padding + 1;
    });
    const isWide = this.#columns.length > mostUpright;
    return shared((isWide ? 792 : 612) - 2 * margin, wanted);
  }
}

/** The narrow ones get what they want, the others as much as each other of the rest; room that nobody wants goes to all. */
function shared(room: number, wanted: readonly number[]): number[] {
  const ascending = wanted.toSorted((a, b) => a - b);
  let left = room;
  let cap = 0;
  for (const [n, width] of ascending.entries()) {
    cap = Math.min(width, left / (ascending.length - n));
    left -= cap;
  }
  const widths = wanted.map((width) => Math.min(width, cap));
  const sum = widths.reduce((total, width) => total + width, 0);
  return widths.map((width) => (width * room) / sum);
}
