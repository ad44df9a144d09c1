import { beforeEach, describe, expect, test } from 'vitest';
import { type MappingRule, shippedRules } from '../../shared/access/mapping-rules.ts';
import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';
import { CalmWorld, person, school } from '../../test/builders/calm-world.ts';
import {
  bodyOf,
  context,
  districtClient,
  httpEvent,
  recordingEvents,
} from '../../test/builders/http-event.ts';
import { noIdentities } from '../../test/builders/no-identities.ts';
import { makeHandler, type SyncDesk } from './handler.ts';
import { makeMappingDesk } from './mapping-desk.ts';
import { viewOf } from './views.ts';

const params = { district: 'd-1' };
const rule: MappingRule = {
  id: 'coaches',
  title: 'Coaches proctor',
  active: true,
  match: [{ title: { contains: 'coach' } }],
  give: { system: 'hmh', role: 'school_assessment_proctor' },
};

let world: CalmWorld;
let events: ReturnType<typeof recordingEvents>;
let call: (...asked: Parameters<typeof httpEvent>) => Promise<{ status: number | undefined } & Answer>;
type Answer = { body: Record<string, unknown>; etag: unknown };

beforeEach(async () => {
  world = new CalmWorld();
  await world.sync([school], [person('u1', ['teacher'], { title: 'Reading Coach' })]);
  events = recordingEvents();
  const view = async (sync: Parameters<typeof viewOf>[0]) => viewOf(sync, undefined, new Date(world.now()));
  const other = () => Promise.reject(new Error('another test'));
  const desk: SyncDesk = {
    ...{ start: other, get: other, list: other, plan: other, problems: other, problemsCsvUrl: other },
    ...{ approve: other, rollback: other, cancel: other, care: other, pull: other },
  };
  const handler = makeHandler({
    desk,
    changes: () => Promise.reject(new Error('not asked here')),
    mappings: makeMappingDesk({ ...world, view }),
    edits: { list: other, override: other, putRecord: other, release: other },
    matches: { list: other, user: other },
    identities: noIdentities,
    catalogues: shippedCatalogues,
    findFeed: async () => undefined,
    findUpload: async () => undefined,
    newestUpload: async () => undefined,
    clientSince: async () => undefined,
    decide: async () => ({ decision: true, reason: { code: 'allowed', message: 'x' } }),
    idempotency: {
      begin: async ({ newId }) => ({ kind: 'mine', newId }),
      keep: async () => {},
      release: async () => {},
    },
    events,
    now: () => new Date(world.now()),
  });
  call = async (name, asked = {}) => {
    const as = districtClient('d-1');
    const answer = await handler(httpEvent(name, { params, as, ...asked }), context);
    return { status: answer.statusCode, body: bodyOf(answer), etag: answer.headers?.etag };
  };
});

test('a new district has the shipped rules and no draft', async () => {
  const { body } = await call('getMapping');
  expect(body).toEqual({ active: { version: expect.any(String), rules: shippedRules } });
});

test('a draft stands beside the active rules, and is replaced only by who has seen it', async () => {
  const { etag } = await call('getMapping');
  const headers = { 'if-match': String(etag) };
  const saved = await call('putMapping', { body: { rules: [rule] }, headers });
  expect([saved.status, saved.etag === etag]).toEqual([200, false]);
  expect((await call('getMapping')).body).toMatchObject({
    active: { rules: shippedRules },
    draft: { rules: [rule], savedBy: 'client:d-1.c1', savedAt: world.now() },
  });
  const late = await call('putMapping', { body: { rules: [] }, headers });
  expect([late.status, late.body.code]).toEqual([412, 'changed-meanwhile']);
});

test('draft, simulation and activation are told to the audit, and the activation is shown with who did it', async () => {
  await call('putMapping', { body: { rules: [rule] } });
  const simulated = await call('simulateMapping');
  expect(simulated).toMatchObject({ status: 202, body: { kind: 'mapping', dryRun: true, state: 'queued' } });
  const { plan, mapping } = await world.rested(String(simulated.body.syncId));
  const activated = await call('activateMapping', { body: { planHash: plan?.hash } });
  expect([activated.status, activated.body.approvedBy]).toEqual([202, 'client:d-1.c1']);
  await world.deliver();
  const { active, draft } = (await call('getMapping')).body;
  const sync = simulated.body.syncId;
  expect(active).toMatchObject({ version: mapping, rules: [rule], activatedBy: 'client:d-1.c1', sync });
  expect(draft).toBeUndefined();
  expect(world.rolesOf('u1')).toEqual(['hmh school_assessment_proctor']);
  expect(events.told.audits.map(({ action }) => action)).toEqual([
    'mapping-drafted',
    'mapping-simulated',
    'mapping-approved',
  ]);
});

describe('rules are refused', () => {
  const give = (system: string, role: string) => ({ ...rule, give: { system, role } });
  test.each<[string, unknown[], string]>([
    ['for a system that is not there', [give('sis', 'teacher')], '/rules/0/give/system'],
    ['for a role that is not there', [rule, { ...give('hmh', 'coach'), id: 'b' }], '/rules/1/give/role'],
    ['for a role that is calculated', [give('pcr', 'parent')], '/rules/0/give/role'],
    ['for a role of customers', [give('imath', 'customer_administrator')], '/rules/0/give/role'],
    ['for two of one id', [rule, rule], '/rules/1/id'],
  ])('%s', async (_, rules, pointer) => {
    const { status, body } = await call('putMapping', { body: { rules } });
    expect([status, body.code]).toEqual([422, 'unfit-rules']);
    expect(body.errors).toEqual([{ pointer, detail: expect.any(String) }]);
    expect((await call('getMapping')).body.draft).toBeUndefined();
  });

  test.each<[string, object, string]>([
    ['that match everybody', { match: [{}] }, '/rules/0/match/0'],
    ['that match nothing', { match: [] }, '/rules/0/match'],
    [
      'with a title both equal and contained',
      { match: [{ title: { equals: 'a', contains: 'b' } }] },
      '/rules/0/match/0/title',
    ],
    ['with something unknown', { match: [{ email: 'x' }] }, '/rules/0/match/0/email'],
  ])('%s', async (_, wrong, pointer) => {
    const { status, body } = await call('putMapping', { body: { rules: [{ ...rule, ...wrong }] } });
    expect([status, body.code]).toEqual([400, 'invalid-request']);
    const [first] = body.errors as { pointer: string }[];
    expect(first?.pointer).toContain(pointer);
  });
});
