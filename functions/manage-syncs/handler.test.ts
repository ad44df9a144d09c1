import { expect, test } from 'vitest';
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
import { makeHandler, type SyncDesk } from './handler.ts';

const feed = aFeed();
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

function world({ upload = 'whole' }: { upload?: 'whole' | 'partial' | 'unknown' } = {}) {
  const started: unknown[] = [];
  const approved: unknown[] = [];
  const desk: SyncDesk = {
    start: async (request) => {
      started.push(request);
      return view({ syncId: request.syncId });
    },
    care: async ({ syncId: id, kind }) => view({ syncId: id, kind }),
    get: async (district, id) => (district === 'd-1' && id === syncId ? view({ state: 'held' }) : undefined),
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
    cancel: async () => view({ state: 'cancelled' }),
  };
  const events = recordingEvents();
  const nothing = () => Promise.reject(new Error('no mapping here'));
  const handler = makeHandler({
    desk,
    mappings: { get: nothing, save: nothing, simulate: nothing, activate: nothing },
    catalogues: new Map(),
    findFeed: async (_, id) => (id === 'sis' ? feed : undefined),
    uploadIsComplete: async () => (upload === 'unknown' ? undefined : upload === 'whole'),
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
    approved,
    events,
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

test('an approval names the plan it is for and who gives it', async () => {
  const { call, approved } = world();
  const wrong = await call(httpEvent('approveSync', { ...one, body: { planHash: 'x' } }));
  expect([wrong.statusCode, bodyOf(wrong).code]).toEqual([409, 'other-plan']);
  expect((await call(httpEvent('approveSync', { ...one, body: { planHash: 'hash' } }))).statusCode).toBe(202);
  expect(approved).toEqual([{ planHash: 'hash', by: 'client:op' }]);
});

test('a cancellation needs no body', async () => {
  expect(bodyOf(await world().call(httpEvent('cancelSync', one))).state).toBe('cancelled');
});
