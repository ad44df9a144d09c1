import type { ReportProblem } from '../../shared/reports/report.ts';

/** The file is not taken, and nothing more is to be found out about it. */
export class Refused extends Error {
  override name = 'Refused';
  readonly problem: ReportProblem;

  constructor(problem: ReportProblem) {
    super(problem.message);
    this.problem = problem;
  }
}
