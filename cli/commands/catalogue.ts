import type { Command } from 'commander';
import { addCatalogueExport } from './catalogue-export.ts';
import type { Terminal } from './context.ts';

export function addCatalogue(program: Command, terminal: Terminal): void {
  const catalogue = program.command('catalogue').description('work with role catalogues');
  addCatalogueExport(catalogue, terminal);
}
