import { beforeEach, describe, expect, test } from 'vitest';
import { CalmWorld, person, school } from '../../test/builders/calm-world.ts';
import { type MappingRule, shippedRules } from '../access/mapping-rules.ts';
import { activateDraft, mappingState, saveDraft, simulateDraft } from './mapping-desk.ts';
import { putMapping } from './mapping-documents.ts';
import type { Sync } from './sync.ts';
import { approveSync, cancelSync } from './sync-desk.ts';

const district = 'd-1';
const teachersProctor: MappingRule = {
  id: 'teachers-proctor',
  title: 'Teachers proctor',
  active: true,
  match: [{ roles: ['teacher'] }],
  give: { system: 'hmh', role: 'school_assessment_proctor' },
};
const teachers = ['hmh teacher', 'imath teacher'];
const proctors = ['hmh school_assessment_proctor'];
const few = [person('u1', ['teacher']), person('u2', ['student']), person('u3', ['principal'])];

let world: CalmWorld;
beforeEach(async () => {
  world = new CalmWorld();
  await world.sync([school], few);
});

async function draft(...rules: MappingRule[]): Promise<string> {
  const version = await putMapping(world.objects, district, rules);
  await saveDraft(world, { district, version, by: 'ada' });
  return version;
}

async function simulate(...rules: MappingRule[]): Promise<Sync> {
  await draft(...rules);
  const { syncId } = await simulateDraft(world, { district, syncId: world.nextId(), by: 'ada' });
  return world.rested(syncId);
}

async function activate({ plan }: Sync): Promise<Sync> {
  const planHash = plan?.hash ?? '';
  const { syncId } = await activateDraft(world, { district, planHash, by: 'bob' });
  return world.rested(syncId);
}

const refused = (code: string) => expect.objectContaining({ code });

describe('a draft', () => {
  test('does nothing, not even when a feed comes', async () => {
    await draft(teachersProctor);
    expect(world.rolesOf('u1')).toEqual(teachers);
    await world.sync([school], [...few, person('u4', ['teacher'])]);
    expect(world.rolesOf('u4')).toEqual(teachers);
  });

  test('is saved only over the mapping that its writer has seen', async () => {
    const { etag } = mappingState((await world.ledger.lane(district)).value);
    await saveDraft(world, { district, version: 'v1', by: 'ada', ifMatch: etag });
    const again = saveDraft(world, { district, version: 'v2', by: 'bob', ifMatch: etag });
    await expect(again).rejects.toEqual(refused('changed-meanwhile'));
  });

  test('that nobody has written can not be simulated, and one that is not simulated not be activated', async () => {
    const asked = { district, syncId: world.nextId(), by: 'ada' };
    await expect(simulateDraft(world, asked)).rejects.toEqual(refused('no-draft'));
    await draft(teachersProctor);
    const early = activateDraft(world, { district, planHash: 'x', by: 'ada' });
    await expect(early).rejects.toEqual(refused('not-simulated'));
  });
});

describe('a simulation', () => {
  test('rests with who gains and loses what, and nobody has gained or lost it', async () => {
    const sync = await simulate(teachersProctor);
    expect(sync).toMatchObject({ state: 'held', hold: { reason: 'dry-run' } });
    const effects = (await world.changesOf(sync)).flatMap(({ id, effect }) =>
      effect ? [{ id, effect }] : [],
    );
    expect(effects).toEqual([
      {
        id: 'u1',
        effect: [
          { system: 'hmh', gained: ['school_assessment_proctor@school:s1'], lost: ['teacher@school:s1'] },
          { system: 'imath', gained: [], lost: ['teacher@school:s1'] },
        ],
      },
      {
        id: 'u3',
        effect: [
          { system: 'hmh', gained: [], lost: ['school_admin@school:s1'] },
          { system: 'imath', gained: [], lost: ['building_administrator@school:s1'] },
        ],
      },
    ]);
    expect(sync.roleTotals).toEqual([
      { system: 'hmh', role: 'school_admin', gained: 0, lost: 1, requested: 0 },
      { system: 'hmh', role: 'school_assessment_proctor', gained: 1, lost: 0, requested: 0 },
      { system: 'hmh', role: 'teacher', gained: 0, lost: 1, requested: 0 },
      { system: 'imath', role: 'building_administrator', gained: 0, lost: 1, requested: 0 },
      { system: 'imath', role: 'teacher', gained: 0, lost: 1, requested: 0 },
    ]);
    expect(sync.guardReport?.roles).toEqual({
      active: 4,
      lost: 4,
      percent: 100,
      breached: false,
      breaches: [],
    });
    expect([world.rolesOf('u1'), world.rolesOf('u3').length]).toEqual([teachers, 2]);
  });

  test('that takes away more roles than the guard lets go says so', async () => {
    const many = Array.from({ length: 5 }, (_, at) => person(`t${at}`, ['teacher']));
    await world.sync([school], [...few, ...many]);
    expect((await simulate()).hold).toMatchObject({ reason: 'guard' });
  });

  test('of a privileged role shows who would have to be confirmed, and gives nothing', async () => {
    const give = { system: 'hmh', role: 'district_data_admin' };
    const sync = await simulate({ ...teachersProctor, give });
    expect(sync.roleTotals).toContainEqual({ ...give, gained: 0, lost: 0, requested: 1 });
    await activate(sync);
    expect(world.rolesOf('u1')).toEqual([]);
  });
});

