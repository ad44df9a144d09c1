import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { feedCases, rosterOf, shuffled, sourcesOfCase } from '../../../test/builders/feed-cases.ts';
import { briefly, readAll } from '../../../test/builders/oneroster-feed.ts';

const cases = feedCases(join(import.meta.dirname, 'cases'));

describe.each(cases)('$name', ({ input, expected }) => {
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
      { numRuns: 20 },
    );
  });
});
