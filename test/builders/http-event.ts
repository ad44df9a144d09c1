import type { Context } from 'aws-lambda';
import type { Route } from '../../shared/messages/route.ts';
import { routes } from '../../shared/messages/routes.ts';
import type { AuditEntry, AuditTrail } from '../../shared/runtime/audit-entry.ts';
import { gather } from '../../shared/runtime/audit-gathering.ts';
import type { RequestEnd, SyncEnd, SyncHeld } from '../../shared/runtime/events.ts';
import type { HttpEvent } from '../../shared/runtime/http-handler.ts';

type RouteName = (typeof routes)[number]['name'];

type Asked = {
  params?: Record<string, string>;
  query?: string;
  /** Sent as JSON, unless `text` is given. */
  body?: unknown;
  text?: string;
  headers?: Record<string, string>;
  cookies?: string[];
  /** What the authorizer says; the operator where absent. */
  as?: Record<string, string>;
};

export const operator = { clientId: 'op', scopes: 'rolebook.operator' };

export function districtClient(district: string, more: { user?: string; scopes?: string } = {}) {
  const { user, scopes = `rolebook.district:${district}` } = more;
  return { clientId: `${district}.c1`, scopes, district, ...(user === undefined ? {} : { user }) };
}

/** A request as API Gateway hands it on. */
export function httpEvent(name: RouteName | 'nothing', asked: Asked = {}): HttpEvent {
  const table: readonly Route[] = routes;
  const route = table.find((one) => one.name === name);
  const { params, query = '', body, text, headers = {}, cookies = [], as = operator } = asked;
  const content = text ?? (body === undefined ? undefined : JSON.stringify(body));
  const path = (route?.path ?? '/nothing').replace(/\{(\w+)\}/g, (_, key: string) => params?.[key] ?? '');
  return {
    version: '2.0',
    routeKey: route === undefined ? '$default' : `${route.method} ${route.path}`,
    rawPath: path,
    rawQueryString: query,
    headers: { 'content-type': 'application/json', host: 'api.test', ...headers },
    cookies,
    ...(params === undefined ? {} : { pathParameters: params }),
    ...(content === undefined ? {} : { body: content }),
    isBase64Encoded: false,
    requestContext: {
      accountId: '1',
      apiId: 'a',
      domainName: 'api.test',
      domainPrefix: 'api',
      http: {
        method: route?.method ?? 'GET',
        path,
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: 't',
      },
      requestId: 'gateway-id',
      routeKey: route?.path ?? '$default',
      stage: '$default',
      time: '',
      timeEpoch: 0,
      authorizer: { lambda: as },
    },
  };
}

export const context: Context = {
  callbackWaitsForEmptyEventLoop: false,
  functionName: 'test',
  functionVersion: '1',
  invokedFunctionArn: 'arn',
  memoryLimitInMB: '512',
  awsRequestId: 'r',
  logGroupName: 'g',
  logStreamName: 's',
  getRemainingTimeInMillis: () => 10_000,
  done: () => {},
  fail: () => {},
  succeed: () => {},
};

/** Remembers what was told. `trail`: where what is audited goes besides. */
export function recordingEvents(trail?: AuditTrail) {
  const told = {
    ended: [] as RequestEnd[],
    failed: [] as unknown[],
    audits: [] as AuditEntry[],
    syncs: [] as SyncEnd[],
    held: [] as SyncHeld[],
    late: [] as { district: string; feed: string; since: string; expectedBy: string }[],
    due: [] as string[],
    pulls: [] as string[],
    records: [] as string[],
    lost: [] as string[],
    lanes: [] as string[],
    keys: [] as string[],
    uploads: [] as string[],
    reports: [] as string[],
    mails: [] as string[],
    refused: [] as string[],
    erasures: [] as string[],
    webhooks: [] as string[],
  };
  return {
    told,
    requestEnded: (end: RequestEnd) => void told.ended.push(end),
    requestFailed: (error: unknown) => void told.failed.push(error),
    recordFailed: (_: unknown, at: { messageId: string }) => void told.records.push(at.messageId),
    trail,
    audited: (entry: AuditEntry) => {
      told.audits.push(entry);
      gather(entry);
    },
    auditLost: (_: unknown, { actions }: { actions: string }) => void told.lost.push(actions),
    laneFailed: (_: unknown, { district }: { district: string }) => void told.lanes.push(district),
    signingKeyRotated: ({ kid }: { kid: string }) => void told.keys.push(kid),
    uploadArrived: (at: { uploadId: string }) => void told.uploads.push(at.uploadId),
    reportSentAgain: ({ report }: { report: string }) => void told.reports.push(`again ${report}`),
    reportGivenUp: ({ report }: { report: string }) => void told.reports.push(`given up ${report}`),
    reportReceived: (at: { report: string }) => void told.reports.push(at.report),
    mailSent: ({ account, kind }: { account: string; kind: string }) =>
      void told.mails.push(`sent ${kind} ${account}`),
    mailRefused: ({ account, kind, why }: { account: string; kind: string; why: string }) =>
      void told.mails.push(`refused ${kind} ${account}: ${why}`),
    mailHeard: ({ account, state }: { account: string; state: string }) =>
      void told.mails.push(`${state} ${account}`),
    providerRefused: ({ provider, code }: { provider: string; code: string }) =>
      void told.refused.push(`${provider} ${code}`),
    webhookCalled: ({ webhook, state, why }: { webhook: string; state: string; why?: string | undefined }) =>
      void told.webhooks.push([webhook, state, ...(why === undefined ? [] : [why])].join(' ')),
    webhookDisabled: ({ webhook, why }: { webhook: string; why: string }) =>
      void told.webhooks.push(`${webhook} disabled ${why}`),
    syncHeld: (held: SyncHeld) => void told.held.push(held),
    erasureGivenUp: (at: { erasure: string; left: string }) =>
      void told.erasures.push(`${at.erasure}: ${at.left}`),
    feedLate: (at: (typeof told.late)[number]) => void told.late.push(at),
    pullHindered: ({ state, code }: { state: string; code: string }) =>
      void told.pulls.push(`${state} ${code}`),
    pullEnded: ({ state, objects }: { state: string; objects: number }) =>
      void told.pulls.push(`${state} ${objects}`),
    dueFailed: (_: unknown, { district, kind }: { district: string; kind: string }) =>
      void told.due.push(`${kind} of ${district}`),
    syncEnded: (end: SyncEnd) => void told.syncs.push(end),
    flush: () => {},
  };
}

/** The body of an answer as data. */
export function bodyOf(answer: { body?: string | undefined }): Record<string, unknown> {
  // Every JSON answer of the API is an object.
  return JSON.parse(answer.body ?? '') as Record<string, unknown>;
}
