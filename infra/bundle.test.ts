import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import type * as Writers from '../functions/build-report/formats/writers.ts';
import { textsInPdf } from '../test/builders/pdf-text.ts';
import { bringFonts, bundle, projectRoot } from './bundle.ts';

const into = await mkdtemp(join(tmpdir(), 'rolebook-bundle-'));
afterAll(() => rm(into, { recursive: true, force: true }));

test('a bundle writes a PDF where no package is installed', async () => {
  const entry = join(projectRoot, 'functions/build-report/formats/writers.ts');
  await bundle({ 'build-report/index': entry }, into);
  await bringFonts(into);
  // What was bundled is that module.
  const writers = (await import(
    pathToFileURL(join(into, 'build-report', 'index.mjs')).href
  )) as typeof Writers;
  const pieces: Uint8Array[] = [];
  const writer = await writers.writerOf(
    { kind: 'start-cards', format: 'pdf' },
    { append: async (piece) => void pieces.push(Buffer.from(piece)) },
    ['Name', 'Username'],
  );
  await writer.add([['Łukasz محمد 王 김 สม', 'lukasz 王 김 สม']]);
  await writer.end();
  const drawn = textsInPdf(Buffer.concat(pieces)).flat();
  const fonts = ['DejaVuSans', 'NotoSansHans', 'NotoSansKR', 'NotoSansThai'];
  expect(new Set(drawn.map(({ font }) => font.split('-')[0]))).toEqual(new Set(fonts));
  const brought = await readdir(join(into, 'build-report', 'fonts'));
  expect(brought.filter((file) => file.endsWith('LICENSE'))).toHaveLength(fonts.length);
});
