import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { type DistrictOptions, type GeneratedFile, generateDistrict } from './district.ts';
import type { PlantedFault } from './faults.ts';
import { filesOf } from './formats/formats.ts';

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
  else {
    await clearFolder(options, target, files);
    await writeFolder(files, target, rows);
  }
  return { rows, planted };
}

/** Takes away what another version of the format has: left there it would contradict this one. */
async function clearFolder(
  { format = 'oneroster-csv' }: DistrictOptions,
  folder: string,
  files: readonly GeneratedFile[],
) {
  const written = new Set(files.map(({ file }) => file));
  for (const file of filesOf(format)) if (!written.has(file)) await rm(join(folder, file), { force: true });
}

async function writeFolder(files: readonly GeneratedFile[], folder: string, rows: Record<string, number>) {
  await mkdir(folder, { recursive: true });
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
