import { describe, expect, test } from 'vitest';
import { comparePartition } from './compare.ts';
import { EditLayer } from './edit-layer.ts';
import { addWishes, type Edits, noEdits, noWishes, type Override, withWishes } from './edits.ts';
import type { RecordStatus } from './records.ts';
import type { StateLine } from './state.ts';

const told = { owner: 'ada', reason: 'so it is', at: '2026-11-20T07:00:00.000Z' };
const none = new Set<string>();

function named(sourcedId: string, value: unknown, until?: string): Override {
  return { entity: 'users', sourcedId, field: 'name', value, ...told, ...(until ? { until } : {}) };
}

function line(id: string, name: string, status: RecordStatus = 'active'): StateLine {
  return { status, id, json: JSON.stringify({ sourcedId: id, name }) };
}

const edits = (more: Partial<Edits>): Edits => ({ ...noEdits, ...more });

type Given = {
  before?: StateLine[];
  feed: StateLine[];
  dropped?: { rows?: string[]; parts?: string[] };
  beneath?: StateLine[];
  brings?: boolean;
};

/** One full partition of users, compared under `of`. */
function under(of: Edits, { before = [], feed, dropped = {}, beneath = [], brings = true }: Given) {
  const layer = new EditLayer({ before: of, after: of, today: '2026-11-20', beneath, hasFeed: true });
  const drops = { rows: new Set(dropped.rows), parts: new Set(dropped.parts) };
  const outcome = comparePartition({
    before,
    feed: layer.over('users', feed, { before, dropped: drops, brings: () => brings }),
    dropped: drops,
    fate: (gone) => ({ goes: { before: gone, kind: 'suspend' } }),
    manual: { has: (id) => layer.isManual('users', id) },
    at: told.at,
    cover: none,
  });
  return { layer, ...outcome };
}

const beneath = (layer: EditLayer) => layer.beneath().map(({ id, json }) => [id, JSON.parse(json).name]);

describe('what the feed says of a record with an override', () => {
  const of = edits({ overrides: [named('u1', 'Hand')] });
  const kept = { before: [line('u1', 'Hand')], beneath: [{ ...line('users/u1', 'Old'), id: 'users/u1' }] };

  test('is kept beneath it, and so is what an override says that is over', () => {
    const { layer } = under(of, { ...kept, feed: [line('u1', 'New')] });
    expect(beneath(layer)).toEqual([['users/u1', 'New']]);
    const ended = edits({ overrides: [named('u1', 'Hand', '2026-11-20')] });
    const later = under(ended, { ...kept, feed: [line('u1', 'New')] });
    expect(beneath(later.layer)).toEqual([['users/u1', 'New']]);
    expect(later.changes.map(({ after: { changed: _, ...after } }) => after)).toEqual([line('u1', 'New')]);
  });

  test.each<[string, Omit<Given, 'before' | 'beneath'>]>([
    ['whose row was dropped', { feed: [line('u1', 'New')], dropped: { rows: ['u1'] } }],
    ['of whom a part was dropped', { feed: [line('u1', 'New')], dropped: { parts: ['u1'] } }],
    ['that it marks as going', { feed: [line('u1', 'New', 'tobedeleted')] }],
    ['that it no longer has', { feed: [] }],
  ])('%s stays as it was', (_, given) => {
    const { layer, changes } = under(of, { ...kept, ...given });
    expect([beneath(layer), changes]).toEqual([[['users/u1', 'Old']], []]);
  });
});

