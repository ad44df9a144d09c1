import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { type DistrictOptions, type GeneratedFile, generateDistrict } from './district.ts';
import type { PlantedFault } from './faults.ts';

export type WrittenDistrict = {
  /** Data rows by file, planted ones included. */
  rows: Record<string, number>;
  planted: PlantedFault[];
};

/** The same feed gives the same bytes: zip entries need a time, and the clock's would differ. */
const entryTime = new Date(2026, 0, 1);
const chunkCharacters = 65_536;

/** Writes to a folder (made where absent), or to one zip where `target` ends in `.zip`. Overwrites its own files. */
export async function writeDistrict(options: DistrictOptions, target: string): Promise<WrittenDistrict> {
  const { files, planted } = generateDistrict(options);
  const rows: Record<string, number> = {};
  if (target.endsWith('.zip')) await writeZip(files, target, rows);
  else await writeFolder(files, target, rows);
  return { rows, planted };
}

async function writeFolder(files: readonly GeneratedFile[], folder: string, rows: Record<string, number>) {
  await mkdir(folder, { recursive: true });
  // Roles are part of the users in 1.1: one left here from a 1.2 district would contradict the manifest.
  if (!files.some(({ file }) => file === 'roles.csv')) await rm(join(folder, 'roles.csv'), { force: true });
  for (const file of files) {
    await pipeline(Readable.from(chunksOf(file, rows)), createWriteStream(join(folder, file.file)));
  }
}

async function writeZip(files: readonly GeneratedFile[], target: string, rows: Record<string, number>) {
  await mkdir(dirname(target), { recursive: true });
  const zip = new ZipFile();
  const written = createWriteStream(target);
  zip.outputStream.pipe(written);
  for (const file of files) {
    zip.addReadStreamLazy(file.file, { mtime: entryTime, mode: 0o100644, forceDosTimestamp: true }, (open) =>
      open(null, Readable.from(chunksOf(file, rows))),
    );
  }
  zip.end();
  await finished(written);
}

function* chunksOf({ file, lines }: GeneratedFile, rows: Record<string, number>): Generator<Buffer> {
  let chunk = '';
  let count = -1; // the header is not a row
  for (const line of lines()) {
    chunk += `${line}\r\n`;
    count += 1;
    if (chunk.length < chunkCharacters) continue;
    yield Buffer.from(chunk);
    chunk = '';
  }
  yield Buffer.from(chunk);
  rows[file] = count;
}
