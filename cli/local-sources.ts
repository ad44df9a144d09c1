import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ByteSource } from '../shared/feeds/byte-source.ts';
import { feedPaths } from './feed-paths.ts';

/** A feed on this machine, as the reader of feeds takes it. */
export async function localSources(feed: string): Promise<ByteSource[]> {
  return Promise.all((await feedPaths(feed)).map(localSource));
}

async function localSource(path: string): Promise<ByteSource> {
  const { size } = await stat(path);
  return {
    name: basename(path),
    size,
    read: (from, to) => readRange(path, from, Math.min(to, size)),
    stream: () => createReadStream(path, { highWaterMark: 256 * 1024 }),
  };
}

async function readRange(path: string, from: number, to: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(to - from), 0, to - from, from);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
