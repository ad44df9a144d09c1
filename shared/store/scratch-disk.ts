import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Workspace } from '../roster/sync-stores.ts';

/** Characters kept per file before they go to disk. */
const bufferLength = 128 * 1024;

type File = { path: string; parts: string[]; length: number; onDisk: boolean };

/** Scratch files in a directory of their own, gone with `dispose`. One writer, who awaits what `append` returns. */
export class ScratchDisk implements Workspace {
  readonly #directory: string;
  readonly #files = new Map<string, File>();

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async open(): Promise<ScratchDisk> {
    return new ScratchDisk(await mkdtemp(join(tmpdir(), 'rolebook-')));
  }

  append(name: string, text: string): Promise<void> | undefined {
    let file = this.#files.get(name);
    if (!file) {
      file = { path: join(this.#directory, name), parts: [], length: 0, onDisk: false };
      this.#files.set(name, file);
    }
    file.parts.push(text);
    file.length += text.length;
    return file.length < bufferLength ? undefined : flush(file);
  }

  async read(name: string): Promise<string> {
    const file = this.#files.get(name);
    if (!file) return '';
    if (!file.onDisk) return file.parts.join('');
    await flush(file);
    return readFile(file.path, 'utf8');
  }

  async dispose(): Promise<void> {
    this.#files.clear();
    await rm(this.#directory, { recursive: true, force: true });
  }
}

async function flush(file: File): Promise<void> {
  const text = file.parts.join('');
  file.parts = [];
  file.length = 0;
  file.onDisk = true;
  await appendFile(file.path, text);
}
