import { createHash } from 'node:crypto';

type S3Object = { key: string; contentLength: number; etag: string };

type S3Part = { etag: string };
type PartBytes = (uploadId: string, number: number) => number;

/** As much of the engine's store as is used here. */
export type S3Store = {
  buckets: Map<string, Map<string, S3Object>>;
  listObjects: (bucket: string, options?: ListOptions) => Listing;
  headObject: (bucket: string, key: string) => S3Object;
  multipartUploads: Map<string, { bucket: string; key: string; parts: Map<number, S3Part> }>;
  spy?: { addMessage: (event: { service: string; status: string; bucket: string; key: string }) => void };
  persistence?: unknown;
};
type ListOptions = {
  prefix?: string;
  delimiter?: string;
  maxKeys?: number;
  startAfter?: string;
  marker?: string;
};
type Listing = { objects: S3Object[]; commonPrefixes: string[]; isTruncated: boolean };

export type Request = {
  method: string;
  url: string;
  headers: Record<string, string | string[] | undefined>;
  query: unknown;
  params: unknown;
  body: unknown;
};
export type Reply = {
  header: (name: string, value: string) => Reply;
  status: (code: number) => Reply;
  send: (body?: string) => Reply;
};
type Hook = (request: Request, reply: Reply) => Promise<unknown>;
/** As much of Fastify as is used here. */
export type App = {
  addHook: (name: 'onRequest' | 'preHandler' | 'onSend', hook: Hook) => unknown;
  options: (path: string, handler: Hook) => unknown;
};

/** Query parameters of S3 that the engine takes for a plain read or write of the object or bucket. */
const notImplemented = [
  'acl',
  'tagging',
  'versioning',
  'notification',
  'cors',
  'policy',
  'retention',
  'legal-hold',
  'torrent',
];

/** What S3 does and fauxqs does not, as far as this product may come to rely on it. */
export function closeS3Gaps(app: App, store: S3Store, partBytes: PartBytes): void {
  store.listObjects = (bucket, options) => listObjects(store, bucket, options);

  app.options('/*', async (request, reply) => {
    allowBrowsers(request, reply);
    return reply.status(200).send();
  });
  app.addHook('preHandler', async (request) => {
    // Fastify reads no body where nobody says its type, and the engine's own handler fails then.
    if (request.method === 'PUT' && placeOf(request).key !== '') request.body ??= Buffer.alloc(0);
  });
  app.addHook('onRequest', async (request, reply) => {
    allowBrowsers(request, reply);
    if (isExpired(request)) return problem(reply, 403, 'AccessDenied', 'Request has expired');
    const asked = notImplemented.find((name) => name in queryOf(request));
    if (asked !== undefined && request.method !== 'OPTIONS') {
      return problem(reply, 501, 'NotImplemented', `The local engine has no ?${asked}`);
    }
    const { uploadId } = queryOf(request);
    if (uploadId !== undefined && 'x-amz-copy-source' in request.headers) {
      return problem(reply, 501, 'NotImplemented', 'The local engine copies no parts');
    }
    if (request.method === 'GET' && uploadId !== undefined) {
      return listParts(reply, store.multipartUploads.get(uploadId)?.parts, (number) =>
        partBytes(uploadId, number),
      );
    }
    return undefined;
  });
  app.addHook('onSend', async (request, reply) => {
    if (request.method === 'GET') answerAsAsked(request, reply);
  });
  // After the body has come, so that nothing happens between this look and the write.
  app.addHook('preHandler', async (request, reply) => {
    if (isOtherThanSaid(request)) return problem(reply, 400, 'BadDigest', badDigest);
    if (isOfAnother(request, store) || isDeletedAsAnother(request, store)) {
      return problem(reply, 412, 'PreconditionFailed', preconditionFailed);
    }
    const writes = request.method === 'PUT' || (request.method === 'POST' && 'uploadId' in queryOf(request));
    if (!writes || request.headers['if-none-match'] !== '*' || 'partNumber' in queryOf(request))
      return undefined;
    const { bucket, key } = placeOf(request);
    if (store.buckets.get(bucket)?.has(key) !== true) return undefined;
    return problem(reply, 412, 'PreconditionFailed', preconditionFailed);
  });
}

const badDigest = 'The SHA256 you specified did not match the calculated checksum';

/** Other content than the header says, as S3 looks for it; not of what comes in chunks that have their own. */
function isOtherThanSaid({ headers, body }: Request): boolean {
  const said = headers['x-amz-checksum-sha256'];
  if (said === undefined || !Buffer.isBuffer(body) || 'x-amz-decoded-content-length' in headers) return false;
  return createHash('sha256').update(body).digest('base64') !== said;
}

const preconditionFailed = 'At least one of the pre-conditions you specified did not hold';

/** A copy of what has changed since its maker looked. */
function isOfAnother({ headers }: Request, store: S3Store): boolean {
  const { 'x-amz-copy-source': source, 'x-amz-copy-source-if-match': etag } = headers;
  if (typeof source !== 'string' || typeof etag !== 'string') return false;
  const [, bucket = '', key = ''] = /^\/?([^/]+)\/(.*)$/s.exec(decodeURIComponent(source)) ?? [];
  const object = store.buckets.get(bucket)?.get(key);
  return object !== undefined && unquoted(object.etag) !== unquoted(etag);
}

