import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FollowedDistrict, type Roster } from '../../test/builders/followed-district.ts';
import { type ChangeItem, changePage } from './change-feed.ts';
import { toldKinds } from './roster-steps.ts';
import type { Told } from './told.ts';

const active = (json: string) => ({ status: 'active', json }) as const;

const line = fc.record({
  status: fc.constantFrom('active', 'active', 'suspended', 'tobedeleted'),
  json: fc.constantFrom('1', '2'),
});
const records = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), line);
const rosters: fc.Arbitrary<Roster> = fc.record({ orgs: records, users: records, person: records });
const told: fc.Arbitrary<Told> = fc.record({
  type: fc.constantFrom('assignment', 'account'),
  change: fc.constantFrom('created', 'updated', 'removed'),
  id: fc.constantFrom('x', 'y', 'z'),
});
const event = fc.oneof(
  rosters.map((roster) => ({ roster })),
  told.map((one) => ({ told: one })),
);
type Event = { roster: Roster } | { told: Told };

/** Partitions only ever become more. */
async function happen(district: FollowedDistrict, what: Event): Promise<void> {
  if ('told' in what) return district.tell(what.told);
  await district.commit(what.roster, 2 ** Math.min(3, Math.floor(district.entries.length / 3)));
}

const page = (district: FollowedDistrict, after: string | undefined, limit = 1000) =>
  changePage(district, { district: district.id, after, limit });

async function all(district: FollowedDistrict, from: string, limit: number): Promise<ChangeItem[]> {
  const items: ChangeItem[] = [];
  for (let after = from, more = true; more; ) {
    const next = await page(district, after, limit);
    expect(next.resync).toBeUndefined();
    expect(next.items.length).toBeLessThanOrEqual(limit);
    items.push(...next.items);
    ({ cursor: after, more } = next);
  }
  return items;
}

const kindOf = (item: ChangeItem) =>
  item.type === 'roster' ? item.entity : item.type === 'access' ? 'person' : item.type;
const kinds: readonly string[] = toldKinds;
const keyOf = (item: ChangeItem) => `${kindOf(item)} ${item.id}`;

test('between two commits exactly what differs is told, what others refer to first', () =>
  fc.assert(
    fc.asyncProperty(rosters, rosters, async (before, after) => {
      const district = new FollowedDistrict();
      await district.commit(before, 1);
      const { cursor } = await page(district, undefined);
      await district.commit(after, 4);
      const expected = toldKinds.flatMap((kind) => {
        const ids = new Set([...Object.keys(before[kind] ?? {}), ...Object.keys(after[kind] ?? {})]);
        return [...ids].flatMap((id) => {
          const [was, is] = [before[kind]?.[id], after[kind]?.[id]];
          return was?.status === is?.status && was?.json === is?.json ? [] : [`${kind} ${id}`];
        });
      });
      const items = await all(district, cursor, 1000);
      expect(items.map(keyOf).sort()).toEqual(expected.sort());
      const order = items.map((item) => kinds.indexOf(kindOf(item)));
      expect(order).toEqual(order.toSorted((a, b) => a - b));
    }),
  ));

test('pages of any size tell the same, in order, and each thing once', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(event, { maxLength: 8 }),
      fc.integer({ min: 1, max: 7 }),
      async (events, limit) => {
        const district = new FollowedDistrict();
        const { cursor } = await page(district, undefined);
        for (const one of events) await happen(district, one);
        const whole = await all(district, cursor, 1000);
        expect(await all(district, cursor, limit)).toEqual(whole);
        expect(new Set(whole.map(keyOf)).size).toBe(whole.length);
        const sequences = whole.map(({ sequence }) => sequence);
        expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
      },
    ),
  ));

