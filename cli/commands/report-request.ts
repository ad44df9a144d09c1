import { type Command, Option } from 'commander';
import type { Report } from '../api-types.ts';
import { districtPath } from '../connection.ts';
import { CommandFailed } from '../failures.ts';
import { showProgress } from '../progress.ts';
import { exitCodeOfReport, fetchReport, watchReport } from '../reports.ts';
import { answer, connection, isJson, type Terminal } from './context.ts';

type Options = {
  account: string;
  format?: string;
  scope?: string[];
  platform?: string;
  wait?: boolean;
  to?: string;
} & Graduation;
type Graduation = { graduationDate?: string; diploma?: string; accountCode?: string; actCode?: string };

/** Asks for a report that is made here, and fetches it where somebody waits for it. */
export function addReportRequest(reports: Command, terminal: Terminal): void {
  reports
    .command('request <kind>')
    .description('asks for a report: roster, student-list, access-review, sync-history, start-cards, …')
    .requiredOption('--account <org>', 'whose folder it comes to')
    .addOption(new Option('--format <format>').choices(['csv', 'xlsx', 'pdf', 'txt']))
    .option('--scope <type:id...>', 'e.g. school:s-1')
    .option('--platform <platform>', 'whose product it is for, where a role sees rosters of some alone')
    .option('--graduation-date <date>', 'of a graduates file, as all of the next three')
    .option('--diploma <name>')
    .option('--account-code <code>')
    .option('--act-code <code>')
    .option('--wait', 'follow it until it is ready; exits 1 where it is refused or fails')
    .option('--to <file>', 'waits, and fetches it')
    .action(async (kind: string, options: Options, command: Command) => {
      const place = await connection(command, terminal);
      const path = districtPath(place.district, 'reports');
      const asked = await place.client.post<Report>(path, bodyOf(kind, options));
      if (!options.wait && options.to === undefined) {
        answer(command, terminal, asked, () => `${asked.id}  ${asked.state}`);
        return;
      }
      const progress = showProgress(terminal.err, isJson(command));
      const report = await watchReport(place, asked.id, (seen) => progress.update(stepOf(seen))).finally(
        progress.stop,
      );
      const isReady = report.state === 'ready';
      const got = isReady && options.to !== undefined ? await fetchReport(place, report, options.to) : {};
      answer(command, terminal, { ...report, ...got }, () => textOf(report, options.to));
      terminal.exit(exitCodeOfReport(report));
    });
}

function stepOf({ state, progress = { done: 0, total: 0, unit: '' } }: Report) {
  return { what: state, ...progress };
}

function textOf({ id, state, problems = [] }: Report, to: string | undefined): string {
  const where = state === 'ready' && to !== undefined ? `  ${to}` : '';
  const why = problems.map(({ message, hint = '' }) => `  ${message} ${hint}`.trimEnd());
  return [`${id}  ${state}${where}`, ...why].join('\n');
}

function bodyOf(kind: string, options: Options): object {
  const { account, format, platform } = options;
  return { kind, account, format, platform, scope: scopeOf(options), graduation: graduationOf(options) };
}

function scopeOf({ scope }: Options): object | undefined {
  if (scope === undefined) return undefined;
  const parts = scope.map((text) => [text.slice(0, text.indexOf(':')), text.slice(text.indexOf(':') + 1)]);
  const [type = ''] = parts[0] ?? [];
  const ids = parts.flatMap(([of, id = '']) => (of === type && type !== '' && id !== '' ? [id] : []));
  if (ids.length !== scope.length) throw new CommandFailed('A scope is type:id, all of one type.');
  return { type, ids };
}

function graduationOf({
  graduationDate: date,
  diploma,
  accountCode,
  actCode,
}: Graduation): object | undefined {
  const all = { date, diploma, accountCode, actCode };
  const given = Object.values(all).filter((value) => value !== undefined);
  if (given.length === 0) return undefined;
  if (given.length < Object.keys(all).length) {
    throw new CommandFailed(
      'A graduates file takes all of --graduation-date, --diploma, --account-code and --act-code.',
    );
  }
  return all;
}
