import type { Row } from '../../../shared/reports/generated/told-person.ts';

/** Takes a report's rows in order, and holds as few of them as its format lets it. */
export type SheetWriter = { add(rows: readonly Row[]): Promise<void>; end(): Promise<void> };

/** The format cannot hold what was asked for; trying again does not help. */
export class TooLarge extends Error {
  override name = 'TooLarge';
}
