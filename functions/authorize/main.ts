import { makeDynamo } from '../../shared/runtime/clients.ts';
import { confinedTo, ofClient } from '../../shared/runtime/tenancy.ts';
import { Logins } from '../../shared/store/logins.ts';
import { SigningKeys, tokenAlgorithm } from '../../shared/store/signing-keys.ts';
import { Tenants } from '../../shared/store/tenants.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';

const env = Env.parse(process.env);
const dynamo = makeDynamo(process.env);
const keys = new SigningKeys(dynamo, env.TENANTS_TABLE);
const logins = new Logins(dynamo, env.LOGINS_TABLE);
const tenants = new Tenants(dynamo, { tenants: env.TENANTS_TABLE });

export const handler = makeHandler({
  algorithm: tokenAlgorithm,
  verifyingKeys: (at) => keys.verifying(at),
  findClient: (clientId) => ofClient(clientId, () => tenants.findClient(clientId)),
  findSession: (district, account, id, at) =>
    confinedTo(district, () => logins.session(district, account, id, at)),
  rate: { perSecond: 300, atOnce: 3_000 },
  now: () => new Date(),
});
