import { type DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { ConditionFailed, calling } from './calls.ts';
import { uploadKey } from './keys.ts';
import type { UploadFiles } from './upload-files.ts';

const UploadFile = z.object({
  fileName: z.string(),
  /** As announced. */
  size: z.int(),
  sha256: z.string().optional(),
  /** Of the S3 multipart upload, for what comes in parts. */
  multipartId: z.string().optional(),
  arrivedAt: z.string().optional(),
  etag: z.string().optional(),
});
export type UploadFile = z.infer<typeof UploadFile>;

const StoredUpload = z.object({
  uploadId: z.string(),
  createdAt: z.string(),
  by: z.string(),
  files: z.array(UploadFile),
});
export type StoredUpload = z.infer<typeof StoredUpload>;

/** Where a file of an upload stands in the bucket of feeds. */
export function uploadObjectKey(district: string, uploadId: string, fileName: string): string {
  return `uploads/${district}/${uploadId}/${fileName}`;
}

/** The parts of an object's key, if it is that of an upload. */
export function uploadOfObject(
  key: string,
): { district: string; uploadId: string; fileName: string } | undefined {
  const [place, district, uploadId, fileName, ...more] = key.split('/');
  if (place !== 'uploads' || !district || !uploadId || !fileName || more.length > 0) return undefined;
  return { district, uploadId, fileName };
}

export function isComplete({ files }: StoredUpload): boolean {
  return files.every((file) => file.arrivedAt !== undefined);
}

/** Uploads and what of them has arrived. `syncs`: pk = uploads of a district, sk = upload. */
export class Uploads {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(dynamo: DynamoDBDocumentClient, table: string) {
    this.#dynamo = dynamo;
    this.#table = table;
  }

  async create(district: string, upload: StoredUpload): Promise<void> {
    await calling(
      this.#dynamo.send(
        new PutCommand({
          TableName: this.#table,
          Item: { ...uploadKey(district, upload.uploadId), ...upload },
        }),
      ),
    );
  }

  async find(district: string, uploadId: string): Promise<StoredUpload | undefined> {
    const { Item } = await calling(
      this.#dynamo.send(
        new GetCommand({ TableName: this.#table, Key: uploadKey(district, uploadId), ConsistentRead: true }),
      ),
    );
    return Item === undefined ? undefined : StoredUpload.parse(Item);
  }

  /**
   * The upload as the bucket has it: files of which no event has told yet are looked for. A file of another size than announced
   * has not arrived.
   */
  async look(
    files: Pick<UploadFiles, 'head'>,
    district: string,
    uploadId: string,
    now: Date,
  ): Promise<StoredUpload | undefined> {
    const upload = await this.find(district, uploadId);
    if (upload === undefined || isComplete(upload)) return upload;
    const seen = await Promise.all(
      upload.files.map(async (file) => {
        if (file.arrivedAt !== undefined) return file;
        const head = await files.head(uploadObjectKey(district, uploadId, file.fileName));
        if (head === undefined || head.size !== file.size) return file;
        return this.arrived({ district, uploadId, fileName: file.fileName }, { ...head, at: now });
      }),
    );
    return {
      ...upload,
      files: seen.map((file, at) => file ?? upload.files[at]).filter((f) => f !== undefined),
    };
  }

  /**
   * Notes that a file is there; again changes only the tag. `undefined` where nothing waits for such a file.
   */
  async arrived(
    at: { district: string; uploadId: string; fileName: string },
    object: { size: number; etag: string; at: Date },
  ): Promise<UploadFile | undefined> {
    const upload = await this.find(at.district, at.uploadId);
    const index = upload?.files.findIndex(({ fileName }) => fileName === at.fileName) ?? -1;
    const file = upload?.files[index];
    if (file === undefined || file.size !== object.size) return undefined;
    const noted: UploadFile = {
      ...file,
      arrivedAt: file.arrivedAt ?? object.at.toISOString(),
      etag: object.etag,
    };
    try {
      await calling(
        this.#dynamo.send(
          new UpdateCommand({
            TableName: this.#table,
            Key: uploadKey(at.district, at.uploadId),
            // The list of an upload never changes its order.
            UpdateExpression: `SET files[${index}].arrivedAt = :at, files[${index}].etag = :etag`,
            ConditionExpression: 'attribute_exists(pk)',
            ExpressionAttributeValues: { ':at': noted.arrivedAt, ':etag': noted.etag },
          }),
        ),
      );
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      return undefined;
    }
    return noted;
  }
}