describe('a manual record', () => {
  const of = edits({ records: [{ entity: 'users', sourcedId: 'h1', record: { name: 'Hand' }, ...told }] });
  const before = [line('h1', 'Hand')];

  test('is no row of the feed, and not missing from it', () => {
    const { tally, removals } = under(of, { before, feed: [line('u1', 'Ada')] });
    expect([tally.created, tally.unchanged, removals]).toEqual([1, 0, []]);
  });

  test('stands where the feed says only that it has no such record', () => {
    const { kept, removals, layer } = under(of, { before, feed: [line('h1', 'Old', 'tobedeleted')] });
    expect([kept, removals, layer.after]).toEqual([before, [], of]);
  });

  test('is not adopted by a row that the plan does not bring, nor does that row get beneath an override', () => {
    const both = edits({ ...of, overrides: [named('u1', 'Own')] });
    const known = { ...line('users/u1', 'Old'), id: 'users/u1' };
    const feed = [line('h1', 'Fed'), line('u1', 'New')];
    const { layer } = under(both, { before, feed, beneath: [known], brings: false });
    expect([layer.after, layer.problems().length]).toEqual([both, 1]);
    expect(beneath(layer)).toEqual([['users/u1', 'Old']]);
  });

  test('is adopted without a look at all others for each', () => {
    const ids = Array.from({ length: 1000 }, (_, i) => `h${i}`);
    let looks = 0;
    const records = ids.map((id) => ({
      ...{ ...told, entity: 'users' as const, record: {} },
      get sourcedId() {
        looks++;
        return id;
      },
    }));
    const { layer } = under(edits({ records }), { feed: ids.map((id) => line(id, 'Fed')) });
    expect([layer.after, layer.problems().length]).toEqual([noEdits, ids.length]);
    expect(looks).toBeLessThan(100 * ids.length);
  });

  test('is not adopted by a row that was dropped', () => {
    const { kept, layer } = under(of, { before, feed: [line('h1', 'Fed')], dropped: { rows: ['h1'] } });
    expect([kept, layer.after]).toEqual([before, of]);
  });
});

test('a partition is marked by what is in force in it, whatever stands elsewhere', () => {
  const mark = (overrides: Override[]) => {
    const after = edits({ overrides });
    const layer = new EditLayer({ before: noEdits, after, today: '2026-11-20', beneath: [], hasFeed: true });
    return layer.mark('users', 0, 1);
  };
  const orgs: Override = { ...named('o1', 'x'), entity: 'orgs' };
  expect(mark([])).toBeUndefined();
  expect(mark([orgs])).toBeUndefined();
  expect(mark([named('u1', 'x', '2026-11-20')])).toBe('');
  expect(mark([named('u1', 'x'), orgs])).toBe(mark([named('u1', 'x')]));
  expect(mark([named('u1', 'x')])).not.toBe(mark([named('u1', 'y')]));
});

test('of wishes for the same field the last one counts, be it to write or to release', () => {
  const at = { entity: 'users', sourcedId: 'u1', field: 'name' } as const;
  const put = (value: string) => ({ ...noWishes, overrides: [named('u1', value)] });
  const release = { ...noWishes, releases: [at] };
  const standing = edits({ overrides: [named('u1', 'Old'), named('u2', 'Other')] });
  const after = (...wishes: (typeof noWishes)[]) =>
    withWishes(standing, wishes.reduce(addWishes, noWishes)).overrides.map(({ value }) => value);
  expect(after(put('A'), put('B'))).toEqual(['B', 'Other']);
  expect(after(put('A'), release)).toEqual(['Other']);
  expect(after(release, put('A'))).toEqual(['A', 'Other']);
});

test('of a record that is taken away for good neither an edit stays nor what the feed said of it', () => {
  const of = edits({
    overrides: [named('u1', 'Hand'), named('u1', 'Later', '2026-11-20'), named('u2', 'Other')],
    records: [{ entity: 'users', sourcedId: 'u1', record: {}, ...told }],
  });
  const known = ['users/u1', 'users/u2'].map((id) => line(id, 'Old'));
  const layer = new EditLayer({ before: of, after: of, today: '2026-11-20', beneath: known, hasFeed: false });
  layer.forget('users', 'u1');
  expect(layer.after).toEqual(edits({ overrides: [named('u2', 'Other')] }));
  expect(beneath(layer)).toEqual([['users/u2', 'Old']]);
});
