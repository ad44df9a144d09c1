import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { badFeed, heapBytes } from '../../test/builders/bad-feed.ts';
import { memoryWorkspace } from '../../test/builders/memory-workspace.ts';
import { Aliases } from './aliases.ts';
import type { Problem } from './feed-reading.ts';
import { ProblemWriter } from './problem-writer.ts';
import { problemParts, problemsCsv, problemsPerPart } from './problems-kept.ts';
import { readFeed } from './read-feed.ts';

const count = 200_000;
/** 100,000 problems that were held would be more than 40 MB. */
const flat = 8e6;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rolebook-problems-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Parts as files, and how many were on their way at once. */
function diskObjects() {
  let going = 0;
  const seen = { most: 0, lines: [] as number[] };
  const place = (key: string) => join(folder, basename(key));
  return {
    seen,
    put: async (key: string, text: string) => {
      going += 1;
      seen.most = Math.max(seen.most, going);
      if (key.endsWith('.ndjson')) seen.lines.push(text.split('\n').length - 1);
      await writeFile(place(key), text);
      going -= 1;
    },
    get: (key: string) => readFile(place(key), 'utf8'),
  };
}

test('200,000 bad rows are all kept and all told, and never more than a few parts of them are held', async () => {
  const objects = diskObjects();
  const writer = new ProblemWriter(objects, 'p');
  const heap: number[] = [];
  let told = 0;
  const problem = (one: Problem): Promise<void> | undefined => {
    told += 1;
    if (told % 90_000 === 0) heap.push(heapBytes());
    return writer.add(one);
  };
  // A real one is a disk: rows that were dropped are noted there, one line each.
  const workspace = { ...memoryWorkspace(), append: () => undefined };
  await readFeed(
    await badFeed(count),
    {},
    { workspace, aliases: new Aliases([]), problem, progress: () => undefined },
  );
  const kept = await writer.close();
  expect(kept).toMatchObject({ errors: count, warnings: told - count });
  expect((heap[1] ?? 0) - (heap[0] ?? 0)).toBeLessThan(flat);
  expect(Math.max(...objects.seen.lines)).toBe(problemsPerPart);
  expect(objects.seen.most).toBeLessThanOrEqual(2);

  const lines = new Set<number | undefined>();
  const alikes = new Set<number>();
  for (const read of await problemParts(objects, kept)) {
    for (const { file, row, code, alike } of await read()) {
      if (file !== 'enrollments.csv' || code !== 'dangling-reference') continue;
      alikes.add(alike);
      lines.add(row);
    }
  }
  expect([...alikes]).toEqual([count]);
  expect([lines.size, lines.has(2), lines.has(count + 1)]).toEqual([count, true, true]);

  let [rows, longest] = [0, 0];
  for await (const text of problemsCsv(objects, kept)) {
    const these = text.split('\r\n').length - 1;
    longest = Math.max(longest, these);
    rows += these;
  }
  expect([rows, longest]).toEqual([told + 1, problemsPerPart]);
}, 120_000);
