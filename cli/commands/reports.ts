import { stat } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import type {
  AwaitedReport,
  LedgerLine,
  Report,
  ReportLink,
  ReportMail,
  ReportQuotas,
} from '../api-types.ts';
import type { ApiClient } from '../client.ts';
import { districtPath } from '../connection.ts';
import { CommandFailed } from '../failures.ts';
import { table } from '../render.ts';
import { exitCodeOfReport, fetchReport } from '../reports.ts';
import { describeFile, sendFile } from '../upload.ts';
import { answer, connection, type Terminal } from './context.ts';
import { addReportRequest } from './report-request.ts';

type Place = { client: ApiClient; district: string };
type Wanted = { account?: string; folder?: string; kind?: string; state?: string };

/** Reports of a district's accounts: what came, what is made here, and fetching it. */
export function addReports(program: Command, terminal: Terminal): void {
  const reports = program.command('reports').description('reports in and out');
  addReading(reports, terminal);
  addUpload(reports, terminal);
  addReportRequest(reports, terminal);
  addTelling(reports, terminal);
  addLinks(reports, terminal);
  addQuotas(reports, terminal);
}

function addReading(reports: Command, terminal: Terminal): void {
  reports
    .command('list')
    .description('the newest first')
    .option('--account <org>', 'of one school or district')
    .option('--folder <folder>', 'upload, receive or test')
    .option('--kind <kind>', 'e.g. roster')
    .option('--state <state>', 'e.g. refused')
    .action(async (wanted: Wanted, command: Command) => {
      const { client, district } = await connection(command, terminal);
      const items: Report[] = [];
      for await (const report of client.list<Report>(districtPath(district, 'reports'), wanted))
        items.push(report);
      answer(command, terminal, { items }, () => table(items.map(rowOf)));
    });
  reports
    .command('get <report>')
    .description('one report, and what is wrong with it')
    .action(async (id: string, _: object, command: Command) => {
      const { client, district } = await connection(command, terminal);
      const report = await client.get<Report>(districtPath(district, 'reports', id));
      answer(command, terminal, report, () => reportText(report));
      terminal.exit(exitCodeOfReport(report));
    });
  reports
    .command('download <report>')
    .description('fetches a report into a file, and compares its hash')
    .option('--to <file>', 'its own name here, where absent')
    .action(async (id: string, { to }: { to?: string }, command: Command) => {
      const { client, district } = await connection(command, terminal);
      const report = await client.get<Report>(districtPath(district, 'reports', id));
      const { file, sha256 } = await fetchReport({ client, district }, report, to);
      answer(command, terminal, { file, sha256 }, () => `${file}  ${sha256}`);
    });
}

function addQuotas(reports: Command, terminal: Terminal): void {
  reports
    .command('quotas')
    .description('how much each account brought, and how much it may have there')
    .action(async (_: object, command: Command) => {
      const { client, district } = await connection(command, terminal);
      const quotas = await client.get<ReportQuotas>(districtPath(district, 'report-quotas'));
      answer(command, terminal, quotas, () => table(quotaRows(quotas)));
    });
}

function quotaRows({ used, accounts, each, usual }: ReportQuotas): string[][] {
  const ids = new Set([...used, ...accounts].map(({ account }) => account));
  return [...ids].sort().map((id) => {
    const has = used.find(({ account }) => account === id) ?? { bytes: 0, files: 0 };
    const may = accounts.find(({ account }) => account === id) ?? each ?? usual;
    return [id, `${has.bytes} of ${may.bytes} bytes`, `${has.files} of ${may.files} files`];
  });
}

function addUpload(reports: Command, terminal: Terminal): void {
  reports
    .command('upload <file>')
    .description('brings a file to the folder of an account')
    .requiredOption('--account <org>', 'sourcedId of the school or district')
    .addOption(new Option('--folder <folder>').choices(['upload', 'test']).default('upload'))
    .action(async (file: string, to: { account: string; folder: string }, command: Command) => {
      const { client, district } = await connection(command, terminal);
      if (!(await stat(file).catch(() => undefined))?.isFile()) {
        throw new CommandFailed(`There is no file ${file}.`);
      }
      const part = await describeFile(file);
      const { fileName, size, sha256 } = part;
      const path = districtPath(district, 'reports');
      const made = await client.post<AwaitedReport>(path, { ...to, fileName, size, sha256 });
      await sendFile(part, made.upload);
      if ('parts' in made.upload) await client.post(`${path}/${made.id}/completion`);
      const told = { report: made.id, ...to, fileName, size, sha256 };
      answer(command, terminal, told, () => `${made.id}  ${fileName}  ${sha256}`);
    });
}

