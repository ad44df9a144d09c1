import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FileTarget, StartedUpload, Upload } from './api-types.ts';
import { type ApiClient, request } from './client.ts';
import { districtPath } from './connection.ts';
import { CommandFailed } from './failures.ts';
import { feedPaths } from './feed-paths.ts';

export type FilePart = { fileName: string; path: string; size: number; sha256: string };

const partsAtOnce = 4;
const arrivalPoll = 100;
/** Milliseconds. */
const longestArrival = 60_000;

/**
 * Uploads a zip, or the CSV files of a folder, as files of a feed, and waits until the service has seen them arrive.
 * `sent` gets the bytes sent so far and their total.
 */
export async function uploadFeed(
  { client, district, feed }: { client: ApiClient; district: string; feed: string },
  from: string,
  sent: (bytes: number, total: number) => void = () => {},
): Promise<string> {
  const files = await Promise.all((await feedPaths(from)).map(describeFile));
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const described = files.map(({ fileName, size, sha256 }) => ({ fileName, size, sha256 }));
  const [only, ...others] = described;
  const body = { feed, ...(others.length === 0 ? only : { files: described }) };
  const started = await client.post<StartedUpload>(districtPath(district, 'uploads'), body);
  let done = 0;
  for (const [file, target] of pair(files, started)) {
    await sendFile(file, target, (bytes) => {
      done += bytes;
      sent(done, total);
    });
  }
  const path = districtPath(district, 'uploads', started.uploadId);
  if (targetsOf(started).some((target) => 'parts' in target)) await client.post(`${path}/completion`);
  await arrival(client, path);
  return started.uploadId;
}

/** Name, size and hash, which the service checks what arrives against. */
export async function describeFile(path: string): Promise<FilePart> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const piece of createReadStream(path)) {
    hash.update(piece);
    size += piece.length;
  }
  return { fileName: basename(path), path, size, sha256: hash.digest('hex') };
}

const targetsOf = (started: StartedUpload): FileTarget[] => ('files' in started ? started.files : [started]);

function pair(files: readonly FilePart[], started: StartedUpload): [FilePart, FileTarget][] {
  const targets = targetsOf(started);
  return files.map((file, index) => {
    const target = targets.find(({ fileName }) => fileName === file.fileName) ?? targets[index];
    if (target === undefined) throw new CommandFailed(`The service gave no place for ${file.fileName}`);
    return [file, target];
  });
}

/** To the address, or to those of its parts, that the service gave. */
export async function sendFile(
  { path, size }: FilePart,
  target: FileTarget,
  sent: (bytes: number) => void = () => {},
): Promise<void> {
  const parts = 'parts' in target ? target.parts : [{ url: target.url, from: 0, to: size }];
  const headers = 'parts' in target ? {} : target.headers;
  const waiting = [...parts];
  const file = await open(path);
  try {
    const worker = async (): Promise<void> => {
      for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
        const bytes = Buffer.alloc(part.to - part.from);
        await file.read(bytes, 0, bytes.length, part.from);
        await put(part.url, bytes, headers);
        sent(bytes.length);
      }
    };
    await Promise.all(Array.from({ length: Math.min(partsAtOnce, parts.length) }, worker));
  } finally {
    await file.close();
  }
}

async function put(url: string, body: Buffer, headers: Record<string, string>): Promise<void> {
  const response = await request(new URL(url), { method: 'PUT', headers, body });
  if (!response.ok) throw new CommandFailed(`The upload was refused with status ${response.status}`);
  await response.arrayBuffer(); // lets the connection go
}

async function arrival(client: ApiClient, path: string): Promise<void> {
  const until = performance.now() + longestArrival;
  while (!(await client.get<Upload>(path)).complete) {
    if (performance.now() > until)
      throw new CommandFailed('The upload was sent, but the service has not seen it arrive.');
    await sleep(arrivalPoll);
  }
}
