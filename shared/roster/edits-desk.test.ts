import { beforeEach, describe, expect, test } from 'vitest';
import { CalmWorld, person, school } from '../../test/builders/calm-world.ts';
import type { Fields } from './edits.ts';
import {
  type Asked,
  editsEtag,
  editsInForce,
  overrideField,
  putManualRecord,
  releaseEdit,
  startExpiredEdits,
} from './edits-desk.ts';
import type { Entity } from './records.ts';
import type { Sync } from './sync.ts';
import { approveSync, cancelSync, startSync, withoutFeed } from './sync-desk.ts';

const district = 'd-1';
const teachers = ['hmh teacher', 'imath teacher'];
const few = [person('u1', ['teacher']), person('u2', ['student']), person('u3', ['principal'])];
const refused = (code: string) => expect.objectContaining({ code });

let world: CalmWorld;
beforeEach(async () => {
  world = new CalmWorld();
  await world.sync([school], few);
});

const asking = (by = 'ada', ifMatch?: string) => ({ district, syncId: world.nextId(), by, ifMatch });
const told = (until?: string) => ({
  ...{ owner: 'ada', reason: 'as on the birth certificate', at: world.now() },
  ...(until === undefined ? {} : { until }),
});
type More = { entity?: Entity; until?: string; by?: string };

function override(
  sourcedId: string,
  field: string,
  value: unknown,
  { entity = 'users', until, by }: More = {},
) {
  return overrideField(world, asking(by), { entity, sourcedId, field, value, ...told(until) });
}

function makeByHand(sourcedId: string, record: Fields, { entity = 'users', until }: More = {}) {
  return putManualRecord(world, asking(), { entity, sourcedId, record, ...told(until) });
}

function release(sourcedId: string, field?: string) {
  return releaseEdit(world, asking(), { entity: 'users', sourcedId, field });
}

const done = async (asked: Promise<Asked>) => world.rested((await asked).sync.syncId);
const user = (id: string) =>
  world.seen(`roster\tusers\t${id}`) as { status: string; record: Fields } | undefined;
const byHand = (role: string, name = 'Hand'): Fields => {
  const { sourcedId: _, ...record } = person('x', [role], { givenName: name });
  return record;
};
const codes = async (sync: Sync) =>
  (await world.problemsOf(sync)).map(({ code, column, value }) => [code, column, value]);

