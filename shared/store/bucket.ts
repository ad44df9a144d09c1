import {
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { calling } from './calls.ts';

export type Stored = { key: string; modified: Date };

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
      yield* (page.DeleteMarkers ?? []).map((one) => ({ ...one, isMark: true }));
      const { NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page;
      more =
        page.IsTruncated && KeyMarker !== undefined
          ? { KeyMarker, ...(VersionIdMarker === undefined ? {} : { VersionIdMarker }) }
          : undefined;
    }
  }
}
