import { FeedRejected, type FeedRejection } from '../errors.ts';
import type { Problem } from '../roster/feed-reading.ts';

type Text = {
  /** `{column}`, `{value}`, `{detail}` and `{file}` are filled in. */
  message: string;
  /** What the administrator should do, in the words of their export. */
  hint: string;
};

/** Every problem that leaves the feed usable. Codes are stable; the words may change. */
export const problemTexts = {
  // The feed and its files
  'file-unknown': {
    message: '{file} is no rostering file of the format and was not read.',
    hint: 'Leave it out of the export, or correct its name if it was meant to be read.',
  },
  'file-name-case': {
    message: '{file} should be spelt {detail}.',
    hint: 'Set the export to write the file name exactly as the standard spells it.',
  },
  'file-unexpected': {
    message: 'manifest.csv does not announce {file}, which is not needed and was not read.',
    hint: 'Make the manifest and the files of the export agree.',
  },
  'manifest-property-unknown': {
    message: 'manifest.csv has the property {value}, which the standard does not know.',
    hint: 'It was ignored. Check its spelling if it was meant to name a file.',
  },
  'header-case': {
    message: 'The column {value} should be spelt {column}.',
    hint: 'It was read all the same. Set the export to write the header exactly as the standard spells it.',
  },
  'column-order': {
    message: 'The columns of {file} are not in the order of the standard.',
    hint: 'They were read by name. Set the export to keep the standard order, which other readers insist on.',
  },
  'optional-column-missing': {
    message: '{file} has no column {column}.',
    hint: 'Add the column, with empty cells if there is nothing to say.',
  },
  'column-unknown': {
    message: 'The column {value} is not part of the standard and was not read.',
    hint: 'Correct the spelling if it was meant to be read; in OneRoster, name extra columns metadata.<name>.',
  },
  'bulk-status-filled': {
    message: 'The column status is filled, though {file} is sent in bulk.',
    hint: 'Nothing to do now; the standard wants it blank in bulk files.',
  },
  'one-of-two': {
    message: 'Of {column} and {detail} both are filled, or neither is.',
    hint: 'Fill in one of the two; write two rows if both are meant.',
  },
  'id-characters': {
    message: 'Some ids in {file} have characters that the standard does not allow, first {value}.',
    hint: 'They work here. Other products accept only letters, digits and . - _ / @ in ids.',
  },

  'nothing-to-report': {
    message: '{file} has nothing to report.',
    hint: 'Nothing was changed by it. Check the export if there should have been changes.',
  },
  'datetime-spelling': {
    message: '{column} is {value}; it was read as {detail}.',
    hint: 'Set the export to write times like 2026-08-31T06:00:00.000Z, in UTC.',
  },

  // Rows
  'wrong-cell-count': {
    message: 'The row has a wrong number of cells, {detail} than the header, so its values may be shifted.',
    hint: 'Look for a missing or an extra comma; put values that contain commas in double quotes.',
  },
  'duplicate-id': {
    message: 'The id {value} stands already on line {detail}, which was kept.',
    hint: 'Give every row an id of its own, or leave out the repeated row.',
  },
  'control-character': {
    message: '{column} has a character that cannot be printed.',
    hint: 'Retype the value in the student information system; it was probably pasted from elsewhere.',
  },
  'line-break-in-value': {
    message: '{column} has a line break or a tab inside; it was read as a space.',
    hint: 'Remove it in the student information system; the standard does not allow it.',
  },

  // Values
  'value-missing': {
    message: '{column} is blank, and the standard requires it.',
    hint: 'Fill in {column}; the row is left out until then.',
  },
  'name-missing': {
    message: '{column} is blank.',
    hint: 'The person was kept. Fill in the name, so that others can tell who it is.',
  },
  'username-missing': {
    message: 'username is blank.',
    hint: 'The person was kept. Fill in the username if the person should sign in with it.',
  },
  'id-too-long': {
    message: '{column} is longer than 255 characters.',
    hint: 'Shorten the id; the standard allows 255 characters.',
  },
  'unknown-value': {
    message: '{column} is {value}, which is none of: {detail}.',
    hint: 'Use one of the values of the standard, spelt like there.',
  },
  'word-unknown': {
    message: '{column} is {value}, which is no word of the format.',
    hint: 'It was kept as it is, and gives nobody anything. Correct it if another word was meant.',
  },
  'enum-spelling': {
    message: '{column} is {value}; it was read as {detail}.',
    hint: 'Set the export to spell the value exactly as the standard does.',
  },
  'boolean-spelling': {
    message: '{column} is {value}; it was read as {detail}.',
    hint: 'Set the export to write true or false, in small letters.',
  },
  'bad-boolean': {
    message: '{column} is {value}, which is neither true nor false.',
    hint: 'Write true or false.',
  },
  'bad-date': {
    message: '{column} is {value}, which is no day of the form YYYY-MM-DD.',
    hint: 'Write dates like 2026-08-31; spreadsheets change them when they open and save a file.',
  },
  'bad-datetime': {
    message: '{column} is {value}, which is no time of the form YYYY-MM-DDTHH:MM:SS.SSSZ.',
    hint: 'Write the time of the last change, in UTC; without it nobody can tell which of two changes is the newer.',
  },
  'bad-year': {
    message: '{column} is {value}, which is no year of the form YYYY.',
    hint: 'Write the year in which the school year ends, such as 2027.',
  },
  'dates-reversed': {
    message: '{column} is {value}, before it begins on {detail}.',
    hint: 'Correct one of the two dates.',
  },
  'bad-email': {
    message: '{column} is no e-mail address and was left out.',
    hint: 'Correct the address or leave it blank.',
  },
  'bad-user-id': {
    message: '{column} has an element that is not of the form {Type:Id}; it was left out.',
    hint: 'Write each element in braces with its type and a colon, such as {LDAP:ab12}.',
  },
  'list-comma': {
    message: '{column} has an element with a comma, which was read as a semicolon.',
    hint: 'Nothing to do now; the lists of OneRoster cannot keep such elements apart.',
  },
  'relative-unknown': {
    message: '{column} refers to {value}, whom the server does not give.',
    hint: 'The person was kept without the relationship. Share relatives with the credentials of the feed if they are wanted.',
  },
  'grade-unknown': {
    message: '{column} has the grade {value}, which the CEDS list does not have.',
    hint: 'It was kept as written. Use PK, KG, 01 to 12 and the other codes of CEDS.',
  },
  'subjects-unequal': {
    message: '{column} has {detail}.',
    hint: 'Both were kept. Give every subject its code, in the same order.',
  },
  'status-inactive': {
    message: 'status is inactive, which is not of this version; it was read as tobedeleted.',
    hint: 'Use tobedeleted, or leave the row out of the bulk file.',
  },
  'role-of-older-version': {
    message: '{column} is {value}, which only OneRoster 1.1.0 knew.',
    hint: 'It was kept. Later versions know administrator, proctor, student and teacher.',
  },

  // What other formats say in columns, and OneRoster in rows
  'rows-disagree': {
    message:
      'Other rows with {column} {value} say something else of the same; one of them was taken, whatever their order.',
    hint: 'Make the rows agree; only the school, and what there can be several of, may differ.',
  },
  'titles-disagree': {
    message: '{column} of {value} is not the same on all rows; {detail} was taken.',
    hint: 'Give everything that has one number one name.',
  },
  'id-of-two-people': {
    message:
      '{column} {value} is the id of another person of {detail} too; this one was given an id of its own.',
    hint: 'Nothing to do, if they are two people. If it is one, make names or e-mail address agree.',
  },
  'term-without-dates': {
    message:
      'The term {value} has no first and last day that can be read; its classes were kept without a term.',
    hint: 'Give the term both days.',
  },
  'contact-unnamed': {
    message: 'The contact has no name and no id, and was left out.',
    hint: 'Give the contact a name, or an id of its own.',
  },
  'moved-to-district': {
    message: '{column} refers to {value}, which {detail} does not have; the district was taken.',
    hint: 'Add the missing row to {detail}, or correct {column}.',
  },
  'reference-left-out': {
    message: '{column} refers to {value}, which {detail} does not have; it was left out.',
    hint: 'Add the missing row to {detail}, or correct {column}.',
  },
  'section-elsewhere': {
    message: '{column} is {value}, which is a section of another course than {detail}.',
    hint: 'Name the course of the section, or leave it blank; this row is left out until then.',
  },
  'deleted-with-other': {
    message: '{column} refers to {value}, which is deleted; this row counts as deleted too.',
    hint: 'Nothing to do, if that was meant. Else send {value} as active again.',
  },

  // References
  'dangling-reference': {
    message: '{column} refers to {value}, which {detail} does not have, or has in a row that was left out.',
    hint: 'Add the missing row to {detail}, or correct {column}; this row is left out until then.',
  },
  'absent-file-reference': {
    message: '{column} refers to {value} in {detail}, which is not part of the feed.',
    hint: 'Add {detail} to the export, or leave {column} blank.',
  },
  'parent-loop': {
    message: '{column} refers to {value}, and following the parents leads back to this row.',
    hint: 'Leave the parent of the topmost row blank.',
  },
  'school-mismatch': {
    message: '{column} is {value}, but the class belongs to {detail}, which was taken.',
    hint: 'Name the school of the class in its enrollments.',
  },
  'school-not-a-school': {
    message: '{column} refers to {value}, which is an organization of another type than school.',
    hint: 'It was kept. Set the type of the organization to school, or name the school of the class.',
  },
} as const satisfies Record<string, Text>;

