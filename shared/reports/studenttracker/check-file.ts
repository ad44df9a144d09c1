import type { ReportProblem } from '../report.ts';
import { checkCell, isDay } from './check-cell.ts';
import type { FileLayout, RecordLayout } from './columns.ts';
import { type Filling, type ProblemCode, problemOf } from './problem-texts.ts';

export type CheckOptions = {
  /** Days as `YYYYMMDD`. */
  today: string;
  /** Sixty days before. */
  searchedUntil: string;
  /** A value as it may be shown. */
  show(value: string, isPersonal: boolean): string;
};

/** Of so many students it is known whether an ID comes twice; of more it would take too much memory. */
const rememberedIds = 500_000;

/** Of empty lines in a row, so many are told. */
const toldBlank = 100;

type Row = { line: number; cells: readonly string[] };

/** Checks a StudentTracker file line by line; memory does not grow with it beyond the ids it remembers. */
export class FileCheck {
  readonly #layout: FileLayout;
  readonly #options: CheckOptions;
  #found: ReportProblem[] = [];
  #header: readonly string[] | undefined;
  #rows = 0;
  #details = 0;
  /** Empty lines that may yet turn out to be the end of the file. */
  #blank: number[] = [];
  #hasTrailer = false;
  #hasToldOthers = false;
  /** Of a request for a cohort: the search date of its first line. */
  #searchDate: string | undefined;
  readonly #ids = new Map<string, number>();

  constructor(layout: FileLayout, options: CheckOptions) {
    this.#layout = layout;
    this.#options = options;
  }

  /** `cells` of one line, 1-based. @returns what is wrong with it */
  take(row: Row): ReportProblem[] {
    this.#found = [];
    if (row.cells.every((cell) => cell.trim() === '')) {
      if (this.#blank.length < toldBlank) this.#blank.push(row.line);
    } else this.#filled({ line: row.line, cells: row.cells.map((cell) => cell.trim()) });
    return this.#found;
  }

  /** What is wrong with the file as a whole. */
  end(): ReportProblem[] {
    this.#found = [];
    const { header, trailer, minDetails } = this.#layout;
    if (this.#rows === 0) this.#tell('header-missing', { detail: header.tag });
    if (!this.#hasTrailer) this.#tell('trailer-missing', { detail: trailer.tag });
    if (this.#details < minDetails) this.#tell('too-few-details', { detail: String(minDetails) });
    return this.#found;
  }

  #filled(row: Row): void {
    const { line, cells } = row;
    for (const blank of this.#blank.splice(0)) this.#tell('blank-line', { line: blank });
    this.#rows += 1;
    if (this.#hasTrailer) {
      this.#tell('after-trailer', { line });
      return;
    }
    const { header, detail, trailer, otherDetails } = this.#layout;
    const [tag = ''] = cells;
    const known = tag.toUpperCase();
    const isFirst = this.#rows === 1;
    if (isFirst && known !== header.tag) this.#tell('header-missing', { line, detail: header.tag });
    const isOurs = [header, detail, trailer].some((record) => record.tag === known);
    if (isOurs && tag !== known) this.#tell('tag-case', { line, value: tag, detail: known });
    if (known === header.tag && isFirst) this.#headed(row);
    else if (known === header.tag) this.#tell('header-repeated', { line });
    else if (known === detail.tag) this.#detailed(row);
    else if (known === trailer.tag) this.#ended(row);
    else if (otherDetails.includes(known)) this.#counted(row, known);
    else if (!isFirst)
      this.#tell('record-unknown', { line, value: this.#options.show(tag, true), detail: detail.tag });
  }

  #headed(row: Row): void {
    this.#header = row.cells;
    this.#checkCells(this.#layout.header, row);
    const { today } = this.#options;
    const [, , , , sent = ''] = row.cells;
    if (isDay(sent) && sent > today) this.#tellOf(this.#layout.header, 4, { code: 'future-date', row });
  }

  #counted({ line }: Row, tag: string): void {
    this.#details += 1;
    if (!this.#hasToldOthers) this.#tell('record-unchecked', { line, value: tag });
    this.#hasToldOthers = true;
  }

  #detailed(row: Row): void {
    this.#details += 1;
    const { detail, kind } = this.#layout;
    const last = detail.columns.length - 1;
    const end = detail.columns[last]?.form;
    // Where the end is not in its place nothing else is sure to be, and one problem says it all.
    if (end?.kind === 'listed' && !end.values.includes(row.cells[last] ?? '')) {
      this.#tell('row-shifted', {
        line: row.line,
        column: this.#nameOf(detail, last),
        detail: end.values.join(),
      });
      return;
    }
    this.#checkCells(detail, row);
    if (kind === 'studenttracker-graduates') this.#graduate(row);
    else this.#asked(row);
  }