describe('an activation', () => {
  test('brings what was simulated into force, for later feeds too, and the draft is no more', async () => {
    const sync = await activate(await simulate(teachersProctor));
    expect(sync.state).toBe('applied');
    expect([world.rolesOf('u1'), world.rolesOf('u3')]).toEqual([proctors, []]);
    const { active, draft: left } = mappingState((await world.ledger.lane(district)).value);
    expect(active).toMatchObject({ version: sync.mapping, activatedBy: 'bob', syncId: sync.syncId });
    expect(left).toBeUndefined();
    for (const late of ['u4', 'u5', 'u6']) {
      await world.sync([school], [...few, person(late, ['teacher'])]);
      expect(world.rolesOf(late)).toEqual(proctors);
    }
  });

  test('leaves a feed that brings nothing new nothing to write', async () => {
    await activate(await simulate(teachersProctor));
    const sync = await world.sync([school], few);
    expect([sync.state, sync.plan?.changes, sync.roleTotals]).toEqual(['applied', 0, []]);
  });

  test('of rules that change nobody holds for those who come', async () => {
    const before = world.rolesOf('u1');
    const aides: MappingRule = { ...teachersProctor, id: 'aides', match: [{ roles: ['aide'] }] };
    const sync = await activate(await simulate(...shippedRules, aides));
    expect([sync.state, sync.plan?.changes, world.rolesOf('u1')]).toEqual(['applied', 0, before]);
    await world.sync([school], [...few, person('u4', ['aide'])]);
    expect(world.rolesOf('u4')).toEqual(proctors);
  });

  test('is by the approval of its sync just the same', async () => {
    const { syncId, plan } = await simulate(teachersProctor);
    await approveSync(world, { district, syncId, planHash: plan?.hash ?? '', by: 'bob' });
    await world.deliver();
    expect(world.rolesOf('u1')).toEqual(proctors);
  });

  test('of another plan, or of a draft or roster that has moved since, is refused', async () => {
    const sync = await simulate(teachersProctor);
    await expect(activateDraft(world, { district, planHash: 'x', by: 'bob' })).rejects.toEqual(
      refused('other-plan'),
    );
    await draft();
    await expect(activate(sync)).rejects.toEqual(refused('draft-moved'));
    await draft(teachersProctor);
    await world.sync([school], few.slice(0, 2));
    await expect(activate(sync)).rejects.toEqual(refused('not-simulated'));
    expect(world.rolesOf('u1')).toEqual(teachers);
  });

  test('leaves a draft alone that was written after it was approved', async () => {
    const { plan } = await simulate(teachersProctor);
    await activateDraft(world, { district, planHash: plan?.hash ?? '', by: 'bob' });
    const newer = await draft();
    await world.deliver();
    const state = mappingState((await world.ledger.lane(district)).value);
    expect(state).toMatchObject({ draft: { version: newer } });
    expect(world.rolesOf('u1')).toEqual(proctors);
  });

  test('writes over what a sync has left that was given up', async () => {
    const moved = [person('u1', ['principal']), ...few.slice(1), person('u9', ['teacher'])];
    const given = await world.startFeed([school], moved);
    await world.deliver('finishes');
    await cancelSync(world, { district, syncId: given, by: 'ada' });
    await activate(await simulate(teachersProctor));
    expect([world.rolesOf('u1'), world.rolesOf('u9')]).toEqual([proctors, []]);
    expect(world.seen('roster\tusers\tu1')).toMatchObject({ record: few[0] });
    expect(world.seen('roster\tusers\tu9')).toBeUndefined();
    expect((await world.sync([school], few)).plan?.changes).toBe(0);
  });
});

test('a role that a person does not get beside another is a problem of every sync, with or without changes', async () => {
  const both = [...few, person('u5', ['principal', 'teacher'])];
  for (const sync of [await world.sync([school], both), await world.sync([school], both)]) {
    expect(await world.problemsOf(sync)).toEqual([
      expect.objectContaining({
        code: 'role-conflict',
        severity: 'warning',
        value: 'u5',
        message:
          'The mapping rules give u5 two imath roles at school s1: building_administrator was kept, teacher was not given.',
      }),
    ]);
    expect(sync.problems).toMatchObject({ errors: 0, warnings: 1 });
  }
  expect(world.rolesOf('u5')).toEqual(['hmh school_admin', 'hmh teacher', 'imath building_administrator']);
});
