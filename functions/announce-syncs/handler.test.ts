import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { expect, test } from 'vitest';
import type { ServiceEvent } from '../../shared/reports/service-event.ts';
import { noCounts, type Sync } from '../../shared/roster/sync.ts';
import { recordingEvents } from '../../test/builders/http-event.ts';
import { makeHandler } from './handler.ts';

const sync = (state: Sync['state'], more: Partial<Sync> = {}): Partial<Sync> => ({
  district: 'd-1',
  syncId: 'S1',
  kind: 'feed',
  feed: 'sis',
  state,
  startedAt: '2026-11-21T12:00:00Z',
  ...more,
});

function change(before: unknown, after: unknown, SequenceNumber = '1'): DynamoDBRecord {
  const image = (value: unknown) =>
    // The types of events and of the SDK name the same wire format twice.
    marshall({ pk: 'p', sk: 's', version: 1, value }) as NonNullable<DynamoDBRecord['dynamodb']>['NewImage'];
  return {
    dynamodb: {
      SequenceNumber,
      ...(before === undefined ? {} : { OldImage: image(before) }),
      ...(after === undefined ? {} : { NewImage: image(after) }),
    },
  } as DynamoDBRecord;
}

async function announced(...records: DynamoDBRecord[]) {
  const events = recordingEvents();
  const followed: string[] = [];
  const provisions = { send: async (message: { district: string }) => void followed.push(message.district) };
  const outbox = new Map<string, ServiceEvent>();
  const tell = async (event: ServiceEvent) => !outbox.has(event.id) && !!outbox.set(event.id, event);
  const tellChanges = async () => {};
  const answer = await makeHandler({ events, provisions, outbox: { tell }, tellChanges })({
    Records: records,
  });
  return {
    outbox: [...outbox.values()],
    syncs: events.told.syncs,
    held: events.told.held,
    followed,
    answer,
  };
}

test('a sync that comes to its end is announced with its counts', async () => {
  const counts = noCounts();
  counts.users.created = 3;
  counts.classes.created = 2;
  const ended = sync('applied', { finishedAt: '2026-11-21T12:01:30Z', counts });
  const { syncs } = await announced(change(sync('finishing'), ended));
  expect(syncs).toMatchObject([
    { district: 'd-1', syncId: 'S1', state: 'applied', seconds: 90, counts: { created: 5 } },
  ]);
});

test('accounts follow a roster that was applied, and no sync that came to nothing', async () => {
  const applied = change(sync('finishing'), sync('applied'));
  const cancelled = change(sync('queued'), sync('cancelled'));
  expect((await announced(applied, cancelled)).followed).toEqual(['d-1']);
});

test.each([
  ['that goes on', sync('reading'), sync('applying')],
  ['that has ended before', sync('applied'), sync('applied')],
  ['that is held', sync('planning'), sync('held')],
  ['whose item has gone', sync('applied'), undefined],
])('a sync %s is not', async (_, before, after) => {
  expect((await announced(change(before, after))).syncs).toEqual([]);
});

test('a sync that comes to rest is announced once, with what it waits for', async () => {
  const held = sync('held', { hold: { reason: 'guard', remaining: 30 } });
  expect((await announced(change(sync('planning'), held), change(held, held))).held).toEqual([
    { district: 'd-1', syncId: 'S1', kind: 'feed', reason: 'guard', remaining: 30 },
  ]);
});

test('a sync that is cancelled before it began has no duration', async () => {
  const { startedAt: _, ...cancelled } = sync('cancelled');
  expect((await announced(change(sync('queued'), cancelled))).syncs).toMatchObject([{ state: 'cancelled' }]);
});

test('other items of the table are passed over', async () => {
  const lane = { district: 'd-1', generation: 1, queue: [] };
  const { syncs, answer } = await announced(change(lane, lane), change(sync('reading'), sync('failed'), '2'));
  expect(syncs).toMatchObject([{ state: 'failed' }]);
  expect(answer).toEqual({ batchItemFailures: [] });
});

test('a record that cannot be read hands the stream back from there', async () => {
  const broken: DynamoDBRecord = {
    dynamodb: { SequenceNumber: '7', NewImage: { value: { X: 'no such type' } as never } },
  };
  const { answer, syncs } = await announced(broken, change(sync('reading'), sync('failed'), '8'));
  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '7' }] });
  expect(syncs).toEqual([]);
});

test('people hear of a feed that was applied, with its counts, once', async () => {
  const counts = noCounts();
  counts.users.created = 3;
  const ended = change(sync('finishing'), sync('applied', { finishedAt: '2026-11-21T12:01:30Z', counts }));
  expect((await announced(ended, ended)).outbox).toMatchObject([
    {
      id: 'sync.S1.applied',
      kind: 'sync.applied',
      at: '2026-11-21T12:01:30Z',
      sync: 'S1',
      facts: { created: 3 },
    },
  ]);
});

test.each([
  ['held', sync('held', { hold: { reason: 'guard', remaining: 30 } }), ['sync.held']],
  ['held as a dry run', sync('held', { hold: { reason: 'dry-run', remaining: 30 } }), []],
  ['rejected', sync('rejected'), ['sync.failed']],
  ['cancelled', sync('cancelled'), []],
  ['applied, of edits by hand', sync('applied', { kind: 'edits' }), []],
  ['failed, of edits by hand', sync('failed', { kind: 'edits' }), ['sync.failed']],
])('of a sync that is %s people hear what concerns them', async (_, after, kinds) => {
  expect((await announced(change(sync('planning'), after))).outbox.map(({ kind }) => kind)).toEqual(kinds);
});