export type ProblemCode = keyof typeof problemTexts;

/** Why a feed is refused; `{file}` and `{detail}` are filled in. */
const refusalTexts = {
  'not-a-zip': {
    message: '{file} is not a zip file, or is cut off.',
    hint: 'Upload the zip that the student information system exports, or its CSV files as they are.',
  },
  'empty-zip': {
    message: 'The upload holds no files.',
    hint: 'Check that the export finished, and upload it again.',
  },
  'zip-damaged': {
    message: '{file} cannot be unpacked: {detail}.',
    hint: 'Export and zip again, without a password, and check that the upload finishes.',
  },
  'zip-bomb': {
    message: 'The zip would unpack to more than a roster can be: {detail}.',
    hint: 'Zip only the CSV files of the export.',
  },
  'unsafe-entry-name': {
    message: 'The zip has an entry with the unsafe name {file}.',
    hint: 'Zip the CSV files themselves, by plain names and without folders.',
  },
  'nested-folder': {
    message: 'The zip has {file} in a folder; the standard wants all files at the top.',
    hint: 'Select the CSV files themselves and zip those, not the folder around them.',
  },
  'manifest-missing': {
    message: 'There is no manifest.csv.',
    hint: 'Export as OneRoster 1.1 or 1.2, with the manifest. Without one, only all seven files of OneRoster 1.0, with its columns, are read.',
  },
  'manifest-invalid': {
    message: 'manifest.csv cannot be used: {detail}.',
    hint: 'Export again; the manifest is written by the student information system and should not be edited.',
  },
  'manifest-contradicted': {
    message: 'manifest.csv and the files disagree: {detail}.',
    hint: 'Nothing was changed. Make the manifest and the files agree, or export again.',
  },
  'version-unsupported': {
    message: '{detail} is not supported.',
    hint: 'Export as OneRoster CSV 1.1 or 1.2.',
  },
  'format-mismatch': {
    message: 'This feed is set up as {detail}.',
    hint: 'Upload an export of the format that the feed has, or change the format in its settings.',
  },
  'person-unclear': {
    message:
      '{file} has a row with a wrong number of cells, one of which is also the id of another kind of person.',
    hint: 'Correct the row named: until then nobody can tell whether the two ids are of two people.',
  },
  'place-unclear': {
    message:
      '{file} has a row with a wrong number of cells, and classes and roles of people follow from its rows.',
    hint: 'Correct the row named: look for a missing or an extra comma. Until then the roster stays as it was.',
  },
  'format-unclear': {
    message: 'Nobody can tell the format of these files: {detail}.',
    hint: 'Upload all files of one export, under the names and headers that its format gives them, and name the format of the feed.',
  },
  'file-missing': {
    message: '{file} is missing{detail}.',
    hint: 'Export again with this file; without it nothing can be read safely.',
  },
  'file-unknown': {
    message: '{file} cannot be read as part of a feed: {detail}.',
    hint: 'Upload one zip, or the CSV files of one export.',
  },
  'header-missing': {
    message: '{file} does not begin with a header row.',
    hint: 'Export again with column names in the first line.',
  },
  'header-duplicate': {
    message: '{file} has the column {detail} twice.',
    hint: 'Remove one of the two columns.',
  },
  'column-missing': {
    message: '{file} has no column {detail}, which the standard requires.',
    hint: 'Add the column to the export, and check that the version in manifest.csv is right.',
  },
  'header-only': {
    message: '{file} has a header but no rows.',
    hint: 'Nothing was changed. If there is nothing to report, leave the file out and mark it absent.',
  },
  'not-utf8': {
    message: '{file} is not in UTF-8; it looks like {detail}.',
    hint: 'Save the file as "CSV UTF-8", or set the export to UTF-8.',
  },
  'malformed-csv': {
    message: '{file} has a double quote that is not closed, or stands in the middle of a value.',
    hint: 'In the row named, put the whole value in double quotes and write quotes inside it twice.',
  },
  'row-too-long': {
    message: '{file} has a row of more than a million characters.',
    hint: 'Check the row named; the export is probably damaged there.',
  },
  'too-many-rows': {
    message: '{file} has more than {detail} rows, more than a district can have.',
    hint: 'Check the export; split it by district if it holds several.',
  },
} as const satisfies Partial<Record<FeedRejection, Text>>;

