import { expect, test } from 'vitest';
import { digestOfRecoveryCode, newRecoveryCodes } from './recovery-codes.ts';

test('there are ten at once, all different, in groups that can be read aloud', () => {
  const codes = newRecoveryCodes();
  expect(new Set(codes).size).toBe(10);
  for (const code of codes) expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){6}$/);
});

test('each of the 28 characters is any of the 32, so that a code has 140 bits', () => {
  const codes = Array.from({ length: 100 }, newRecoveryCodes)
    .flat()
    .map((code) => code.replaceAll('-', ''));
  for (let at = 0; at < 28; at += 1) expect(new Set(codes.map((code) => code[at])).size).toBe(32);
});

test('a code is known again in small letters, with blanks, and with O and L for the digits', () => {
  const digest = digestOfRecoveryCode('0A1B-2C3D-4E5F-6G7H-8J9K-MNPQ');
  expect(digestOfRecoveryCode(' oalb 2c3d4e5f 6g7h-8j9k mnpq')).toBe(digest);
  expect(digestOfRecoveryCode('0A1B-2C3D-4E5F-6G7H-8J9K-MNPR')).not.toBe(digest);
});
