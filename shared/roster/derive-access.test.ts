import { expect, test } from 'vitest';
import { person, school } from '../../test/builders/calm-world.ts';
import { memoryWorkspace } from '../../test/builders/memory-workspace.ts';
import { makeDerivation } from '../access/derive.ts';
import { shippedRules } from '../access/mapping-rules.ts';
import { shippedCatalogues } from '../access/shipped-catalogues.ts';
import { ChunkWriter } from './chunk-writer.ts';
import { CommittedState, putManifest, putPartition } from './committed-state.ts';
import { deriveAccess } from './derive-access.ts';
import { type Change, chunkKey, holderParts } from './plan.ts';
import { RoleTally } from './role-tally.ts';
import type { Manifest } from './state.ts';

const derivation = makeDerivation({ district: 'd', rules: shippedRules, catalogues: shippedCatalogues });

/** Derives one roster after the other; returns the changes of the last. */
async function deriving(...rosters: { orgs: readonly object[]; users: readonly object[] }[]) {
  const texts = new Map<string, string>();
  const objects = {
    put: async (key: string, text: string) => void texts.set(key, text),
    get: async (key: string) => texts.get(key) ?? '',
  };
  let kinds: Manifest['kinds'] = {};
  const roles = new RoleTally();
  for (const [at, { orgs, users }] of rosters.entries()) {
    const put = (kind: 'orgs' | 'users', records: readonly object[]) =>
      putPartition(
        objects,
        'd',
        kind,
        // Only ids matter to the state.
        (records as { sourcedId: string }[]).map((record) => {
          return { status: 'active', id: record.sourcedId, json: JSON.stringify(record) };
        }),
      );
    const next = {
      orgs: [await put('orgs', orgs)],
      users: [await put('users', users)],
      classes: [],
      enrollments: [],
    };
    const manifest = await putManifest(objects, { district: 'd', derivation: '', kinds });
    const chunks = new ChunkWriter(objects, { prefix: `p${at}`, size: 100 }, new Set());
    const run = {
      ...{ district: 'd', at: '2026-11-20T07:00:00.000Z', objects, chunks, roles },
      state: await CommittedState.open(objects, 'd', manifest),
      workspace: memoryWorkspace(),
      held: chunks,
      cover: new Set<string>(),
      alive: async () => undefined,
    };
    kinds = { ...next, ...(await deriveAccess(run, derivation, next)) };
    await chunks.close();
  }
  const text = texts.get(chunkKey(`p${rosters.length - 1}`, 0)) ?? '';
  // Written by ChunkWriter above.
  const changes = text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Change]));
  return { changes, totals: roles.totals() };
}

test('of whom the roster has no longer nothing is left: facts and roles become tombstones', async () => {
  const staff = [person('u1', ['teacher']), person('u2', ['teacher'])];
  const { changes, totals } = await deriving(
    { orgs: [school], users: staff },
    { orgs: [], users: staff.slice(1) },
  );
  const gone = changes.filter(({ now }) => now === undefined);
  expect(gone.every(({ prev }) => prev !== undefined)).toBe(true);
  const named = gone.map((change) => {
    const { table, entity, id } = change;
    return table === 'assignments'
      ? `${holderParts(id).userId} ${holderParts(id).system}`
      : `${entity} ${id}`;
  });
  expect(named.sort()).toEqual(['org s1', 'person u1', 'u1 hmh', 'u1 imath', 'u2 hmh', 'u2 imath']);
  expect(changes.find(({ id }) => id === 'u1')?.effect?.map(({ lost }) => lost)).toEqual([
    ['teacher@school:s1'],
    ['teacher@school:s1'],
  ]);
  expect(totals.map(({ gained, lost }) => [gained, lost])).toEqual([
    [2, 2],
    [2, 2],
  ]);
});
