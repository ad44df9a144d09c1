import type { Problem } from '../../roster/feed-reading.ts';
import { showWord } from '../mask.ts';
import { problemOf } from '../problem-texts.ts';

/**
 * Microsoft's words in OneRoster's. What OneRoster has no word for is kept as `ext:<word>`, which gives nobody a role; no word of
 * Microsoft's list and none of OneRoster's is unknown.
 * Source: Microsoft, School Data Sync, Default List of Values; `aide` is of its public samples.
 */

type Words = ReadonlyMap<string, string>;

/** What stands for the word, whatever its letter case; `undefined` where neither standard has it. */
export function wordOf(words: Words, text: string): string | undefined {
  return words.get(text.toLowerCase());
}

/** `same`: kept; `meant`: OneRoster's word by Microsoft's; `own`: Microsoft's alone. */
function wordsOf(lists: { same: string; meant?: Record<string, string>; own: string }): Words {
  const split = (list: string) => list.trim().split(/\s+/);
  return new Map([
    ...split(lists.own).map((word) => [word.toLowerCase(), `ext:${word}`] as const),
    ...split(lists.same).map((word) => [word.toLowerCase(), word] as const),
    ...Object.entries(lists.meant ?? {}).map(([word, meant]) => [word.toLowerCase(), meant] as const),
  ]);
}

const teaching = {
  professor: 'teacher',
  lecturer: 'teacher',
  instructor: 'teacher',
  adjunct: 'teacher',
  faculty: 'teacher',
  substitute: 'teacher',
};

const otherStaff = `chair researcher affiliate occupationalTherapist physicalTherapist speechTherapist visionTherapist
  specialServices advisor nurse officeStaff itAdmin staff coach alumni other`;

/** `administrator` is told apart by where it is held. */
export const orgRoles = wordsOf({
  same: `student teacher principal proctor aide counselor guardian parent relative administrator siteAdministrator
    districtAdministrator systemAdministrator`,
  meant: { ...teaching, teacherAssistant: 'aide', paraprofessional: 'aide', assistant: 'aide' },
  own: otherStaff,
});

/** In a class OneRoster has but four words. */
export const classRoles = wordsOf({
  same: 'student teacher proctor administrator',
  meant: teaching,
  own: `${otherStaff} aide aid teacherAssistant paraprofessional assistant principal counselor`,
});

export const orgTypes = wordsOf({
  same: 'school district department local state national',
  own: `ministryOfEducation localAuthority university region college division campus province adultEducation researchCenter
    municipality program departmentOfEducation academicTrust`,
});

export const sessionTypes = wordsOf({
  same: 'schoolYear semester term gradingPeriod',
  own: 'quarter trimester session',
});

/** As pcr writes relationships; only `Parent` is one to it. */
export const relationships: Words = new Map(
  ['Parent', 'Guardian', 'Relative', 'Aide', 'Doctor', 'Child', 'Administrator', 'Other'].map((word) => [
    word.toLowerCase(),
    word,
  ]),
);

/** Two digits and capitals, as OneRoster writes grades; what it does not have stays as it is. */
export function gradeOf(text: string): string {
  if (/^\d$/.test(text)) return `0${text}`;
  if (/^(it|pr|pk|tk|kg|ps|ug)$/i.test(text)) return text.toUpperCase();
  return /^other$/i.test(text) ? 'Other' : text;
}

/** A word of the district's own. */
export function extension(text: string): string {
  return text === '' ? '' : `ext:${text}`;
}

/** Told where a word of neither list is kept. */
export function unknownWord(file: string, at: { row: number; column: string; value: string }): Problem {
  const value = showWord(at.value);
  return problemOf('word-unknown', 'warning', { ...at, file, value });
}
