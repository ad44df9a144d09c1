import { createHash } from 'node:crypto';
import type { BodyFiles } from './body-files.ts';
import { FileBody } from './file-body.ts';
import { type App, placeOf, queryOf, type Reply, type Request } from './s3-gaps.ts';

type S3Object = {
  key: string;
  contentLength: number;
  etag: string;
  body: Buffer | FileBody;
  lastModified: Date;
  contentType: string;
  metadata: Record<string, string>;
};
type S3Part = { partNumber: number; etag: string; body: Buffer; lastModified: Date; checksumValue?: string };
type Upload = {
  bucket: string;
  key: string;
  contentType: string;
  metadata: Record<string, string>;
  parts: Map<number, S3Part>;
  checksumAlgorithm?: string;
} & Partial<Record<(typeof systemMetadata)[number], string>>;
type AskedPart = { partNumber: number; etag: string };
type Checksum = { algorithm: string; value: string; type: string; partChecksums?: string[] };
type Put = [
  bucket: string,
  key: string,
  body: Buffer | FileBody,
  contentType?: string,
  metadata?: Record<string, string>,
  systemMetadata?: object,
  checksum?: Checksum,
];
/** What is kept of objects in SQLite. */
export type S3Persistence = {
  upsertObject: (bucket: string, object: S3Object) => void;
  deleteObject: (bucket: string, key: string) => void;
  readBody: (bucket: string, key: string) => Buffer | FileBody;
  upsertMultipartPart: (uploadId: string, part: S3Part) => void;
  completeMultipartUpload: (uploadId: string, bucket: string, object: S3Object) => void;
  deleteMultipartUpload: (uploadId: string) => void;
};
/** As much of the engine's store as is used here. */
export type PartedStore = {
  buckets: Map<string, Map<string, { key: string; etag: string; contentLength: number }>>;
  multipartUploads: Map<string, Upload>;
  multipartUploadsByBucket: Map<string, Set<string>>;
  putObject: (...put: Put) => S3Object;
  uploadPart: (id: string, number: number, body: Buffer, checksum?: string) => object;
  completeMultipartUpload: (id: string, parts: readonly AskedPart[]) => S3Object;
  spy?: { addMessage: (event: { service: string; status: string; bucket: string; key: string }) => void };
};
export type LargeObjects = {
  store: PartedStore;
  persistence: S3Persistence;
  files: BodyFiles;
  /** The engine's own. */
  S3Error: new (
    code: string,
    message: string,
    status: number,
  ) => Error & { statusCode: number; toXml: () => string };
  getObject: (request: Request, reply: Reply, store: PartedStore) => void;
  computeCompositeChecksum: (algorithm: string, ofParts: readonly string[]) => string;
};

const leastPartBytes = 5 * 1024 * 1024;
const systemMetadata = ['contentLanguage', 'contentDisposition', 'cacheControl', 'contentEncoding'] as const;
const noBytes = Buffer.alloc(0);

/** Keeps what comes in parts in files, where the engine would hold every part in memory and read a whole object for each range of it. */
export function keepLargeObjectsInFiles(engine: LargeObjects): void {
  const { store, persistence, files } = engine;
  files.sweep(
    store.multipartUploads.keys(),
    [...store.buckets].flatMap(([bucket, objects]) => [...objects.keys()].map((key) => ({ bucket, key }))),
  );
  keepOutOfDatabase(engine);
  const put = store.putObject.bind(store);
  store.putObject = (...what) =>
    what[2] instanceof FileBody ? putCopy(engine, what[2], what) : put(...what);
  store.uploadPart = (uploadId, partNumber, body, checksumValue) => {
    const upload = uploadOf(engine, uploadId);
    const etag = `"${createHash('md5').update(body).digest('hex')}"`;
    const part = {
      ...{ partNumber, etag, body: noBytes, lastModified: new Date() },
      ...(checksumValue === undefined ? {} : { checksumValue }),
    };
    files.putPart(uploadId, partNumber, body);
    upload.parts.set(partNumber, part);
    persistence.upsertMultipartPart(uploadId, part);
    return { etag, checksumValue };
  };
  store.completeMultipartUpload = (uploadId, parts) => complete(engine, uploadId, parts);
}

/**
 * The engine's own handler, from a hook: it does not say that it has answered, and for want of that Fastify would end a stream before it
 * begins.
 */
export function sendLargeObjects(app: App, engine: LargeObjects): void {
  const { store, files, S3Error, getObject } = engine;
  app.addHook('preHandler', async (request, reply) => {
    const { bucket, key } = placeOf(request);
    const etag = store.buckets.get(bucket)?.get(key)?.etag;
    if (request.method !== 'GET' || 'attributes' in queryOf(request) || etag === undefined) return undefined;
    if (!files.has({ bucket, key, etag })) return undefined;
    try {
      getObject(request, reply, store);
    } catch (error) {
      if (!(error instanceof S3Error)) throw error;
      reply.status(error.statusCode).header('content-type', 'application/xml').send(error.toXml());
    }
    return reply;
  });
}

