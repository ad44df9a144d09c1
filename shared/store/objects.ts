import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { StoreUnavailable, WallBreached } from '../errors.ts';
import type { Objects } from '../roster/sync-stores.ts';

/** Text objects of one bucket. */
export class S3Objects implements Objects {
  readonly #s3: S3Client;
  readonly #bucket: string;

  constructor(s3: S3Client, bucket: string) {
    this.#s3 = s3;
    this.#bucket = bucket;
  }

  async put(key: string, text: string): Promise<void> {
    await this.#s3.send(
      new PutObjectCommand({
        Bucket: this.#bucket,
        Key: key,
        Body: text,
        ContentType: 'application/x-ndjson',
      }),
    );
  }

  async get(key: string): Promise<string> {
    const text = await this.find(key);
    if (text === undefined) throw new StoreUnavailable(`object ${key} could not be read`);
    return text;
  }

  /** `undefined` where there is no such object: it was never put, or is kept no longer. */
  async find(key: string): Promise<string | undefined> {
    try {
      const answer = await this.#s3.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }));
      return (await answer.Body?.transformToString('utf-8')) ?? '';
    } catch (cause) {
      if (cause instanceof WallBreached) throw cause;
      if (cause instanceof Error && cause.name === 'NoSuchKey') return undefined;
      throw new StoreUnavailable(`object ${key} could not be read`, { cause });
    }
  }
}