test('whoever fetches what is told has the newest in the end, whenever they read and whatever came between', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(event, { maxLength: 4 }),
      fc.array(fc.oneof(event, fc.constant('page' as const)), { maxLength: 30 }),
      fc.integer({ min: 1, max: 4 }),
      async (before, later, limit) => {
        const district = new FollowedDistrict();
        for (const one of before) await happen(district, one);
        const world = () => {
          const said = new Map<string, unknown>();
          for (const kind of toldKinds)
            for (const [id, value] of Object.entries(district.roster[kind] ?? {}))
              said.set(`${kind} ${id}`, value);
          for (const { sequence, told } of district.entries)
            for (const { type, id } of told) said.set(`${type} ${id}`, sequence);
          return said;
        };
        let { cursor } = await page(district, undefined);
        // The lists are read some time after the cursor was given.
        let mine: Map<string, unknown> | undefined;
        const turn = async () => {
          mine ??= world();
          const next = await page(district, cursor, limit);
          for (const item of next.items) {
            const now = world().get(keyOf(item));
            if (now === undefined) mine.delete(keyOf(item));
            else mine.set(keyOf(item), now);
          }
          cursor = next.cursor;
          return next.more;
        };
        for (const one of later) await (one === 'page' ? turn() : happen(district, one));
        while (await turn());
        expect(mine).toEqual(world());
      },
    ),
  ));

test('a commit that lands while a place to start from is looked for is not missed', async () => {
  const district = new FollowedDistrict();
  await district.commit({ users: { a: active('1') } });
  const busy = {
    ...district,
    log: {
      ...district.log,
      tip: async () => {
        const tip = await district.log.tip();
        await district.commit({ users: { a: active('2') } });
        return tip;
      },
    },
    committed: async () => {
      const committed = await district.committed();
      await district.commit({ users: { a: active('3') } });
      return committed;
    },
  };
  const { cursor } = await changePage(busy, { district: district.id, limit: 10 });
  for (const json of ['2', '1']) await district.commit({ users: { a: active(json) } });
  expect((await page(district, cursor)).items.map(keyOf)).toEqual(['users a']);
});

test('what became of a record is told from first to last', async () => {
  const district = new FollowedDistrict();
  const suspended = { status: 'suspended', json: '1' } as const;
  await district.commit({
    users: { back: suspended, gone: active('1'), left: active('1'), same: active('1') },
  });
  const { cursor } = await page(district, undefined);
  await district.commit({
    users: { back: active('1'), left: suspended, same: active('2'), new: active('1') },
  });
  await district.commit({
    users: { back: active('1'), left: suspended, same: active('1'), new: active('2') },
  });
  const { items } = await page(district, cursor);
  expect(items.map((item) => [item.id, item.change])).toEqual([
    ['back', 'reactivated'],
    ['gone', 'removed'],
    ['left', 'suspended'],
    ['new', 'created'],
    // There and back: whoever read it in between has to read it again.
    ['same', 'updated'],
  ]);
});

test('polling at the end gives nothing, and the same place to go on from', async () => {
  const district = new FollowedDistrict();
  await district.commit({ users: { a: active('1') } });
  const { cursor } = await page(district, undefined);
  expect(await page(district, cursor)).toEqual({ items: [], cursor, more: false });
  // Without a change for a month, a cursor that is asked with stays good.
  district.clock = '2026-12-15T07:00:00.000Z';
  const later = await page(district, cursor);
  district.clock = '2027-01-10T07:00:00.000Z';
  expect(await page(district, later.cursor)).toMatchObject({ items: [], more: false });
  expect((await page(district, cursor)).resync).toBe('too-old');
});

test('only partitions that changed are read', async () => {
  const district = new FollowedDistrict();
  const users = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`u-${i}`, active('1')]));
  await district.commit({ users, orgs: users }, 8);
  const { cursor } = await page(district, undefined);
  await district.commit({ users: { ...users, 'u-7': active('2') }, orgs: users }, 8);
  district.reads.length = 0;
  expect((await page(district, cursor)).items).toHaveLength(1);
  // Two manifests, and one partition of users as it was and as it is.
  expect(district.reads.map((key) => key.split('/')[2])).toEqual(['manifest', 'manifest', 'users', 'users']);
});

