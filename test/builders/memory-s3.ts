import { Readable } from 'node:stream';
import { S3Client } from '@aws-sdk/client-s3';

type Version = { id: string; body?: Buffer; metadata: Record<string, string>; modified: Date };
type Input = {
  Bucket: string;
  Key?: string;
  Prefix?: string;
  StartAfter?: string;
  MaxKeys?: number;
  VersionId?: string;
  Body?: string;
  Metadata?: Record<string, string>;
  Range?: string;
};

export type MemoryS3 = {
  client: S3Client;
  /** What objects are put at from now on. */
  at(instant: string): void;
  put(bucket: string, key: string, body: string | Buffer, metadata?: Record<string, string>): void;
  /** Keys of what is there and not marked as deleted. */
  keys(bucket: string): string[];
  text(bucket: string, key: string): string | undefined;
  /** All there is of a bucket, versions of before as well: keys, metadata and text. */
  everything(bucket: string): string;
};

/** A client whose requests never leave it: buckets in memory, that keep versions as S3 does, with the times that a test says. */
export function memoryS3({ versioned = [] }: { versioned?: readonly string[] } = {}): MemoryS3 {
  const buckets = new Map<string, Map<string, Version[]>>();
  let now = new Date(0);
  let count = 0;
  const bucketOf = (name: string) => {
    const bucket = buckets.get(name) ?? new Map<string, Version[]>();
    buckets.set(name, bucket);
    return bucket;
  };
  const add = (bucket: string, key: string, version: Omit<Version, 'id' | 'modified'>) => {
    const all = bucketOf(bucket);
    const before = versioned.includes(bucket) ? (all.get(key) ?? []) : [];
    count += 1;
    all.set(key, [...before, { id: `v${count}`, modified: now, ...version }]);
  };
  const current = ({ Bucket, Key = '' }: Input) => {
    const last = bucketOf(Bucket).get(Key)?.at(-1);
    if (last?.body === undefined) throw Object.assign(new Error('not there'), { name: 'NoSuchKey' });
    return { ...last, body: last.body };
  };
  const below = ({ Bucket, Prefix = '' }: Input) =>
    [...bucketOf(Bucket)].filter(([key]) => key.startsWith(Prefix)).sort(([a], [b]) => (a < b ? -1 : 1));

  const answers: Record<string, (input: Input) => object> = {
    PutObjectCommand: ({ Bucket, Key = '', Body = '', Metadata = {} }) => {
      add(Bucket, Key, { body: Buffer.from(Body), metadata: Metadata });
      return {};
    },
    GetObjectCommand: (input) => {
      const { body } = current(input);
      const [from, to] = (/^bytes=(\d+)-(\d+)$/.exec(input.Range ?? '') ?? []).slice(1).map(Number);
      const part = from === undefined || to === undefined ? body : body.subarray(from, to + 1);
      const Body = Object.assign(Readable.from([part]), { transformToString: async () => part.toString() });
      return { Body };
    },
    HeadObjectCommand: (input) => {
      const { body, metadata, id } = current(input);
      return { ContentLength: body.length, ETag: id, Metadata: metadata };
    },
    DeleteObjectCommand: ({ Bucket, Key = '', VersionId }) => {
      const all = bucketOf(Bucket);
      if (VersionId === undefined && versioned.includes(Bucket)) {
        if (all.has(Key)) add(Bucket, Key, { metadata: {} });
        return {};
      }
      const left = (all.get(Key) ?? []).filter(({ id }) => VersionId !== undefined && id !== VersionId);
      if (left.length === 0) all.delete(Key);
      else all.set(Key, left);
      return {};
    },
    ListObjectsV2Command: (input) => {
      const Contents = below(input).flatMap(([Key, versions]) => {
        const last = versions.at(-1);
        return last?.body === undefined ? [] : [{ Key, LastModified: last.modified, Size: last.body.length }];
      });
      const after = Contents.filter(({ Key }) => input.StartAfter === undefined || Key > input.StartAfter);
      const page = after.slice(0, input.MaxKeys ?? after.length);
      return { Contents: page, IsTruncated: page.length < after.length };
    },
    ListObjectVersionsCommand: (input) => {
      const all = below(input).flatMap(([Key, versions]) =>
        versions.map(({ id, body, modified }, at) => ({
          ...{ Key, VersionId: id, IsLatest: at === versions.length - 1, LastModified: modified },
          isMark: body === undefined,
        })),
      );
      return { Versions: all.filter((one) => !one.isMark), DeleteMarkers: all.filter((one) => one.isMark) };
    },
  };

  const client = new S3Client({ region: 'us-east-1' });
  client.middlewareStack.add(
    (_next, context) => async (args) => {
      const answer = answers[context.commandName ?? ''];
      if (answer === undefined) throw new Error(`No ${context.commandName} here.`);
      // Inputs of the commands above.
      return { output: { $metadata: {}, ...answer(args.input as Input) }, response: undefined };
    },
    { step: 'initialize', priority: 'low' },
  );
  return {
    client,
    at: (instant) => {
      now = new Date(instant);
    },
    put: (bucket, key, body, metadata = {}) => add(bucket, key, { body: Buffer.from(body), metadata }),
    keys: (Bucket) =>
      below({ Bucket }).flatMap(([key, all]) => (all.at(-1)?.body === undefined ? [] : [key])),
    text: (bucket, key) => bucketOf(bucket).get(key)?.at(-1)?.body?.toString(),
    everything: (Bucket) =>
      JSON.stringify(
        below({ Bucket }).map(([key, all]) => [
          key,
          all.map(({ body, metadata }) => [body?.toString(), metadata]),
        ]),
      ),
  };
}