/** What was put there since whoever deletes has looked stays. */
function isDeletedAsAnother(request: Request, store: S3Store): boolean {
  const { 'if-match': etag } = request.headers;
  if (request.method !== 'DELETE' || typeof etag !== 'string') return false;
  const { bucket, key } = placeOf(request);
  const object = store.buckets.get(bucket)?.get(key);
  return object !== undefined && unquoted(object.etag) !== unquoted(etag);
}

function unquoted(etag: string): string {
  return etag.replaceAll('"', '');
}

/** Headers of an answer that a presigned address asks for. */
function answerAsAsked(request: Request, reply: Reply): void {
  for (const name of ['content-disposition', 'content-type', 'cache-control']) {
    const asked = queryOf(request)[`response-${name}`];
    if (asked !== undefined) reply.header(name, asked);
  }
}

/** In one page: the engine's uploads have no more parts than S3 lists at once. */
function listParts(
  reply: Reply,
  found: ReadonlyMap<number, S3Part> | undefined,
  bytesOf: (number: number) => number,
): Reply {
  if (found === undefined) return problem(reply, 404, 'NoSuchUpload', 'The specified upload does not exist');
  const parts = [...found]
    .sort(([a], [b]) => a - b)
    .map(
      ([number, { etag }]) =>
        `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag><Size>${bytesOf(number)}</Size></Part>`,
    );
  return reply
    .status(200)
    .header('content-type', 'application/xml')
    .send(
      `<?xml version="1.0" encoding="UTF-8"?><ListPartsResult><IsTruncated>false</IsTruncated>${parts.join('')}</ListPartsResult>`,
    );
}

function allowBrowsers(request: Request, reply: Reply): void {
  if (request.headers.origin === undefined) return;
  reply.header('access-control-allow-origin', '*');
  reply.header('access-control-expose-headers', 'ETag');
  reply.header('access-control-allow-methods', 'PUT, GET, HEAD');
  const asked = request.headers['access-control-request-headers'];
  if (typeof asked === 'string') reply.header('access-control-allow-headers', asked);
}

/** Signatures are not checked on this machine; that a presigned address runs out is. */
function isExpired(request: Request): boolean {
  const { 'X-Amz-Date': at, 'X-Amz-Expires': seconds } = queryOf(request);
  if (at === undefined || seconds === undefined) return false;
  const signed = Date.parse(at.replace(/^(....)(..)(..T..)(..)(..)Z$/, '$1-$2-$3:$4:$5Z'));
  return Date.now() > signed + Number(seconds) * 1000;
}

function problem(reply: Reply, status: number, code: string, message: string): Reply {
  return reply
    .status(status)
    .header('content-type', 'application/xml')
    .send(
      `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`,
    );
}

export function queryOf(request: Request): Record<string, string | undefined> {
  // Fastify's own parser makes nothing else of a query than this.
  return (request.query ?? {}) as Record<string, string | undefined>;
}

export function placeOf(request: Request): { bucket: string; key: string } {
  // Of the engine's route `/:bucket/*`.
  const { bucket = '', '*': key = '' } = (request.params ?? {}) as Record<string, string | undefined>;
  return { bucket, key };
}

/**
 * In the order of S3, which is that of bytes. The engine sorts as people do but pages as bytes do, and so skips keys.
 * @throws as the engine does when there is no such bucket.
 */
function listObjects(store: S3Store, bucket: string, options: ListOptions = {}): Listing {
  const { prefix = '', delimiter, maxKeys = 1000 } = options;
  const after = options.startAfter ?? options.marker ?? '';
  const all = store.buckets.get(bucket);
  if (all === undefined) {
    store.headObject(bucket, ''); // throws the engine's own NoSuchBucket
    throw new Error(`No bucket ${bucket}`);
  }
  const keys = [...all.keys()].filter((key) => key.startsWith(prefix)).sort(byBytes);
  const objects: S3Object[] = [];
  const commonPrefixes = new Set<string>();
  for (const key of keys) {
    const entry = entryOf(key, prefix, delimiter);
    if (byBytes(entry, after) <= 0 || commonPrefixes.has(entry)) continue;
    if (objects.length + commonPrefixes.size >= maxKeys)
      return { objects, commonPrefixes: [...commonPrefixes], isTruncated: true };
    const object = all.get(key);
    // The marker of a folder stands for the folder.
    if (entry !== key || isBelow(key, prefix, delimiter)) commonPrefixes.add(entry);
    else if (object !== undefined) objects.push(object);
  }
  return { objects, commonPrefixes: [...commonPrefixes], isTruncated: false };
}

/** The key itself, or the common prefix that stands for it. */
function entryOf(key: string, prefix: string, delimiter: string | undefined): string {
  if (delimiter === undefined || delimiter === '') return key;
  const end = key.indexOf(delimiter, prefix.length);
  return end < 0 ? key : key.slice(0, end + delimiter.length);
}

function isBelow(key: string, prefix: string, delimiter: string | undefined): boolean {
  return delimiter !== undefined && key.length > prefix.length && key.endsWith(delimiter);
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
