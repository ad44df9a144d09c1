import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type {
  Changes,
  Evaluation,
  PlanChange,
  Problem,
  Provenance,
  Sync,
  SyncState,
} from '../../cli/api-types.ts';

/** What a case is about; all else behaves as the service does on a good day. */
export type FakeService = {
  /** Scopes of the token. */
  scope?: string;
  districts?: string[];
  feeds?: string[];
  /** States of every sync, one per look; the last one stays. */
  states?: SyncState[];
  /** Laid over every answer about a sync. */
  sync?: Partial<Sync>;
  plan?: PlanChange[];
  /** Answers of the change feed by the cursor asked with; a look beyond them is refused. */
  changes?: Record<string, Changes>;
  /** Uploads above this come back as parts of this many bytes. */
  partBytes?: number;
  /** Where the one assignment comes from; absent = the client may not know. */
  provenance?: Provenance;
  /** Results of every search, two to a page. */
  found?: object[];
  evaluate?: (question: Question, syncs: number) => Pick<Evaluation, 'decision'> & { code: string };
  /** Bodies of answers by `METHOD path`. */
  replies?: Record<string, unknown>;
  /** Answers before everything else: `METHOD path` to a problem, taken once each. */
  refusals?: Record<string, (Partial<Problem> & { status: number; retryAfter?: string })[]>;
};

export type Question = {
  subject: { id: string };
  action: { name: string };
  resource: { type: string; id: string; properties?: Record<string, unknown> };
  context: { district?: string; explain?: boolean };
};

export type Seen = { method: string; path: string; body: unknown; headers: IncomingMessage['headers'] };

type Reply = { status?: number; body?: unknown; headers?: Record<string, string> };

export type RunningFake = {
  api: string;
  /** Every request in order, tokens left out. */
  seen: Seen[];
  /** Uploaded bytes by file name. */
  uploaded: Map<string, Buffer>;
  stop: () => Promise<void>;
};

const counts = {
  received: 10,
  unchanged: 7,
  created: 2,
  updated: 1,
  reactivated: 0,
  marked: 0,
  rejected: 0,
  suspended: 0,
};

const plainReplies: Record<string, Reply> = {
  'POST accounts': { status: 201, body: { id: 'accounts-1' } },
  'POST reports': { status: 202, body: { id: 'reports-1' } },
  'POST assignments': { status: 201, body: { id: 'assignments-1' } },
  'GET requests': { body: { items: [] } },
};

