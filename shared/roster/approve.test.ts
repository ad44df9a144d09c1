import { beforeEach, describe, expect, test } from 'vitest';
import { CalmWorld, person, school } from '../../test/builders/calm-world.ts';
import type { TinyRoster } from '../../test/simulation/rosters.ts';
import type { User } from './records.ts';
import { defaultGuard, type Sync } from './sync.ts';
import { approveSync } from './sync-desk.ts';

const district = 'd-1';
const staff = Array.from({ length: 12 }, (_, at) => person(`t${at}`, ['teacher']));
const stay = staff.slice(6);
const refused = (code: string) => expect.objectContaining({ code });

let world: CalmWorld;
beforeEach(async () => {
  world = new CalmWorld();
  await world.sync([school], staff);
});

function approve({ syncId, plan }: Sync, by = 'bob'): Promise<Sync> {
  return approveSync(world, { district, syncId, planHash: plan?.hash ?? '', by });
}

function rosterOf(users: readonly User[]): TinyRoster {
  return {
    orgs: new Map([[school.sourcedId, school]]),
    users: new Map(users.map((user) => [user.sourcedId, user])),
    ...{ academicSessions: new Map(), courses: new Map(), classes: new Map(), enrollments: new Map() },
  };
}

/** A feed that names six of twelve. */
async function held(more: Partial<Sync['guard']> = {}, dryRun = false): Promise<Sync> {
  const guard = { ...defaultGuard, ...more };
  return world.rested(await world.startRoster(rosterOf(stay), { guard, dryRun }));
}

/** Single persons change by a sync that leaves alone what is held. */
async function edit(...ids: string[]): Promise<void> {
  const users = staff.map((user) => (ids.includes(user.sourcedId) ? { ...user, title: 'Edited' } : user));
  await world.rested(await world.startRoster(rosterOf(users), { only: { users: ids } }));
}

const stateOf = async ({ syncId }: Sync) => (await world.ledger.sync(district, syncId))?.value;
const userSeen = (id: string) => world.seen(`roster\tusers\t${id}`);

describe('an approval', () => {
  test('is used once, also where two come at the same time', async () => {
    const sync = await held();
    const both = await Promise.allSettled([approve(sync), approve(sync, 'eve')]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both).toContainEqual({ status: 'rejected', reason: refused('not-held') });
    const done = await world.rested(sync.syncId);
    expect([done.state, done.counts?.users.suspended]).toEqual(['applied', 6]);
    await expect(approve(sync)).rejects.toEqual(refused('not-held'));
  });

  test('is refused with the keys where a record that the plan changes was changed since', async () => {
    const sync = await held();
    const seen = world.allSeen();
    await edit('t0', 't9');
    await expect(approve(sync)).rejects.toMatchObject({
      kind: 'conflict',
      code: 'state-moved',
      detail: { keys: [{ entity: 'users', sourcedId: 't0' }], total: 1 },
    });
    expect((await stateOf(sync))?.state).toBe('held');
    expect(Object.keys(world.allSeen())).toEqual(Object.keys(seen));
  });

  test('goes on where other records were changed since, and leaves these as they are', async () => {
    const sync = await held();
    await edit('t9');
    await approve(sync);
    const done = await world.rested(sync.syncId);
    expect([done.state, done.counts?.users.suspended, world.rolesOf('t0')]).toEqual(['applied', 6, []]);
    expect(userSeen('t9')).toMatchObject({ status: 'active', record: { title: 'Edited' } });
  });

  test('of a plan that is held as a whole rests again where it would bring a record that nobody looked at', async () => {
    const sync = await held({ onBreach: 'hold-all' });
    await edit('t9');
    await approve(sync);
    const again = await world.rested(sync.syncId);
    expect(again).toMatchObject({
      state: 'held',
      hold: { reason: 'guard' },
      counts: { users: { updated: 1 } },
    });
    expect(userSeen('t9')).toMatchObject({ record: { title: 'Edited' } });
    await approve(again);
    expect((await world.rested(sync.syncId)).state).toBe('applied');
    expect(userSeen('t9')).toMatchObject({ record: staff[9] });
  });

  test('is refused while another sync is under way', async () => {
    const sync = await held();
    await world.startRoster(rosterOf(staff.slice(1)), { only: { users: ['t0'] } });
    await world.deliver('changes');
    await expect(approve(sync)).rejects.toEqual(refused('sync-under-way'));
    expect((await stateOf(sync))?.state).toBe('held');
  });

  test('of a plan that a newer feed has superseded is refused', async () => {
    const sync = await held();
    await world.sync([school], staff);
    expect((await stateOf(sync))?.state).toBe('superseded');
    await expect(approve(sync)).rejects.toEqual(refused('not-held'));
  });
});

describe('where more is held than one person may let go', () => {
  test('a second person has to approve the same plan', async () => {
    const sync = await held({ secondPersonAbove: 5 });
    const noted = await approve(sync);
    expect(noted).toMatchObject({
      state: 'held',
      hold: { awaits: 'second-person', approvals: [{ by: 'bob' }] },
    });
    await world.deliver();
    expect(world.rolesOf('t0').length).toBe(2);
    await expect(approve(sync)).rejects.toEqual(refused('same-person'));
    await approve(sync, 'eve');
    const done = await world.rested(sync.syncId);
    expect([done.state, done.approval?.by, done.approval?.first?.by]).toEqual(['applied', 'eve', 'bob']);
    expect(world.rolesOf('t0')).toEqual([]);
  });

  test('one is enough up to the limit', async () => {
    const sync = await held({ secondPersonAbove: 6 });
    await approve(sync);
    expect((await world.rested(sync.syncId)).state).toBe('applied');
  });

  test('a new plan forgets who has approved the one before', async () => {
    const sync = await held({ secondPersonAbove: 5, onBreach: 'hold-all' });
    await approve(sync);
    await edit('t9');
    await approve(sync, 'eve');
    const again = await world.rested(sync.syncId);
    expect(again).toMatchObject({ state: 'held', hold: { reason: 'guard' } });
    expect(again.hold).not.toHaveProperty('approvals');
  });

  test('removals below the guard count too where the plan is held as a whole', async () => {
    const people = [...staff, ...Array.from({ length: 88 }, (_, at) => person(`p${at}`, ['teacher']))];
    const guard = { ...defaultGuard, secondPersonAbove: 1 };
    await world.syncRoster({ orgs: [school], users: people }, { guard });
    const sync = await world.syncRoster({ orgs: [school], users: people.slice(2) }, { guard, dryRun: true });
    expect([sync.plan?.held, sync.plan?.removals]).toEqual([0, 2]);
    expect((await approve(sync)).hold?.awaits).toBe('second-person');
    await approve(sync, 'eve');
    expect((await world.rested(sync.syncId)).state).toBe('applied');
  });

  test('what a part has taken away already is not counted', async () => {
    const guard = { ...defaultGuard, secondPersonAbove: 6 };
    const other = { ...school, sourcedId: 's2' };
    const roles = [{ roleType: 'primary' as const, role: 'teacher', orgId: 's2' }];
    const others = Array.from({ length: 80 }, (_, at) => ({ ...person(`o${at}`, []), roles }));
    await world.syncRoster({ orgs: [school, other], users: [...staff, ...others] }, { guard });
    const left = { orgs: [school, other], users: [...stay, ...others.slice(1)] };
    const sync = await world.syncRoster(left, { guard });
    expect(sync).toMatchObject({ state: 'held', plan: { removals: 7 } });
    await approve(sync);
    expect((await world.rested(sync.syncId)).hold?.awaits).toBeUndefined();
  });
});
