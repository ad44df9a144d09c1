import { describe, expect, test } from 'vitest';
import { FileCheck } from './check-file.ts';
import { graduatesLayout, layoutOf, letterOf, requestLayout } from './columns.ts';

const options = {
  today: '20261122',
  searchedUntil: '20260923',
  show: (value: string, isPersonal: boolean) => (isPersonal ? `${value.slice(0, 1)}…` : value),
};

/** What is told of a file, as `line column code`. */
function problemsOf(layout: typeof graduatesLayout, text: string): string[] {
  const check = new FileCheck(layout, options);
  const lines = text.split('\n').map((line, at) => ({ line: at + 1, cells: line.split('\t') }));
  const told = [...lines.flatMap((line) => check.take(line)), ...check.end()];
  return told.map(({ line, column, code }) =>
    [line, column?.split(' ')[0], code].filter((part) => part !== undefined).join(' '),
  );
}

const header = 'PH3\t10046698\tNorth High School\tP\t20261122\t2026';
const student: Record<string, string> = {
  A: 'PD3',
  B: 'NO SSN',
  C: 'Ada',
  E: 'Byron',
  I: '20080229',
  J: '0017',
  K: 'Regular Diploma',
  L: '20260612',
  M: 'N',
  N: 'North High School',
  O: '012345',
  AB: 'ED',
};
const detail = (changed: Record<string, string> = {}): string => {
  const cells = { ...student, ...changed };
  return Array.from({ length: 28 }, (_, at) => cells[letterOf(at)] ?? '').join('\t');
};
const graduates = (changed?: Record<string, string>) => `${header}\n${detail(changed)}\nPT3\t3\n`;
const ofGraduates = (text: string) => problemsOf(graduatesLayout, text);

describe('a graduates file', () => {
  test('is fine as the guide writes it, with or without empty lines at its end', () => {
    expect(ofGraduates(graduates())).toEqual([]);
    expect(ofGraduates(`${graduates()}\n\n`)).toEqual([]);
  });

  test.each<[string, Record<string, string>, string[]]>([
    ['a social security number with hyphens', { B: '123-45-6789' }, ['2 B value-form']],
    ['a social security number in nine digits', { B: '123456789' }, []],
    ['no social security number at all', { B: '' }, []],
    ['no first name', { C: '' }, ['2 C value-missing']],
    ['a last name of 41 letters', { E: 'x'.repeat(41) }, ['2 E value-too-long']],
    ['a last name of 40 letters', { E: 'x'.repeat(40) }, []],
    ['a date as spreadsheets write it', { I: '2/29/2008' }, ['2 I bad-date']],
    ['a day that no calendar has', { I: '20070229' }, ['2 I bad-date']],
    ['a thirteenth month', { L: '20261301' }, ['2 L bad-date']],
    ['a birth after the graduation', { I: '20270101' }, ['2 L dates-reversed', '2 I future-date']],
    ['no student ID', { J: '' }, ['2 J value-missing']],
    ['a diploma of another spelling', { K: 'regular diploma' }, ['2 K value-not-listed']],
    ['a graduation of another year than the header says', { L: '20250612' }, ['2 L outside-period']],
    ['a FERPA block in words', { M: 'No' }, ['2 M value-not-listed']],
    ['an ACT code that lost its zero', { O: '12345' }, ['2 O value-form']],
    ['a program code with a hyphen', { AA: 'AP-2026' }, ['2 AA value-form']],
    ['a program code with an underscore', { AA: 'AP_FAFSA' }, []],
    ['a name in double quotes', { C: '"Ada"' }, ['2 C quoted']],
    ['a character that cannot be printed', { E: 'By\u0000ron' }, ['2 E control-character']],
    ['an end that is not in its place', { AB: '', AA: 'ED' }, ['2 AB row-shifted']],
  ])('tells of %s', (_, changed, expected) => {
    expect(ofGraduates(graduates(changed))).toEqual(expected);
  });

  test.each<[string, string, string[]]>([
    ['nothing', '', ['header-missing', 'trailer-missing', 'too-few-details']],
    ['no header', `${detail()}\nPT3\t2`, ['1 header-missing']],
    [
      'column titles above the header',
      `Type\tCode\n${graduates()}`,
      ['1 header-missing', '2 header-repeated', '4 B count-wrong'],
    ],
    ['a header in small letters', graduates().replace('PH3', 'ph3'), ['1 tag-case']],
    ['a header without an account', graduates().replace('10046698', ''), ['1 B value-missing']],
    ['another type of file', graduates().replace('\tP\t', '\tD\t'), ['1 D value-not-listed']],
    ['a file from tomorrow', graduates().replace('P\t20261122', 'P\t20261123'), ['1 E future-date']],
    ['a period of two years', graduates().replace('\t2026\n', '\t2025-2026\n'), []],
    ['a period of days', graduates().replace('\t2026\n', '\t20250901-20260831\n'), []],
    ['a period in words', graduates().replace('\t2026\n', '\tspring\n'), ['1 F value-form']],
    ['more in the header', graduates().replace('\t2026\n', '\t2026\tx\n'), ['1 F extra-cells']],
    ['no trailer', `${header}\n${detail()}`, ['trailer-missing']],
    ['a count of the students alone', `${header}\n${detail()}\nPT3\t1`, ['3 B count-wrong']],
    ['a student after the trailer', `${graduates()}${detail()}`, ['4 after-trailer']],
    ['no student', `${header}\nPT3\t2`, ['too-few-details']],
    ['an empty line between', `${header}\n\n${detail()}\nPT3\t3`, ['2 blank-line']],
    ['an unknown record', `${header}\n${detail()}\nXX\nPT3\t4`, ['3 record-unknown']],
    ['a student twice', `${header}\n${detail()}\n${detail()}\nPT3\t4`, ['3 J id-repeated']],
    ['something after the end of a row', `${header}\n${detail()}\tx\nPT3\t3`, ['2 AB extra-cells']],
  ])('tells of %s', (_, text, expected) => {
    expect(ofGraduates(text)).toEqual(expected);
  });

  test('shows nobody in what it tells', () => {
    const check = new FileCheck(graduatesLayout, options);
    check.take({ line: 1, cells: header.split('\t') });
    const personal = {
      B: '123-45-6789',
      C: 'Ada"Augusta',
      E: 'Byron'.repeat(9),
      I: '29.2.2008',
      J: 'x'.repeat(30),
    };
    const told = JSON.stringify(check.take({ line: 2, cells: detail(personal).split('\t') }));
    for (const value of Object.values(personal)) expect(told).not.toContain(value);
    expect(told).toContain('E (last name) is B…');
  });
});

