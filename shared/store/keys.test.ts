import fc from 'fast-check';
import { expect, test } from 'vitest';
import { holderKey, joinKey, rosterKey, rosterPartition, rosterShards, splitKey } from './keys.ts';

const awkward = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('', '#', '%', '%23', 'a#b', '#'.repeat(255), '統'.repeat(255)),
);

test('parts come back from a key as they went in, whatever they are', () => {
  fc.assert(
    fc.property(fc.array(awkward, { minLength: 1 }), (parts) => {
      expect(splitKey(joinKey(...parts))).toEqual(parts);
    }),
  );
});

test('no two lists of parts make one key', () => {
  fc.assert(
    fc.property(fc.array(awkward, { minLength: 1 }), fc.array(awkward, { minLength: 1 }), (a, b) => {
      if (JSON.stringify(a) !== JSON.stringify(b)) expect(joinKey(...a)).not.toBe(joinKey(...b));
    }),
  );
});

test('a holder’s key fits into DynamoDB for the longest ids there are, and stays theirs alone', () => {
  const at = { district: 'd', system: 'hmh', role: 'teacher', assignmentId: '0123456789abcdef' };
  const long = (end: string) => `${'#'.repeat(254)}${end}`;
  const keys = ['a', 'b'].map((end) => holderKey({ ...at, scopeId: long(end), userId: long(end) }));
  for (const { sk } of keys) expect(Buffer.byteLength(sk)).toBeLessThanOrEqual(1024);
  expect(keys[0]?.sk).not.toBe(keys[1]?.sk);
});

test('a record stands in a shard that a walk over all of them comes to', () => {
  fc.assert(
    fc.property(awkward, (id) => {
      const shards = Array.from({ length: rosterShards }, (_, shard) => rosterPartition('d', 'users', shard));
      expect(shards).toContain(rosterKey('d', 'users', id).pk);
      expect(rosterKey('d', 'users', id).sk).toBe(id);
    }),
  );
});
