import type { Row, Surroundings, ToldPerson } from './generated/told-person.ts';
import { isStudent, rolesIn } from './generated/told-person.ts';
import type { AskedReport } from './generated-kinds.ts';

/**
 * The graduates file that the Clearinghouse takes from high schools: tab-delimited rows, the first a header, the last a trailer that counts all.
 * Source: "StudentTracker for High Schools: Submit a Graduates File" and the Clearinghouse Academy's lessons on it (header PH3, dates
 * YYYYMMDD in columns I and L, program code in AA, ED in AB, trailer PT3). Columns B to H and J are read from the guide's list; what no
 * roster has (P to Z) stays blank.
 */
export type Graduation = NonNullable<AskedReport['graduation']>;

/** `today`: the day on which the file is made. */
export function headerRow({ accountCode, date }: Graduation, accountName: string, today: string): Row {
  return ['PH3', accountCode, plain(accountName), 'P', compact(today), date.slice(0, 4)];
}

/** `undefined` for whoever is no student of the last grade. */
export function detailRow(told: ToldPerson, graduation: Graduation, around: Surroundings): Row | undefined {
  const { user } = told;
  if (!isStudent(told) || !(user.grades ?? []).some((grade) => lastGrades.has(grade))) return undefined;
  const [school] = rolesIn(told, around);
  const born = user.demographics?.birthDate ?? '';
  return [
    'PD3',
    '', // social security number: no roster of ours has one
    plain(user.givenName),
    plain(user.middleName ?? ''),
    plain(user.familyName),
    '', // suffix
    '', // previous last name
    '', // previous first name
    compact(born),
    plain(user.identifier ?? user.sourcedId),
    plain(graduation.diploma),
    compact(graduation.date),
    '', // FERPA block: whoever submits the file has to say it of each student
    plain(school === undefined ? '' : (around.orgs.get(school.orgId) ?? '')),
    graduation.actCode,
    ...Array.from({ length: 12 }, () => ''),
    'ED',
  ];
}

/** `details`: how many rows stand between header and trailer. */
export function trailerRow(details: number): Row {
  return ['PT3', String(details + 2)];
}

const lastGrades: ReadonlySet<string> = new Set(['12', '13']);

function compact(day: string): string {
  return day.replaceAll('-', '');
}

/** Nothing that would end a cell or a row. */
function plain(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
