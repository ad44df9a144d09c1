import * as z from 'zod';
import { readSource } from './as-oneroster/source.ts';
import type { FeedFile, Limits } from './byte-source.ts';
import type { PullHead } from './pulling.ts';

/** The file that says what a pull was; its one line is a {@link PullHead}. */
export const pullFile = 'pull.jsonl';

const Head = z.object({
  format: z.string(),
  mode: z.enum(['full', 'delta']),
  pulledAt: z.string(),
  counts: z.record(z.string(), z.number()).default({}),
  revision: z.string().optional(),
});

/** `undefined` where the file is of another kind, and was only given this name. */
export async function readPullHead(file: FeedFile, limits: Limits): Promise<PullHead | undefined> {
  const source = { kind: 'jsonl', name: pullFile } as const;
  try {
    for await (const rows of readSource(source, file, { limits })) {
      for (const row of rows) {
        const { revision, ...head } = Head.parse('item' in row ? row.item : undefined);
        return { ...head, ...(revision === undefined ? {} : { revision }) };
      }
    }
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof z.ZodError || error instanceof TypeError))
      throw error;
  }
  return undefined;
}
