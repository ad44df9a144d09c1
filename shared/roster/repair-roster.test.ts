import { beforeEach, expect, test } from 'vitest';
import { CalmWorld, person, school } from '../../test/builders/calm-world.ts';

let world: CalmWorld;
beforeEach(async () => {
  world = new CalmWorld();
  await world.sync([school], [person('u1', ['teacher']), person('u2', ['student'])]);
});

test('where all is stored as it was committed, a repair writes nothing and is applied', async () => {
  const sync = await world.care('repair');
  expect([sync.state, sync.plan?.changes, sync.problems?.warnings]).toEqual(['applied', 0, 0]);
});

test('a repair after a release that derives other facts leaves them to the next feed', async () => {
  const before = (await world.ledger.lane('d-1')).value.committed.manifest;
  world.derivationVersion = 'another';
  expect((await world.care('repair')).plan?.changes).toBe(0);
  expect((await world.ledger.lane('d-1')).value.committed.manifest).toBe(before);
});

test('what was written past the syncs is found, shown, and mended by an approval, once', async () => {
  const record = world.item('roster\tusers\tu2');
  const facts = world.item('access\tperson\tu1');
  const changed = { status: 'active', record: person('u2', ['teacher']) };
  world.plant('roster\tusers\tu2', { g: 1, pg: 0, now: changed });
  world.plant('roster\torgs\ts1', undefined);
  world.plant('roster\tusers\tghost', {
    g: 1,
    pg: 0,
    now: { status: 'active', record: person('ghost', ['teacher']) },
  });
  world.plant('access\tperson\tghost', { ...facts, pg: 0, g: 1 });
  world.plant('access\tperson\tu1', { g: 1, pg: 0, now: { ...(facts?.now as object), assignments: [] } });
  const [holder = ''] = world.keys().filter((key) => key.startsWith('assignments\t') && key.includes('hmh'));
  world.plant(holder, undefined);

  const held = await world.care('repair');
  expect([held.state, held.hold]).toEqual(['held', { reason: 'drift', remaining: 6 }]);
  const found = (await world.changesOf(held)).map(({ table, entity, id, kind, now, prev }) => [
    `${kind} ${table} ${entity}`,
    id,
    prev !== undefined,
    now !== undefined,
  ]);
  expect(found).toEqual([
    ['repair roster orgs', 's1', false, true],
    ['repair roster users', 'u2', true, true],
    ['repair roster users', 'ghost', true, false],
    ['repair access person', 'u1', true, true],
    ['repair access person', 'ghost', true, false],
    ['repair assignments holder', expect.stringContaining('u1'), false, true],
  ]);
  const problems = await world.problemsOf(held);
  expect(problems.map(({ code }) => code)).toEqual(Array(6).fill('drift'));
  expect(JSON.stringify(problems)).not.toMatch(/Given|Family/);
  expect(world.rolesOf('u1')).toEqual([]);

  expect((await world.approve(held)).state).toBe('applied');
  expect(world.rolesOf('u1')).toEqual(['hmh teacher', 'imath teacher']);
  expect(world.seen('roster\tusers\tu2')).toEqual(record?.now);
  expect(world.seen('roster\tusers\tghost')).toBeUndefined();
  expect((await world.care('repair')).plan?.changes).toBe(0);
});

test('an item that moved on after the plan was looked at is planned and shown anew', async () => {
  world.plant('roster\torgs\ts1', undefined);
  const held = await world.care('repair');
  world.plant('roster\tusers\tu1', undefined);
  const again = await world.approve(held);
  expect([again.state, again.hold?.remaining]).toEqual(['held', 2]);
  expect((await world.approve(again)).state).toBe('applied');
});
