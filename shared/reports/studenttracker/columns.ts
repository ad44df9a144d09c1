/** What a cell has to look like; `says` completes "it must be …". */
export type Form =
  | { kind: 'date' }
  | { kind: 'pattern'; pattern: RegExp; says: string }
  | { kind: 'listed'; values: readonly string[] };

export type Column = {
  /** As spreadsheets call it; people are told by it where to look. */
  letter: string;
  name: string;
  required?: true;
  /** Characters. */
  maxLength?: number;
  form?: Form;
  /** About a person: shown masked. */
  isPersonal?: true;
};

/** `columns` begins with the tag's own. */
export type RecordLayout = { tag: string; columns: readonly Column[] };

export type FileLayout = {
  kind: 'studenttracker-graduates' | 'studenttracker-request';
  header: RecordLayout;
  detail: RecordLayout;
  /** Tags of other details, of whose columns nothing could be confirmed. */
  otherDetails: readonly string[];
  trailer: RecordLayout;
  minDetails: number;
};

const date: Form = { kind: 'date' };
const exactly = (text: string): Form => ({ kind: 'listed', values: [text] });
const digits = (count: number, says: string): Form => ({
  kind: 'pattern',
  pattern: new RegExp(`^\\d{${count}}$`),
  says,
});

/** As the guides of Career Cruising and Xello list them, which write this file for schools. */
export const diplomaTypes = [
  'Endorsed/Advanced Diploma',
  'General Education Development (GED) Credential',
  'High School Equivalency Credential (other than GED)',
  'International Baccalaureate',
  'Modified Diploma',
  'Regular Diploma',
  'Vocational Certificate',
  'Other',
] as const;

const socialSecurity: Form = {
  kind: 'pattern',
  pattern: /^(\d{9}|NO SSN)$/,
  says: 'nine digits without hyphens, NO SSN, or blank',
};

function lettered(columns: readonly Omit<Column, 'letter'>[]): Column[] {
  return columns.map((column, at) => ({ letter: letterOf(at), ...column }));
}

/** 0 to `A`, 26 to `AA`. */
export function letterOf(at: number): string {
  const last = String.fromCharCode(65 + (at % 26));
  return at < 26 ? last : letterOf(Math.floor(at / 26) - 1) + last;
}

/**
 * The graduates file (also: diploma file) of StudentTracker for High Schools, which a school sends once a year. Tab-delimited text.
 * Source: the Clearinghouse Academy's lessons on the header row, the trailer row, dates and the program code, and "Submit a Graduates
 * File" (March 2021); what is confirmed of each column stands in docs/reports-checks.md.
 */
