import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Change } from '../generate/changes.ts';
import { type DistrictOptions, generateDistrict } from '../generate/district.ts';
import { writeDistrict } from '../generate/write-district.ts';
import { table } from '../render.ts';
import { answer, type Terminal } from './context.ts';

type Options = DistrictOptions & { out: string };

export function addGenerate(program: Command, terminal: Terminal): void {
  program
    .command('generate')
    .description('make test data')
    .command('district')
    .description('a synthetic OneRoster district: the same options give the same bytes')
    .requiredOption('--students <number>', 'of the first feed; everything else grows with it', wholeNumber)
    .option('--seed <number>', 'another seed, other people', wholeNumber, 1)
    .option('--school-year <year>', 'the year it ends in; it runs from 1 July to 1 July', wholeNumber, 2027)
    .option('--out <folder or .zip>', 'where to write', 'district')
    .addOption(new Option('--version <version>', 'of OneRoster').choices(['1.1', '1.2']).default('1.2'))
    .option('--dirty', 'plant bad rows of many kinds, and say how many of each')
    .option('--after', 'the same district some days later, and what changed')
    .action(async (options: Options, command: Command) => {
      const { out, ...wanted } = options;
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
