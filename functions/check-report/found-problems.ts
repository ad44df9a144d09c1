import { problemsCsvHead, problemsCsvRow } from '../../shared/reports/problems-csv.ts';
import type { ReportProblem } from '../../shared/reports/report.ts';

/** Where all problems are written to, piece by piece. */
export type ProblemsFile = {
  append(text: string): Promise<void> | undefined;
  close(): Promise<unknown>;
  abort(): Promise<void>;
};

/** So many stand with the report itself. */
export const shownProblems = 100;
/** So many are written; a file with more has one mistake, again and again. */
export const writtenProblems = 100_000;

/** Problems of one file as they are found: the first are held, more are written, all are counted. */
export class FoundProblems {
  readonly first: ReportProblem[] = [];
  count = 0;
  errors = 0;
  readonly #open: () => ProblemsFile;
  #file: ProblemsFile | undefined;

  /** `open`: called only where there are more than are shown. */
  constructor(open: () => ProblemsFile) {
    this.#open = open;
  }

  async add(problem: ReportProblem): Promise<void> {
    this.count += 1;
    if (problem.severity !== 'warning') this.errors += 1;
    if (this.count <= shownProblems) this.first.push(problem);
    else if (this.count <= writtenProblems) await this.#write(problem);
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }

  async abort(): Promise<void> {
    await this.#file?.abort();
  }

  async #write(problem: ReportProblem): Promise<void> {
    if (this.#file === undefined) {
      this.#file = this.#open();
      await this.#file.append(problemsCsvHead + this.first.map(problemsCsvRow).join(''));
    }
    await this.#file.append(problemsCsvRow(problem));
  }
}
