import type { Command } from 'commander';
import * as z from 'zod';
import type { CatalogueSet } from '../../shared/access/catalogue.ts';
import { diffCatalogues } from '../../shared/access/catalogue-diff.ts';
import { runTests } from '../../shared/access/catalogue-test/run-tests.ts';
import type { CatalogueChange, Holders } from '../../shared/access/diff/change.ts';
import { lintCatalogueText, type PlacedFinding } from '../../shared/access/lint/lint-catalogue.ts';
import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';
import {
  catalogueNamed,
  FileRefused,
  findingsText,
  readTests,
  readText,
  withCatalogue,
} from '../catalogue-files.ts';
import { CommandFailed, exitCodes } from '../failures.ts';
import { addCatalogueExport } from './catalogue-export.ts';
import { answer, type Terminal } from './context.ts';

export function addCatalogue(program: Command, terminal: Terminal): void {
  const catalogue = program.command('catalogue').description('look at role catalogues, without a service');
  addLint(catalogue, terminal);
  addTest(catalogue, terminal);
  addDiff(catalogue, terminal);
  addCatalogueExport(catalogue, terminal);
}

function addLint(catalogue: Command, terminal: Terminal): void {
  catalogue
    .command('lint')
    .description('all that is wrong in catalogue files, with a hint each; exits 0 if nothing, 1 if something')
    .argument('<file...>', 'catalogues as JSON')
    .action(async (names: string[], _: unknown, command: Command) => {
      const files: { file: string; findings: readonly PlacedFinding[] }[] = [];
      for (const file of names)
        files.push({ file, findings: lintCatalogueText(await readText(file)).findings });
      const found = files.reduce((sum, { findings }) => sum + findings.length, 0);
      answer(command, terminal, { files }, () =>
        files
          .map(({ file, findings }) =>
            findings.length === 0 ? `${file} is a catalogue.` : findingsText(file, findings),
          )
          .join('\n'),
      );
      terminal.exit(found === 0 ? exitCodes.done : exitCodes.no);
    });
}

type FileResults = {
  file: string;
  checks: number;
  failed: { line: number; user: string; action: string; resource: string; problem: string }[];
  /** Why the file could not be asked. */
  findings?: readonly PlacedFinding[];
};

function addTest(catalogue: Command, terminal: Terminal): void {
  catalogue
    .command('test')
    .description('ask the checks of test files; exits 0 if all are answered as they say, 1 if not')
    .argument('<file...>', 'tests as YAML; docs/catalogues.md tells how they are written')
    .option(
      '--catalogue <catalogue>',
      'a file or system, with overlays after +, in the place of the shipped one',
    )
    .action((names: string[], { catalogue: named }: { catalogue?: string }, command: Command) =>
      orRefused(command, terminal, async () => {
        const catalogues =
          named === undefined ? shippedCatalogues : withCatalogue(await catalogueNamed(named));
        const files: FileResults[] = [];
        for (const file of names) files.push(testFile(file, await readText(file), catalogues));
        answer(command, terminal, { files }, () => files.map(resultsText).join('\n'));
        const isFine = files.every(({ failed, findings }) => failed.length === 0 && findings === undefined);
        terminal.exit(isFine ? exitCodes.done : exitCodes.no);
      }),
    );
}

function testFile(file: string, text: string, catalogues: CatalogueSet): FileResults {
  try {
    const { tests, lines } = readTests(file, text, catalogues);
    const failed = runTests(catalogues, tests).flatMap(({ check, problem }, i) => {
      if (problem === undefined) return [];
      const { user, action, resource } = check;
      return [{ line: lines[i] ?? 1, user, action, resource, problem }];
    });
    return { file, checks: tests.check.length, failed };
  } catch (error) {
    if (!(error instanceof FileRefused)) throw error;
    return { file, checks: 0, failed: [], findings: error.findings };
  }
}

function resultsText({ file, checks, failed, findings }: FileResults): string {
  if (findings !== undefined) return findingsText(file, findings);
  const lines = failed.map(
    ({ line, user, action, resource, problem }) =>
      `${file}:${line}  ${user} ${action} on ${resource}\n  ${problem}`,
  );
  const held = `${file}: ${checks - failed.length} of ${checks} checks hold.`;
  return [...lines, held].join('\n');
}

function addDiff(catalogue: Command, terminal: Terminal): void {
  catalogue
    .command('diff')
    .description('who would gain and lose what, in words')
    .argument(
      '<before>',
      'a file or the id of a shipped system, with overlays after +: hmh+hmh-school-rostering',
    )
    .argument('<after>', 'the same')
    .option('--holders <file.json>', 'how many people hold each role, e.g. {"teacher": 412}')
    .action((before: string, after: string, options: { holders?: string }, command: Command) =>
      orRefused(command, terminal, async () => {
        const holders = options.holders === undefined ? {} : await holdersIn(options.holders);
        const changes = diffCatalogues(await catalogueNamed(before), await catalogueNamed(after), holders);
        answer(command, terminal, { before, after, changes }, () => changesText(changes));
        terminal.exit(exitCodes.done);
      }),
    );
}

async function holdersIn(file: string): Promise<Holders> {
  const text = await readText(file);
  try {
    return z.record(z.string(), z.int().nonnegative()).parse(JSON.parse(text));
  } catch (cause) {
    throw new CommandFailed(`${file} is not JSON like {"teacher": 412}: whole numbers by role.`, { cause });
  }
}

function changesText(changes: readonly CatalogueChange[]): string {
  if (changes.length === 0) return 'No difference.';
  const words = changes.filter(({ effect }) => effect === 'words');
  const others = changes.filter(({ effect }) => effect !== 'words');
  const said = others.length === 0 ? ['No answer differs.'] : others.map(({ sentence }) => sentence);
  return [...said, ...words.map(({ sentence }) => sentence)].join('\n');
}

/** A file that is refused is the answer. */
async function orRefused(command: Command, terminal: Terminal, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof FileRefused)) throw error;
    const { file, findings } = error;
    answer(command, terminal, { files: [{ file, findings }] }, () => findingsText(file, findings));
    terminal.exit(exitCodes.no);
  }
}
