import { describe, expect, test } from 'vitest';
import { RequestError } from '../../shared/errors.ts';
import type { SyncView } from '../../shared/messages/syncs.ts';
import { aFeed } from '../../test/builders/feed.ts';
import {
  bodyOf,
  context,
  districtClient,
  httpEvent,
  recordingEvents,
} from '../../test/builders/http-event.ts';
import { noIdentities } from '../../test/builders/no-identities.ts';
import { aPulledFeed } from '../../test/builders/pulled-feed.ts';
import { makeHandler, type SyncDesk } from './handler.ts';

const feed = aFeed();
const pulledFeed = aPulledFeed();
const syncId = '01K0000000000000000000000A';
const uploadId = '01K0000000000000000000000B';
const view = (more: Partial<SyncView> = {}): SyncView => ({
  syncId,
  kind: 'feed',
  feed: 'sis',
  dryRun: false,
  state: 'queued',
  progress: { done: 0, unit: 'rows' },
  counts: {},
  files: [],
  createdAt: '2026-11-21T12:00:00Z',
  ...more,
});

type Given = {
  upload?: 'whole' | 'partial' | 'unknown';
  of?: string;
  newest?: string;
  madeAt?: string;
  hold?: SyncView['hold'];
};

function world({ upload = 'whole', of, newest, madeAt, hold }: Given = {}) {
  const started: unknown[] = [];
  const pulls: unknown[] = [];
  const approved: unknown[] = [];
  const undone: unknown[] = [];
  const desk: SyncDesk = {
    start: async (request) => {
      started.push(request);
      return view({ syncId: request.syncId });
    },
    pull: async (request) => {
      pulls.push(request);
      return view({ syncId: request.syncId });
    },
    care: async ({ syncId: id, kind }) => view({ syncId: id, kind }),
    get: async (district, id) =>
      district === 'd-1' && id === syncId ? view({ state: 'held', ...(hold ? { hold } : {}) }) : undefined,
    list: async () => ({ items: [view()] }),
    plan: async (_, __, { entity }) => ({
      items: [{ entity: entity ?? 'users', kind: 'suspend', sourcedId: 'u-1', before: { status: 'active' } }],
    }),
    problems: async () => ({ items: [] }),
    problemsCsvUrl: async () => 'https://s3.test/problems.csv',
    approve: async (_, __, asked) => {
      if (asked.planHash !== 'hash') throw new RequestError('conflict', 'other-plan', 'Another plan.');
      approved.push(asked);
      return view({ state: 'applying' });
    },
    rollback: async (_, undoes, asked) => {
      undone.push({ undoes, ...asked });
      return view({ syncId: asked.syncId, kind: 'rollback', undoes });
    },
    cancel: async () => view({ state: 'cancelled' }),
  };
  const events = recordingEvents();
  const nothing = () => Promise.reject(new Error('another test'));
  const handler = makeHandler({
    desk,
    changes: async ({ after, limit }) => ({ items: [], cursor: `${after ?? 'none'} ${limit}`, more: false }),
    mappings: { get: nothing, save: nothing, simulate: nothing, activate: nothing },
    edits: { list: nothing, override: nothing, putRecord: nothing, release: nothing },
    matches: { list: nothing, user: nothing },
    identities: noIdentities,
    catalogues: new Map(),
    findFeed: async (_, id) => (id === 'sis' ? feed : id === 'api' ? pulledFeed : undefined),
    findUpload: async () => (upload === 'unknown' ? undefined : { isWhole: upload === 'whole', feed: of }),
    newestUpload: async () => newest,
    clientSince: async () => madeAt,
    decide: async () => ({ decision: true, reason: { code: 'allowed', message: 'x' } }),
    idempotency: {
      begin: async ({ newId }) => ({ kind: 'mine', newId }),
      keep: async () => {},
      release: async () => {},
    },
    events,
    now: () => new Date('2026-11-21T12:00:00Z'),
  });
  return {
    started,
    pulls,
    approved,
    told: events.told,
    events,
    undone,
    call: (event: ReturnType<typeof httpEvent>) => handler(event, context),
  };
}

const params = { district: 'd-1' };
const one = { params: { ...params, sync: syncId } };

