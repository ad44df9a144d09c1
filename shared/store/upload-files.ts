import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
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

export type PutTarget = { url: string; headers: Record<string, string> };
/** What the object is to say of itself; the names in lower case. */
type Metadata = Readonly<Record<string, string>>;

/** Files of a bucket that are put there, and fetched, by whoever has a presigned URL. */
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

  /**
   * Where to PUT the whole file, and the headers that have to come with it: S3 takes no other size, no other content where its SHA-256 is
   * given (lower-case hex), and no other metadata.
   */
  async putTarget(
    key: string,
    { size, sha256, metadata }: { size: number; sha256?: string | undefined; metadata: Metadata },
  ): Promise<PutTarget> {
    const digest = sha256 === undefined ? undefined : Buffer.from(sha256, 'hex').toString('base64');
    const headers = {
      ...Object.fromEntries(Object.entries(metadata).map(([name, value]) => [`x-amz-meta-${name}`, value])),
      ...(digest === undefined ? {} : { 'x-amz-checksum-sha256': digest }),
    };
    const put = new PutObjectCommand({
      ...{ Bucket: this.#bucket, Key: key, ContentLength: size, Metadata: { ...metadata } },
      ...(digest === undefined ? {} : { ChecksumSHA256: digest }),
    });
    // Else they would stand in the address, where S3 does not look for them.
    const unhoistableHeaders = new Set(Object.keys(headers));
    return { url: await getSignedUrl(this.#s3, put, { expiresIn: urlSeconds, unhoistableHeaders }), headers };
  }

  /** Where to GET a file once, as one that is kept and not shown. */
  getUrl(key: string, { disposition, seconds }: { disposition: string; seconds: number }): Promise<string> {
    const get = new GetObjectCommand({
      ...{ Bucket: this.#bucket, Key: key, ResponseContentDisposition: disposition },
      // Of no type that a browser would open.
      ...{ ResponseContentType: 'application/octet-stream', ResponseCacheControl: 'no-store' },
    });
    return getSignedUrl(this.#s3, get, { expiresIn: seconds });
  }

  /** Begins an upload in parts. */
  async begin(key: string, metadata?: Metadata): Promise<string> {
    const Metadata = metadata === undefined ? {} : { Metadata: { ...metadata } };
    const { UploadId } = await calling(
      this.#s3.send(new CreateMultipartUploadCommand({ Bucket: this.#bucket, Key: key, ...Metadata })),
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
