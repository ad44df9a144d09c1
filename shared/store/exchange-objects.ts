import { CopyObjectCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { calling } from './calls.ts';

/** What stands under a key of the bucket `exchange`. */
export type ExchangeObject = {
  /** Bytes. */
  size: number;
  /** With its quotes. */
  etag: string;
  modified: Date;
  /** Names in lower case. */
  metadata: Readonly<Record<string, string>>;
};

/** What people have written, and the copies that nobody changes. */
export class ExchangeObjects {
  readonly #s3: S3Client;
  readonly #bucket: string;

  constructor(s3: S3Client, bucket: string) {
    this.#s3 = s3;
    this.#bucket = bucket;
  }

  /** `undefined` where there is nothing. */
  async look(key: string): Promise<ExchangeObject | undefined> {
    const head = await unlessGone(this.#s3.send(new HeadObjectCommand({ Bucket: this.#bucket, Key: key })));
    if (head === undefined) return undefined;
    const {
      ContentLength: size = 0,
      ETag: etag = '',
      LastModified: modified = new Date(0),
      Metadata = {},
    } = head;
    return { size, etag, modified, metadata: Metadata };
  }

  /** @returns false where something else stands there by now, or nothing */
  async keep(at: { key: string; etag: string }, as: string): Promise<boolean> {
    const copy = new CopyObjectCommand({
      Bucket: this.#bucket,
      Key: as,
      CopySource: `${this.#bucket}/${encodeURIComponent(at.key)}`,
      CopySourceIfMatch: at.etag,
    });
    return (await unlessGone(this.#s3.send(copy))) !== undefined;
  }
}

async function unlessGone<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    const gone = ['NotFound', 'NoSuchKey', 'PreconditionFailed'];
    if (error instanceof Error && gone.includes(error.name)) return undefined;
    return calling(Promise.reject(error));
  }
}
