import { type Command, InvalidArgumentError, Option } from 'commander';
import { CommandFailed } from '../failures.ts';
import type { Change } from '../generate/changes.ts';
import { type DistrictOptions, generateDistrict } from '../generate/district.ts';
import { formatNames, versionsOf } from '../generate/formats/formats.ts';
import { writeDistrict } from '../generate/write-district.ts';
import { table } from '../render.ts';
import { answer, type Terminal } from './context.ts';

const versionHelp = 'of OneRoster (1.2 where not said; it is 1.2.1) or School Data Sync (2.1)';

type Options = DistrictOptions & { out: string };

export function addGenerate(program: Command, terminal: Terminal): void {
  program
    .command('generate')
    .description('make test data')
    .command('district')
    .description(
      'a synthetic district: the same options give the same bytes, and the same people in every format',
    )
    .requiredOption('--students <number>', 'of the first feed; everything else grows with it', wholeNumber)
    .option('--seed <number>', 'another seed, other people', wholeNumber, 1)
    .option('--school-year <year>', 'the year it ends in; it runs from 1 July to 1 July', wholeNumber, 2027)
    .option('--out <folder or .zip>', 'where to write', 'district')
    .addOption(
      new Option('--format <format>', 'of the files').choices([...formatNames]).default('oneroster-csv'),
    )
    .addOption(new Option('--version <version>', versionHelp).choices(formatNames.flatMap(versionsOf)))
    .option('--dirty', 'plant bad rows of many kinds, and say how many of each')
    .option('--after', 'the same district some days later, and what changed')
    .action(async (options: Options, command: Command) => {
      const { out, ...wanted } = options;
      const known = versionsOf(wanted.format ?? 'oneroster-csv');
      if (wanted.version !== undefined && !known.includes(wanted.version))
        throw new CommandFailed(
          `${wanted.format} has ${known.length === 0 ? 'no versions' : `only ${known.join(', ')}`}`,
        );
      const written = await writeDistrict(wanted, out);
      const changed = countKinds(generateDistrict(wanted).changes());
      answer(command, terminal, { out, ...written, changes: changed }, () =>
        [
          `Wrote ${out}`,
          table(Object.entries(written.rows).map(([file, rows]) => [`  ${file}`, rows])),
          ...section(
            'Planted bad rows',
            written.planted.map(({ label, rows }) => [`  ${label}`, rows]),
          ),
          ...section(
            'Changed since the first feed',
            Object.entries(changed).map(([kind, number]) => [`  ${kind}`, number]),
          ),
        ].join('\n'),
      );
    });
}

function section(title: string, rows: [string, number][]): string[] {
  return rows.length === 0 ? [] : [title, table(rows)];
}

function countKinds(changes: Iterable<Change>): Partial<Record<Change['kind'], number>> {
  const counts: Partial<Record<Change['kind'], number>> = {};
  for (const { kind } of changes) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('A whole number is needed.');
  return Number(text);
}
