import { createHash } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import { ObjectWriter } from '../../shared/store/object-writer.ts';

/** What one piece of writing comes to. */
export type Written = { size: number; sha256: string };

/** Whatever takes a report's content piece by piece. */
export type Pieces = { append(piece: string | Uint8Array): Promise<void> };

/**
 * A report while it is made: the copy that is kept, and that which lies in `receive`, side by side. Neither is there before it is closed,
 * the one that people fetch last.
 */
export class ReportFile implements Pieces {
  readonly #kept: ObjectWriter;
  readonly #shown: ObjectWriter;
  readonly #hash = createHash('sha256');

  constructor(
    s3: S3Client,
    at: { bucket: string; kept: string; shown: string; report: string; contentType: string },
  ) {
    const { bucket, kept, shown, report, contentType } = at;
    const as = { ContentType: contentType, Metadata: { report } };
    this.#kept = new ObjectWriter(s3, { bucket, key: kept, ...as });
    this.#shown = new ObjectWriter(s3, { bucket, key: shown, ...as });
  }

  async append(piece: string | Uint8Array): Promise<void> {
    this.#hash.update(piece);
    await this.#kept.append(piece);
    await this.#shown.append(piece);
  }

  async close(): Promise<Written> {
    await this.#kept.close();
    await this.#shown.close();
    return { size: this.#kept.size, sha256: this.#hash.digest('hex') };
  }

  async abort(): Promise<void> {
    await this.#kept.abort();
    await this.#shown.abort();
  }
}
