import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byId, comparePartition, type PartitionInput, rosterChanges } from './compare.ts';
import type { RecordStatus } from './records.ts';
import { removed } from './removal.ts';
import type { StateLine } from './state.ts';

const line = (id: string, json = '{}', status: RecordStatus = 'active'): StateLine => ({ id, json, status });
const nothing = new Set<string>();
const at = '2026-11-20T07:00:00.000Z';

function compare(input: Partial<PartitionInput>) {
  const outcome = comparePartition({
    before: [],
    feed: [],
    dropped: { rows: nothing, parts: nothing },
    fate: (before) => ({ goes: { before, kind: 'suspend' } }),
    manual: nothing,
    at,
    cover: nothing,
    ...input,
  });
  return { ...outcome, changes: [...rosterChanges('users', outcome.changes)] };
}

describe('a record that', () => {
  test('is new is created', () => {
    const { changes, tally, kept } = compare({ feed: [line('u1')] });
    expect(tally.created).toBe(1);
    expect(kept).toEqual([{ ...line('u1'), changed: at }]);
    expect(changes).toEqual([
      { table: 'roster', entity: 'users', id: 'u1', kind: 'create', now: { status: 'active', record: {} } },
    ]);
  });

  test('is the same changes nothing', () => {
    const { changes, tally, removals } = compare({ before: [line('u1')], feed: [line('u1')] });
    expect({ changes, removals, unchanged: tally.unchanged }).toEqual({
      changes: [],
      removals: [],
      unchanged: 1,
    });
  });

  test('is the same keeps the mark of when it changed, and gets a new one with whatever is seen of it', () => {
    const before = { ...line('u1', '{"a":1}'), changed: '2026-09-01T07:00:00.000Z' };
    const marked = (feed: StateLine[]) => {
      const { kept, removals } = compare({ before: [before], feed });
      return [...kept, ...removals.map((removal) => removed(removal, at))].map((l) => l?.changed);
    };
    expect(marked([line('u1', '{"a":1}')])).toEqual([before.changed]);
    expect(marked([line('u1', '{"a":2}')])).toEqual([at]);
    expect(marked([])).toEqual([at]);
    const returned = compare({ before: [{ ...before, status: 'suspended' }], feed: [line('u1', '{"a":1}')] });
    expect(returned.kept).toMatchObject([{ status: 'active', changed: at }]);
  });

  test('differs is updated, with what it was', () => {
    const { changes } = compare({ before: [line('u1', '{"a":1}')], feed: [line('u1', '{"a":2}')] });
    expect(changes[0]).toMatchObject({
      kind: 'update',
      prev: { record: { a: 1 } },
      now: { record: { a: 2 } },
    });
  });

  test('is missing from a full feed is a candidate for removal, not a change', () => {
    const { changes, removals, kept } = compare({ before: [line('u1')] });
    expect(changes).toEqual([]);
    expect(kept).toEqual([]);
    expect(removals).toEqual([{ before: line('u1'), kind: 'suspend' }]);
  });

  test('is missing from a feed that has only a part of its kind stays', () => {
    expect(compare({ before: [line('u1')], fate: undefined }).kept).toEqual([line('u1')]);
  });

  test('was suspended and is still missing stays suspended', () => {
    const { changes, removals } = compare({ before: [line('u1', '{}', 'suspended')] });
    expect([...changes, ...removals]).toEqual([]);
  });

  test('was suspended and comes back is reactivated', () => {
    const { changes, tally } = compare({ before: [line('u1', '{}', 'suspended')], feed: [line('u1')] });
    expect(tally.reactivated).toBe(1);
    expect(changes[0]).toMatchObject({ kind: 'reactivate', now: { status: 'active' } });
  });

  test('is marked tobedeleted is a candidate for removal and keeps its content', () => {
    const { removals, tally } = compare({
      before: [line('u1', '{"a":1}')],
      feed: [line('u1', '{"a":2}', 'tobedeleted')],
    });
    expect(tally.marked).toBe(1);
    const [removal] = removals;
    expect(removal && removed(removal, at)).toEqual({
      ...line('u1', '{"a":1}', 'tobedeleted'),
      changed: at,
      since: at,
    });
  });

  test('had its row dropped stays as it was', () => {
    const { changes, removals, tally, kept } = compare({
      before: [line('u1')],
      dropped: { rows: new Set(['u1']), parts: nothing },
    });
    expect([...changes, ...removals]).toEqual([]);
    expect(kept).toEqual([line('u1')]);
    expect(tally.rejected).toBe(1);
  });

  test('lost a part stays as it was, and a new one goes without it', () => {
    const dropped = { rows: nothing, parts: new Set(['u1', 'u2']) };
    const { tally, kept } = compare({
      before: [line('u1', '{"a":1}')],
      feed: [line('u1'), line('u2')],
      dropped,
    });
    expect(kept.sort(byId)).toEqual([line('u1', '{"a":1}'), { ...line('u2'), changed: at }]);
    expect(tally).toMatchObject({ rejected: 1, created: 1 });
  });

  test('an earlier plan may have touched is written again', () => {
    const { changes } = compare({ before: [line('u1')], feed: [line('u1')], cover: new Set(['u1']) });
    expect(changes[0]).toMatchObject({
      kind: 'cover',
      now: { status: 'active' },
      prev: { status: 'active' },
    });
  });
});

const status = fc.constantFrom<RecordStatus>('active', 'suspended', 'tobedeleted');
const lines = (of: fc.Arbitrary<RecordStatus>) =>
  fc.uniqueArray(
    fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd', 'e'), json: fc.constantFrom('1', '2'), status: of }),
    { selector: ({ id }) => id },
  );

test('the state after a full feed is the feed plus what is suspended; comparing again finds nothing', () => {
  const feedStatus = fc.constantFrom<RecordStatus>('active', 'tobedeleted');
  fc.assert(
    fc.property(lines(status), lines(feedStatus), (before, feed) => {
      const out = compare({ before, feed });
      const after = [...out.kept, ...out.removals.flatMap((removal) => removed(removal, at) ?? [])].sort(
        byId,
      );
      const active = after.filter((l) => l.status === 'active').map(({ changed: _, ...l }) => l);
      expect(active).toEqual(feed.filter((l) => l.status === 'active').sort(byId));
      expect(after.map((l) => l.id)).toEqual([...new Set([...before, ...feed].map((l) => l.id))].sort());
      const again = compare({ before: after, feed });
      expect([...again.changes, ...again.removals]).toEqual([]);
      const { unchanged, created, updated, reactivated, marked, rejected } = out.tally;
      expect(unchanged + created + updated + reactivated + marked + rejected).toBe(feed.length);
    }),
  );
});
