import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newSecret, readHandle, writeHandle } from './secret-handle.ts';

test('a handle comes back as it was written, whatever the id', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }), (id) => {
      const handle = { district: 'd-1', id, secret: newSecret() };
      expect(readHandle(writeHandle(handle))).toEqual(handle);
    }),
  );
});

test('another spelling of a handle is none', () => {
  const text = writeHandle({ district: 'd-1', id: 'ab', secret: newSecret() });
  for (const other of [
    `${text}=`,
    ` ${text}`,
    text.replace('d-1', 'D-1'),
    text.replace('YWI', 'YWJ'),
    text.slice(1),
  ]) {
    expect(readHandle(other)?.id).not.toBe('ab');
  }
});

test('a secret has 256 bits, each of them now this, now that', () => {
  const made = Array.from({ length: 200 }, () => Buffer.from(newSecret(), 'base64url'));
  expect(new Set(made.map((bytes) => bytes.length))).toEqual(new Set([32]));
  for (let bit = 0; bit < 256; bit += 1) {
    const seen = made.map((bytes) => ((bytes[bit >> 3] ?? 0) >> (bit & 7)) & 1);
    expect(new Set(seen)).toEqual(new Set([0, 1]));
  }
});
