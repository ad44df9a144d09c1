import { expect, test } from 'vitest';
import { memoryObjects } from '../../test/builders/memory-objects.ts';
import { Aliases } from './aliases.ts';
import { CommittedState, putManifest, putPartition } from './committed-state.ts';
import type { RenamedRow } from './feed-reading.ts';
import { takeStated } from './stated-renames.ts';

/** What lines of `from to` make of a roster with these users, of whom the feed has some by other ids already. */
async function taken(lines: string[], users = ['a', 'b'], known: [string, string][] = []) {
  const objects = memoryObjects();
  const records = users.map((id) => ({ status: 'active' as const, id, json: '{}' }));
  const kinds = { users: [await putPartition(objects, 'd', 'users', records)] };
  const state = await CommittedState.open(
    objects,
    'd',
    await putManifest(objects, { district: 'd', derivation: '', kinds }),
  );
  const stated = lines.map((line, at): RenamedRow => {
    const [from = '', to = ''] = line.split(' ');
    return { kind: 'renamed', entity: 'users', from, to, file: 'change_sis_id.csv', line: at + 2 };
  });
  const aliases = new Aliases(known.map(([id, own]) => ({ entity: 'users', id, own })));
  const { renames, problems } = await takeStated({ state, snapshot: { stated } }, aliases, new Aliases([]));
  return {
    renames: renames.map(({ id, own }) => `${id} is ${own}`),
    problems: problems.map(({ row, code, value }) => `${row ?? ''} ${code} ${value ?? ''}`),
  };
}

test.each<[string, string[], string[], string[]]>([
  ['a new id for a record', ['a x'], ['x is a'], []],
  ['one after the other', ['a x', 'x y'], ['x is a', 'y is a'], []],
  ['two that swap by way of a third', ['a t', 'b a', 't b'], ['t is a', 'a is b', 'b is a'], []],
  ['an old id that no record has', ['n x'], [], ['2 rename-unknown n']],
  ['a new id that another record has', ['a b'], [], ['2 rename-taken b']],
  [
    'a line that is wrong, between good ones',
    ['a x', 'n y', 'b z'],
    ['x is a', 'z is b'],
    ['3 rename-unknown n'],
  ],
  ['an id that stays as it is', ['a a'], [], []],
])('the source says: %s', async (_, lines, renames, problems) => {
  expect(await taken(lines)).toEqual({ renames, problems });
});

test('what the source says again, night for night, is so already', async () => {
  expect(await taken(['a x'], ['a', 'b'], [['x', 'a']])).toEqual({ renames: [], problems: [] });
  expect(await taken(['n b'])).toEqual({ renames: [], problems: [] });
});

test('an id that stands for another record already is taken', async () => {
  expect(await taken(['b x'], ['a', 'b'], [['x', 'a']])).toEqual({
    renames: [],
    problems: ['2 rename-taken x'],
  });
});
