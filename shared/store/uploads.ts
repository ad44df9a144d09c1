import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { UploadSync, WholeUpload } from '../roster/due.ts';
import type { FeedUploads } from '../roster/start-due.ts';
import { ConditionFailed, calling, transact } from './calls.ts';
import { feedUploadKey, feedUploadsPartition, uploadKey } from './keys.ts';
import { queryPage } from './query.ts';
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
  /** The feed that it says it is of. */
  feed: z.string().optional(),
  /** One of its files that says that all have been sent, and is no part of the feed. */
  triggerFile: z.string().optional(),
  /** The sync that it was given to, so that no trigger starts another. */
  sync: z.object({ syncId: z.string(), by: z.string() }).optional(),
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

/** What of an upload is the feed. */
export function feedFiles({ files, triggerFile }: StoredUpload): UploadFile[] {
  return files.filter(({ fileName }) => fileName !== triggerFile);
}

/** `undefined` where not every file is there, or none is of a feed. */
export function wholeUpload(upload: StoredUpload | undefined): WholeUpload | undefined {
  // A trigger file alone is no feed.
  if (upload === undefined || !isComplete(upload) || feedFiles(upload).length === 0) return undefined;
  const { uploadId, sync, triggerFile } = upload;
  const wholeAt = Math.max(...upload.files.map(({ arrivedAt = '' }) => Date.parse(arrivedAt)));
  return { uploadId, wholeAt, sync, triggered: triggerFile !== undefined };
}

/**
 * Uploads and what of them has arrived. `syncs`: pk = uploads of a district, sk = upload; and pk = uploads of a feed, sk = upload, for
 * those that name one.
 */
export class Uploads implements FeedUploads {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(dynamo: DynamoDBDocumentClient, table: string) {
    this.#dynamo = dynamo;
    this.#table = table;
  }

  async create(district: string, upload: StoredUpload): Promise<void> {
    await this.#put(district, upload);
  }

  /** Where an upload of that id is there already, it stays as it is. */
  async createOnce(district: string, upload: StoredUpload): Promise<void> {
    try {
      await this.#put(district, upload, { ConditionExpression: 'attribute_not_exists(pk)' });
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
    }
  }

  async #put(district: string, upload: StoredUpload, only?: { ConditionExpression: string }): Promise<void> {
    const { uploadId, feed } = upload;
    const TableName = this.#table;
    const ofFeed =
      feed === undefined ? [] : [{ Put: { TableName, Item: feedUploadKey(district, feed, uploadId) } }];
    const Item = { ...uploadKey(district, uploadId), ...upload };
    await transact(this.#dynamo, [{ Put: { TableName, Item, ...only } }, ...ofFeed]);
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
    await Promise.all(
      upload.files.map(async ({ fileName, size, arrivedAt }) => {
        if (arrivedAt !== undefined) return;
        const head = await files.head(uploadObjectKey(district, uploadId, fileName));
        if (head === undefined || head.size !== size) return;
        await this.arrived({ district, uploadId, fileName }, { ...head, at: now });
      }),
    );
    return this.find(district, uploadId);
  }

  async whole(district: string, uploadId: string): Promise<WholeUpload | undefined> {
    return wholeUpload(await this.find(district, uploadId));
  }

  async newest(district: string, feed: string): Promise<WholeUpload | undefined> {
    const at = {
      table: this.#table,
      partition: feedUploadsPartition(district, feed),
      backward: true,
      limit: 10,
    };
    let after: string | undefined;
    do {
      const { items, more } = await queryPage(this.#dynamo, { ...at, after });
      for (const { sk } of items) {
        const upload = await this.whole(district, String(sk));
        if (upload !== undefined) return upload;
      }
      after = more ? String(items.at(-1)?.sk) : undefined;
    } while (after !== undefined);
    return undefined;
  }

  async give(at: { district: string; uploadId: string }, sync: UploadSync): Promise<UploadSync> {
    const { Attributes } = await calling(
      this.#dynamo.send(
        new UpdateCommand({
          TableName: this.#table,
          Key: uploadKey(at.district, at.uploadId),
          UpdateExpression: 'SET #sync = if_not_exists(#sync, :sync)',
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeNames: { '#sync': 'sync' },
          ExpressionAttributeValues: { ':sync': sync },
          ReturnValues: 'ALL_NEW',
        }),
      ),
    );
    return StoredUpload.parse(Attributes).sync ?? sync;
  }

  /**
   * Notes that a file is there; again changes only the tag. Returns the upload as it is then, `undefined` where nothing waits for
   * such a file.
   */
  async arrived(
    at: { district: string; uploadId: string; fileName: string },
    object: { size: number; etag: string; at: Date },
  ): Promise<StoredUpload | undefined> {
    const upload = await this.find(at.district, at.uploadId);
    const index = upload?.files.findIndex(({ fileName }) => fileName === at.fileName) ?? -1;
    const file = upload?.files[index];
    if (file === undefined || file.size !== object.size) return undefined;
    const arrivedAt = file.arrivedAt ?? object.at.toISOString();
    try {
      const { Attributes } = await calling(
        this.#dynamo.send(
          new UpdateCommand({
            TableName: this.#table,
            Key: uploadKey(at.district, at.uploadId),
            // The list of an upload never changes its order.
            UpdateExpression: `SET files[${index}].arrivedAt = :at, files[${index}].etag = :etag`,
            ConditionExpression: 'attribute_exists(pk)',
            ExpressionAttributeValues: { ':at': arrivedAt, ':etag': object.etag },
            ReturnValues: 'ALL_NEW',
          }),
        ),
      );
      return StoredUpload.parse(Attributes);
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      return undefined;
    }
  }
}
