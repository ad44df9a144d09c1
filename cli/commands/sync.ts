import { type Command, Option } from 'commander';
import { acceptable, type Sync } from '../api-types.ts';
import type { ApiClient } from '../client.ts';
import { districtPath } from '../connection.ts';
import { ApiRefused, CommandFailed } from '../failures.ts';
import { showProgress, syncStep } from '../progress.ts';
import { syncText } from '../render.ts';
import { exitCodeOf, watchSync } from '../syncs.ts';
import { uploadFeed } from '../upload.ts';
import { answer, connection, isJson, type Terminal } from './context.ts';

const outcomes = 'exits 0 applied, 2 applied with problems, 3 held, 1 rejected or failed';

export function addSync(program: Command, terminal: Terminal): void {
  program
    .command('sync')
    .description(`upload a feed and sync it; with --wait ${outcomes}`)
    .argument(
      '[feed]',
      'a zip, or a folder of CSV files; left out, the newest upload of the feed is synced again',
    )
    .requiredOption('--feed <id>', 'the feed of the district that this is')
    .option('--create-feed', 'make the feed where the district has none of that id')
    .addOption(
      new Option('--accept <code...>', 'let it pass the gate although, as said when it was rejected').choices(
        acceptable,
      ),
    )
    .option('--dry-run', 'plan it, and hold everything for an approval')
    .option('--only-user <sourcedId...>', 'nothing but these people and their enrollments')
    .option('--only-class <sourcedId...>', 'nothing but these classes and their enrollments')
    .option(
      '--only-school <sourcedId...>',
      'nothing but these schools, their classes, people and enrollments',
    )
    .option('--wait', 'follow it until it is applied, held or refused')
    .action(async (path: string | undefined, options: SyncOptions, command: Command) => {
      const { client, district } = await connection(command, terminal);
      await ensureFeed(client, district, options);
      const upload =
        path === undefined
          ? undefined
          : await uploadWithProgress({ client, district, feed: options.feed, path }, command, terminal);
      const only = onlyOf(options);
      const started = await client.post<Pick<Sync, 'syncId' | 'state'>>(districtPath(district, 'syncs'), {
        feed: options.feed,
        ...(upload === undefined ? {} : { upload }),
        ...(options.dryRun ? { dryRun: true } : {}),
        ...(options.accept === undefined ? {} : { accept: options.accept }),
        ...(only === undefined ? {} : { only }),
      });
      if (options.wait) return follow(client, district, started.syncId, command, terminal);
      const next = `Follow it: rolebook watch ${started.syncId}`;
      answer(command, terminal, started, () => `Sync ${started.syncId} is ${started.state}.\n${next}`);
    });

  program
    .command('watch')
    .description(`follow a sync; ${outcomes}`)
    .argument('<syncId>')
    .action(async (syncId: string, _options: unknown, command: Command) => {
      const { client, district } = await connection(command, terminal);
      await follow(client, district, syncId, command, terminal);
    });

  program
    .command('approve')
    .description(`apply what a sync holds; ${outcomes}`)
    .argument('<syncId>')
    .option('--plan-hash <hash>', 'of the plan that was looked at; refused if the sync now has another')
    .action(async (syncId: string, options: { planHash?: string }, command: Command) => {
      const { client, district } = await connection(command, terminal);
      const path = districtPath(district, 'syncs', syncId);
      const planHash = options.planHash ?? (await client.get<Sync>(path)).planHash;
      if (planHash === undefined) throw new CommandFailed(`Sync ${syncId} has no plan to approve.`);
      await client.post(`${path}/approval`, { planHash });
      await follow(client, district, syncId, command, terminal);
    });

  program
    .command('rollback')
    .description(`undo what a sync has applied; what was changed since stays. ${outcomes}`)
    .argument('<syncId>')
    .option('--dry-run', 'plan it, and hold everything for an approval')
    .action(async (syncId: string, options: { dryRun?: boolean }, command: Command) => {
      const { client, district } = await connection(command, terminal);
      const path = districtPath(district, 'syncs', syncId, 'rollback');
      const body = options.dryRun ? { dryRun: true } : {};
      const started = await client.post<Pick<Sync, 'syncId'>>(path, body);
      await follow(client, district, started.syncId, command, terminal);
    });

  program
    .command('cancel')
    .description('stop a sync; what it had not applied is never seen')
    .argument('<syncId>')
    .action(async (syncId: string, _options: unknown, command: Command) => {
      const { client, district } = await connection(command, terminal);
      const sync = await client.post<Sync>(districtPath(district, 'syncs', syncId, 'cancellation'));
      answer(command, terminal, sync, () => syncText(sync));
    });
}

type SyncOptions = {
  feed: string;
  createFeed?: boolean;
  accept?: string[];
  dryRun?: boolean;
  onlyUser?: string[];
  onlyClass?: string[];
  onlySchool?: string[];
  wait?: boolean;
};

function onlyOf({ onlyUser: users, onlyClass: classes, onlySchool: schools }: SyncOptions) {
  return users || classes || schools ? { users, classes, schools } : undefined;
}

/** Asked before the upload, so that a slip in the name costs nobody a long wait. */
async function ensureFeed(
  client: ApiClient,
  district: string,
  { feed, createFeed }: SyncOptions,
): Promise<void> {
  const path = districtPath(district, 'feeds', feed);
  try {
    await client.get(path);
  } catch (error) {
    if (!(error instanceof ApiRefused) || error.problem.status !== 404) throw error;
    if (!createFeed) {
      throw new CommandFailed(`District ${district} has no feed "${feed}". With --create-feed it is made.`, {
        cause: error,
      });
    }
    await client.put(path, { format: 'oneroster-csv', source: 'upload' });
  }
}

async function uploadWithProgress(
  from: { client: ApiClient; district: string; feed: string; path: string },
  command: Command,
  terminal: Terminal,
): Promise<string> {
  const progress = showProgress(terminal.err, isJson(command));
  const inMegabytes = (bytes: number): number => Math.round(bytes / 100_000) / 10;
  try {
    return await uploadFeed(from, from.path, (bytes, total) =>
      progress.update({ what: 'uploading', done: inMegabytes(bytes), total: inMegabytes(total), unit: 'MB' }),
    );
  } finally {
    progress.stop();
  }
}

async function follow(
  client: ApiClient,
  district: string,
  syncId: string,
  command: Command,
  terminal: Terminal,
): Promise<void> {
  const progress = showProgress(terminal.err, isJson(command));
  try {
    const sync = await watchSync(client, district, syncId, (seen) => progress.update(syncStep(seen)));
    progress.stop();
    answer(command, terminal, sync, () => syncText(sync));
    terminal.exit(exitCodeOf(sync));
  } finally {
    progress.stop();
  }
}
