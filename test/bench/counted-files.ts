import { createHash } from 'node:crypto';
import type { ByteSource } from '../../shared/feeds/byte-source.ts';
import { singlePutBytes } from '../../shared/store/upload-files.ts';
import { diskFolder } from '../builders/feed-files.ts';

/** A folder as `open-upload.ts` opens an upload, with the requests to S3 that its files would have cost. */
export class CountedFiles {
  /** Of whoever uploaded them; a file in parts takes one request to begin and one to complete. */
  puts = 0;
  gets = 0;

  async open(folder: string): Promise<ByteSource[]> {
    const files = diskFolder(folder).map((file) => this.#counted(file));
    await Promise.all(files.map(digest));
    return files;
  }

  #counted(file: ByteSource): ByteSource {
    this.puts += file.size <= singlePutBytes ? 1 : 2 + Math.ceil(file.size / singlePutBytes);
    this.gets++; // its HEAD
    return {
      ...file,
      read: (from, to) => {
        this.gets++;
        return file.read(from, to);
      },
      stream: () => {
        this.gets++;
        return file.stream();
      },
    };
  }
}

async function digest(file: ByteSource): Promise<void> {
  const hash = createHash('sha256');
  for await (const part of file.stream()) hash.update(part);
  hash.digest();
}
