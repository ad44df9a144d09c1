import { makeDynamo } from '../../shared/runtime/clients.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { enterDistrict } from '../../shared/runtime/tenancy.ts';
import { traced } from '../../shared/runtime/tracing.ts';
import { Logins } from '../../shared/store/logins.ts';
import { SignInAccounts } from '../../shared/store/sign-in-accounts.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';

const env = Env.parse(process.env);
const dynamo = makeDynamo(process.env);

export const handler = makeHandler({
  accounts: new SignInAccounts(
    dynamo,
    { tenants: env.TENANTS_TABLE, access: env.ACCESS_TABLE, accounts: env.ACCOUNTS_TABLE },
    enterDistrict,
  ),
  logins: new Logins(dynamo, env.LOGINS_TABLE),
  events: makeEvents('sign-in'),
  now: () => new Date(),
}).use(traced());
