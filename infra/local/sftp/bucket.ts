import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  NotFound,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
  UploadPartCommand,
} from '@aws-sdk/client-s3';

export type Found = { size: number; etag: string; at: Date; metadata: Record<string, string> };
export type Listed = { name: string; size: number; at: Date; isFolder: boolean };
export type Part = { PartNumber: number; ETag: string };
type Metadata = Record<string, string>;

/** The calls of S3 that the server makes, as Transfer Family makes them. */
export class Bucket {
  readonly #s3: S3Client;
  readonly #Bucket: string;

  constructor(s3: S3Client, bucket: string) {
    this.#s3 = s3;
    this.#Bucket = bucket;
  }

  get name(): string {
    return this.#Bucket;
  }

  async head(Key: string): Promise<Found | undefined> {
    try {
      const {
        ContentLength = 0,
        ETag = '',
        LastModified = new Date(0),
        Metadata = {},
      } = await this.#s3.send(new HeadObjectCommand({ Bucket: this.#Bucket, Key }));
      return { size: ContentLength, etag: ETag, at: LastModified, metadata: Metadata };
    } catch (error) {
      if (error instanceof NotFound) return undefined;
      throw error;
    }
  }

  /** What lies right below a prefix, a page at a time; the folder's own marker is left out. */
  async *list(prefix: string): AsyncGenerator<Listed[]> {
    let token: string | undefined;
    do {
      const page = await this.#s3.send(
        new ListObjectsV2Command({
          Bucket: this.#Bucket,
          Prefix: prefix,
          Delimiter: '/',
          ...(token === undefined ? {} : { ContinuationToken: token }),
        }),
      );
      const folders = (page.CommonPrefixes ?? []).map(({ Prefix = '' }) => ({
        name: Prefix.slice(prefix.length, -1),
        ...{ size: 0, at: new Date(0), isFolder: true },
      }));
      const files = (page.Contents ?? []).map(({ Key = '', Size = 0, LastModified = new Date(0) }) => ({
        name: Key.slice(prefix.length),
        ...{ size: Size, at: LastModified, isFolder: false },
      }));
      yield [...folders, ...files].filter(({ name }) => name !== '');
      token = page.NextContinuationToken;
    } while (token !== undefined);
  }

  /**
   * `from` up to `to`, which is not of them.
   * @param etag of what was opened: another version in its place is an error, never a mixture
   */
  async read(Key: string, { from, to, etag }: { from: number; to: number; etag: string }): Promise<Buffer> {
    const bytes = Buffer.allocUnsafeSlow(to - from);
    if (from === to) return bytes;
    const Range = `bytes=${from}-${to - 1}`;
    const { Body } = await this.#s3.send(
      new GetObjectCommand({ Bucket: this.#Bucket, Key, Range, IfMatch: etag }),
    );
    let at = 0;
    // In Node it is a stream of buffers.
    for await (const chunk of Body as AsyncIterable<Buffer>) at += chunk.copy(bytes, at);
    if (at < bytes.length) throw new Error(`${Key} is shorter than it was.`);
    return bytes;
  }

  async put(Key: string, Body: Buffer, Metadata: Metadata): Promise<void> {
    await this.#s3.send(new PutObjectCommand({ Bucket: this.#Bucket, Key, Body, Metadata }));
  }

  /** The copy says of itself what is given, and nothing of what the object said. */
  async copy(from: string, Key: string, Metadata: Metadata): Promise<void> {
    const CopySource = `${this.#Bucket}/${from.split('/').map(encodeURIComponent).join('/')}`;
    const copy = { Bucket: this.#Bucket, Key, CopySource, Metadata };
    await this.#s3.send(new CopyObjectCommand({ ...copy, MetadataDirective: 'REPLACE' }));
  }

  async remove(Key: string): Promise<void> {
    await this.#s3.send(new DeleteObjectCommand({ Bucket: this.#Bucket, Key }));
  }

  async begin(Key: string, Metadata: Metadata): Promise<string> {
    const { UploadId = '' } = await this.#s3.send(
      new CreateMultipartUploadCommand({ Bucket: this.#Bucket, Key, Metadata }),
    );
    return UploadId;
  }

  async part(Key: string, UploadId: string, { PartNumber, Body }: { PartNumber: number; Body: Buffer }) {
    const { ETag = '' } = await this.#s3.send(
      new UploadPartCommand({ Bucket: this.#Bucket, Key, UploadId, PartNumber, Body }),
    );
    return { PartNumber, ETag };
  }

  /** @returns nothing where there is no such upload any more */
  async parts(Key: string, UploadId: string): Promise<{ parts: Part[]; bytes: number } | undefined> {
    const found = { parts: [] as Part[], bytes: 0 };
    let after: string | undefined;
    try {
      do {
        const page = await this.#s3.send(
          new ListPartsCommand({
            ...{ Bucket: this.#Bucket, Key, UploadId },
            ...(after === undefined ? {} : { PartNumberMarker: after }),
          }),
        );
        for (const { PartNumber = 0, ETag = '', Size = 0 } of page.Parts ?? []) {
          found.parts.push({ PartNumber, ETag });
          found.bytes += Size;
        }
        after = page.IsTruncated === true ? page.NextPartNumberMarker : undefined;
      } while (after !== undefined);
      return found;
    } catch (error) {
      if (error instanceof S3ServiceException && error.name === 'NoSuchUpload') return undefined;
      throw error;
    }
  }

  async complete(Key: string, UploadId: string, Parts: Part[]): Promise<void> {
    await this.#s3.send(
      new CompleteMultipartUploadCommand({
        ...{ Bucket: this.#Bucket, Key, UploadId },
        MultipartUpload: { Parts },
      }),
    );
  }

  async abort(Key: string, UploadId: string): Promise<void> {
    await this.#s3
      .send(new AbortMultipartUploadCommand({ Bucket: this.#Bucket, Key, UploadId }))
      .catch((error: unknown) => {
        if (!(error instanceof S3ServiceException && error.name === 'NoSuchUpload')) throw error;
      });
  }
}
