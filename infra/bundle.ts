import { existsSync, readdirSync } from 'node:fs';
import { cp, mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { fontFiles, fontLicences } from '../functions/build-report/font-files.ts';
import { functionNames } from './names.ts';

export const projectRoot = join(import.meta.dirname, '..');

/**
 * Every function as one ES module, `<into>/<function>/index.mjs`, in one call of esbuild. The AWS SDK stays outside: the
 * Lambda runtime brings it, and locally it resolves from the project, so `into` has to lie below it.
 */
export async function bundleFunctions(
  into = join(projectRoot, 'dist'),
  replaced: Record<string, string> = {},
): Promise<string> {
  const mains = functionNames.map((name) => ({
    name,
    main: join(projectRoot, 'functions', name, 'main.ts'),
  }));
  const missing = mains
    .filter(({ main }) => !existsSync(main))
    .map(({ name }) => `functions/${name}/main.ts`);
  if (missing.length > 0) throw new Error(`Cannot bundle without ${missing.join(', ')}`);

  await rm(into, { recursive: true, force: true });
  await bundle(Object.fromEntries(mains.map(({ name, main }) => [`${name}/index`, main])), into, replaced);
  await bundleScripts(into);
  await bringFonts(into);
  return into;
}

/** What PDFs are written in, beside the function that writes them: `<into>/build-report/fonts`. */
export async function bringFonts(into: string): Promise<void> {
  const fonts = join(into, 'build-report', 'fonts');
  await mkdir(fonts, { recursive: true });
  const found = [
    ...Object.entries(fontFiles).map(([file, installed]) => ({ file, from: installed(file) })),
    ...Object.entries(fontLicences).map(([file, installed]) => ({ file, from: installed() })),
  ];
  for (const { file, from } of found) await cp(from, join(fonts, file));
}

/** What browsers load, one file a page: `<into>/serve-pages/browser/<page>.js`. */
export async function bundleScripts(into: string): Promise<void> {
  const from = join(projectRoot, 'functions', 'serve-pages', 'browser');
  await build({
    entryPoints: readdirSync(from)
      .filter((file) => file.endsWith('.ts'))
      .map((file) => join(from, file)),
    outdir: join(into, 'serve-pages', 'browser'),
    absWorkingDir: projectRoot,
    bundle: true,
    minify: true,
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    logLevel: 'silent', // failures are thrown
  });
}

/**
 * @param entryPoints from `<name>/index` to a source file
 * @param replaced modules by absolute path, and those that stand in for them
 */
export async function bundle(
  entryPoints: Record<string, string>,
  into: string,
  replaced: Record<string, string> = {},
): Promise<void> {
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
    plugins: [replacing(replaced)],
    logLevel: 'silent', // failures are thrown
  });
}

function replacing(replaced: Record<string, string>): Plugin {
  return {
    name: 'replacing',
    setup({ onResolve }) {
      if (Object.keys(replaced).length === 0) return;
      onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir }) => {
        const stand = replaced[resolve(resolveDir, path)];
        return stand === undefined ? undefined : { path: stand };
      });
    },
  };
}
