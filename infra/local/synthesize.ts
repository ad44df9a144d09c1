import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { AppProps } from 'aws-cdk-lib';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { bundleFunctions, projectRoot } from '../bundle.ts';

/** Where an instance's bundles and templates go: below the project, so that bundles find the SDK, and its own by data directory. */
export function cacheOf(dataDir: string): string {
  const hash = createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 12);
  const directory = join(projectRoot, 'node_modules', '.cache', 'rolebook', hash);
  mkdirSync(directory, { recursive: true });
  return directory;
}

/** The same app as in the cloud; left out is what only a deployment needs and what takes long. */
export function localAppProps(cache: string): AppProps {
  const { context } = JSON.parse(readFileSync(join(projectRoot, 'cdk.json'), 'utf8'));
  return {
    outdir: join(cache, 'cdk.out'),
    context: {
      ...context,
      'aws:cdk:disable-asset-staging': true, // functions run where they were bundled
      'aws:cdk:enable-asset-metadata': true, // where that is
    },
    builtinCloudFormationValidation: false,
    analyticsReporting: false,
    treeMetadata: false,
    stackTraces: false,
  };
}

/** @param replaced modules by absolute path, and those that stand in for them: in tests; `context`: besides that of `cdk.json` */
export async function synthesizeRolebook(
  cache: string,
  {
    replaced = {},
    context = {},
  }: { replaced?: Record<string, string>; context?: Record<string, string> } = {},
): Promise<CloudAssembly> {
  const [bundles, { buildRolebook }] = await Promise.all([
    bundleFunctions(join(cache, 'bundles'), replaced),
    import('../rolebook.ts'), // loading CDK takes as long as bundling, which another process does
  ]);
  const { context: common, ...props } = localAppProps(cache);
  return buildRolebook({ stage: 'local', bundles, ...props, context: { ...common, ...context } }).synth();
}
