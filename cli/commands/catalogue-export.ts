import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Catalogue } from '../../shared/access/catalogue.ts';
import { exportCedar } from '../../shared/access/cedar/export-cedar.ts';
import { applyOverlay } from '../../shared/access/overlays.ts';
import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';
import { CommandFailed } from '../failures.ts';
import { answer, type Terminal } from './context.ts';

type Options = { overlay?: string; out?: string };

export function addCatalogueExport(catalogueCommand: Command, terminal: Terminal): void {
  catalogueCommand
    .command('export')
    .description('a shipped role catalogue as Cedar schema and policies')
    .argument('<system>', `one of ${[...shippedCatalogues.keys()].join(', ')}`)
    .option('--overlay <name>', 'with this overlay switched on')
    .option('--out <folder>', 'write <system>.cedarschema and <system>.cedar there (default: print both)')
    .action(async (system: string, { overlay, out }: Options, command: Command) => {
      const { schema, policies } = exportCedar(withOverlay(shipped(system), overlay));
      if (out === undefined) {
        answer(command, terminal, { schema, policies }, () => `${schema}\n${policies}`.trimEnd());
        return;
      }
      const files = { [`${system}.cedarschema`]: schema, [`${system}.cedar`]: policies };
      await mkdir(out, { recursive: true });
      for (const [name, text] of Object.entries(files)) await writeFile(join(out, name), text);
      answer(command, terminal, { out, files: Object.keys(files) }, () =>
        Object.keys(files)
          .map((name) => `Wrote ${join(out, name)}`)
          .join('\n'),
      );
    });
}

function shipped(system: string): Catalogue {
  const catalogue = shippedCatalogues.get(system);
  if (catalogue) return catalogue;
  throw new CommandFailed(
    `There is no system ${system}; there are ${[...shippedCatalogues.keys()].join(', ')}.`,
  );
}

function withOverlay(catalogue: Catalogue, name: string | undefined): Catalogue {
  if (name === undefined) return catalogue;
  const { system, overlays } = catalogue;
  const overlay = overlays.find((one) => one.name === name);
  if (overlay) return applyOverlay(catalogue, overlay);
  const known = overlays.length === 0 ? 'has none' : `has ${overlays.map((one) => one.name).join(', ')}`;
  throw new CommandFailed(`The system ${system} has no overlay ${name}; it ${known}.`);
}