/** An HTTP server that answers like the service, from memory. */
export async function startFakeService(fake: FakeService = {}): Promise<RunningFake> {
  const seen: Seen[] = [];
  const uploaded = new Map<string, Buffer>();
  const state = {
    api: '',
    syncs: 0,
    looks: 0,
    districts: new Set(fake.districts ?? ['d-1']),
    feeds: new Set(fake.feeds ?? ['sis']),
  };

  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    const bytes = Buffer.concat(pieces);
    const url = new URL(request.url ?? '/', state.api);
    const { method = 'GET' } = request;
    const reply = url.pathname.startsWith('/put/')
      ? store(url, bytes)
      : answer(method, url, bytes, request.headers);
    response.writeHead(reply.status ?? 200, { 'content-type': 'application/json', ...reply.headers });
    response.end(reply.body === undefined ? undefined : JSON.stringify(reply.body));
  });

  function store(url: URL, bytes: Buffer): Reply {
    const name = decodeURIComponent(url.pathname.slice('/put/'.length));
    const from = Number(url.searchParams.get('from'));
    const before = uploaded.get(name) ?? Buffer.alloc(0);
    const whole = Buffer.alloc(Math.max(before.length, from + bytes.length));
    before.copy(whole);
    bytes.copy(whole, from);
    uploaded.set(name, whole);
    return {};
  }

  function answer(method: string, url: URL, bytes: Buffer, headers: IncomingMessage['headers']): Reply {
    if (url.pathname === '/oauth/token') {
      const good = headers.authorization === `Basic ${Buffer.from('op:secret').toString('base64')}`;
      if (!good) return { status: 401, body: { error: 'invalid_client' } };
      return {
        body: {
          access_token: 't',
          token_type: 'Bearer',
          expires_in: 600,
          scope: fake.scope ?? 'rolebook.operator',
        },
      };
    }
    const body: unknown = bytes.length === 0 ? undefined : JSON.parse(bytes.toString());
    seen.push({ method, path: url.pathname, body, headers });
    const refusal = fake.refusals?.[`${method} ${url.pathname}`]?.shift();
    if (refusal !== undefined) {
      const { retryAfter, ...problem } = refusal;
      const retry: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
      const type = { 'content-type': 'application/problem+json', ...retry };
      return {
        status: refusal.status,
        body: { type: 'about:blank', title: 'Refused', ...problem },
        headers: type,
      };
    }
    const call = `${method} ${url.pathname}`;
    if (fake.replies !== undefined && call in fake.replies) return { body: fake.replies[call] };
    const changes = fake.changes?.[url.searchParams.get('after') ?? ''];
    if (url.pathname.endsWith('/changes') && changes !== undefined) return { body: changes };
    return route(call, body);
  }

  function route(call: string, body: unknown): Reply {
    const [, end] = /^\S+ \/v1\/districts\/[^/]+\/(.+)$/.exec(call) ?? [];
    if (call === 'GET /v1/districts') return { body: { items: [...state.districts].map((id) => ({ id })) } };
    if (call === 'POST /v1/districts') return createDistrict(body as { id: string });
    if (call.startsWith('POST /access/v1/')) return { body: aboutAccess(call, body) };
    if (end?.endsWith('/access')) return aboutPerson();
    if (end?.startsWith('users/')) return { body: { givenName: 'Ada', familyName: 'Made-Up' } };
    const plain = plainReplies[`${call.split(' ')[0]} ${end}`];
    if (plain !== undefined) return plain;
    if (end?.startsWith('feeds/')) return aboutFeed(call, end.slice('feeds/'.length));
    if (call.startsWith('POST') && end === 'uploads')
      return { status: 201, body: startUpload(body as UploadBody) };
    if (end?.startsWith('uploads/')) return { body: { uploadId: 'u-1', complete: true } };
    if (end?.startsWith('syncs')) return aboutSync(call, end);
    return { status: 404, body: { type: 'about:blank', title: 'Not found', status: 404 } };
  }

  function aboutSync(call: string, end: string): Reply {
    if (call.startsWith('POST') && end === 'syncs') return startSync();
    if (end.endsWith('/plan')) return { body: { items: fake.plan ?? [] } };
    return /\/(approval|rollback)$/.test(end) ? { status: 202, body: view() } : { body: view() };
  }

  function aboutPerson(): Reply {
    const { provenance } = fake;
    if (provenance !== undefined) return { body: { assignments: [{ id: 'as-1', provenance }] } };
    return { status: 403, body: { type: 'about:blank', title: 'Not permitted', status: 403 } };
  }

  function createDistrict({ id }: { id: string }): Reply {
    if (state.districts.has(id))
      return { status: 409, body: { type: 'about:blank', title: 'Taken', status: 409 } };
    state.districts.add(id);
    return { status: 201, body: { id } };
  }

  function aboutFeed(call: string, id: string): Reply {
    if (call.startsWith('PUT')) state.feeds.add(id);
    if (state.feeds.has(id)) return { body: { id } };
    return { status: 404, body: { type: 'about:blank', title: 'No such feed', status: 404 } };
  }

  type UploadFile = { fileName: string; size: number };
  type UploadBody = UploadFile | { files: UploadFile[] };

  function startUpload(body: UploadBody) {
    if ('files' in body) {
      return {
        uploadId: 'u-1',
        files: body.files.map((file) => ({ fileName: file.fileName, ...target(file) })),
      };
    }
    return { uploadId: 'u-1', ...target(body) };
  }

  function target({ fileName, size }: UploadFile) {
    const url = `${state.api}/put/${encodeURIComponent(fileName)}`;
    const { partBytes } = fake;
    if (partBytes === undefined || size <= partBytes) return { url, headers: { 'x-amz-meta-upload': 'u-1' } };
    const parts = Array.from({ length: Math.ceil(size / partBytes) }, (_, index) => ({
      url: `${url}?from=${index * partBytes}`,
      from: index * partBytes,
      to: Math.min((index + 1) * partBytes, size),
    }));
    return { parts };
  }

  function startSync(): Reply {
    state.syncs += 1;
    state.looks = 0;
    return { status: 202, body: { syncId: `s-${state.syncs}`, state: 'queued' } };
  }

  function view(): Sync {
    const states = fake.states ?? ['reading', 'applying', 'applied'];
    const current = states[Math.min(state.looks, states.length - 1)] ?? 'applied';
    state.looks += 1;
    return {
      syncId: `s-${Math.max(state.syncs, 1)}`,
      feed: 'sis',
      state: current,
      progress: { done: 5, total: 10, unit: 'rows' },
      counts: { users: counts },
      planHash: 'hash-1',
      createdAt: '2026-09-01T10:00:00Z',
      finishedAt: '2026-09-01T10:00:02Z',
      ...fake.sync,
    };
  }

  function aboutAccess(call: string, body: unknown) {
    return call.includes('/search/') ? searchPage(body as SearchBody) : evaluation(body as Question);
  }

  type SearchBody = { page?: { token?: string } };

  function searchPage({ page = {} }: SearchBody) {
    const all = fake.found ?? [];
    const from = Number(page.token ?? 0);
    const results = all.slice(from, from + 2);
    const next = from + 2 < all.length ? String(from + 2) : '';
    return { results, page: { next_token: next, count: results.length }, context: { token: 'c1r0' } };
  }

  function evaluation(question: Question): Evaluation {
    const { decision, code } = fake.evaluate?.(question, state.syncs) ?? { decision: true, code: 'allowed' };
    const reason = {
      code,
      message: `Because of ${code}.`,
      assignment: 'as-1',
      row: 'hmh:report.assessment/teacher',
      source: '001:237',
    };
    const more = question.context.explain ? { path: ['a fact'], missed: ['a near miss'] } : {};
    return { decision, context: { reason: { ...reason, ...more } } };
  }

  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  // A server that listens on a port has an address of this form.
  state.api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    api: state.api,
    seen,
    uploaded,
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
}
