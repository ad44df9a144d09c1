import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readUserHandle, writeUserHandle } from './user-handle.ts';

const ulids = fc.ulid();
const districts = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,62}$/);

test('district and account come back from the handle, which fits into 64 bytes', () => {
  fc.assert(
    fc.property(districts, ulids, (district, account) => {
      const handle = writeUserHandle({ district, account });
      expect(handle.length).toBeLessThanOrEqual(64);
      expect(readUserHandle(Buffer.from(handle).toString('base64url'))).toEqual({ district, account });
    }),
  );
});

test('the longest district fits too', () => {
  const owner = { district: 'z'.repeat(63), account: '7ZZZZZZZZZZZZZZZZZZZZZZZZZ' };
  expect(writeUserHandle(owner).length).toBeLessThanOrEqual(64);
});

test('whatever a stranger sends either names a district or is nothing', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      const owner = readUserHandle(Buffer.from(bytes).toString('base64url'));
      if (owner !== undefined) expect(owner.district).toMatch(/^[a-z0-9][a-z0-9-]{0,62}$/);
    }),
  );
});
