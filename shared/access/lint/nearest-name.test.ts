import { expect, test } from 'vitest';
import { nearestName } from './nearest-name.ts';

const roles = ['teacher', 'school_admin', 'school_data_admin', 'ftp'];

test.each([
  ['techer', 'teacher'],
  ['taecher', 'teacher'],
  ['Teachers', 'teacher'],
  ['shcool_admin', 'school_admin'],
  ['fpt', 'ftp'],
  ['school_data_adimn', 'school_data_admin'],
  ['janitor', undefined],
  ['http', 'ftp'],
  ['xyz', undefined],
])('"%s" was meant as %s', (name, meant) => {
  expect(nearestName(name, roles)).toBe(meant);
});