describe('an override', () => {
  test('stands over every feed, also while the feed changes other fields', async () => {
    const sync = await done(override('u1', 'givenName', 'Ada'));
    expect(sync).toMatchObject({ kind: 'edits', state: 'applied', counts: { users: { updated: 1 } } });
    expect(user('u1')?.record).toEqual({ ...few[0], givenName: 'Ada' });
    await world.sync([school], [person('u1', ['teacher'], { familyName: 'Other' }), ...few.slice(1)]);
    expect(user('u1')?.record).toMatchObject({ givenName: 'Ada', familyName: 'Other' });
  });

  test('of a value that the feed has otherwise is told with every feed, and never where they agree', async () => {
    await done(override('u1', 'givenName', 'Ada'));
    for (let run = 0; run < 2; run++) {
      const sync = await world.sync([school], few);
      expect(await codes(sync)).toEqual([['override-kept', 'givenName', 'u1']]);
      expect(sync.plan?.changes).toBe(0);
    }
    const agreed = await world.sync(
      [school],
      [person('u1', ['teacher'], { givenName: 'Ada' }), ...few.slice(1)],
    );
    expect([await codes(agreed), agreed.plan?.changes]).toEqual([[], 0]);
  });

  test('that is released gives back what the last feed said, without waiting for the next', async () => {
    await done(override('u1', 'givenName', 'Ada'));
    await world.sync([school], [person('u1', ['teacher'], { givenName: 'New' }), ...few.slice(1)]);
    const sync = await done(release('u1', 'givenName'));
    expect(sync.counts?.users).toMatchObject({ updated: 1, received: 1 });
    expect(user('u1')?.record).toMatchObject({ givenName: 'New' });
    await expect(release('u1', 'givenName')).rejects.toEqual(refused('unknown-edit'));
  });

  test('can blank a field, and gives it back where it stood', async () => {
    const mailed = [person('u1', ['teacher'], { email: 'a@example.org' }), ...few.slice(1)];
    await world.sync([school], mailed);
    const before = JSON.stringify(user('u1'));
    await done(override('u1', 'email', null));
    expect(user('u1')?.record).not.toHaveProperty('email');
    await done(release('u1', 'email'));
    expect(JSON.stringify(user('u1'))).toBe(before);
  });

  test('of roles changes what the person may do, and its plan says so', async () => {
    const sync = await done(override('u2', 'roles', few[0]?.roles));
    expect(world.rolesOf('u2')).toEqual(teachers);
    const change = (await world.changesOf(sync)).find(({ id, effect }) => id === 'u2' && effect);
    expect(change?.effect?.map(({ system, gained }) => [system, gained])).toEqual([
      ['hmh', ['teacher@school:s1']],
      ['imath', ['teacher@school:s1']],
    ]);
  });

  test('of a record that is gone waits for it', async () => {
    await done(override('u1', 'givenName', 'Ada'));
    await world.sync([school], few.slice(1));
    expect(user('u1')?.status).toBe('suspended');
    await world.sync([school], few);
    expect(user('u1')).toMatchObject({ status: 'active', record: { givenName: 'Ada' } });
  });

  test('of a record that nobody knows is refused', async () => {
    await expect(override('u9', 'givenName', 'Ada')).rejects.toEqual(refused('unknown-record'));
  });

  test('of a record that is suspended is released all the same', async () => {
    await done(override('u1', 'givenName', 'Ada'));
    await world.sync([school], few.slice(1));
    await done(release('u1', 'givenName'));
    expect(user('u1')).toEqual({ status: 'suspended', record: few[0] });
  });
});

describe('a manual record', () => {
  test('stands beside those of every full feed, with the roles of its person', async () => {
    expect(await done(makeByHand('h1', byHand('teacher')))).toMatchObject({
      counts: { users: { created: 1 } },
    });
    for (const feed of [few, [...few, person('u4', ['student'])]]) {
      const sync = await world.sync([school], feed);
      expect(sync.counts?.users).toMatchObject({ received: feed.length, suspended: 0 });
      expect(user('h1')?.status).toBe('active');
    }
    expect(world.rolesOf('h1')).toEqual(teachers);
  });

  test('is adopted by a feed that brings its id, and gone with that feed again', async () => {
    await done(makeByHand('h1', byHand('teacher')));
    const brings = [...few, person('h1', ['student'])];
    const sync = await world.sync([school], brings);
    expect(await codes(sync)).toEqual([['manual-record-adopted', undefined, 'h1']]);
    expect(sync.counts?.users).toMatchObject({ updated: 1, created: 0 });
    expect(user('h1')).toEqual({ status: 'active', record: brings.at(-1) });
    expect((await editsInForce(world, district)).edits.records).toEqual([]);
    expect(await codes(await world.sync([school], brings))).toEqual([]);
    await world.sync([school], few);
    expect(user('h1')?.status).toBe('suspended');
  });

  test('keeps the fields that were overridden when the feed adopts it', async () => {
    await done(makeByHand('h1', byHand('teacher')));
    await done(override('h1', 'familyName', 'Kept'));
    await world.sync([school], [...few, person('h1', ['teacher'])]);
    expect(user('h1')?.record).toMatchObject({ givenName: 'Given', familyName: 'Kept' });
    await done(release('h1', 'familyName'));
    expect(user('h1')?.record).toEqual(person('h1', ['teacher']));
  });

  test('is changed by being written again, and suspended by its release', async () => {
    await done(makeByHand('h1', byHand('teacher')));
    await done(makeByHand('h1', byHand('teacher', 'Other')));
    expect(user('h1')?.record).toMatchObject({ givenName: 'Other' });
    const sync = await done(release('h1'));
    expect(sync.counts?.users).toMatchObject({ suspended: 1 });
    expect([user('h1')?.status, world.rolesOf('h1')]).toEqual(['suspended', []]);
    await done(makeByHand('h1', byHand('student')));
    expect(user('h1')?.status).toBe('active');
  });

  test('is not made of one that the feed brings; of one that it has dropped it is', async () => {
    await expect(makeByHand('u1', byHand('teacher'))).rejects.toEqual(refused('record-of-feed'));
    await world.sync([school], few.slice(1));
    await done(makeByHand('u1', byHand('teacher')));
    await world.sync([school], few.slice(1));
    expect(user('u1')?.status).toBe('active');
  });

  test('can be the first of a district', async () => {
    world = new CalmWorld();
    const { sourcedId: _, ...record } = school;
    await done(makeByHand('s1', record, { entity: 'orgs' }));
    await done(makeByHand('h1', byHand('teacher')));
    expect(world.rolesOf('h1')).toEqual(teachers);
    await world.sync([school], few);
    expect([user('h1')?.status, user('u1')?.status]).toEqual(['active', 'active']);
  });
});

