import { makeDynamo } from '../../shared/runtime/clients.ts';
import { makeEvents } from '../../shared/runtime/events.ts';
import { ofClient } from '../../shared/runtime/tenancy.ts';
import { traced } from '../../shared/runtime/tracing.ts';
import { RateLimits } from '../../shared/store/rate-limits.ts';
import { SigningKeys, tokenAlgorithm } from '../../shared/store/signing-keys.ts';
import { Tenants } from '../../shared/store/tenants.ts';
import { Env } from './env.ts';
import { makeHandler } from './handler.ts';

const env = Env.parse(process.env);
const dynamo = makeDynamo(process.env);
const keys = new SigningKeys(dynamo, env.TENANTS_TABLE);
const tenants = new Tenants(dynamo, { tenants: env.TENANTS_TABLE });

export const handler = makeHandler({
  algorithm: tokenAlgorithm,
  signingKey: (at) => keys.signing(at),
  rotateKey: (at, former) => keys.rotate(at, former),
  publicKeys: (at) => keys.verifying(at),
  authenticateClient: (clientId, secret, at) =>
    ofClient(clientId, () => tenants.authenticateClient(clientId, secret, at)),
  limits: new RateLimits(dynamo, env.TENANTS_TABLE),
  events: makeEvents('issue-token'),
  now: () => new Date(),
}).use(traced());
