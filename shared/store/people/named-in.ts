import type { S3Client } from '@aws-sdk/client-s3';
import { FeedRejected } from '../../errors.ts';
import { unpackFeed } from '../../feeds/open-feed.ts';
import { openStoredFile } from '../stored-file.ts';

/** Longest word or line that may lie over the edge of two pieces of a file. */
const overlap = 1024;

/**
 * Whether a file, or one of those in a zip, names somebody. One that cannot be read as text may hold anybody. `name`: by which it is told
 * what it is; one that ends in `.csv` is looked into.
 */
export async function isNamedIn(
  s3: S3Client,
  { bucket, key, name = baseOf(key) }: { bucket: string; key: string; name?: string },
  names: (text: string) => boolean,
): Promise<boolean> {
  try {
    const files = await unpackFeed([await openStoredFile(s3, { bucket, key, name })]);
    for (const file of files) {
      let rest = '';
      const decoder = new TextDecoder();
      for await (const piece of file.stream()) {
        const text = rest + decoder.decode(piece, { stream: true });
        if (text.includes('\0') || text.startsWith('%PDF') || names(text)) return true;
        rest = text.slice(-overlap);
      }
    }
    return false;
  } catch (error) {
    if (error instanceof Error && (error.name === 'NotFound' || error.name === 'NoSuchKey')) return false;
    if (error instanceof FeedRejected) return true;
    throw error;
  }
}

function baseOf(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}
