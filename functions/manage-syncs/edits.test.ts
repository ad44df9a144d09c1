import { beforeEach, describe, expect, test } from 'vitest';
import type { Decide } from '../../shared/runtime/permissions.ts';
import { CalmWorld, person, school } from '../../test/builders/calm-world.ts';
import {
  bodyOf,
  context,
  districtClient,
  httpEvent,
  recordingEvents,
} from '../../test/builders/http-event.ts';
import { makeEditsDesk } from './edits-desk.ts';
import { makeHandler, type SyncDesk } from './handler.ts';
import { makeMatches } from './matches.ts';
import { viewOf } from './views.ts';

const owner = 'client:d-1.c1';
const reason = 'as on the birth certificate';

let world: CalmWorld;
let events: ReturnType<typeof recordingEvents>;
let denied: Set<string>;
let call: (...asked: Parameters<typeof httpEvent>) => Promise<{ status: number | undefined } & Answer>;
type Answer = { body: Record<string, unknown>; etag: unknown };

beforeEach(async () => {
  world = new CalmWorld();
  await world.sync([school], [person('u1', ['teacher']), person('u2', ['student'])]);
  events = recordingEvents();
  denied = new Set();
  const view = async (sync: Parameters<typeof viewOf>[0]) => viewOf(sync, undefined, new Date(world.now()));
  const other = () => Promise.reject(new Error('another test'));
  const desk: SyncDesk = {
    ...{ start: other, get: other, list: other, plan: other, problems: other, problemsCsvUrl: other },
    ...{ approve: other, rollback: other, cancel: other, care: other, pull: other },
  };
  const decide: Decide = async (_, { action }) =>
    denied.has(action.name)
      ? { decision: false, reason: { code: 'no-role', message: 'x' } }
      : { decision: true, reason: { code: 'allowed', message: 'x' } };
  const handler = makeHandler({
    desk,
    mappings: { get: other, save: other, simulate: other, activate: other },
    changes: other,
    edits: makeEditsDesk({ ...world, view }),
    matches: makeMatches(world),
    identities: world,
    catalogues: new Map(),
    findFeed: async () => undefined,
    findUpload: async () => undefined,
    newestUpload: async () => undefined,
    clientSince: async () => undefined,
    decide,
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
    const answer = await handler(httpEvent(name, { as, ...asked }), context);
    return { status: answer.statusCode, body: bodyOf(answer), etag: answer.headers?.etag };
  };
});

const d1 = { district: 'd-1' };
const at = (sourcedId: string, entity = 'users') => ({ ...d1, entity, sourcedId });
const put = (sourcedId: string, field: string, value: unknown, more: object = {}) =>
  call('putOverride', { params: { ...at(sourcedId), field }, body: { value, reason, ...more } });
const made = (sourcedId: string, record: unknown, entity = 'users') =>
  call('putManualRecord', { params: at(sourcedId, entity), body: { record, reason } });
const list = async (query = '') => (await call('listEdits', { params: d1, query })).body;
const { sourcedId: _, ...teacher } = person('x', ['teacher']);

test('an edit answers with its sync, and stands in the list with who made it, why and until when', async () => {
  const answer = await put('u1', 'givenName', 'Ada', { until: '2027-01-01' });
  expect(answer).toMatchObject({ status: 202, body: { kind: 'edits', state: 'queued', requestedBy: owner } });
  expect(await list()).toEqual({ items: [] });
  await world.deliver();
  const edit = { entity: 'users', sourcedId: 'u1', field: 'givenName', value: 'Ada', owner, reason };
  expect(await list()).toEqual({ items: [{ ...edit, until: '2027-01-01', at: world.now() }] });
  const sync = answer.body.syncId;
  expect(events.told.audits).toEqual([
    {
      ...{ district: 'd-1', by: owner, action: 'record-edited' },
      what: { entity: 'users', sourcedId: 'u1', field: 'givenName', sync },
      personal: { about: 'u1', after: 'Ada' },
    },
  ]);
});

test('two records of one person are listed, merged, split again and told apart', async () => {
  const same = { givenName: 'Ada', familyName: 'Lovelace', identifier: '4711' };
  await world.sync([school], [{ ...person('u7', ['teacher']), ...same }, person('u2', ['student'])]);
  const users = [{ ...person('p1', ['parent']), ...same }];
  await world.syncRoster({ orgs: [school], users }, { feed: 'parents' });
  const open = async () => (await call('listMatches', { params: d1 })).body.items;
  const listed = [{ users: ['u7', 'p1'], evidence: ['name', 'identifier'] }];
  expect(await open()).toEqual(listed);
  const params = { ...d1, user: 'u7', other: 'p1' };
  const decide = async (asked: boolean) => {
    const answer = await call('decideMatch', { params, body: { same: asked, reason } });
    await world.deliver();
    return [answer.status, events.told.audits.at(-1)?.action];
  };
  expect(await decide(true)).toEqual([202, 'people-merged']);
  expect(await open()).toEqual([]);
  expect(world.seen('access\tperson\tp1')).toMatchObject({ same: 'u7' });
  expect((await call('undoMatch', { params })).status).toBe(202);
  await world.deliver();
  expect(await open()).toEqual(listed);
  expect(await decide(false)).toEqual([202, 'people-told-apart']);
  expect(await open()).toEqual([]);

  const refused = async (user: string, other: string) =>
    (await call('decideMatch', { params: { ...d1, user, other }, body: { same: true, reason } })).body.code;
  expect(await Promise.all([refused('u7', 'u7'), refused('u7', 'u2'), refused('u7', 'nobody')])).toEqual([
    ...['match-unfit', 'match-unfit', 'unknown-record'],
  ]);
  denied.add('hmh:roster.automated_import');
  expect(await refused('u7', 'p1')).toBe('not-permitted');
});

test('a release answers with its sync; of what nobody has edited it is not found', async () => {
  await put('u1', 'givenName', 'Ada');
  await world.deliver();
  const params = { ...at('u1'), field: 'givenName' };
  const released = await call('releaseOverride', { params });
  expect([released.status, events.told.audits.at(-1)?.action]).toEqual([202, 'edit-released']);
  await world.deliver();
  expect(await list()).toEqual({ items: [] });
  expect((await call('releaseOverride', { params })).body.code).toBe('unknown-edit');
});

test('a record is made by hand, and suspended by its release', async () => {
  expect((await made('h1', teacher)).status).toBe(202);
  await world.deliver();
  expect(await list('entity=users&sourcedId=h1')).toMatchObject({
    items: [{ sourcedId: 'h1', record: teacher }],
  });
  expect((await call('releaseManualRecord', { params: at('h1') })).status).toBe(202);
  await world.deliver();
  expect(world.seen('roster\tusers\th1')).toMatchObject({ status: 'suspended' });
});

test('the list is paged, and narrowed by entity, record and owner', async () => {
  for (const field of ['familyName', 'givenName', 'pronouns']) await put('u1', field, 'x');
  await put('u2', 'givenName', 'x');
  await world.deliver();
  const seen: unknown[] = [];
  let cursor: unknown = '';
  while (cursor !== undefined) {
    const page = await list(`limit=3${cursor ? `&cursor=${String(cursor)}` : ''}`);
    seen.push(
      ...(page.items as { sourcedId: string; field: string }[]).map((e) => `${e.sourcedId} ${e.field}`),
    );
    cursor = page.cursor;
  }
  expect(seen).toEqual(['u1 familyName', 'u1 givenName', 'u1 pronouns', 'u2 givenName']);
  expect((await list('sourcedId=u2')).items).toHaveLength(1);
  expect((await list(`owner=${owner}`)).items).toHaveLength(4);
  expect((await list('owner=eve')).items).toEqual([]);
  expect((await list('entity=orgs')).items).toEqual([]);
});

test('who names the list that was seen is refused where it has changed meanwhile', async () => {
  const { etag } = await call('listEdits', { params: d1 });
  const headers = { 'if-match': String(etag) };
  const body = { value: 'Ada', reason };
  const params = { ...at('u1'), field: 'givenName' };
  expect((await call('putOverride', { params, body, headers })).status).toBe(202);
  expect((await call('putOverride', { params, body, headers })).body.code).toBe('changed-meanwhile');
});

describe('who may edit records but not hand out roles', () => {
  beforeEach(() => denied.add('hmh:roster.automated_import'));

  test('may put names right', async () => {
    expect((await put('u1', 'givenName', 'Ada')).status).toBe(202);
  });

  test.each(['roles', 'grades', 'title', 'email', 'enabledUser', 'agentIds'])(
    'may not write %s, nor release it',
    async (field) => {
      const body = { value: [], reason };
      const params = { ...at('u1'), field };
      expect((await call('putOverride', { params, body })).status).toBe(403);
      expect((await call('releaseOverride', { params })).status).toBe(403);
    },
  );

  test('may not make records', async () => {
    expect((await made('h1', teacher)).status).toBe(403);
  });
});

describe('refused, and nothing is asked for:', () => {
  test.each<[string, () => Promise<{ status: number | undefined } & Answer>, number, string]>([
    ['a field that is not there', () => put('u1', 'shoeSize', 'x'), 422, 'unknown-field'],
    ['a status', () => put('u1', 'status', 'active'), 422, 'unknown-field'],
    ['an id', () => put('u1', 'sourcedId', 'u2'), 422, 'unknown-field'],
    ['a value of another type', () => put('u1', 'givenName', 7), 400, 'invalid-request'],
    ['a needed field left blank', () => put('u1', 'roles', null), 400, 'invalid-request'],
    ['a role without its org', () => put('u1', 'roles', [{ role: 'teacher' }]), 400, 'invalid-request'],
    ['no reason', () => put('u1', 'givenName', 'Ada', { reason: ' ' }), 400, 'invalid-request'],
    [
      'a day that is none',
      () => put('u1', 'givenName', 'Ada', { until: '2027-02-30' }),
      400,
      'invalid-request',
    ],
    ['a record that nobody knows', () => put('u9', 'givenName', 'Ada'), 404, 'unknown-record'],
    ['a record that the feed brings', () => made('u1', teacher), 409, 'record-of-feed'],
    [
      'a record without a name',
      () => made('h1', { ...teacher, givenName: undefined }),
      400,
      'invalid-request',
    ],
    ['a record with its status', () => made('h1', { ...teacher, status: 'active' }), 400, 'invalid-request'],
    ['an entity that is not there', () => made('h1', teacher, 'pupils'), 400, 'invalid-request'],
  ])('%s', async (_, asked, status, code) => {
    const { status: answered, body } = await asked();
    expect([answered, body.code]).toEqual([status, code]);
    expect((await world.ledger.lane('d-1')).value.queue).toEqual([]);
    expect(events.told.audits).toEqual([]);
  });
});
