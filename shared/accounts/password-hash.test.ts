import { expect, test } from 'vitest';
import { hashPassword, isOfOldCost, isPassword } from './password-hash.ts';

test('a password is its hash’s own, whatever form its letters were typed in, and no other is', async () => {
  const hash = await hashPassword('Zoë reads 20 books a year');
  expect(await isPassword('Zoë reads 20 books a year', hash)).toBe(true);
  expect(await isPassword('Zoe reads 20 books a year', hash)).toBe(false);
});

test('the same password twice has two hashes, in the PHC form with OWASP’s cost', async () => {
  const [one, other] = await Promise.all([
    hashPassword('correct horse battery'),
    hashPassword('correct horse battery'),
  ]);
  expect(one).not.toBe(other);
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
});

test('what is no hash is our fault, not a wrong password', async () => {
  await expect(isPassword('x', 'plain')).rejects.toThrow('no known form');
});

test('a hash that was made at another cost than today’s is told from one of today', async () => {
  expect(isOfOldCost(await hashPassword('correct horse battery'))).toBe(false);
  expect(isOfOldCost(`$argon2id$v=19$m=9728,t=2,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`)).toBe(true);
  expect(isOfOldCost(`$argon2id$v=19$m=19456,t=1,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`)).toBe(true);
});
