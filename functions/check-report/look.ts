import { createHash } from 'node:crypto';
import type { Scan, ScanOutcome } from '../../shared/runtime/clamd.ts';

/** What reading a file once from end to end shows. */
export type Seen = {
  /** Bytes. */
  size: number;
  /** Lower-case hex. */
  sha256: string;
  /** The first bytes. */
  head: Buffer;
  hasNul: boolean;
  scan: ScanOutcome;
};

/** As much as tells one type from another. */
const headBytes = 8192;

/** Holds no more than a piece of the content. */
export async function look(content: AsyncIterable<Buffer>, scan: Scan): Promise<Seen> {
  const hash = createHash('sha256');
  let size = 0;
  let head: Buffer = Buffer.alloc(0);
  let hasNul = false;
  async function* watched(): AsyncGenerator<Buffer> {
    for await (const piece of content) {
      hash.update(piece);
      size += piece.length;
      if (head.length < headBytes) head = Buffer.concat([head, piece.subarray(0, headBytes - head.length)]);
      hasNul ||= piece.includes(0);
      yield piece;
    }
  }
  const outcome = await scan(watched());
  return { size, sha256: hash.digest('hex'), head, hasNul, scan: outcome };
}
