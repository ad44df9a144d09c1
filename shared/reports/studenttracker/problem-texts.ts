import type { ReportProblem } from '../report.ts';

type Text = { severity: 'error' | 'warning'; message: string; hint: string };

/** `{column}`, `{value}` and `{detail}` are filled in. Codes are stable; the words may change. */
export const problemTexts = {
  'header-missing': {
    severity: 'error',
    message: 'The first line is no header row: it must begin with {detail}.',
    hint: 'Put the header row first, without column titles or empty lines above it.',
  },
  'header-repeated': {
    severity: 'error',
    message: 'There is a second header row.',
    hint: 'Send each file by itself: one header row, the students, one trailer row.',
  },
  'tag-case': {
    severity: 'error',
    message: 'The record type is {value} and must be {detail}.',
    hint: 'Write the record type in capital letters, without blanks.',
  },
  'record-unknown': {
    severity: 'error',
    message: 'The line begins with {value}, which is no record type of this file.',
    hint: 'Every line between header and trailer begins with {detail}. Look for a line break inside a value.',
  },
  'record-unchecked': {
    severity: 'warning',
    message: 'Lines of the type {value} are counted, but not looked at.',
    hint: 'Nothing to do, if your software writes them on purpose.',
  },
  'blank-line': {
    severity: 'error',
    message: 'The line is empty.',
    hint: 'Delete the line; in a spreadsheet, delete the row and not only what is in it.',
  },
  'after-trailer': {
    severity: 'error',
    message: 'There is a line after the trailer row.',
    hint: 'Put the trailer row last, once.',
  },
  'trailer-missing': {
    severity: 'error',
    message: 'There is no trailer row.',
    hint: 'End the file with {detail} and the number of all lines. If it is there, the file was cut off: send it again.',
  },
  'count-wrong': {
    severity: 'error',
    message: 'The trailer row counts {value} lines, and there are {detail}.',
    hint: 'Count all lines, header and trailer included. If students are missing, the file was cut off.',
  },
  'too-few-details': {
    severity: 'error',
    message: 'There are too few students: at least {detail} are needed.',
    hint: 'Add students; the Clearinghouse does not load a smaller file.',
  },
  'extra-cells': {
    severity: 'error',
    message: 'There is something after column {column}, the last one.',
    hint: 'Clear the cells to the right. If they were meant, look for a tab inside a value.',
  },
  'row-shifted': {
    severity: 'error',
    message: 'Column {column} must say {detail}, so the values of this line may be shifted.',
    hint: 'Keep all columns, blank ones too, and look for a missing or an extra tab.',
  },
  'value-missing': {
    severity: 'error',
    message: '{column} is blank.',
    hint: 'Fill it in; the Clearinghouse requires it.',
  },
  'value-too-long': {
    severity: 'error',
    message: '{column} is {value}: longer than {detail} characters.',
    hint: 'Shorten it, or look whether two values got into one cell.',
  },
  'value-form': {
    severity: 'error',
    message: '{column} is {value}; it must be {detail}.',
    hint: 'Correct the value. Spreadsheets drop leading zeros unless the column is formatted as text.',
  },
  'value-not-listed': {
    severity: 'error',
    message: '{column} is {value}, which is none of: {detail}.',
    hint: 'Use one of the values of the list, spelt like there.',
  },
  'bad-date': {
    severity: 'error',
    message: '{column} is {value}, which is no day of the form YYYYMMDD.',
    hint: 'Format the column as yyyymmdd before you save the file as text.',
  },
  'future-date': {
    severity: 'error',
    message: '{column} lies in the future.',
    hint: 'Correct the date.',
  },
  'dates-reversed': {
    severity: 'error',
    message: '{column} does not come after the date of birth.',
    hint: 'Correct one of the two dates.',
  },
  'outside-period': {
    severity: 'warning',
    message: '{column} is {value}, outside of the diploma period of the header.',
    hint: 'Correct the date, or write into the header when the first and the last student graduated.',
  },
  quoted: {
    severity: 'error',
    message: '{column} has double quotes.',
    hint: 'Save the file as tab-delimited text, and remove quotes around values.',
  },
  'control-character': {
    severity: 'error',
    message: '{column} has a character that cannot be printed.',
    hint: 'Retype the value; it was probably pasted from elsewhere.',
  },
  'id-repeated': {
    severity: 'error',
    message: 'The student ID {value} stands already on line {detail}.',
    hint: 'Give every student one line and an ID of their own.',
  },
  'school-differs': {
    severity: 'error',
    message: '{column} is {value}, and the header says {detail}.',
    hint: 'Write the code of the header into every line.',
  },
  'search-dates-differ': {
    severity: 'error',
    message: '{column} is {value}; a cohort query has one search date, and the first line says {detail}.',
    hint: 'Send one file for each search date, or ask for subsequent enrollment (SE).',
  },
  'search-date-recent': {
    severity: 'warning',
    message: '{column} is {value}, less than 60 days ago.',
    hint: 'Colleges report with a delay. Search from an earlier day, or send the file later.',
  },
  'ssn-sent': {
    severity: 'warning',
    message: '{column} is filled.',
    hint: 'Leave it blank unless the query asks about applicants who never enrolled: it is not needed to find somebody.',
  },
  'comma-in-return': {
    severity: 'warning',
    message: '{column} has a comma.',
    hint: 'Leave commas out: the answer is comma-separated and would be shifted.',
  },
} as const satisfies Record<string, Text>;

export type ProblemCode = keyof typeof problemTexts;

/** `value` must be masked already. */
export type Filling = { line?: number; column?: string; value?: string; detail?: string };

export function problemOf(code: ProblemCode, { line, ...filling }: Filling): ReportProblem {
  const { severity, message, hint } = problemTexts[code];
  const { column } = filling;
  return {
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
    ...{ code, severity, message: fill(message, filling), hint: fill(hint, filling) },
  };
}

function fill(text: string, filling: Omit<Filling, 'line'>): string {
  // The pattern catches nothing but these names.
  return text.replace(
    /\{(column|value|detail)\}/g,
    (_, name: string) => filling[name as keyof typeof filling] ?? '',
  );
}