describe('an edit with an end', () => {
  const today = '2026-11-20';
  const end = (day: string) => startExpiredEdits(world, district, { today: day, syncId: world.nextId() });

  test('is in force until its day, and the look of that day takes it off, once', async () => {
    await done(override('u1', 'givenName', 'Ada', { until: '2026-11-21' }));
    expect(user('u1')?.record).toMatchObject({ givenName: 'Ada' });
    expect(await end(today)).toBeUndefined();
    world.passDays(1);
    const started = await end('2026-11-21');
    expect(await end('2026-11-21')).toBeUndefined();
    await world.rested(started?.syncId ?? '');
    expect(user('u1')?.record).toEqual(few[0]);
    expect((await editsInForce(world, district)).edits.overrides).toEqual([]);
    expect(await end('2026-11-22')).toBeUndefined();
  });

  test('is off with a feed that comes before that look, and what the feed says then stands', async () => {
    await done(override('u1', 'givenName', 'Ada', { until: '2026-11-21' }));
    await done(makeByHand('h1', byHand('teacher'), { until: '2026-11-21' }));
    world.passDays(1);
    const sync = await world.sync([school], few);
    expect([user('u1')?.record, user('h1')?.status]).toEqual([few[0], 'suspended']);
    expect(await codes(sync)).toEqual([]);
    const moved = [
      person('u1', ['teacher'], { givenName: 'New' }),
      ...few.slice(1),
      person('h1', ['student']),
    ];
    await world.sync([school], moved);
    const started = await end('2026-11-21');
    expect((await world.rested(started?.syncId ?? '')).plan?.changes).toBe(0);
    expect(user('u1')?.record).toMatchObject({ givenName: 'New' });
    expect(user('h1')).toMatchObject({ status: 'active', record: moved.at(-1) });
  });
});

describe('people who edit at once', () => {
  test('share a sync that waits, and none takes back what another has written', async () => {
    const { sync: first } = await override('u1', 'givenName', 'Ada');
    const { sync: second } = await override('u2', 'givenName', 'Bob', { by: 'bob' });
    const { sync: third } = await override('u1', 'givenName', 'Eve', { by: 'eve' });
    expect([second.syncId, third.syncId]).toEqual([first.syncId, first.syncId]);
    await world.rested(first.syncId);
    expect([user('u1')?.record.givenName, user('u2')?.record.givenName]).toEqual(['Eve', 'Bob']);
  });

  test('add to each other where one sync is planned already', async () => {
    const { sync: first } = await override('u1', 'givenName', 'Ada');
    await world.deliver('changes');
    const { sync: second } = await override('u2', 'givenName', 'Bob');
    expect(second.syncId).not.toBe(first.syncId);
    await world.deliver();
    expect([user('u1')?.record.givenName, user('u2')?.record.givenName]).toEqual(['Ada', 'Bob']);
  });

  test('are refused where they name what they have seen and somebody was first', async () => {
    const { etag } = await editsInForce(world, district);
    const value = { entity: 'users', sourcedId: 'u1', field: 'givenName', value: 'Ada', ...told() } as const;
    await overrideField(world, asking('ada', etag), value);
    const late = overrideField(world, asking('bob', etag), { ...value, value: 'Bob' });
    await expect(late).rejects.toEqual(refused('changed-meanwhile'));
    expect(editsEtag((await world.ledger.lane(district)).value)).not.toBe(etag);
  });

  test('leave nothing of a sync that is cancelled', async () => {
    const { sync: first } = await override('u1', 'givenName', 'Ada');
    await world.deliver('changes');
    await cancelSync(world, { district, syncId: first.syncId, by: 'ada' });
    await done(override('u2', 'givenName', 'Bob'));
    expect([user('u1')?.record, user('u2')?.record.givenName]).toEqual([few[0], 'Bob']);
    expect((await editsInForce(world, district)).edits.overrides).toHaveLength(1);
  });
});