test('a sync starts from an upload that is whole, with the settings of its feed', async () => {
  const { call, started } = world();
  const body = { feed: 'sis', upload: uploadId };
  const answer = await call(httpEvent('startSync', { params, body, as: districtClient('d-1') }));
  expect(answer.statusCode).toBe(202);
  const { syncId: made } = bodyOf(answer);
  expect(started).toEqual([
    { district: 'd-1', syncId: made, feed, uploadId, dryRun: false, requestedBy: 'client:d-1.c1' },
  ]);
});

test('what the gate should let pass is handed on, and on record with who said so', async () => {
  const { call, started, told } = world();
  const body = { feed: 'sis', upload: uploadId, accept: ['rows-lost', 'rows-lost'] };
  await call(httpEvent('startSync', { params, body, as: districtClient('d-1') }));
  expect(started).toMatchObject([{ accept: ['rows-lost'] }]);
  expect(told.audits).toMatchObject([{ action: 'gate-overruled', by: 'client:d-1.c1' }]);
  const never = { ...body, accept: ['other-district'] };
  expect((await call(httpEvent('startSync', { params, body: never }))).statusCode).toBe(400);
});

test('without an upload, the newest whole one of the feed is synced', async () => {
  const { call, started } = world({ newest: uploadId });
  const body = { feed: 'sis', only: { users: ['u-1'] } };
  expect((await call(httpEvent('startSync', { params, body }))).statusCode).toBe(202);
  expect(started).toMatchObject([{ uploadId, only: { users: ['u-1'] } }]);
});

test('an upload that is said to be everything is synced as such', async () => {
  const { call, started } = world();
  await call(httpEvent('startSync', { params, body: { feed: 'sis', upload: uploadId, mode: 'full' } }));
  expect(started).toMatchObject([{ uploadId, snapshot: true }]);
});

test('an upload of another feed starts nothing', async () => {
  const { call, started } = world({ of: 'other' });
  const answer = await call(httpEvent('startSync', { params, body: { feed: 'sis', upload: uploadId } }));
  expect([answer.statusCode, bodyOf(answer).code]).toEqual([422, 'upload-of-another-feed']);
  expect(started).toEqual([]);
});

test.each([{}, { users: [] }, { users: ['u', 'u'] }, { rooms: ['r'] }])(
  'a sync of %o alone is refused',
  async (only) => {
    const { call, started } = world();
    const body = { feed: 'sis', upload: uploadId, only };
    expect((await call(httpEvent('startSync', { params, body }))).statusCode).toBe(400);
    expect(started).toEqual([]);
  },
);

test.each<[string, 'whole' | 'partial' | 'unknown', object, number, string]>([
  ['a feed that is not there', 'whole', { feed: 'x', upload: uploadId }, 404, 'unknown-feed'],
  ['no upload', 'whole', { feed: 'sis' }, 422, 'upload-missing'],
  ['an upload that is not there', 'unknown', { feed: 'sis', upload: uploadId }, 404, 'unknown-upload'],
  ['an upload that is not whole', 'partial', { feed: 'sis', upload: uploadId }, 409, 'upload-incomplete'],
  [
    'something the contract does not have',
    'whole',
    { feed: 'sis', upload: uploadId, force: true },
    400,
    'invalid-request',
  ],
])('%s starts nothing', async (_, upload, body, status, code) => {
  const { call, started } = world({ upload });
  const answer = await call(httpEvent('startSync', { params, body }));
  expect([answer.statusCode, bodyOf(answer).code]).toEqual([status, code]);
  expect(started).toEqual([]);
});

test.each([
  ['startPurge', 'purge'],
  ['startRepair', 'repair'],
] as const)('%s plans a %s, and who asked for it is written down', async (route, kind) => {
  const { call, events } = world();
  const answer = await call(httpEvent(route, { params, as: districtClient('d-1') }));
  expect([answer.statusCode, bodyOf(answer).kind]).toEqual([202, kind]);
  expect(events.told.audits).toEqual([
    {
      district: 'd-1',
      by: 'client:d-1.c1',
      action: `${kind}-started`,
      what: { sync: bodyOf(answer).syncId },
    },
  ]);
});

