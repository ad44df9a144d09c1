import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { functionNames } from './names.ts';

export const projectRoot = join(import.meta.dirname, '..');

/**
 * Every function as one ES module, `<into>/<function>/index.mjs`, in one call of esbuild. The AWS SDK stays outside: the
 * Lambda runtime brings it, and locally it resolves from the project, so `into` has to lie below it.
 */
export async function bundleFunctions(into = join(projectRoot, 'dist')): Promise<string> {
  const mains = functionNames.map((name) => ({
    name,
    main: join(projectRoot, 'functions', name, 'main.ts'),
  }));
  const missing = mains
    .filter(({ main }) => !existsSync(main))
    .map(({ name }) => `functions/${name}/main.ts`);
  if (missing.length > 0) throw new Error(`Cannot bundle without ${missing.join(', ')}`);

  await rm(into, { recursive: true, force: true });
  await bundle(Object.fromEntries(mains.map(({ name, main }) => [`${name}/index`, main])), into);
  return into;
}

/** @param entryPoints from `<name>/index` to a source file. */
export async function bundle(entryPoints: Record<string, string>, into: string): Promise<void> {
  await build({
    entryPoints,
    outdir: into,
    outExtension: { '.js': '.mjs' },
    absWorkingDir: projectRoot,
    bundle: true,
    minify: true,
    keepNames: true, // errors and log lines name classes
    platform: 'node',
    target: 'node24',
    format: 'esm',
    external: ['@aws-sdk/*', '@smithy/*'],
    // CommonJS dependencies ask for Node's own modules by `require`, which an ES module does not have.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'silent', // failures are thrown
  });
}
