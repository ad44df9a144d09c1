import { isUnfinished } from './exchange-keys.ts';

/** What is wrong with a file's name, in words for whoever sent it. */
export type FileNameFault =
  | 'empty'
  | 'dots'
  | 'slash'
  | 'control'
  | 'bidi'
  | 'ill-formed'
  | 'blank-ends'
  | 'too-long'
  | 'unfinished';

/** Bytes of UTF-8: with the folders before it a key of S3 stays within its 1,024. */
const mostBytes = 200;

const says: Readonly<Record<FileNameFault, string>> = {
  empty: 'has to say something',
  dots: 'is a place, not a file',
  slash: 'is one name without folders: no / and no \\',
  control: 'has a control character or a line break in it',
  bidi: 'has a character in it that turns the direction of writing, so that it reads as another name',
  'ill-formed': 'is not Unicode text',
  'blank-ends': 'begins or ends with a blank, or ends with a dot, which some systems leave out',
  'too-long': `has more than ${mostBytes} bytes`,
  unfinished: 'is what programs call a file that is not whole yet (.part, .tmp, a leading dot …)',
};

/**
 * A name as people write it, to what it is stored as (NFC). Any script may be written; what reads as another name, leads to another folder
 * or breaks a line may not.
 */
export function readFileName(given: string): { name: string } | { fault: FileNameFault; message: string } {
  const name = given.normalize('NFC');
  const fault = faultOf(name);
  return fault === undefined ? { name } : { fault, message: says[fault] };
}

function faultOf(name: string): FileNameFault | undefined {
  if (name === '') return 'empty';
  if (/^\.+$/.test(name)) return 'dots';
  if (/[/\\]/.test(name)) return 'slash';
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(name)) return 'control';
  if (/\p{Bidi_Control}/u.test(name)) return 'bidi';
  if (!name.isWellFormed()) return 'ill-formed';
  if (/^\s|[\s.]$/u.test(name)) return 'blank-ends';
  if (new TextEncoder().encode(name).length > mostBytes) return 'too-long';
  return isUnfinished(name) ? 'unfinished' : undefined;
}
