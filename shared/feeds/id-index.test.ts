import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { IdIndex } from './id-index.ts';

const id = fc.string({ unit: 'grapheme', maxLength: 12 });

describe('IdIndex', () => {
  test('holds what a Map would hold', () => {
    fc.assert(
      fc.property(fc.array(id, { maxLength: 300 }), fc.array(id), (ids, others) => {
        const index = new IdIndex();
        const map = new Map<string, number>();
        for (const [line, text] of ids.entries()) {
          expect(index.add(text, line)).toBe(map.has(text) ? -1 : map.size);
          if (!map.has(text)) map.set(text, line);
        }
        expect(index.size).toBe(map.size);
        for (const [ordinal, [text, line]] of [...map].entries()) {
          expect([index.find(text), index.text(ordinal), index.line(ordinal)]).toEqual([ordinal, text, line]);
        }
        for (const text of others) expect(index.find(text) >= 0).toBe(map.has(text));
      }),
    );
  });

  test('stays exact while it grows past its first tables and pages', () => {
    const index = new IdIndex();
    const idOf = (number: number) => `${'p'.repeat(60)}-${number}`;
    for (let number = 0; number < 80_000; number += 1) index.add(idOf(number), number + 2);
    for (let number = 0; number < 80_000; number += 997) {
      expect(index.text(index.find(idOf(number)))).toBe(idOf(number));
      expect(index.line(number)).toBe(number + 2);
    }
    expect(index.find(idOf(80_000))).toBe(-1);
  });

  test('keeps a note per id, 0 until set', () => {
    const index = new IdIndex();
    const first = index.add('a', 2);
    const second = index.add('b', 3);
    index.setNote(second, 7);
    expect([index.note(first), index.note(second), index.note(index.find('c'))]).toEqual([0, 7, 0]);
  });

  test('tells ids apart that differ in one character at the end, in letter case or in length', () => {
    const index = new IdIndex();
    const ids = ['', 'a', 'A', 'aa', 'é', 'e\u0301', 'x'.repeat(255), `${'x'.repeat(254)}y`, '€'.repeat(255)];
    for (const text of ids) expect(index.add(text, 1)).toBeGreaterThanOrEqual(0);
    expect(ids.map((text) => index.text(index.find(text)))).toEqual(ids);
  });

  test('takes less than 85 bytes per UUID, while the tables still have room', () => {
    const index = new IdIndex();
    const before = process.memoryUsage().arrayBuffers;
    const count = 200_000;
    for (let number = 0; number < count; number += 1) {
      index.add(`6f4283dc-f831-4437-a9a3-${String(number).padStart(12, '0')}`, number);
    }
    expect((process.memoryUsage().arrayBuffers - before) / count).toBeLessThan(85);
    expect(index.size).toBe(count);
  });
});
