import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Problem } from '../shared/roster/feed-reading.ts';
import { ProblemWriter } from '../shared/roster/problem-writer.ts';
import { problemsCsv } from '../shared/roster/problems-kept.ts';
import { CommandFailed } from './failures.ts';

/**
 * Writes every problem that `run` tells to a CSV file, as the service does. They wait on the disk until it is known how many are
 * alike, so there may be any number.
 * @throws {CommandFailed} where the file cannot be written
 */
export async function withReport<T>(
  path: string,
  run: (problem: (problem: Problem) => Promise<void> | undefined) => Promise<T>,
): Promise<T> {
  const file = await open(path, 'w').catch((cause: unknown) => {
    throw new CommandFailed(`The problems cannot be written to ${path}.`, { cause });
  });
  const folder = await mkdtemp(join(tmpdir(), 'rolebook-problems-'));
  const place = (key: string): string => join(folder, basename(key));
  const objects = {
    put: (key: string, text: string) => writeFile(place(key), text),
    get: (key: string) => readFile(place(key), 'utf8'),
  };
  try {
    const writer = new ProblemWriter(objects, 'problems');
    const result = await run((problem) => writer.add(problem));
    await file.writeFile(problemsCsv(objects, await writer.close()));
    return result;
  } finally {
    await file.close();
    await rm(folder, { recursive: true, force: true });
  }
}
