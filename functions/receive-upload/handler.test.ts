import type { S3Event, S3EventRecord } from 'aws-lambda';
import { expect, test } from 'vitest';
import { recordingEvents } from '../../test/builders/http-event.ts';
import { makeHandler } from './handler.ts';

function objectCreated(key: string, size = 10): S3Event {
  const s3 = { object: { key, size, eTag: 'tag' } };
  // Of a whole event the handler looks at the object alone.
  return { Records: [{ s3 } as S3EventRecord] };
}

function world() {
  const arrived: unknown[] = [];
  const events = recordingEvents();
  const handler = makeHandler({
    uploads: {
      arrived: async (at, object) => {
        arrived.push([at, object.size]);
        return at.uploadId === 'unknown' ? undefined : { fileName: at.fileName, size: object.size };
      },
    },
    events,
    now: () => new Date('2026-11-21T12:00:00Z'),
  });
  return { arrived, events, handler };
}

test('notes which file of which upload has come', async () => {
  const { handler, arrived, events } = world();
  await handler(objectCreated('uploads/d-1/U1/Schuljahr+26%2B27+%C3%BCber.zip'));
  expect(arrived).toEqual([[{ district: 'd-1', uploadId: 'U1', fileName: 'Schuljahr 26+27 über.zip' }, 10]]);
  expect(events.told.uploads).toEqual(['U1']);
});

test.each(['other/d-1/U1/x.zip', 'uploads/d-1/x.zip', 'uploads/d-1/U1/a/x.zip', 'uploads//U1/x.zip'])(
  'passes over %s, which is no file of an upload',
  async (key) => {
    const { handler, arrived } = world();
    await handler(objectCreated(key));
    expect(arrived).toEqual([]);
  },
);

test('says nothing of a file that nobody waits for', async () => {
  const { handler, events } = world();
  await handler(objectCreated('uploads/d-1/unknown/x.zip'));
  expect(events.told.uploads).toEqual([]);
});
