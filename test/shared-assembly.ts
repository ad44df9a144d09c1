import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { cacheOf } from '../infra/local/synthesize.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A directory of this run, empty at first: whoever needs the product's templates and bundles makes them there, once. */
    assembly: string;
  }
}

export function setup({ provide }: TestProject): () => void {
  const directory = mkdtempSync(join(cacheOf('tests'), 'run-'));
  provide('assembly', directory);
  return () => rmSync(directory, { recursive: true, force: true });
}
