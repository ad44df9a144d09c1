import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { calling } from './calls.ts';

/** S3 takes 10,000 parts of an object at most, none but the last below 5 MB. */
const defaultPartBytes = 8 * 1024 * 1024;

/** What is said of an object beside its content. */
type As = { ContentType?: string; Metadata?: Record<string, string> };

/** Writes one object of unknown size piece by piece; holds no more than a part of it. The object is there once it is closed. */
export class ObjectWriter {
  readonly #s3: S3Client;
  readonly #at: { Bucket: string; Key: string };
  readonly #as: As;
  readonly #partBytes: number;
  #pieces: Uint8Array[] = [];
  #held = 0;
  #size = 0;
  #multipart: { UploadId: string; parts: CompletedPart[] } | undefined;

  constructor(s3: S3Client, at: { bucket: string; key: string } & As, partBytes = defaultPartBytes) {
    const { bucket, key, ...as } = at;
    this.#s3 = s3;
    this.#at = { Bucket: bucket, Key: key };
    this.#as = as;
    this.#partBytes = partBytes;
  }

  /** Bytes so far. */
  get size(): number {
    return this.#size;
  }

  /** A promise only where a part is full. */
  append(content: string | Uint8Array): Promise<void> | undefined {
    const piece = typeof content === 'string' ? Buffer.from(content) : content;
    this.#pieces.push(piece);
    this.#held += piece.length;
    this.#size += piece.length;
    return this.#held < this.#partBytes ? undefined : this.#putPart();
  }

  /** Returns the object's tag. */
  async close(): Promise<string> {
    if (this.#multipart === undefined) {
      const put = new PutObjectCommand({ ...this.#at, ...this.#as, Body: this.#take() });
      return (await calling(this.#s3.send(put))).ETag ?? '';
    }
    if (this.#held > 0) await this.#putPart();
    const { UploadId, parts } = this.#multipart;
    const join = new CompleteMultipartUploadCommand({
      ...this.#at,
      UploadId,
      MultipartUpload: { Parts: parts },
    });
    return (await calling(this.#s3.send(join))).ETag ?? '';
  }

  /** Leaves nothing behind; where it fails, S3 tidies up by itself some days later. */
  async abort(): Promise<void> {
    const { UploadId } = this.#multipart ?? {};
    if (UploadId === undefined) return;
    await this.#s3.send(new AbortMultipartUploadCommand({ ...this.#at, UploadId })).catch(() => undefined);
  }

  async #putPart(): Promise<void> {
    this.#multipart ??= { UploadId: await this.#begin(), parts: [] };
    const { UploadId, parts } = this.#multipart;
    const PartNumber = parts.length + 1;
    const put = new UploadPartCommand({ ...this.#at, UploadId, PartNumber, Body: this.#take() });
    parts.push({ PartNumber, ETag: (await calling(this.#s3.send(put))).ETag });
  }

  async #begin(): Promise<string> {
    const { UploadId } = await calling(
      this.#s3.send(new CreateMultipartUploadCommand({ ...this.#at, ...this.#as })),
    );
    if (UploadId === undefined) throw new Error('S3 began an upload without an id.');
    return UploadId;
  }

  #take(): Buffer {
    const body = Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#held = 0;
    return body;
  }
}
