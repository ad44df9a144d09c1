import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import * as z from 'zod';
import { type AuditDeps, keepingAudit } from './audit-trail.ts';
import type { Events } from './events.ts';
import { confinedTo, inNoDistrict } from './tenancy.ts';

export type BatchRecord = {
  /** Parsed JSON; `undefined` where the text is none. The consumer checks its shape. */
  body: unknown;
  messageId: string;
  /** How often the queue has handed it out, this time included. */
  receiveCount: number;
};

export type BatchDeps = {
  apply: (record: BatchRecord) => Promise<void>;
  events: Pick<Events, 'recordFailed' | 'flush'> & AuditDeps;
};

/** One record's failure does not replay its neighbours: those that threw are handed back to the queue, the others are done. */
export function batchHandler({ apply, events }: BatchDeps) {
  return middy<SQSEvent, SQSBatchResponse>().handler(async (event) => {
    const outcomes = await Promise.all(
      event.Records.map(async (record) => {
        const { messageId } = record;
        const receiveCount = Number(record.attributes.ApproximateReceiveCount);
        try {
          const at = new Date(Number(record.attributes.SentTimestamp)).toISOString();
          const origin = { at, requestId: messageId, route: 'queue' };
          const body = parseOrNothing(record.body);
          const work = () => apply({ body, messageId, receiveCount });
          await within(body, () => keepingAudit(events, origin, { work }));
          return [];
        } catch (error) {
          events.recordFailed(error, { messageId, receiveCount });
          return [{ itemIdentifier: messageId }];
        }
      }),
    );
    events.flush();
    return { batchItemFailures: outcomes.flat() };
  });
}

const OfDistrict = z.object({ district: z.string() });

/** A message is of the district that it names. */
function within<T>(body: unknown, work: () => T): T {
  const of = OfDistrict.safeParse(body);
  return of.success ? confinedTo(of.data.district, work) : inNoDistrict(work);
}

function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
