import fc from 'fast-check';
import { expect, test } from 'vitest';
import { walkShown } from './cursors.ts';

/** Partitions of ids, some of which are shown, read in slices. */
function reading(partitions: string[][], isShown: (id: string) => boolean) {
  const names = partitions.map((_, at) => String(at));
  const page = (limit: number, cursor?: string) =>
    walkShown<string>(names, { limit, cursor }, async ({ partition, after, limit: most }) => {
      const rest = (partitions[Number(partition)] ?? []).filter((id) => after === undefined || id > after);
      const items = rest.slice(0, most).map((id) => ({ sk: id, item: isShown(id) ? id : undefined }));
      return { items, more: rest.length > most };
    });
  return async (limit: number) => {
    const pages = [await page(limit)];
    for (let cursor = pages[0]?.cursor; cursor !== undefined; cursor = pages.at(-1)?.cursor)
      pages.push(await page(limit, cursor));
    return pages;
  };
}

const isShown = (id: string) => id.startsWith('shown');
const placeIn = (cursor = '') => Buffer.from(cursor, 'base64url').toString();

test('a limited list has everything that is shown once, and its cursors name nothing else', async () => {
  const ids = fc.uniqueArray(fc.tuple(fc.constantFrom('shown', 'hidden'), fc.nat(999)), {
    selector: ([, n]) => n,
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(ids, { maxLength: 5 }),
      fc.integer({ min: 1, max: 4 }),
      async (drawn, limit) => {
        const partitions = drawn.map((some) => some.map(([kind, n]) => `${kind}-${n}`).sort());
        const pages = await reading(partitions, isShown)(limit);
        expect(pages.flatMap(({ items }) => items)).toEqual(partitions.flat().filter(isShown));
        expect(pages.slice(0, -1).every(({ items }) => items.length === limit)).toBe(true);
        for (const { cursor } of pages) expect(placeIn(cursor)).not.toContain('hidden');
      },
    ),
  );
});

test('a limited list of many who are not shown ends a page at the start of a partition', async () => {
  const hidden = Array.from({ length: 4000 }, (_, at) => `hidden-${at}`).sort();
  const pages = await reading([hidden, hidden, hidden, ['shown-1']], isShown)(1);
  expect(pages.map(({ items, cursor }) => [items, placeIn(cursor)])).toEqual([
    [[], '[1,null]'],
    [[], '[2,null]'],
    [['shown-1'], '[3,"shown-1"]'],
    [[], ''],
  ]);
});
