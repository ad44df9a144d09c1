import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { inject } from 'vitest';
import { type Local, type LocalOptions, startLocal as start } from '../../infra/local/stack.ts';
import { synthesizeRolebook } from '../../infra/local/synthesize.ts';
import { until } from './until.ts';

/** The whole product, of templates and bundles that all test files of a run have in common. */
export function startLocal(options: LocalOptions = {}): Promise<Local> {
  return start({ synthesize: commonAssembly, ...options });
}

/** Whoever comes first makes it; the others wait. */
async function commonAssembly(): Promise<CloudAssembly> {
  const directory = inject('assembly');
  const ready = join(directory, 'ready');
  if (isFirst(join(directory, 'begun'))) {
    await synthesizeRolebook(directory);
    writeFileSync(ready, '');
  }
  await until('the templates are made', () => existsSync(ready), 60_000);
  return new CloudAssembly(join(directory, 'cdk.out'));
}

function isFirst(claim: string): boolean {
  try {
    mkdirSync(claim);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}