export const graduatesLayout: FileLayout = {
  kind: 'studenttracker-graduates',
  header: {
    tag: 'PH3',
    columns: lettered([
      { name: 'record type', required: true },
      { name: 'account code', required: true, maxLength: 20 },
      { name: 'account name', required: true, maxLength: 80 },
      { name: 'file type', required: true, form: exactly('P') },
      { name: 'transmission date', required: true, form: date },
      {
        name: 'diploma period',
        required: true,
        form: {
          kind: 'pattern',
          pattern: /^\d{4}(\d{4})?(\s*-\s*\d{4}(\d{4})?)?$/,
          says: 'a year such as 2026, or the first and the last day or year with a hyphen between',
        },
      },
    ]),
  },
  detail: {
    tag: 'PD3',
    columns: lettered([
      { name: 'record type', required: true },
      { name: 'social security number', form: socialSecurity, isPersonal: true },
      { name: 'first name', required: true, maxLength: 40, isPersonal: true },
      { name: 'middle name', maxLength: 40, isPersonal: true },
      { name: 'last name', required: true, maxLength: 40, isPersonal: true },
      { name: 'name suffix', isPersonal: true },
      { name: 'previous last name', maxLength: 40, isPersonal: true },
      { name: 'previous first name', maxLength: 40, isPersonal: true },
      { name: 'date of birth', required: true, form: date, isPersonal: true },
      { name: 'student ID', required: true, maxLength: 20, isPersonal: true },
      { name: 'diploma type', required: true, form: { kind: 'listed', values: diplomaTypes } },
      { name: 'graduation date', required: true, form: date },
      { name: 'FERPA block', required: true, form: { kind: 'listed', values: ['Y', 'N'] } },
      { name: 'high school name', required: true, maxLength: 50 },
      { name: 'ACT code', required: true, form: digits(6, 'six digits, with leading zeros') },
      { name: 'gender', isPersonal: true },
      { name: 'race and ethnicity', isPersonal: true },
      { name: 'economically disadvantaged', isPersonal: true },
      { name: '8th grade assessment, mathematics', isPersonal: true },
      { name: '8th grade assessment, reading', isPersonal: true },
      { name: 'high school assessment, mathematics', isPersonal: true },
      { name: 'high school assessment, reading', isPersonal: true },
      { name: 'English language learner', isPersonal: true },
      { name: 'semesters of mathematics', isPersonal: true },
      { name: 'dual enrollment', isPersonal: true },
      { name: 'disability code', isPersonal: true },
      {
        name: 'program code',
        maxLength: 50,
        form: {
          kind: 'pattern',
          pattern: /^[^'"\u2010-\u2015-]*$/,
          says: 'without quotes, dashes and hyphens',
        },
      },
      { name: 'end of row', required: true, form: exactly('ED') },
    ]),
  },
  otherDetails: [],
  trailer: {
    tag: 'PT3',
    columns: lettered([
      { name: 'record type', required: true },
      { name: 'record count', required: true },
    ]),
  },
  minDetails: 1,
};

/**
 * The request file, which asks about a cohort once. Tab-delimited text.
 * Source: the Academy's lesson "Creating a Request File for Submission", and what public tools for it write.
 */
export const requestLayout: FileLayout = {
  kind: 'studenttracker-request',
  header: {
    tag: 'H1',
    columns: lettered([
      { name: 'record type', required: true },
      { name: 'school code', required: true, form: digits(6, 'six digits, with leading zeros') },
      { name: 'branch code', required: true, form: digits(2, 'two digits') },
      { name: 'school name', required: true, maxLength: 40 },
      { name: 'file creation date', required: true, form: date },
      {
        name: 'query type',
        required: true,
        form: { kind: 'listed', values: ['CO', 'DA', 'PA', 'SB', 'SE'] },
      },
      { name: 'requester type', required: true },
    ]),
  },
  detail: {
    tag: 'D1',
    columns: lettered([
      { name: 'record type', required: true },
      { name: 'social security number', form: socialSecurity, isPersonal: true },
      { name: 'first name', required: true, maxLength: 20, isPersonal: true },
      { name: 'middle initial', maxLength: 1, isPersonal: true },
      { name: 'last name', required: true, maxLength: 20, isPersonal: true },
      { name: 'name suffix', maxLength: 5, isPersonal: true },
      { name: 'date of birth', required: true, form: date, isPersonal: true },
      { name: 'search date', required: true, form: date },
      { name: 'blank', form: { kind: 'pattern', pattern: /^$/, says: 'blank' } },
      { name: 'school code', required: true, form: digits(6, 'six digits, with leading zeros') },
      { name: 'branch code', required: true, form: digits(2, 'two digits') },
      { name: 'requester return', maxLength: 50, isPersonal: true },
    ]),
  },
  otherDetails: ['D2'],
  trailer: {
    tag: 'T1',
    columns: lettered([
      { name: 'record type', required: true },
      { name: 'record count', required: true },
    ]),
  },
  minDetails: 11,
};

/** The layout that a file's first cell announces, in whatever case. */
export function layoutOf(firstCell: string): FileLayout | undefined {
  const tag = firstCell.trim().toUpperCase();
  return [graduatesLayout, requestLayout].find(({ header }) => header.tag === tag);
}
