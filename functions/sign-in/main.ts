import { setTimeout as sleep } from 'node:timers/promises';
import { makeDynamo, makeSqs } from '../../shared/runtime/clients.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { traced } from '../../shared/runtime/tracing.ts';
import { LoginOutcomes } from '../../shared/store/login-outcomes.ts';
import { Logins } from '../../shared/store/logins.ts';
import { MailQueue } from '../../shared/store/mail-queue.ts';
import { SignInAccounts } from '../../shared/store/sign-in-accounts.ts';
import { Tickets } from '../../shared/store/tickets.ts';
import { commonPasswords } from './common-passwords.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';

const env = Env.parse(process.env);
const dynamo = makeDynamo();

const tables = {
  tenants: env.TENANTS_TABLE,
  access: env.ACCESS_TABLE,
  accounts: env.ACCOUNTS_TABLE,
  logins: env.LOGINS_TABLE,
  syncs: env.SYNCS_TABLE,
};

export const handler = makeHandler({
  accounts: new SignInAccounts(dynamo, tables),
  logins: new Logins(dynamo, tables.logins),
  outcomes: new LoginOutcomes(dynamo, tables),
  tickets: new Tickets(dynamo, tables.logins),
  mails: new MailQueue(makeSqs(), env.MAILS_QUEUE),
  commonPasswords,
  events: makeEvents('sign-in'),
  now: () => new Date(),
  clock: () => performance.now(),
  pause: (milliseconds) => sleep(milliseconds),
}).use(traced());
