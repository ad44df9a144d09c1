import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Local } from '../../infra/local/stack.ts';
import type { MappingRule } from '../../shared/access/mapping-rules.ts';
import type { MappingView } from '../../shared/messages/mapping.ts';
import type { PlanChange, SyncView } from '../../shared/messages/syncs.ts';
import { Api } from '../builders/api.ts';
import { feedZip } from '../builders/feed-zip.ts';
import { startLocal } from '../builders/local.ts';
import { feed11, withRow } from '../builders/oneroster-feed.ts';

const district = 'mapped';
const path = `/v1/districts/${district}/mapping`;
const question = ['u1', 'hmh:report.assessment', 'class:c1'] as const;

let local: Local;
let api: Api;
let shipped: MappingRule[];

beforeAll(async () => {
  local = await startLocal();
  api = await Api.signIn(local.url, local.operator);
  await api.newDistrict(district);
  expect((await api.sync(district, await feedZip(feed11()))).state).toBe('applied');
  shipped = (await api.ok<MappingView>('GET', path)).active.rules;
});

afterAll(async () => {
  await local?.stop();
  if (local !== undefined) rmSync(local.dataDir, { recursive: true, force: true });
});

const mayReport = async () => (await api.check(district, question)).decision;

async function simulate(rules: MappingRule[]): Promise<SyncView> {
  await api.ok('PUT', path, { rules });
  const { syncId } = await api.ok<SyncView>('POST', `${path}/simulation`);
  return api.rested(district, syncId);
}

test('rules that a person writes change answers when they are activated, and not before', async () => {
  const simulated = await simulate(shipped.filter(({ id }) => id !== 'hmh-teachers'));
  expect(simulated).toMatchObject({ kind: 'mapping', state: 'held', hold: { reason: 'dry-run' } });
  expect(simulated.roles).toEqual([
    { system: 'hmh', role: 'teacher', gained: 0, lost: expect.any(Number), requested: 0 },
  ]);
  const plan = await api.ok<{ items: PlanChange[] }>(
    'GET',
    `/v1/districts/${district}/syncs/${simulated.syncId}/plan`,
  );
  const lost = plan.items.find(({ sourcedId }) => sourcedId === 'u1')?.access;
  expect(lost).toEqual([{ system: 'hmh', gained: [], lost: ['teacher@school:s1'] }]);
  expect(await mayReport()).toBe(true);

  const wrong = await api.call('POST', `${path}/activation`, { planHash: 'another' });
  expect([wrong.status, wrong.body]).toEqual([409, expect.objectContaining({ code: 'other-plan' })]);
  expect(await mayReport()).toBe(true);

  const { syncId } = await api.ok<SyncView>('POST', `${path}/activation`, { planHash: simulated.planHash });
  expect((await api.rested(district, syncId)).state).toBe('applied');
  expect(await mayReport()).toBe(false);
  expect((await api.ok<MappingView>('GET', path)).active).toMatchObject({ sync: syncId });

  const feed = withRow(feed11(), 'users', 'u9,,,true,s1,teacher,new,,New,Teacher,,,,,,,,');
  expect((await api.sync(district, await feedZip(feed))).state).toBe('applied');
  expect(await mayReport()).toBe(false);
});

test('taken back, and approved as any held sync is, they answer as before', async () => {
  const { syncId, planHash } = await simulate(shipped);
  await api.ok('POST', `/v1/districts/${district}/syncs/${syncId}/approval`, { planHash });
  expect((await api.rested(district, syncId)).state).toBe('applied');
  expect(await mayReport()).toBe(true);
  const again = await api.call('POST', `${path}/activation`, { planHash });
  expect([again.status, again.body]).toEqual([409, expect.objectContaining({ code: 'not-simulated' })]);
});
