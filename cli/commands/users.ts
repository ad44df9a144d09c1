import { type Command, Option } from 'commander';
import type { Account } from '../api-types.ts';
import { districtPath } from '../connection.ts';
import { table } from '../render.ts';
import { accountRow, accountText } from '../render-users.ts';
import { answer, connection, type Terminal } from './context.ts';
import { addUserEndings } from './users-leaving.ts';

type Found = { username?: string; email?: string; user?: string };
type Entry = {
  username?: string;
  email?: string;
  webId?: string;
  role?: string[];
  ledger?: string[];
  school?: string[];
};

/** Users in the sense of file 003: logins, by their ids. */
export function addUsers(program: Command, terminal: Terminal): void {
  const users = program.command('users').description('who may sign in: user accounts and what they hold');
  addReading(users, terminal);
  addWriting(users, terminal);
  addSignIn(users, terminal);
  addUserEndings(users, terminal);
}

function addReading(users: Command, terminal: Terminal): void {
  users
    .command('list')
    .alias('find')
    .description('all users, or those of a name or a person')
    .option('--username <name>')
    .option('--email <address>')
    .option('--user <id>', 'a person of the roster')
    .action(async ({ username, email, user }: Found, command: Command) => {
      const { client, district } = await connection(command, terminal);
      const items: Account[] = [];
      const query = { username, email, user, limit: 1000 };
      for await (const one of client.list<Account>(districtPath(district, 'accounts'), query))
        items.push(one);
      answer(command, terminal, { items }, () =>
        items.length === 0 ? 'Nobody.' : table(items.map(accountRow)),
      );
    });
  users
    .command('show')
    .description('one user')
    .argument('<account>')
    .action(async (account: string, _: unknown, command: Command) => {
      const { client, district } = await connection(command, terminal);
      const found = await client.get<Account>(districtPath(district, 'accounts', account));
      answer(command, terminal, found, () => accountText(found));
    });
}

function addWriting(users: Command, terminal: Terminal): void {
  entry(users.command('create').description('a new user, not approved yet'))
    .requiredOption('--username <name>')
    .requiredOption('--email <address>')
    .option('--user <id>', 'the person of the roster whom it is for')
    .option('--approved', 'may sign in at once')
    .option('--invite', 'mail a link by which they set their password')
    .action(
      async (options: Entry & { user?: string; approved?: boolean; invite?: boolean }, command: Command) => {
        const { client, district } = await connection(command, terminal);
        const { user, approved, invite } = options;
        const body = {
          ...bodyOf(options),
          ...(user === undefined ? {} : { user }),
          ...(approved === true ? { approved } : {}),
        };
        const made = await client.post<Account>(districtPath(district, 'accounts'), body);
        if (invite === true) await client.post(districtPath(district, 'accounts', made.id, 'invitations'));
        answer(command, terminal, made, () => accountText(made));
      },
    );
  entry(users.command('edit').description('changes what is named; lists are given whole, "" is none'))
    .argument('<account>')
    .option('--username <name>')
    .option('--email <address>')
    .action((account: string, options: Entry, command: Command) => change(account, bodyOf(options), command));
  const acts = {
    approve: { body: { approved: true }, says: 'lets the user sign in' },
    unapprove: { body: { approved: false }, says: 'no next sign-in; who is signed in stays so' },
    lock: { body: { locked: true }, says: 'no sign-in until a reset or an unlock' },
    unlock: { body: { locked: false }, says: 'ends a lock' },
  };
  for (const [name, { body, says }] of Object.entries(acts)) {
    users
      .command(name)
      .description(says)
      .argument('<account>')
      .action((account: string, _: unknown, command: Command) => change(account, body, command));
  }

  async function change(account: string, body: object, command: Command): Promise<void> {
    const { client, district } = await connection(command, terminal);
    const changed = await client.patch<Account>(districtPath(district, 'accounts', account), body);
    answer(command, terminal, changed, () => accountText(changed));
  }
}

function addSignIn(users: Command, terminal: Terminal): void {
  users
    .command('end-sessions')
    .description('signs the user out everywhere')
    .argument('<account>')
    .action(async (account: string, _: unknown, command: Command) => {
      const { client, district } = await connection(command, terminal);
      await client.delete(districtPath(district, 'accounts', account, 'sessions'));
      answer(command, terminal, { ended: account }, () => `The sessions of ${account} have ended.`);
    });
  users
    .command('invite')
    .description('mails a link by which the user sets their password')
    .argument('<account>')
    .action(async (account: string, _: unknown, command: Command) => {
      const { client, district } = await connection(command, terminal);
      await client.post(districtPath(district, 'accounts', account, 'invitations'));
      answer(command, terminal, { invited: account }, () => `An invitation to ${account} is on its way.`);
    });
}

function entry(command: Command): Command {
  return command
    .option('--web-id <id>')
    .addOption(new Option('--role <role...>', 'pcr roles'))
    .addOption(new Option('--ledger <id...>', 'for users with a Finance role'))
    .addOption(new Option('--school <id...>', 'school divisions, for school staff'));
}

function bodyOf({ username, email, webId, role, ledger, school }: Entry): Record<string, unknown> {
  const lists = { roles: role, ledgers: ledger, schools: school };
  const given = Object.entries(lists).map(([name, list]) => [name, list?.filter((one) => one !== '')]);
  const all = {
    username,
    email,
    ...(webId === '' ? { webId: null } : { webId }),
    ...Object.fromEntries(given),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}
