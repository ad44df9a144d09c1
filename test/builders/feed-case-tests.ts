import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { feedCases, rosterOf, shuffled, sourcesOfCase } from './feed-cases.ts';
import { briefly, readAll } from './oneroster-feed.ts';

/** Tests of every case in a folder: what it becomes, and that no row's place matters. */
export function testFeedCases(folder: string): void {
  describe.each(feedCases(folder))('$name', ({ input, expected }) => {
    const { options } = expected;

    test(expected.why, async () => {
      const read = await readAll(sourcesOfCase({ input }), options);
      const roster = rosterOf(read);
      for (const [entity, records] of Object.entries(roster)) {
        const wanted = expected.roster[entity as keyof typeof roster] ?? {};
        expect(Object.keys(records).sort(), entity).toEqual(Object.keys(wanted).sort());
        expect(records).toMatchObject(wanted);
      }
      expect(briefly(read).sort()).toEqual(expected.problems);
    });

    test('is the same roster in whatever order its rows come', async () => {
      const asWritten = rosterOf(await readAll(sourcesOfCase({ input }), options));
      await fc.assert(
        fc.asyncProperty(shuffled(input), async (sources) => {
          expect(rosterOf(await readAll(sources, options))).toEqual(asWritten);
        }),
        { numRuns: 15 },
      );
    });
  });
}