test('a sync of another district is not found', async () => {
  const { call } = world();
  expect((await call(httpEvent('getSync', one))).statusCode).toBe(200);
  const elsewhere = { params: { district: 'd-2', sync: syncId } };
  for (const route of ['getSync', 'getSyncPlan', 'listSyncProblems'] as const) {
    expect((await call(httpEvent(route, elsewhere))).statusCode).toBe(404);
  }
});

test('a plan can be narrowed', async () => {
  const answer = await world().call(httpEvent('getSyncPlan', { ...one, query: 'entity=classes' }));
  expect(bodyOf(answer).items).toMatchObject([{ entity: 'classes', kind: 'suspend' }]);
  expect((await world().call(httpEvent('getSyncPlan', { ...one, query: 'entity=x' }))).statusCode).toBe(400);
});

test('problems are a page, or a file for who asks for CSV by name', async () => {
  const { call } = world();
  expect(bodyOf(await call(httpEvent('listSyncProblems', { ...one, headers: { accept: '*/*' } })))).toEqual({
    items: [],
  });
  const answer = await call(
    httpEvent('listSyncProblems', { ...one, headers: { accept: 'text/csv;q=0.9, */*' } }),
  );
  expect([answer.statusCode, answer.headers?.location]).toEqual([303, 'https://s3.test/problems.csv']);
});

test('a second approval takes a client that was there before the plan', async () => {
  const hold = { reason: 'guard', remaining: 9, awaits: 'second-person' } as const;
  const approve = async (madeAt: string) => {
    const { call, approved } = world({ hold, madeAt });
    const answer = await call(httpEvent('approveSync', { ...one, body: { planHash: 'hash' } }));
    return [answer.statusCode, bodyOf(answer).code, approved.length];
  };
  expect(await approve('2026-11-21T12:00:01Z')).toEqual([409, 'approver-too-new', 0]);
  expect(await approve('2026-11-21T11:00:00Z')).toEqual([202, undefined, 1]);
});

test('an approval names the plan it is for and who gives it', async () => {
  const { call, approved } = world();
  const wrong = await call(httpEvent('approveSync', { ...one, body: { planHash: 'x' } }));
  expect([wrong.statusCode, bodyOf(wrong).code]).toEqual([409, 'other-plan']);
  expect((await call(httpEvent('approveSync', { ...one, body: { planHash: 'hash' } }))).statusCode).toBe(202);
  expect(approved).toEqual([{ planHash: 'hash', by: 'client:op' }]);
});

test('a rollback needs no body, and may be a dry run', async () => {
  const { call, undone } = world();
  const answer = await call(httpEvent('rollbackSync', one));
  expect([answer.statusCode, bodyOf(answer).undoes]).toEqual([202, syncId]);
  await call(httpEvent('rollbackSync', { ...one, body: { dryRun: true } }));
  expect(undone).toMatchObject([
    { undoes: syncId, dryRun: false, by: 'client:op' },
    { undoes: syncId, dryRun: true, by: 'client:op' },
  ]);
  const wrong = await call(httpEvent('rollbackSync', { ...one, body: { force: true } }));
  expect(wrong.statusCode).toBe(400);
});

test('a cancellation needs no body', async () => {
  expect(bodyOf(await world().call(httpEvent('cancelSync', one))).state).toBe('cancelled');
});

describe('a sync of a feed of an API', () => {
  const start = (body: object) => httpEvent('startSync', { params, body: { feed: 'api', ...body } });

  test('pulls the feed first, by its settings', async () => {
    const { call, pulls, started } = world();
    expect((await call(start({ mode: 'full' }))).statusCode).toBe(202);
    expect(pulls).toEqual([
      expect.objectContaining({ feed: pulledFeed, fullEveryDays: 7, full: true, dryRun: false }),
    ]);
    expect(started).toEqual([]);
  });

  test('reads an earlier pull where it is named, and no upload of anybody else', async () => {
    const upload = '01K00000000000000000000000';
    const own = world({ of: 'api' });
    expect((await own.call(start({ upload }))).statusCode).toBe(202);
    expect(own.started).toEqual([expect.objectContaining({ uploadId: upload })]);
    const foreign = world();
    expect((await foreign.call(start({ upload }))).statusCode).toBe(422);
  });
});
