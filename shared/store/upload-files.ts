import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  PutObjectCommand,
  paginateListParts,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { calling } from './calls.ts';

/** Bytes up to which a file is one PUT, and of a part above that. */
export const singlePutBytes = 8 * 1024 * 1024;
/** Parts of one file at most, so that the list of their URLs stays small; S3 itself allows 10,000. */
const maxParts = 640;

export const urlSeconds = 3600;

export type Part = { url: string; from: number; to: number };

/** Files of uploads in the bucket of feeds, put there by whoever has a presigned URL. */
export class UploadFiles {
  readonly #s3: S3Client;
  readonly #bucket: string;

  constructor(s3: S3Client, bucket: string) {
    this.#s3 = s3;
    this.#bucket = bucket;
  }

  /** Where to PUT the whole file. */
  putUrl(key: string): Promise<string> {
    return this.#sign(new PutObjectCommand({ Bucket: this.#bucket, Key: key }));
  }

  /** Begins an upload in parts. */
  async begin(key: string): Promise<string> {
    const { UploadId } = await calling(
      this.#s3.send(new CreateMultipartUploadCommand({ Bucket: this.#bucket, Key: key })),
    );
    if (UploadId === undefined) throw new Error('S3 began an upload without an id.');
    return UploadId;
  }

  /** Where to PUT each part of a file of `size` bytes. */
  partUrls(key: string, multipartId: string, size: number): Promise<Part[]> {
    const partSize = Math.max(singlePutBytes, Math.ceil(size / maxParts));
    const parts = Array.from({ length: Math.ceil(size / partSize) }, async (_, index) => ({
      url: await this.#sign(
        new UploadPartCommand({
          Bucket: this.#bucket,
          Key: key,
          UploadId: multipartId,
          PartNumber: index + 1,
        }),
      ),
      from: index * partSize,
      to: Math.min(size, (index + 1) * partSize),
    }));
    return Promise.all(parts);
  }

  /** Joins the parts that are there. `missing` where they do not make `size` bytes, or somebody else has joined them just now. */
  async join(key: string, multipartId: string, size: number): Promise<'joined' | 'missing'> {
    const at = { Bucket: this.#bucket, Key: key, UploadId: multipartId };
    const parts: { ETag: string | undefined; PartNumber: number | undefined }[] = [];
    let bytes = 0;
    try {
      for await (const page of paginateListParts({ client: this.#s3 }, at)) {
        for (const { ETag, PartNumber, Size = 0 } of page.Parts ?? []) {
          parts.push({ ETag, PartNumber });
          bytes += Size;
        }
      }
      if (bytes !== size) return 'missing';
      await this.#s3.send(new CompleteMultipartUploadCommand({ ...at, MultipartUpload: { Parts: parts } }));
      return 'joined';
    } catch (error) {
      if (error instanceof Error && error.name === 'NoSuchUpload') return 'missing';
      return calling(Promise.reject(error));
    }
  }

  /** `undefined` where there is no such object. */
  async head(key: string): Promise<{ size: number; etag: string } | undefined> {
    try {
      const head = await this.#s3.send(new HeadObjectCommand({ Bucket: this.#bucket, Key: key }));
      return { size: head.ContentLength ?? 0, etag: head.ETag ?? '' };
    } catch (error) {
      if (error instanceof Error && (error.name === 'NotFound' || error.name === 'NoSuchKey'))
        return undefined;
      return calling(Promise.reject(error));
    }
  }

  #sign(command: PutObjectCommand | UploadPartCommand): Promise<string> {
    // Two overloads of one call; the commands differ in nothing that signing looks at.
    return command instanceof PutObjectCommand
      ? getSignedUrl(this.#s3, command, { expiresIn: urlSeconds })
      : getSignedUrl(this.#s3, command, { expiresIn: urlSeconds });
  }
}