describe('a sync of edits that takes away more than the guard lets go', () => {
  const many = Array.from({ length: 6 }, (_, at) => `h${at}`);

  test('of records rests with all of it, and its approval applies exactly that', async () => {
    for (const id of many) await makeByHand(id, byHand('teacher'));
    await world.deliver();
    for (const id of many) await release(id);
    const { syncId } = (await override('u1', 'givenName', 'Ada')).sync;
    const held = await world.rested(syncId);
    expect(held).toMatchObject({ state: 'held', hold: { reason: 'guard' } });
    expect([user('h0')?.status, user('u1')?.record]).toEqual(['active', few[0]]);
    expect((await editsInForce(world, district)).edits.records).toHaveLength(6);
    await approveSync(world, { district, syncId, planHash: held.plan?.hash ?? '', by: 'bob' });
    expect((await world.rested(syncId)).state).toBe('applied');
    expect([user('h0')?.status, user('u1')?.record.givenName]).toEqual(['suspended', 'Ada']);
    expect((await editsInForce(world, district)).edits.records).toEqual([]);
  });

  test('of roles rests too', async () => {
    for (const id of many) await makeByHand(id, byHand('teacher'));
    await world.deliver();
    for (const id of many) await override(id, 'roles', []);
    const { syncId } = (await override(many[0] ?? '', 'givenName', 'Ada')).sync;
    const held = await world.rested(syncId);
    expect(held).toMatchObject({
      state: 'held',
      hold: { reason: 'guard' },
      guardReport: { roles: { breached: true } },
    });
    expect(world.rolesOf('h0')).toEqual(teachers);
    await approveSync(world, { district, syncId, planHash: held.plan?.hash ?? '', by: 'bob' });
    expect((await world.rested(syncId)).state).toBe('applied');
    expect(world.rolesOf('h0')).toEqual([]);
  });
});

test('an edit that is rolled back gives the value of the feed back, and keeps what was edited since', async () => {
  const { syncId: undoes } = await done(override('u1', 'givenName', 'Ada'));
  await done(override('u1', 'familyName', 'Later'));
  await world.sync([school], [person('u1', ['teacher'], { givenName: 'New' }), ...few.slice(1)]);
  const syncId = world.nextId();
  const request = { ...withoutFeed, district, syncId, dryRun: false, requestedBy: 'ada' };
  await startSync(world, { ...request, kind: 'rollback', undoes });
  await world.rested(syncId);
  expect(user('u1')?.record).toMatchObject({ givenName: 'New', familyName: 'Later' });
  const back = world.nextId();
  await startSync(world, { ...request, syncId: back, kind: 'rollback', undoes: syncId });
  await world.rested(back);
  expect(user('u1')?.record).toMatchObject({ givenName: 'Ada', familyName: 'Later' });
});

test('an edit of an unread partition is read, and what it does not touch is taken over as it stands', async () => {
  const manifest = async () => {
    const key = (await world.ledger.lane(district)).value.committed.manifest ?? '';
    return JSON.parse(await world.objects.get(key));
  };
  const before = await manifest();
  await done(override('u1', 'givenName', 'Ada'));
  const after = await manifest();
  expect(after.kinds.orgs).toEqual(before.kinds.orgs);
  await done(release('u1', 'givenName'));
  expect((await manifest()).kinds.users).toEqual(before.kinds.users);
});
