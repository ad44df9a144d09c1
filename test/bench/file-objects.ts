import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Objects } from '../../shared/roster/sync-stores.ts';

/** Objects as files, in place of S3: neither the network nor an engine is in the way. */
export class FileObjects implements Objects {
  readonly #directory: string;
  /** Characters put so far. */
  written = 0;
  puts = 0;
  gets = 0;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async open(directory: string): Promise<FileObjects> {
    await mkdir(directory, { recursive: true });
    return new FileObjects(directory);
  }

  async put(key: string, text: string): Promise<void> {
    this.puts++;
    this.written += text.length;
    await writeFile(this.#path(key), text);
  }

  get(key: string): Promise<string> {
    this.gets++;
    return readFile(this.#path(key), 'utf8');
  }

  /** `undefined` where it was never put. */
  async find(key: string): Promise<string | undefined> {
    try {
      return await this.get(key);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
  }

  #path(key: string): string {
    return join(this.#directory, createHash('sha256').update(key).digest('hex'));
  }
}
