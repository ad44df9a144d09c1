import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import type { FeedFormat } from '../roster/feed-reading.ts';
import type { Adapter } from './adapter.ts';
import { defaultLimits, type FeedFile } from './byte-source.ts';
import { adapterOf } from './recognise.ts';

const adapter = (format: FeedFormat, column: string): Adapter => ({
  format,
  recognises: (heads) => heads.some(({ header }) => header.includes(column)),
  open: () => Promise.reject(new Error('not read here')),
});
const adapters = [adapter('clever-csv', 'Student_id'), adapter('sds-csv', 'SIS ID')];

const file = (text: string): FeedFile => ({
  name: 'a.csv',
  size: text.length,
  async *stream() {
    yield Buffer.from(text);
  },
});

const formatOf = async (text: string, format?: FeedFormat) =>
  (await adapterOf([file(text)], { adapters, format, limits: defaultLimits })).format;

test('a format is told by its headers, after empty lines, blanks and a byte order mark', async () => {
  expect(await formatOf('\u{feff}\n Student_id ,x\n1,2\n')).toBe('clever-csv');
  expect(await formatOf('SIS ID\n', 'sds-csv')).toBe('sds-csv');
});

test('what nobody or more than one knows is refused, and says what was seen', async () => {
  await expect(formatOf('a,b\n')).rejects.toMatchObject({
    code: 'format-unclear',
    message: expect.stringMatching(/a\.csv/),
  });
  await expect(formatOf('Student_id,SIS ID\n')).rejects.toMatchObject({
    code: 'format-unclear',
    message: expect.stringMatching(/clever-csv or sds-csv/),
  });
});

test('a feed set up as one format refuses files of another, and judges a broken set itself', async () => {
  await expect(formatOf('Student_id\n', 'sds-csv')).rejects.toMatchObject({
    code: 'format-mismatch',
    message: expect.stringMatching(/sds-csv.*clever-csv/),
  });
  expect(await formatOf('a,b\n', 'sds-csv')).toBe('sds-csv');
  expect(await formatOf('Student_id,SIS ID\n', 'sds-csv')).toBe('sds-csv');
});
