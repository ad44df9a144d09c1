import { createWriteStream } from 'node:fs';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Report } from './api-types.ts';
import { type ApiClient, request } from './client.ts';
import { districtPath } from './connection.ts';
import { CommandFailed, type ExitCode, exitCodes } from './failures.ts';
import { follow } from './follow.ts';
import { describeFile } from './upload.ts';

type Place = { client: ApiClient; district: string };

/** Follows a report that is made until it is there or comes to nothing; `seen` gets every answer on the way. */
export async function watchReport(
  { client, district }: Place,
  id: string,
  seen: (report: Report) => void,
): Promise<Report> {
  return follow(() => client.get<Report>(districtPath(district, 'reports', id)), {
    isOver: ({ state }) => state !== 'requested' && state !== 'building',
    seen,
  });
}

/**
 * @param to the report's own name here, where absent
 * @throws {CommandFailed} where what came is not what the service keeps
 */
export async function fetchReport(
  { client, district }: Place,
  { id, fileName, sha256: kept }: Report,
  to?: string,
): Promise<{ file: string; sha256: string }> {
  const file = to ?? basename(fileName);
  await fetchInto(await client.leadsTo(districtPath(district, 'reports', id, 'download')), file);
  const { sha256 } = await describeFile(file);
  if (kept !== undefined && kept !== sha256) {
    throw new CommandFailed(`${file} is not what the service keeps: fetch it again.`);
  }
  return { file, sha256 };
}

async function fetchInto(address: string, file: string): Promise<void> {
  const answered = await request(new URL(address), {});
  if (!answered.ok || answered.body === null) {
    throw new CommandFailed(`The report could not be fetched (status ${answered.status}).`);
  }
  await pipeline(Readable.fromWeb(answered.body), createWriteStream(file));
}

export function exitCodeOfReport({ state }: Report): ExitCode {
  return ['refused', 'failed', 'quarantined'].includes(state) ? exitCodes.no : exitCodes.done;
}
