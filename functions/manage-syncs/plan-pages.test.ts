import { expect, test } from 'vitest';
import { type Change, chunkKey, heldPrefix } from '../../shared/roster/plan.ts';
import { planPage } from './plan-pages.ts';

const user = (id: string, more: Partial<Change>): Change =>
  ({ table: 'roster', entity: 'users', id, kind: 'update', ...more }) as Change;
const value = (record: object, status = 'active') => ({ status, record });

function stored(chunks: Change[][], held: Change[] = []) {
  const texts = new Map(
    chunks.map((changes, chunk) => [chunkKey('p', chunk), changes.map((c) => JSON.stringify(c)).join('\n')]),
  );
  texts.set(chunkKey(heldPrefix('p'), 0), held.map((change) => JSON.stringify(change)).join('\n'));
  const objects = { get: async (key: string) => texts.get(key) ?? '' };
  const plan = {
    hash: 'h',
    content: 'c',
    prefix: 'p',
    chunks: chunks.length,
    changes: 0,
    held: held.length,
    heldChunks: 1,
    removals: 1,
  };
  return (asked: { limit: number; cursor?: string; kind?: 'suspend' }) => planPage(objects, plan, asked);
}

test('a change shows the changed fields before and after, and what it means for roles', async () => {
  const effect = [{ system: 'hmh', gained: ['teacher@school:s2'], lost: ['teacher@school:s1'] }];
  const read = stored([
    [
      user('u1', {
        prev: value({ sourcedId: 'u1', familyName: 'Bell', grades: ['09'] }),
        now: value({ sourcedId: 'u1', familyName: 'Poe', grades: ['09'] }),
        effect,
      }),
    ],
  ]);
  expect((await read({ limit: 10 })).items).toEqual([
    {
      entity: 'users',
      kind: 'update',
      sourcedId: 'u1',
      before: { familyName: 'Bell' },
      after: { familyName: 'Poe' },
      access: effect,
    },
  ]);
});

test('pages go through all chunks to the held removals, each change once', async () => {
  const chunk = (from: number) =>
    [0, 1, 2].map((i) => user(`u${from + i}`, { kind: 'create', now: value({ sourcedId: `u${from + i}` }) }));
  const held = [user('u9', { kind: 'suspend', prev: value({}), now: value({}, 'suspended') })];
  const read = stored([chunk(0), chunk(3)], held);
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor === undefined ? { limit: 2 } : { limit: 2, cursor });
    seen.push(...page.items.map((item) => `${item.sourcedId}${item.held ? ' held' : ''}`));
    cursor = page.cursor;
  } while (cursor !== undefined);
  expect(seen).toEqual(['u0', 'u1', 'u2', 'u3', 'u4', 'u5', 'u9 held']);
});

test('a kind can be asked for, and what only fences an earlier sync is not shown', async () => {
  const read = stored([[user('u1', { kind: 'cover' }), user('u2', { kind: 'create', now: value({}) })]], []);
  expect((await read({ limit: 10 })).items.map((item) => item.sourcedId)).toEqual(['u2']);
  expect((await read({ limit: 10, kind: 'suspend' })).items).toEqual([]);
});

test('a cursor of another list is refused', async () => {
  await expect(stored([])({ limit: 1, cursor: 'AAAA' })).rejects.toMatchObject({ code: 'bad-cursor' });
});
