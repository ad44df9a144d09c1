import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildApp } from 'fauxqs';
import { BodyFiles } from './body-files.ts';
import type { Engine } from './engine.ts';
import {
  keepLargeObjectsInFiles,
  type LargeObjects,
  type PartedStore,
  type S3Persistence,
  sendLargeObjects,
} from './large-objects.ts';
import { type App, closeS3Gaps, type S3Store } from './s3-gaps.ts';
import {
  keepMessageGroups,
  makeQueuesFair,
  type SqsMessage,
  type SqsQueue,
  type SqsStore as SqsQueues,
} from './sqs-gaps.ts';

export type ObjectCreated = { bucket: string; key: string; size: number; etag: string };

export type FauxqsEngine = Engine & {
  /** Puts a message into a queue, durably, before it returns. */
  send: (queueName: string, body: string) => void;
};

type SqsStore = SqsQueues & {
  host: string;
  persistence?: unknown;
  allQueues: () => Iterable<SqsQueue>;
  getQueueByName: (name: string) => SqsQueue | undefined;
};
type Persistence = S3Persistence & {
  db: { exec: (sql: string) => void };
  load: (sqs: SqsStore, sns: object, s3: object) => void;
  close: () => void;
};
type Parts = {
  SqsStore: { new (): SqsStore; createMessage: (body: string) => SqsMessage };
  SnsStore: new () => object;
  S3Store: new () => S3Store & PartedStore;
  PersistenceManager: new (dataDir: string) => Persistence;
} & Pick<LargeObjects, 'S3Error' | 'computeCompositeChecksum' | 'getObject'>;

/**
 * SQS and S3 in this process, kept in one SQLite file but for what comes in parts. Assembled from fauxqs' own parts, because its `startFauxqs` listens on
 * every network of the machine, has no place for hooks, and would leave messages in the hands of workers that are gone.
 */
export async function startFauxqs(
  dataDir: string,
  onObjectCreated: (event: ObjectCreated) => void,
): Promise<FauxqsEngine> {
  const { SqsStore, SnsStore, S3Store, PersistenceManager, ...parts } = await loadParts();
  const directory = join(dataDir, 'fauxqs');
  mkdirSync(directory, { recursive: true });
  const persistence = new PersistenceManager(directory);
  // A commit survives this process' death without waiting for the disk.
  persistence.db.exec('PRAGMA synchronous = NORMAL');
  // Whoever held these messages died with the last run.
  persistence.db.exec('UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL');

  const sqsStore = new SqsStore();
  const snsStore = new SnsStore();
  const s3Store = new S3Store();
  makeQueuesFair(sqsStore);
  persistence.load(sqsStore, snsStore, s3Store); // before they write through, or loading would replace what it reads
  sqsStore.persistence = persistence;
  s3Store.persistence = persistence;
  const files = new BodyFiles(join(directory, 'bodies'));
  const largeObjects = { ...parts, store: s3Store, persistence, files };
  keepLargeObjectsInFiles(largeObjects);
  for (const queue of sqsStore.allQueues()) queue.persistence = persistence;
  sqsStore.host = ''; // queue addresses by number, not by a name that may not resolve
  s3Store.spy = {
    addMessage: ({ service, status, bucket, key }) => {
      // A rename is a copy, to S3 as to us.
      if (service !== 's3' || (status !== 'uploaded' && status !== 'copied')) return;
      const { contentLength, etag } = s3Store.headObject(bucket, key);
      onObjectCreated({ bucket, key, size: contentLength, etag: etag.replaceAll('"', '') });
    },
  };

  // The stores' types are not exported; these are they.
  const stores = { sqsStore, snsStore, s3Store } as unknown as NonNullable<
    NonNullable<Parameters<typeof buildApp>[0]>['stores']
  >;
  const app = buildApp({ logger: false, stores });
  // As much of Fastify as the gaps use.
  const hooked = app as unknown as App;
  closeS3Gaps(hooked, s3Store, (uploadId, number) => files.partBytes(uploadId, number));
  sendLargeObjects(hooked, largeObjects);
  keepMessageGroups(hooked);
  const endpoint = await app.listen({ port: 0, host: '127.0.0.1' });
  return {
    endpoint,
    send: (queueName, body) => {
      const queue = sqsStore.getQueueByName(queueName);
      if (queue === undefined) throw new Error(`There is no queue ${queueName}`);
      queue.enqueue(SqsStore.createMessage(body));
    },
    stop: async () => {
      await app.close();
      persistence.close();
    },
  };
}

/** The package exports none of its parts; its version is pinned, and the contract tests would notice a change. */
async function loadParts(): Promise<Parts> {
  const main = import.meta.resolve('fauxqs');
  const part = (path: string) => import(new URL(path, main).href);
  const loaded = await Promise.all([
    part('./sqs/sqsStore.js'),
    part('./sns/snsStore.js'),
    part('./s3/s3Store.js'),
    part('./persistence.js'),
    part('./common/errors.js'),
    part('./s3/checksum.js'),
    part('./s3/actions/getObject.js'),
  ]);
  // What the package's own types say of these, as far as it is used.
  return Object.assign({}, ...loaded) as Parts;
}
