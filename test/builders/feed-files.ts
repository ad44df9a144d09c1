import { createReadStream, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ByteSource } from '../../shared/feeds/byte-source.ts';

/** A file in memory, streamed in chunks of the given size. */
export function memorySource(name: string, content: string | Buffer, chunkBytes = 64 * 1024): ByteSource {
  const bytes = Buffer.from(content);
  return {
    name,
    size: bytes.length,
    read: async (from, to) => bytes.subarray(from, to),
    async *stream() {
      for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
    },
  };
}

/** A file that is made while it is read, so that a test of memory holds none of it. */
export function madeSource(name: string, lines: () => Iterable<string>): ByteSource {
  return {
    name,
    size: 0,
    read: async () => Buffer.alloc(0),
    async *stream() {
      let text = '';
      for (const line of lines()) {
        text += `${line}\n`;
        if (text.length < 64 * 1024) continue;
        yield Buffer.from(text);
        text = '';
      }
      yield Buffer.from(text);
    },
  };
}

export function diskSource(path: string): ByteSource {
  return {
    name: basename(path),
    size: statSync(path).size,
    read: async (from, to) => readFileSync(path).subarray(from, to),
    stream: () => createReadStream(path),
  };
}

export function diskFolder(folder: string): ByteSource[] {
  return readdirSync(folder).map((name) => diskSource(join(folder, name)));
}
