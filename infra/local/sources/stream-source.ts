import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
  type _Record as StreamRecord,
} from '@aws-sdk/client-dynamodb-streams';
import * as z from 'zod';
import type { LocalFunction } from '../functions/local-function.ts';
import { region } from '../template.ts';
import type { Source } from './source.ts';

export type StreamMapping = {
  tableName: string;
  streamArn: string;
  target: LocalFunction;
  batchSize: number;
  maxRetries: number;
  /** Where a batch goes that failed for good. */
  onFailure: (detail: string) => Promise<void>;
};

const pollEveryMs = 250;
const retryAfterMs = 1000;

/** Sequence numbers by shard: how far each shard was delivered. Written after each batch, so delivery is at least once. */
export class Checkpoints {
  readonly #path: string;
  readonly #byShard: Record<string, string>;

  constructor(path: string) {
    this.#path = path;
    this.#byShard = readCheckpoints(path);
  }

  get(shard: string): string | undefined {
    return this.#byShard[shard];
  }

  set(shard: string, sequenceNumber: string): void {
    this.#byShard[shard] = sequenceNumber;
    writeFileSync(`${this.#path}.new`, JSON.stringify(this.#byShard));
    renameSync(`${this.#path}.new`, this.#path);
  }
}

function readCheckpoints(path: string): Record<string, string> {
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return {}; // first start
  }
}

/** Feeds a function from a table's stream, in order within a shard. A batch that keeps failing is halved to its bad record. */
export class StreamSource implements Source {
  readonly #streams: DynamoDBStreamsClient;
  readonly #mapping: StreamMapping;
  readonly #checkpoints: Checkpoints;
  readonly #stopping = new AbortController();

  constructor(streams: DynamoDBStreamsClient, mapping: StreamMapping, checkpoints: Checkpoints) {
    this.#streams = streams;
    this.#mapping = mapping;
    this.#checkpoints = checkpoints;
  }

  start(): void {
    void this.#run();
  }

  stop(): void {
    this.#stopping.abort();
  }

  async #run(): Promise<void> {
    const reading = new Set<string>();
    while (!this.#stopping.signal.aborted) {
      try {
        for (const { arn, shard } of await this.#shards()) {
          if (reading.has(shard)) continue;
          reading.add(shard);
          void this.#follow(arn, shard)
            .catch(() => undefined) // the next look starts again at the checkpoint
            .then(() => reading.delete(shard));
        }
      } catch {
        // The engine is busy or gone: look again.
      }
      await this.#pause(10_000);
    }
  }

  async #shards(): Promise<{ arn: string; shard: string }[]> {
    const { Streams = [] } = await this.#streams.send(
      new ListStreamsCommand({ TableName: this.#mapping.tableName }),
    );
    const shards: { arn: string; shard: string }[] = [];
    for (const { StreamArn } of Streams) {
      if (StreamArn === undefined) continue;
      const { StreamDescription } = await this.#streams.send(new DescribeStreamCommand({ StreamArn }));
      for (const { ShardId } of StreamDescription?.Shards ?? []) {
        if (ShardId !== undefined) shards.push({ arn: StreamArn, shard: ShardId });
      }
    }
    return shards;
  }

  async #follow(arn: string, shard: string): Promise<void> {
    const after = this.#checkpoints.get(`${arn}/${shard}`);
    let { ShardIterator: iterator } = await this.#streams.send(
      new GetShardIteratorCommand({
        StreamArn: arn,
        ShardId: shard,
        ...(after === undefined
          ? { ShardIteratorType: 'TRIM_HORIZON' }
          : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: after }),
      }),
    );
    while (iterator !== undefined && !this.#stopping.signal.aborted) {
      const { Records = [], NextShardIterator } = await this.#streams.send(
        new GetRecordsCommand({ ShardIterator: iterator, Limit: this.#mapping.batchSize }),
      );
      iterator = NextShardIterator;
      const last = Records.at(-1)?.dynamodb?.SequenceNumber;
      if (Records.length === 0) await this.#pause(pollEveryMs);
      else await this.#deliver(Records, 0);
      if (last !== undefined && !this.#stopping.signal.aborted)
        this.#checkpoints.set(`${arn}/${shard}`, last);
    }
  }

  async #deliver(records: StreamRecord[], attempt: number): Promise<void> {
    if (this.#stopping.signal.aborted || records.length === 0) return;
    const outcome = await this.#mapping.target.invoke({
      Records: records.map((record) => this.#toEvent(record)),
    });
    if (this.#stopping.signal.aborted) return;
    const firstFailure = outcome.ok ? firstFailureIn(outcome.payload, records) : 0;
    if (firstFailure === records.length) return;
    const rest = records.slice(firstFailure);
    const middle = Math.ceil(rest.length / 2);
    if (rest.length > 1) {
      await this.#deliver(rest.slice(0, middle), attempt);
      await this.#deliver(rest.slice(middle), attempt);
    } else if (attempt < this.#mapping.maxRetries) {
      await this.#pause(retryAfterMs);
      await this.#deliver(rest, attempt + 1);
    } else {
      const sequenceNumbers = rest.map(({ dynamodb }) => dynamodb?.SequenceNumber);
      await this.#mapping.onFailure(
        JSON.stringify({
          functionName: this.#mapping.target.name,
          streamArn: this.#mapping.streamArn,
          sequenceNumbers,
        }),
      );
    }
  }

  #toEvent(record: StreamRecord): unknown {
    const { ApproximateCreationDateTime, ...dynamodb } = record.dynamodb ?? {};
    return {
      ...record,
      awsRegion: region,
      eventSource: 'aws:dynamodb',
      eventSourceARN: this.#mapping.streamArn,
      dynamodb: {
        ...dynamodb,
        ApproximateCreationDateTime: (ApproximateCreationDateTime?.getTime() ?? 0) / 1000,
      },
    };
  }

  async #pause(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.#stopping.signal }).catch(() => undefined); // stopping
  }
}

const StreamResponse = z.object({
  batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).optional(),
});

/** Index of the first record to deliver again; the number of records where all are done. */
function firstFailureIn(payload: string, records: StreamRecord[]): number {
  const { data } = StreamResponse.safeParse(JSON.parse(payload) ?? {});
  const failed = new Set(data?.batchItemFailures?.map(({ itemIdentifier }) => itemIdentifier));
  const index = records.findIndex(({ dynamodb }) => failed.has(dynamodb?.SequenceNumber ?? ''));
  return index < 0 ? records.length : index;
}
