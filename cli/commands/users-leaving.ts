import { type Command, Option } from 'commander';
import { type Account, type Dat, type LeavingPreview, type ReviewItem, reviewReasons } from '../api-types.ts';
import { districtPath } from '../connection.ts';
import { ApiRefused, exitCodes } from '../failures.ts';
import { table } from '../render.ts';
import { accountText } from '../render-users.ts';
import { answer, connection, type Terminal } from './context.ts';

type Choice = { dats?: 'copy' | 'discard'; copyTo?: string };
type Left = { removed: string; remains?: Account };

/** Users who go, and those whom somebody should look at (003:25). */
export function addUserEndings(users: Command, terminal: Terminal): void {
  choosing(users.command('remove').description('removes a user; records, grades and households stay'))
    .argument('<account>')
    .action(async (account: string, { dats, copyTo }: Choice, command: Command) => {
      const { client, district } = await connection(command, terminal);
      const path = districtPath(district, 'accounts', account);
      const done = await unlessOwning(command, () => client.delete(path, { dats, copyTo }));
      if (done) answer(command, terminal, { removed: account }, () => `${account} is removed.`);
    });

  choosing(users.command('leave').description('a member of the staff leaves; a parent keeps a plain user'))
    .argument('<account>')
    .option('--preview', 'only say what would become of the user')
    .option('--email <address>', 'of the parent user, where the old one is the school’s')
    .option('--username <name>', 'likewise')
    .action(async (account: string, options: LeaveOptions, command: Command) => {
      const { client, district } = await connection(command, terminal);
      const path = districtPath(district, 'accounts', account, 'leaving');
      const { preview, ...body } = options;
      if (preview === true) {
        const found = await client.get<LeavingPreview>(path);
        answer(command, terminal, found, () => previewText(found));
        return;
      }
      let left: Left | undefined;
      await unlessOwning(command, async () => {
        left = await client.post<Left>(path, body);
      });
      if (left !== undefined) answer(command, terminal, left, () => leftText(left));
    });

  users
    .command('review')
    .description('users to clean up, and why')
    .addOption(new Option('--reason <reason>', 'only these').choices(reviewReasons))
    .action(async ({ reason }: { reason?: string }, command: Command) => {
      const { client, district } = await connection(command, terminal);
      const items: ReviewItem[] = [];
      const path = districtPath(district, 'account-review');
      for await (const one of client.list<ReviewItem>(path, { reason, limit: 1000 })) items.push(one);
      answer(command, terminal, { items }, () => (items.length === 0 ? 'Nobody.' : reviewText(items)));
    });

  /** Whoever is asked what becomes of queries and filters answers with another command line. */
  async function unlessOwning(command: Command, act: () => Promise<void>): Promise<boolean> {
    try {
      await act();
      return true;
    } catch (error) {
      if (!(error instanceof ApiRefused) || error.problem.code !== 'dats-owned') throw error;
      const { dats = [] } = error.problem;
      answer(command, terminal, { problem: error.problem }, () => ownedText(dats));
      terminal.exit(exitCodes.held);
      return false;
    }
  }
}

type LeaveOptions = Choice & { preview?: boolean; email?: string; username?: string };

function choosing(command: Command): Command {
  return command
    .addOption(
      new Option('--dats <what>', 'what becomes of DAT queries and filters').choices(['copy', 'discard']),
    )
    .option('--copy-to <account>', 'who keeps the copies');
}

function ownedText(dats: readonly Dat[]): string {
  return [
    'The user owns these; without them nobody opens them any more:',
    table(dats.map(({ type, id }) => ['', type, id])),
    'Keep copies:  --dats copy --copy-to <account>',
    'Give them up: --dats discard',
  ].join('\n');
}

function previewText({ dats, ledgers, schools, roles, remains }: LeavingPreview): string {
  const ends = Object.entries({ roles, ledgers, schools }).filter(([, list]) => list.length > 0);
  const who =
    remains === undefined
      ? 'No user remains: the person is no parent at the school.'
      : `A parent user remains: ${remains.username} (${remains.email}), ${remains.account ?? 'made anew'}.`;
  return [
    ...(ends.length === 0
      ? []
      : ['What ends:', table(ends.map(([name, list]) => ['', name, list.join(' ')]))]),
    ...(dats.length === 0 ? [] : [ownedText(dats)]),
    who,
  ].join('\n');
}

function leftText(left: Left | undefined): string {
  const removed = `${left?.removed ?? ''} is removed.`;
  return left?.remains === undefined
    ? removed
    : `${removed} This parent user remains:\n${accountText(left.remains)}`;
}

function reviewText(items: readonly ReviewItem[]): string {
  return table(
    items.flatMap(({ account, username, reasons }) =>
      reasons.map(({ code, message }) => [account, username, code, message]),
    ),
  );
}
