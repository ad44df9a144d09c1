import { makeDynamo, makeSes } from '../../shared/runtime/clients.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { makeMailer } from '../../shared/runtime/mailer.ts';
import { enterDistrict } from '../../shared/runtime/tenancy.ts';
import { traced } from '../../shared/runtime/tracing.ts';
import { SentMails } from '../../shared/store/sent-mails.ts';
import { SignInAccounts } from '../../shared/store/sign-in-accounts.ts';
import { Tenants } from '../../shared/store/tenants.ts';
import { Tickets } from '../../shared/store/tickets.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';

const env = Env.parse(process.env);
const dynamo = makeDynamo(process.env);

export const handler = makeHandler({
  accounts: new SignInAccounts(
    dynamo,
    {
      tenants: env.TENANTS_TABLE,
      access: env.ACCESS_TABLE,
      accounts: env.ACCOUNTS_TABLE,
    },
    enterDistrict,
  ),
  tenants: new Tenants(dynamo, { tenants: env.TENANTS_TABLE }),
  tickets: new Tickets(dynamo, env.LOGINS_TABLE, enterDistrict),
  sent: new SentMails(dynamo, env.LOGINS_TABLE),
  mailer: makeMailer(makeSes(), { from: env.MAIL_FROM, settings: env.MAIL_SETTINGS }),
  events: makeEvents('send-mail'),
  origin: env.ORIGIN,
  now: () => new Date(),
}).use(traced());
