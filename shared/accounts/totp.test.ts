import { Secret } from 'otpauth';
import { expect, test } from 'vitest';
import { newTotpSecret, totpCode, totpStep, totpUri } from './totp.ts';

/** The seed of RFC 6238, appendix B; its codes there have eight digits, of which these are the last six. */
const secret = Secret.fromLatin1('12345678901234567890').base32;

test.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
])('%i seconds after 1970 the code of the standard is %s', (seconds, code) => {
  const now = new Date(seconds * 1000);
  expect(totpCode(secret, now)).toBe(code);
  expect(totpStep(secret, code, now)).toBe(Math.floor(seconds / 30));
});

test('a code is right one step early and late, as its own step, and no longer', () => {
  const at = (seconds: number) => new Date(1_111_111_110_000 + seconds * 1000);
  const code = totpCode(secret, at(0));
  const step = 1_111_111_110 / 30;
  expect([-31, -30, 0, 29, 59, 60].map((seconds) => totpStep(secret, code, at(seconds)))).toEqual([
    undefined,
    ...[step, step, step, step],
    undefined,
  ]);
});

test.each([['12345'], ['1234567'], ['287o82'], ['']])('%j is no code', (code) => {
  expect(totpStep(secret, code, new Date(59_000))).toBeUndefined();
});

test('a secret has 160 bits, and no two are the same', () => {
  const secrets = new Set(Array.from({ length: 50 }, newTotpSecret));
  expect(secrets.size).toBe(50);
  for (const one of secrets) expect(Secret.fromBase32(one).bytes).toHaveLength(20);
});

test('the address for apps names issuer and account, whatever is in them', () => {
  const uri = new URL(totpUri(secret, { issuer: 'Rolebook', label: 'zoë&secret=x' }));
  expect([uri.protocol, uri.host, decodeURIComponent(uri.pathname)]).toEqual([
    'otpauth:',
    'totp',
    '/Rolebook:zoë&secret=x',
  ]);
  expect(Object.fromEntries(uri.searchParams)).toEqual({
    issuer: 'Rolebook',
    secret,
    algorithm: 'SHA1',
    digits: '6',
    period: '30',
  });
});
