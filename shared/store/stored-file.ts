import { Readable } from 'node:stream';
import { GetObjectCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { StoreUnavailable } from '../errors.ts';

/** One uploaded object with random access, pinned to the version that was there when it was opened. */
export type StoredFile = {
  name: string;
  size: number;
  /** Changes with the content. */
  tag: string;
  read(from: number, to: number): Promise<Buffer>;
  stream(): AsyncIterable<Buffer>;
};

/** @throws {StoreUnavailable} where the object cannot be read, or is another one than when it was opened. */
export async function openStoredFile(
  s3: S3Client,
  at: { bucket: string; key: string; name: string },
): Promise<StoredFile> {
  const where = { Bucket: at.bucket, Key: at.key };
  const head = await s3.send(new HeadObjectCommand(where));
  const get = async (range?: string) => {
    try {
      const answer = await s3.send(
        new GetObjectCommand({
          ...where,
          ...(range === undefined ? {} : { Range: range }),
          ...(head.ETag === undefined ? {} : { IfMatch: head.ETag }),
        }),
      );
      if (!(answer.Body instanceof Readable)) throw new Error('no body');
      return answer.Body;
    } catch (cause) {
      throw new StoreUnavailable(`upload ${at.key} could not be read`, { cause });
    }
  };
  return {
    name: at.name,
    size: head.ContentLength ?? 0,
    tag: head.ETag ?? '',
    read: async (from, to) => {
      if (to <= from) return Buffer.alloc(0);
      const parts: Buffer[] = [];
      // A body of the SDK for Node yields buffers.
      for await (const part of await get(`bytes=${from}-${to - 1}`)) parts.push(part as Buffer);
      return Buffer.concat(parts);
    },
    async *stream() {
      // As above.
      for await (const part of await get()) yield part as Buffer;
    },
  };
}