  #graduate(row: Row): void {
    const { detail } = this.#layout;
    const [born = '', id = '', , graduated = ''] = row.cells.slice(8);
    if (isDay(born) && isDay(graduated) && graduated <= born)
      this.#tellOf(detail, 11, { code: 'dates-reversed', row });
    const [from, to] = periodOf(this.#header?.[5] ?? '');
    const isOutside = from !== undefined && to !== undefined && (graduated < from || graduated > to);
    if (isDay(graduated) && isOutside) this.#tellOf(detail, 11, { code: 'outside-period', row });
    if (isDay(born) && born > this.#options.today) this.#tellOf(detail, 8, { code: 'future-date', row });
    if (id === '') return;
    const before = this.#ids.get(id);
    if (before !== undefined) this.#tellOf(detail, 9, { code: 'id-repeated', row, detail: String(before) });
    else if (this.#ids.size < rememberedIds) this.#ids.set(id, row.line);
  }

  #asked(row: Row): void {
    const { detail } = this.#layout;
    const [, ssn = '', , , , , born = '', search = '', , school, branch, back = ''] = row.cells;
    const [, ofSchool, ofBranch, , , query] = this.#header ?? [];
    if (ssn !== '' && ssn !== 'NO SSN') this.#tellOf(detail, 1, { code: 'ssn-sent', row });
    if (back.includes(',')) this.#tellOf(detail, 11, { code: 'comma-in-return', row });
    if (ofSchool !== undefined && school !== ofSchool)
      this.#tellOf(detail, 9, { code: 'school-differs', row, detail: ofSchool });
    if (ofBranch !== undefined && branch !== ofBranch)
      this.#tellOf(detail, 10, { code: 'school-differs', row, detail: ofBranch });
    if (!isDay(search)) return;
    if (isDay(born) && search <= born) this.#tellOf(detail, 7, { code: 'dates-reversed', row });
    const { today, searchedUntil } = this.#options;
    if (search > today) this.#tellOf(detail, 7, { code: 'future-date', row });
    else if (search > searchedUntil) this.#tellOf(detail, 7, { code: 'search-date-recent', row });
    this.#searchDate ??= search;
    if (query === 'CO' && search !== this.#searchDate)
      this.#tellOf(detail, 7, { code: 'search-dates-differ', row, detail: this.#searchDate });
  }

  #ended(row: Row): void {
    this.#hasTrailer = true;
    this.#checkCells(this.#layout.trailer, row);
    const [, count = ''] = row.cells;
    if (count !== '' && count !== String(this.#rows))
      this.#tellOf(this.#layout.trailer, 1, { code: 'count-wrong', row, detail: String(this.#rows) });
  }

  #checkCells(record: RecordLayout, row: Row): void {
    const { columns } = record;
    columns.forEach((column, at) => {
      const problem = at === 0 ? undefined : checkCell(column, row.cells[at] ?? '');
      if (problem !== undefined) this.#tellOf(record, at, { ...problem, row });
    });
    if (row.cells.slice(columns.length).every((cell) => cell === '')) return;
    this.#tell('extra-cells', { line: row.line, column: this.#nameOf(record, columns.length - 1) });
  }

  #nameOf({ columns }: RecordLayout, at: number): string {
    const { letter, name } = columns[at] ?? { letter: '', name: '' };
    return `${letter} (${name})`;
  }

  #tellOf(
    record: RecordLayout,
    at: number,
    { code, row, detail }: { code: ProblemCode; row: Row; detail?: string | undefined },
  ): void {
    const value = this.#options.show(row.cells[at] ?? '', record.columns[at]?.isPersonal === true);
    const column = this.#nameOf(record, at);
    this.#tell(code, { line: row.line, column, value, ...(detail === undefined ? {} : { detail }) });
  }

  #tell(code: ProblemCode, filling: Filling): void {
    this.#found.push(problemOf(code, filling));
  }
}

/** First and last day, `YYYYMMDD`; nothing where the header does not say. Of a year, all of it. */
function periodOf(text: string): [string, string] | [] {
  const [first = '', last = first] = text.split('-').map((part) => part.trim());
  const [from, to] = [first.length === 4 ? `${first}0101` : first, last.length === 4 ? `${last}1231` : last];
  return isDay(from) && isDay(to) ? [from, to] : [];
}
