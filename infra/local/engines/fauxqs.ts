import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildApp } from 'fauxqs';
import type { Engine } from './engine.ts';
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
type Persistence = {
  db: { exec: (sql: string) => void };
  load: (sqs: SqsStore, sns: object, s3: S3Store) => void;
  close: () => void;
};
type Parts = {
  SqsStore: { new (): SqsStore; createMessage: (body: string) => SqsMessage };
  SnsStore: new () => object;
  S3Store: new () => S3Store;
  PersistenceManager: new (dataDir: string) => Persistence;
};

/**
 * SQS and S3 in this process, kept in one SQLite file. Assembled from fauxqs' own parts, because its `startFauxqs` listens on
 * every network of the machine, has no place for hooks, and would leave messages in the hands of workers that are gone.
 */
export async function startFauxqs(
  dataDir: string,
  onObjectCreated: (event: ObjectCreated) => void,
): Promise<FauxqsEngine> {
  const { SqsStore, SnsStore, S3Store, PersistenceManager } = await loadParts();
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
  closeS3Gaps(hooked, s3Store);
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
  const [sqs, sns, s3, persistence] = await Promise.all([
    part('./sqs/sqsStore.js'),
    part('./sns/snsStore.js'),
    part('./s3/s3Store.js'),
    part('./persistence.js'),
  ]);
  return { ...sqs, ...sns, ...s3, ...persistence };
}
