import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { AuditEntry, AuditTrail } from './audit-entry.ts';
import { gather } from './audit-gathering.ts';

/**
 * What the service tells about itself: one function per event, with a stable code, counts as metrics, detail in the log.
 * Ids and counts only; these are children's records.
 */
export type Events = ReturnType<typeof makeEvents>;

type Fields = Record<string, string | number | boolean | undefined>;

export type RequestEnd = {
  requestId: string;
  route: string;
  status: number;
  milliseconds: number;
  clientId?: string | undefined;
  district?: string | undefined;
};

export type SyncHeld = { district: string; syncId: string; kind: string; reason: string; remaining: number };

export type SyncEnd = {
  district: string;
  syncId: string;
  feed?: string | undefined;
  /** Version of the rules that a sync without a feed brought in. */
  mapping?: string | undefined;
  state: string;
  /** From its start to its end. */
  seconds?: number | undefined;
  /** Summed over the entities. */
  counts: Record<string, number>;
};

/** `mail`: digest of what asked for it, which the record of sent mails goes by. */
export type MailEvent = { district: string; account: string; kind: string; mail: string };

export type WebhookCalled = {
  district: string;
  webhook: string;
  kind: string;
  state: string;
  milliseconds: number;
  status?: number | undefined;
  why?: string | undefined;
};

