import fc from 'fast-check';
import { expect, test } from 'vitest';
import { memoryWorkspace } from '../../test/builders/memory-workspace.ts';
import { blockRows, groupIn, type Row, readRows, rowKey, storeRows } from './stored-rows.ts';

const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 6 }).filter((id) => /^\P{Cc}+$/u.test(id));
const record = fc.record({
  id: text,
  group: fc.constantFrom('a', 'ab', 'b', 'é'),
  text: fc.string({ maxLength: 3 }),
});
const records = fc.uniqueArray(record, { selector: ({ id }) => id, maxLength: 60 });

const rowOf = (one: { id: string; group: string; text: string }): Row => ({
  key: rowKey(one),
  line: { status: 'active', changed: '2026-11-20T07:00:00.000Z', id: one.id, json: JSON.stringify(one) },
});
const byKey = (a: Row, b: Row) => (a.key < b.key ? -1 : 1);

async function stored(parts: Row[][], heap: number) {
  const texts = new Map<string, string>();
  const objects = {
    put: async (key: string, content: string) => void texts.set(key, content),
    find: async (key: string) => texts.get(key),
  };
  async function* rows() {
    yield* parts;
  }
  const at = { objects, workspace: memoryWorkspace(), heap };
  return { objects, index: await storeRows(at, 'p', { rows: rows(), parts: parts.length }) };
}

test('rows come back in order, any part of them, however they came and however little is sorted at once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(records, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 20, max: 2000 }),
      fc.tuple(fc.nat(100), fc.nat(100)),
      async (parts, heap, [from, length]) => {
        const unique = new Map(parts.flatMap((part, at) => part.map((one) => [one.id, { at, one }])));
        const kept = parts.map((_, at) =>
          [...unique.values()].filter((of) => of.at === at).map(({ one }) => rowOf(one)),
        );
        const { objects, index } = await stored(kept, heap);
        const all = kept
          .flat()
          .sort(byKey)
          .map(({ line }) => line);
        expect(index.total).toBe(all.length);
        const to = Math.min(all.length, from + length);
        if (from < to) expect(await readRows(objects, 'p', { from, to })).toEqual(all.slice(from, to));
      },
    ),
  );
});

test('a group is where its rows are, wherever blocks end, and nothing where it has none', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('a', 'ab', 'b', 'é'), { minLength: 1, maxLength: 3 * blockRows }),
      fc.constantFrom('a', 'ab', 'b', 'c', 'é', ''),
      async (groups, group) => {
        const rows = groups.map((of, at) => rowOf({ id: `r${at}`, group: of, text: '' }));
        const { objects, index } = await stored([rows], 100_000);
        const all = [...rows].sort(byKey);
        const from = all.findIndex(({ key }) => key.startsWith(`${group}\u0001`));
        const count = groups.filter((of) => of === group).length;
        const found = await groupIn(objects, 'p', { index, group });
        expect(found.to - found.from).toBe(count);
        if (count > 0) expect(found.from).toBe(from);
      },
    ),
    { numRuns: 30 },
  );
});