describe('a request file', () => {
  const asked = (
    more: Partial<{ ssn: string; born: string; search: string; school: string; back: string }> = {},
  ) => {
    const { ssn = '', born = '20080229', search = '20260601', school = '001234', back = '17' } = more;
    return ['D1', ssn, 'Ada', 'A', 'Byron', '', born, search, '', school, '00', back].join('\t');
  };
  const request = (rows: string[], query = 'SE') =>
    [`H1\t001234\t00\tNorth\t20261122\t${query}\tI`, ...rows, `T1\t${rows.length + 2}`].join('\n');
  const eleven = (first: string) => [first, ...Array.from({ length: 10 }, () => asked())];
  const ofRequest = (text: string) => problemsOf(requestLayout, text);

  test('is fine with eleven students, and too small with ten', () => {
    expect(ofRequest(request(eleven(asked())))).toEqual([]);
    expect(ofRequest(request(eleven(asked()).slice(1)))).toEqual(['too-few-details']);
  });

  test.each<[string, string, string[]]>([
    ['a search on the day of birth', asked({ search: '20080229' }), ['2 H dates-reversed']],
    ['a search less than sixty days ago', asked({ search: '20260924' }), ['2 H search-date-recent']],
    ['a search sixty days ago', asked({ search: '20260923' }), []],
    ['a search in the future', asked({ search: '20261123' }), ['2 H future-date']],
    ['a code of another school', asked({ school: '001235' }), ['2 J school-differs']],
    ['a social security number', asked({ ssn: '123456789' }), ['2 B ssn-sent']],
    ['a comma in what is to come back', asked({ back: '1,7' }), ['2 L comma-in-return']],
  ])('tells of %s', (_, row, expected) => {
    expect(ofRequest(request(eleven(row)))).toEqual(expected);
  });

  test('counts records of the type D2, and says once that it does not look at them', () => {
    expect(ofRequest(request([...eleven(asked()), 'D2\tx', 'D2\ty']))).toEqual(['13 record-unchecked']);
  });

  test('of a cohort has one search date', () => {
    const rows = [...eleven(asked()), asked({ search: '20260501' })];
    expect(ofRequest(request(rows, 'CO'))).toEqual(['13 H search-dates-differ']);
    expect(ofRequest(request(rows, 'SE'))).toEqual([]);
    expect(ofRequest(request(rows, 'XX'))).toEqual(['1 F value-not-listed']);
  });
});

test('a file is known by its first cell', () => {
  expect([' ph3', 'H1', 'PD3', ''].map((cell) => layoutOf(cell)?.kind)).toEqual([
    'studenttracker-graduates',
    'studenttracker-request',
    undefined,
    undefined,
  ]);
});