/** What happened to a report, and who was told. */
function addTelling(reports: Command, terminal: Terminal): void {
  reports
    .command('ledger <report>')
    .description('what happened to a report, by whom, and who heard of it')
    .action(async (id: string, _: object, command: Command) => {
      const { client, district } = await connection(command, terminal);
      const ledger = await client.get<{ items: LedgerLine[] }>(
        districtPath(district, 'reports', id, 'ledger'),
      );
      answer(command, terminal, ledger, () =>
        table(ledger.items.map(({ at, what, by, to, why }) => [at, what, by ?? to ?? '', why ?? ''])),
      );
    });
  reports
    .command('mails <report>')
    .description('how far the mails about a report have come')
    .action(async (id: string, _: object, command: Command) => {
      const { client, district } = await connection(command, terminal);
      const mails = await client.get<{ items: ReportMail[] }>(districtPath(district, 'reports', id, 'mails'));
      answer(command, terminal, mails, () =>
        table(
          mails.items.map(({ event, account, state, at, why }) => [at, event, account, state, why ?? '']),
        ),
      );
    });
  reports
    .command('resend <report>')
    .description('tells those again whom it concerns')
    .option('--to <account>', 'one user account; all that were to hear of it where left out')
    .action(async (id: string, { to: account }: { to?: string }, command: Command) => {
      const { client, district } = await connection(command, terminal);
      const path = districtPath(district, 'reports', id, 'mails');
      const { items } = await client.get<{ items: ReportMail[] }>(path);
      const theirs = items.filter((mail) => account === undefined || mail.account === account);
      const events = [...new Set(theirs.map(({ event }) => event))];
      if (events.length === 0) throw new CommandFailed('No mail about it was for anybody that this names.');
      const accounts = new Set<string>();
      for (const event of events) {
        const sent = await client.post<{ accounts: string[] }>(path, { event, account });
        for (const one of sent.accounts) accounts.add(one);
      }
      answer(
        command,
        terminal,
        { report: id, accounts: [...accounts] },
        () => `Mailed again: ${accounts.size}`,
      );
    });
}

function addLinks(reports: Command, terminal: Terminal): void {
  const links = reports.command('links').description('addresses by which one person fetches one report');
  const of = async (command: Command, ...parts: string[]): Promise<Place & { path: string }> => {
    const place = await connection(command, terminal);
    return { ...place, path: districtPath(place.district, 'reports', ...parts) };
  };
  links.command('list <report>').action(async (id: string, _: object, command: Command) => {
    const { client, path } = await of(command, id, 'links');
    const items: ReportLink[] = [];
    for await (const link of client.list<ReportLink>(path)) items.push(link);
    answer(command, terminal, { items }, () =>
      table(items.map((link) => [link.id, link.account, link.until])),
    );
  });
  links
    .command('create <report>')
    .requiredOption('--for <account>', 'the user account that it is for')
    .option('--hours <hours>', 'how long it leads there (72 where left out, 336 at most)')
    .action(async (id: string, options: { for: string; hours?: string }, command: Command) => {
      const { client, path } = await of(command, id, 'links');
      const hours = options.hours === undefined ? {} : { hours: Number(options.hours) };
      const link = await client.post<ReportLink>(path, { account: options.for, ...hours });
      answer(command, terminal, link, () => `${link.url}\nuntil ${link.until}`);
    });
  links
    .command('revoke <report> <link>')
    .action(async (id: string, link: string, _: object, command: Command) => {
      const { client, path } = await of(command, id, 'links', link);
      await client.delete(path);
      answer(command, terminal, { revoked: link }, () => `${link} leads nowhere any more.`);
    });
}

function rowOf({ id, at, account, folder, kind, state, fileName }: Report): string[] {
  return [id, at, account, folder, kind, state, fileName];
}

function reportText(report: Report): string {
  const { problems = [], problemCount = problems.length, size, sha256, until } = report;
  const rows = problems.map(({ line, code, message, hint = '' }) => [
    '',
    line === undefined ? '' : `line ${line}`,
    code,
    message,
    hint,
  ]);
  return [
    table([rowOf(report)]),
    `size ${size ?? 'unknown'}  sha256 ${sha256 ?? 'unknown'}  until ${until}`,
    ...(problems.length === 0 ? [] : [`${problemCount} problems:`, table(rows)]),
  ].join('\n');
}
