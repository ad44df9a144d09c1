import { Buffer } from 'node:buffer';
import { z } from 'zod';
import type { FeedFile } from './byte-source.ts';
import type { PullHead } from './pulling.ts';

/** Every pull has it, with one line. */
export const pullFile = 'pull.jsonl';

const PullHeadLine = z.object({
  format: z.string(),
  mode: z.enum(['full', 'delta']),
  pulledAt: z.string(),
  counts: z.record(z.string(), z.number()),
  revision: z.string().optional(),
});

const maxBytes = 64 * 1024;

/** What a pull says of itself; nothing where these files are none, or it says something else. */
export async function readPullHead(files: readonly FeedFile[]): Promise<PullHead | undefined> {
  const file = files.find(({ name }) => name === pullFile);
  if (file === undefined || file.size > maxBytes) return undefined;
  const chunks: Buffer[] = [];
  for await (const chunk of file.stream()) chunks.push(chunk);
  const head = PullHeadLine.safeParse(parsed(Buffer.concat(chunks).toString()));
  if (!head.success) return undefined;
  const { revision, ...rest } = head.data;
  return revision === undefined ? rest : { ...rest, revision };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
