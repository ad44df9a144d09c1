import { type Command, Option } from 'commander';
import { openFeed } from '../../shared/feeds/open-feed.ts';
import { type FeedFormat, feedFormats } from '../../shared/roster/feed-reading.ts';
import { localSources } from '../local-sources.ts';
import { withReport } from '../problem-report.ts';
import { showProgress } from '../progress.ts';
import { table } from '../render.ts';
import {
  exitCodeOfValidation,
  type ProblemGroup,
  type Validation,
  type ValidationEvents,
  validateFeed,
} from '../validation.ts';
import { answer, isJson, type Terminal } from './context.ts';

type Options = { format?: FeedFormat; problems?: string };

export function addValidate(program: Command, terminal: Terminal): void {
  program
    .command('validate')
    .description('read a feed as the service would; exits 0 clean, 2 usable with problems, 1 rejected')
    .argument('<feed>', 'a zip, or a folder of CSV files')
    .addOption(
      new Option('--format <format>', 'of the feed; told by its content where you do not say').choices(
        feedFormats,
      ),
    )
    .option('--problems <file.csv>', 'write every problem there, not only examples')
    .action(async (path: string, options: Options, command: Command) => {
      const said = options.format === undefined ? {} : { format: options.format };
      const progress = showProgress(terminal.err, isJson(command));
      const validate = (problem?: ValidationEvents['problem']): Promise<Validation> =>
        validateFeed(async () => openFeed(await localSources(path), said), {
          ...(problem === undefined ? {} : { problem }),
          progress: (what, done) => progress.update({ what, done, unit: 'records' }),
        });
      const { problems } = options;
      const validation = await (problems === undefined ? validate() : withReport(problems, validate));
      progress.stop();
      answer(command, terminal, validation, () => validationText(validation));
      terminal.exit(exitCodeOfValidation(validation));
    });
}

function validationText({ outcome, format, files, problems, rejection }: Validation): string {
  const lines = [`${format ?? 'The feed'} is ${words[outcome]}.`];
  if (files.length > 0) {
    const rows = files.map(({ file, mode, rows, accepted, rejected }) => [
      file,
      mode,
      rows,
      accepted,
      rejected,
    ]);
    lines.push('', table([['', '', 'rows', 'accepted', 'rejected'], ...rows]));
  }
  for (const problem of problems) lines.push('', groupText(problem));
  if (rejection !== undefined) {
    const { message, code, hint } = rejection;
    lines.push('', `${placeText(rejection)}${message} [${code}]`, `  ${hint}`);
  }
  return lines.join('\n');
}

const words = { clean: 'clean', usable: 'usable, with problems', rejected: 'rejected' } as const;

function groupText({ file, column, code, severity, message, hint, count, examples }: ProblemGroup): string {
  const places = examples.map(({ row, value }) => {
    const line = row === undefined ? 'the file' : `line ${row}`;
    return value === undefined ? line : `${line} (${value})`;
  });
  const more = count > examples.length ? ` and ${count - examples.length} more` : '';
  const where = column === undefined ? file : `${file}, ${column}`;
  return [`${severity} ${code} in ${where}: ${places.join(', ')}${more}`, `  ${message}`, `  ${hint}`].join(
    '\n',
  );
}

function placeText({ file, row, column }: { file?: string; row?: number; column?: string }): string {
  const parts = [file, row === undefined ? undefined : `line ${row}`, column].filter(
    (part) => part !== undefined,
  );
  return parts.length === 0 ? '' : `${parts.join(', ')}: `;
}