type Filling = { file?: string; column?: string; value?: string; detail?: string };

/** One problem, in words. `value` must be masked already. */
export function problemOf(
  code: ProblemCode,
  severity: Problem['severity'],
  place: Filling & { file: string; row?: number },
): Problem {
  const { message, hint } = problemTexts[code];
  const { detail: _, ...where } = place;
  return { ...where, code, severity, message: fill(message, place), hint: fill(hint, place) };
}

export function refusal(
  code: keyof typeof refusalTexts,
  place: { file?: string; row?: number; column?: string; detail?: string; cause?: unknown },
): FeedRejected {
  const { message, hint } = refusalTexts[code];
  const { detail: _, cause, ...where } = place;
  return new FeedRejected(code, fill(message, place), { hint: fill(hint, place), where, cause });
}

const placeholder = /\{(file|column|value|detail)\}/;
/** Texts cut at their placeholders, so that a feed of bad rows does not search them again for every row. */
const cut = new Map<string, readonly string[]>();

function fill(text: string, filling: Filling): string {
  let parts = cut.get(text);
  if (parts === undefined) {
    parts = text.split(placeholder);
    cut.set(text, parts);
  }
  let filled = parts[0] ?? '';
  for (let at = 1; at < parts.length; at += 2) {
    // Every second part is the name that the pattern caught.
    filled += (filling[parts[at] as keyof Filling] ?? '') + (parts[at + 1] ?? '');
  }
  return filled;
}
