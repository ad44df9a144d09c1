import {
  DeleteObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type ObjectVersion,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { calling } from './calls.ts';

export type Stored = { key: string; modified: Date };
/** One of the contents that a key has or had; `etag` with its quotes, `modified` in whole seconds. */
type Version = { etag: string; modified: Date };

/** What lies in a bucket, and taking it away for good. */
export class Bucket {
  readonly #s3: S3Client;
  readonly #bucket: string;

  constructor(s3: S3Client, bucket: string) {
    this.#s3 = s3;
    this.#bucket = bucket;
  }

  async *list(prefix: string): AsyncGenerator<Stored> {
    const pages = paginateListObjectsV2({ client: this.#s3 }, { Bucket: this.#bucket, Prefix: prefix });
    for await (const { Contents = [] } of pages) {
      for (const { Key, LastModified } of Contents) {
        if (Key !== undefined) yield { key: Key, modified: LastModified ?? new Date(0) };
      }
    }
  }

  /** Every version of it; again does nothing. */
  async remove(key: string): Promise<void> {
    await calling(this.#s3.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: key })));
    // Where the bucket keeps versions, that has only added a mark.
    for await (const { Key, VersionId } of this.#versions(key)) {
      if (Key !== key || VersionId === undefined) continue;
      await calling(this.#s3.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key, VersionId })));
    }
  }

  /** Those versions of it alone: what is put there meanwhile stays. Again does nothing. */
  async removeOnly(key: string, isMeant: (version: Version) => boolean): Promise<void> {
    const at = { Bucket: this.#bucket, Key: key };
    const now = await unless('NotFound', this.#s3.send(new HeadObjectCommand(at)));
    if (now?.ETag !== undefined && isMeant(versionOf(now)))
      await unless(
        'PreconditionFailed',
        this.#s3.send(new DeleteObjectCommand({ ...at, IfMatch: now.ETag })),
      );
    for await (const { Key, VersionId, isMark, ...version } of this.#versions(key)) {
      if (Key !== key || VersionId === undefined || isMark || !isMeant(versionOf(version))) continue;
      await calling(this.#s3.send(new DeleteObjectCommand({ ...at, VersionId })));
    }
  }

  /** Versions that are not the newest, and all of what was taken away: nobody reads them any more. How many went. */
  async removeOverwritten(prefix: string): Promise<number> {
    let gone = 0;
    for await (const { Key, VersionId, IsLatest, isMark } of this.#versions(prefix)) {
      if (VersionId === undefined || (IsLatest && !isMark)) continue;
      await calling(this.#s3.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key, VersionId })));
      gone += 1;
    }
    return gone;
  }

  async *#versions(prefix: string) {
    for (let more: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {}; more !== undefined; ) {
      const page: ListObjectVersionsCommandOutput = await calling(
        this.#s3.send(new ListObjectVersionsCommand({ Bucket: this.#bucket, Prefix: prefix, ...more })),
      );
      yield* (page.Versions ?? []).map((one) => ({ ...one, isMark: false }));
      yield* (page.DeleteMarkers ?? []).map((one) => ({ ...one, ETag: undefined, isMark: true }));
      const { NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page;
      more =
        page.IsTruncated && KeyMarker !== undefined
          ? { KeyMarker, ...(VersionIdMarker === undefined ? {} : { VersionIdMarker }) }
          : undefined;
    }
  }
}

/** A list has fractions of seconds where a look has none. */
function versionOf({ ETag = '', LastModified }: Pick<ObjectVersion, 'ETag' | 'LastModified'>): Version {
  const seconds = Math.floor((LastModified?.getTime() ?? 0) / 1000);
  return { etag: ETag, modified: new Date(seconds * 1000) };
}

async function unless<T>(name: string, call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Error && error.name === name) return undefined;
    return calling(Promise.reject(error));
  }
}
