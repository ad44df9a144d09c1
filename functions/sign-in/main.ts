import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';
import { makeDynamo } from '../../shared/runtime/clients.ts';
import { makeDecide } from '../../shared/runtime/decide.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { traced } from '../../shared/runtime/tracing.ts';
import { AccessStore } from '../../shared/store/access-store.ts';
import { CatalogueDocuments, makeCataloguesOf } from '../../shared/store/catalogue-documents.ts';
import { Logins } from '../../shared/store/logins.ts';
import { Passkeys } from '../../shared/store/passkeys.ts';
import { SecondFactors } from '../../shared/store/second-factors.ts';
import { SignInAccounts } from '../../shared/store/sign-in-accounts.ts';
import { SignInSettings } from '../../shared/store/sign-in-settings.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';

const env = Env.parse(process.env);
const dynamo = makeDynamo();
const access = new AccessStore(dynamo, env.ACCESS_TABLE);
const now = () => new Date();

export const handler = makeHandler({
  accounts: new SignInAccounts(dynamo, {
    tenants: env.TENANTS_TABLE,
    access: env.ACCESS_TABLE,
    accounts: env.ACCOUNTS_TABLE,
  }),
  logins: new Logins(dynamo, env.LOGINS_TABLE),
  factors: new SecondFactors(dynamo, env.LOGINS_TABLE),
  passkeys: new Passkeys(dynamo, env.LOGINS_TABLE),
  settings: new SignInSettings(dynamo, env.LOGINS_TABLE),
  access,
  cataloguesOf: makeCataloguesOf(shippedCatalogues, new CatalogueDocuments(dynamo, env.ACCESS_TABLE)),
  decide: makeDecide({ access, catalogues: shippedCatalogues, now }),
  events: makeEvents('sign-in'),
  now,
}).use(traced());