test('a page that would read too much ends before it is full', async () => {
  const district = new FollowedDistrict();
  const large = (mark: string) => active(JSON.stringify(mark + 'x'.repeat(9 * 1024 * 1024)));
  await district.commit({ orgs: { a: large('1') }, users: { a: large('1') } });
  const { cursor } = await page(district, undefined);
  await district.commit({ orgs: { a: large('2') }, users: { a: large('2') } });
  const first = await page(district, cursor);
  expect([first.items.map(keyOf), first.more]).toEqual([['orgs a'], true]);
  expect((await all(district, first.cursor, 10)).map(keyOf)).toEqual(['users a']);
});

test('what a round pins stays pinned while commits land between its pages', async () => {
  const district = new FollowedDistrict();
  const { cursor } = await page(district, undefined);
  await district.commit({ users: { a: active('1'), b: active('1') } });
  const first = await page(district, cursor, 1);
  await district.commit({ users: { a: active('2'), b: active('1'), c: active('1') } });
  const rest = await all(district, first.cursor, 1);
  expect([...first.items, ...rest].map((item) => [item.sequence, item.id, item.change])).toEqual([
    [1, 'a', 'created'],
    [1, 'b', 'created'],
    [2, 'a', 'updated'],
    [2, 'c', 'created'],
  ]);
});

test('many commits are told some at a time', async () => {
  const district = new FollowedDistrict();
  const { cursor } = await page(district, undefined);
  for (let at = 0; at < 20; at += 1) await district.commit({ users: { a: active(String(at)) } });
  const first = await page(district, cursor);
  expect([first.items.length, first.more]).toEqual([1, true]);
  expect((await all(district, first.cursor, 1000)).at(-1)?.sequence).toBe(20);
});

test.each([
  ['nothing', undefined, 'start'],
  ['an empty one', '', 'unknown-cursor'],
  ['words', 'no such thing', 'unknown-cursor'],
  ['another shape', Buffer.from('{"district":"d-1"}').toString('base64url'), 'unknown-cursor'],
])('whoever gives %s as cursor gets a place to start from', async (_, after, reason) => {
  const district = new FollowedDistrict();
  const { resync, items, more, cursor } = await page(district, after);
  expect({ resync, items, more }).toEqual({ resync: reason, items: [], more: false });
  await district.commit({ users: { a: active('1') } });
  expect((await page(district, cursor)).items).toHaveLength(1);
});

test("another district's cursor leads nowhere, as what nobody gave out", async () => {
  const [mine, theirs] = [new FollowedDistrict('d-1'), new FollowedDistrict('d-2')];
  for (const one of [mine, theirs]) await one.commit({ users: { a: active('1') } });
  const foreign = await page(theirs, undefined);
  expect(await page(mine, foreign.cursor)).toEqual(await page(mine, 'garbage'));
});

test('a cursor that names the manifest of another district reads nothing of it', async () => {
  const [mine, theirs] = [new FollowedDistrict('d-1'), new FollowedDistrict('d-2')];
  await theirs.commit({ users: { secret: active('1') } });
  for (const [key, text] of theirs.texts) mine.texts.set(key, text);
  const { cursor } = await page(theirs, undefined);
  const decoded = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as object;
  const forged = Buffer.from(JSON.stringify({ ...decoded, district: 'd-1', told: 0 })).toString('base64url');
  await mine.commit({ users: {} });
  expect(await page(mine, forged)).toMatchObject({ resync: 'gone', items: [] });
  expect(mine.reads.filter((key) => key.includes('/d-2/'))).toEqual([]);
});

test('a state that is kept no longer, or a log that was set back, leads to a new start', async () => {
  const district = new FollowedDistrict();
  await district.commit({ users: { a: active('1') } });
  const { cursor } = await page(district, undefined);
  await district.commit({ users: { a: active('2') } });
  const after = (await page(district, cursor)).cursor;
  district.entries.length = 1;
  expect((await page(district, after)).resync).toBe('unknown-cursor');
  await district.commit({ users: { a: active('3') } });
  district.texts.clear();
  expect((await page(district, cursor)).resync).toBe('gone');
});