/** `trail`: of functions that somebody may have to answer for; what others say is logged and no more. */
export function makeEvents(service: string, trail?: AuditTrail) {
  const logger = new Logger({ serviceName: service });
  const metrics = new Metrics({ namespace: 'Rolebook', serviceName: service });
  const log = (code: string, fields: Fields) => logger.info(code, { event: code, ...fields });

  return {
    trail,
    requestEnded(end: RequestEnd): void {
      log('request-ended', end);
      metrics.addMetric('requests', MetricUnit.Count, 1);
      metrics.addMetric('requestMilliseconds', MetricUnit.Milliseconds, end.milliseconds);
      if (end.status >= 500) metrics.addMetric('requestFaults', MetricUnit.Count, 1);
    },
    /** Our bug, or a store that did not answer. */
    requestFailed(error: unknown, at: { requestId: string; route: string }): void {
      logger.error('request-failed', { event: 'request-failed', ...at, ...describe(error) });
    },
    recordFailed(error: unknown, at: { messageId: string; receiveCount: number }): void {
      logger.warn('record-failed', { event: 'record-failed', ...at, ...describe(error) });
      metrics.addMetric('recordFailures', MetricUnit.Count, 1);
    },
    laneFailed(error: unknown, at: { district: string }): void {
      logger.error('lane-failed', { event: 'lane-failed', ...at, ...describe(error) });
      metrics.addMetric('laneFailures', MetricUnit.Count, 1);
    },
    /** What had come due stays so, and is tried again with the next minute. */
    dueFailed(error: unknown, at: { district: string; kind: string }): void {
      logger.error('due-failed', { event: 'due-failed', ...at, ...describe(error) });
      metrics.addMetric('dueFailures', MetricUnit.Count, 1);
    },
    /** An erasure that was tried for all its nights, and the stores that still say something of the person. */
    erasureGivenUp(at: { district: string; erasure: string; left: string }): void {
      logger.error('erasure-given-up', { event: 'erasure-given-up', ...at });
      metrics.addMetric('erasuresGivenUp', MetricUnit.Count, 1);
    },
    /** A feed should have come by now and did not. Times are ISO 8601. */
    feedLate(at: { district: string; feed: string; since: string; expectedBy: string }): void {
      logger.warn('feed-late', { event: 'feed-late', ...at });
      metrics.addMetric('feedsLate', MetricUnit.Count, 1);
    },
    /** A try to pull a feed that did not give a roster; `state` as people see it. */
    pullHindered(at: { district: string; feed: string; syncId: string; state: string; code: string }): void {
      logger.warn('pull-hindered', { event: 'pull-hindered', ...at });
      metrics.addMetric(`pulls-${at.state}`, MetricUnit.Count, 1);
    },
    /** `state`: pulled or unchanged. */
    pullEnded(at: { district: string; feed: string; syncId: string; state: string; objects: number }): void {
      log('pull-ended', at);
      metrics.addMetric(`pulls-${at.state}`, MetricUnit.Count, 1);
    },
    /** A report stood still, in the state that is given: its message was sent again. */
    reportSentAgain(at: { district: string; report: string; state: string }): void {
      logger.warn('report-sent-again', { event: 'report-sent-again', ...at });
      metrics.addMetric('reportsSentAgain', MetricUnit.Count, 1);
    },
    /** However often it was sent, nothing finished it; whoever waits for it is told. */
    reportGivenUp(at: { district: string; report: string; state: string }): void {
      logger.error('report-given-up', { event: 'report-given-up', ...at });
      metrics.addMetric('reportsGivenUp', MetricUnit.Count, 1);
    },
    /** Somebody came back from an identity provider, and what it said of them could not be used. */
    providerRefused(at: { district: string; provider: string; code: string }): void {
      logger.warn('provider-refused', { event: 'provider-refused', ...at });
      metrics.addMetric('providersRefused', MetricUnit.Count, 1);
    },
    audited(entry: AuditEntry): void {
      const { what, district, by, action } = entry;
      log('audit', { district, by, action, ...what });
      gather(entry);
    },
    /** It may have been done all the same, and this is all that tells of it. */
    auditLost(error: unknown, at: { requestId: string; route: string; actions: string }): void {
      logger.error('audit-lost', { event: 'audit-lost', ...at, ...describe(error) });
      metrics.addMetric('auditLost', MetricUnit.Count, 1);
    },
    mailSent(mail: MailEvent): void {
      log('mail-sent', mail);
      metrics.addMetric('mails-sent', MetricUnit.Count, 1);
    },
    /** Nobody gets it, however often it is tried. `why`: `address`, `late`, `too-many`, or the mail system's word. */
    mailRefused(mail: MailEvent & { why: string }): void {
      logger.warn('mail-refused', { event: 'mail-refused', ...mail });
      metrics.addMetric('mails-refused', MetricUnit.Count, 1);
    },
    /** `state`: of the delivery from then on. */
    webhookCalled(at: WebhookCalled): void {
      log('webhook-called', at);
      metrics.addMetric(`webhooks-${at.state}`, MetricUnit.Count, 1);
      metrics.addMetric('webhookMilliseconds', MetricUnit.Milliseconds, at.milliseconds);
    },
    /** Called no more until somebody looks. */
    webhookDisabled(at: { district: string; webhook: string; why: string }): void {
      logger.warn('webhook-disabled', { event: 'webhook-disabled', ...at });
      metrics.addMetric('webhooksDisabled', MetricUnit.Count, 1);
    },
    mailHeard(at: { district: string; account: string; state: string }): void {
      log('mail-heard', at);
      metrics.addMetric(`mails-${at.state}`, MetricUnit.Count, 1);
    },
    /** `by`: who asked for it. */
    signingKeyRotated(at: { by: string; kid: string; former: string }): void {
      log('signing-key-rotated', at);
    },
    uploadArrived(at: { district: string; uploadId: string; bytes: number }): void {
      log('upload-arrived', at);
    },
    reportReceived(at: { district: string; report: string; via: string; bytes: number }): void {
      log('report-received', at);
      metrics.addMetric('reports-received', MetricUnit.Count, 1);
    },
    /** Nothing goes on before somebody looks: a hold that nobody notices is as bad as a failure. */
    syncHeld(held: SyncHeld): void {
      log('sync-held', held);
      metrics.addMetric('syncs-held', MetricUnit.Count, 1);
    },
    syncEnded(end: SyncEnd): void {
      const { counts, ...rest } = end;
      log('sync-ended', { ...rest, ...counts });
      metrics.addMetric(`syncs-${end.state}`, MetricUnit.Count, 1);
      if (end.seconds !== undefined) metrics.addMetric('syncSeconds', MetricUnit.Seconds, end.seconds);
      for (const [name, count] of Object.entries(counts)) {
        metrics.addMetric(`records-${name}`, MetricUnit.Count, count);
      }
    },
    /** Writes the metrics gathered so far; at the end of every invocation. */
    flush(): void {
      metrics.publishStoredMetrics();
    },
  };
}

/** An answer of ours that its schema does not describe. */
export class ResponseUnfit extends Error {
  override name = 'ResponseUnfit';
  /** Where; never what stands there. */
  readonly places: readonly string[];

  constructor(places: readonly string[]) {
    super('An answer does not fit its schema.');
    this.places = places;
  }
}

/** An error without its message, which may quote what somebody sent. */
function describe(error: unknown): Fields {
  if (!(error instanceof Error)) return { errorName: typeof error };
  const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line));
  const cause = error.cause instanceof Error ? error.cause.name : undefined;
  const places = error instanceof ResponseUnfit ? error.places.join(', ') : undefined;
  return { errorName: error.name, frames: frames?.slice(0, 12).join('\n'), cause, places };
}
