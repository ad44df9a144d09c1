import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

/** A zip in memory; names ending in `/` become folders. */
export function zipOf(
  entries: Record<string, string | Buffer>,
  options: { compress?: boolean } = {},
): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(entries)) {
    if (name.endsWith('/')) zip.addEmptyDirectory(name);
    else zip.addBuffer(Buffer.from(content), name, options);
  }
  zip.end();
  return buffer(Readable.from(zip.outputStream));
}

/** The zip with a name exchanged for another of the same length: what no honest tool writes. */
export function renamed(zip: Buffer, from: string, to: string): Buffer {
  if (Buffer.byteLength(from) !== Buffer.byteLength(to))
    throw new Error('The names must be of the same length');
  const changed = Buffer.from(zip);
  for (let at = changed.indexOf(from); at >= 0; at = changed.indexOf(from, at + 1)) changed.write(to, at);
  return changed;
}

const centralSignature = Buffer.from('PK\x01\x02', 'latin1');
const fieldOffsets = { flags: 8, crc32: 16, compressedSize: 20, uncompressedSize: 24 };

/** The zip with one field of its first central directory entry overwritten. */
export function tampered(zip: Buffer, field: keyof typeof fieldOffsets, value: number): Buffer {
  const changed = Buffer.from(zip);
  const at = changed.indexOf(centralSignature) + fieldOffsets[field];
  if (field === 'flags') changed.writeUInt16LE(value, at);
  else changed.writeUInt32LE(value, at);
  return changed;
}