/** The database has what is small, and of the rest what is known of it. */
function keepOutOfDatabase({ store, persistence, files }: LargeObjects): void {
  const upsertObject = persistence.upsertObject.bind(persistence);
  const deleteObject = persistence.deleteObject.bind(persistence);
  const deleteMultipartUpload = persistence.deleteMultipartUpload.bind(persistence);
  const readBody = persistence.readBody.bind(persistence);
  persistence.upsertObject = (bucket, object) => {
    const isInFiles = object.body instanceof FileBody;
    upsertObject(bucket, isInFiles ? { ...object, body: noBytes } : object);
    files.forget({ bucket, key: object.key }, isInFiles ? object.etag : undefined);
  };
  persistence.deleteObject = (bucket, key) => {
    deleteObject(bucket, key);
    files.forget({ bucket, key });
  };
  persistence.deleteMultipartUpload = (uploadId) => {
    deleteMultipartUpload(uploadId);
    files.forgetUpload(uploadId);
  };
  persistence.readBody = (bucket, key) => {
    const etag = store.buckets.get(bucket)?.get(key)?.etag ?? '';
    return files.find({ bucket, key, etag }) ?? readBody(bucket, key);
  };
}

function putCopy({ store, persistence, files, S3Error }: LargeObjects, body: FileBody, put: Put): S3Object {
  const [bucket, key, , contentType = 'application/octet-stream', metadata = {}, system = {}, checksum] = put;
  const objects = store.buckets.get(bucket);
  if (objects === undefined) throw new S3Error('NoSuchBucket', `There is no bucket ${bucket}`, 404);
  const etag = files.copy(body, { bucket, key });
  const object = {
    ...{ key, body, contentType, metadata, etag, contentLength: body.length, lastModified: new Date() },
    ...system,
    ...(checksum === undefined ? {} : checksumFields(checksum)),
  };
  persistence.upsertObject(bucket, object);
  const known: S3Object = { ...object, body: noBytes };
  objects.set(key, known);
  store.spy?.addMessage({ service: 's3', bucket, key, status: 'uploaded' });
  return object;
}

function complete(engine: LargeObjects, uploadId: string, asked: readonly AskedPart[]): S3Object {
  const { store, persistence, files, S3Error } = engine;
  const upload = uploadOf(engine, uploadId);
  const { bucket, key, contentType, metadata } = upload;
  const parts = partsOf(engine, upload, asked);
  const sizes = parts.map(({ partNumber }) => files.partBytes(uploadId, partNumber));
  if (sizes.slice(0, -1).some((size) => size < leastPartBytes)) {
    throw new S3Error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', 400);
  }
  const digests = parts.map((part) => Buffer.from(bare(part.etag), 'hex'));
  const etag = `"${createHash('md5').update(Buffer.concat(digests)).digest('hex')}-${parts.length}"`;
  const numbers = parts.map(({ partNumber }) => partNumber);
  files.complete(uploadId, numbers, { bucket, key, etag });
  const body = files.find({ bucket, key, etag });
  if (body === undefined) throw new Error(`The parts of ${bucket}/${key} are gone.`);
  const object = {
    ...{ key, body, contentType, metadata, etag, contentLength: body.length, lastModified: new Date() },
    parts: boundariesOf(numbers, sizes),
    ...Object.fromEntries(
      systemMetadata.flatMap((name) => (upload[name] === undefined ? [] : [[name, upload[name]]])),
    ),
    ...compositeOf(engine, upload.checksumAlgorithm, parts),
  };
  persistence.completeMultipartUpload(uploadId, bucket, object);
  const known: S3Object = { ...object, body: noBytes };
  store.buckets.get(bucket)?.set(key, known);
  store.multipartUploads.delete(uploadId);
  store.multipartUploadsByBucket.get(bucket)?.delete(uploadId);
  store.spy?.addMessage({ service: 's3', bucket, key, status: 'uploaded' });
  return object;
}

function partsOf({ S3Error }: LargeObjects, upload: Upload, asked: readonly AskedPart[]): S3Part[] {
  if (asked.some(({ partNumber }, at) => partNumber <= (asked[at - 1]?.partNumber ?? 0))) {
    throw new S3Error('InvalidPartOrder', 'The list of parts was not in ascending order.', 400);
  }
  return asked.map(({ partNumber, etag }) => {
    const part = upload.parts.get(partNumber);
    if (part !== undefined && bare(part.etag) === bare(etag)) return part;
    throw new S3Error('InvalidPart', 'One or more of the specified parts could not be found.', 400);
  });
}

function boundariesOf(numbers: readonly number[], sizes: readonly number[]) {
  let offset = 0;
  return numbers.map((partNumber, at) => {
    const length = sizes[at] ?? 0;
    offset += length;
    return { partNumber, offset: offset - length, length };
  });
}

function compositeOf(engine: LargeObjects, algorithm: string | undefined, parts: readonly S3Part[]): object {
  const partChecksums = parts.flatMap(({ checksumValue }) => checksumValue ?? []);
  if (algorithm === undefined || partChecksums.length === 0) return {};
  const value = engine.computeCompositeChecksum(algorithm, partChecksums);
  return checksumFields({ algorithm, value, type: 'COMPOSITE', partChecksums });
}

function checksumFields({ algorithm, value, type, partChecksums }: Checksum): object {
  return {
    ...{ checksumAlgorithm: algorithm, checksumValue: value, checksumType: type },
    ...(partChecksums === undefined ? {} : { partChecksums }),
  };
}

function uploadOf({ store, S3Error }: LargeObjects, uploadId: string): Upload {
  const upload = store.multipartUploads.get(uploadId);
  if (upload !== undefined) return upload;
  throw new S3Error('NoSuchUpload', 'The specified multipart upload does not exist.', 404);
}

function bare(etag: string): string {
  return etag.replaceAll('"', '');
}
