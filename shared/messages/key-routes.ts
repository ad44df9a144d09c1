import * as z from 'zod';
import { DistrictPath, Instant } from './parameters.ts';
import { mayAssign } from './route-permissions.ts';
import { Jwks, NewSigningKey, SigningKeyList, SigningKeyView } from './tokens.ts';

const SecretsPath = DistrictPath.extend({ client: z.string().max(128) });

const dayInSeconds = 24 * 3600;

const NewSecret = z.strictObject({
  oldGoodForSeconds: z
    .int()
    .min(0)
    .max(30 * dayInSeconds)
    .default(dayInSeconds)
    .meta({ description: 'How long the secret before is good beside the new one; 0 ends it at once.' }),
});

const ClientSecret = z.object({
  clientId: z.string(),
  clientSecret: z.string().meta({ description: 'Shown this once; only its hash is kept.' }),
  oldGoodUntil: Instant.optional(),
});

/** How keys and secrets of machines are exchanged while they are in use. */
export const keyRoutes = [
  {
    name: 'rotateClientSecret',
    method: 'POST',
    path: '/v1/districts/{district}/clients/{client}/secrets',
    function: 'manage-districts',
    auth: 'token',
    permission: mayAssign,
    summary: 'A new secret for a machine, shown once; the one before stays good for a while',
    params: SecretsPath,
    body: NewSecret,
    status: 201,
    response: ClientSecret,
    idempotent: true,
  },
  {
    name: 'endFormerClientSecret',
    method: 'DELETE',
    path: '/v1/districts/{district}/clients/{client}/secrets/former',
    function: 'manage-districts',
    auth: 'token',
    permission: mayAssign,
    summary:
      'Ends the secret before the present one at once; tokens that it was given for go on to their end',
    params: SecretsPath,
    status: 204,
  },
  {
    name: 'listSigningKeys',
    method: 'GET',
    path: '/v1/signing-keys',
    function: 'issue-token',
    auth: 'token',
    permission: 'operator',
    summary: 'The keys that tokens are verified with, the newest first, and how old they are',
    response: SigningKeyList,
  },
  {
    name: 'rotateSigningKey',
    method: 'POST',
    path: '/v1/signing-keys',
    function: 'issue-token',
    auth: 'token',
    permission: 'operator',
    summary:
      'A new key for tokens from now on; former ones verify what they signed until it ends, unless they are to end too',
    body: NewSigningKey,
    status: 201,
    response: SigningKeyView,
  },
  {
    name: 'getJwks',
    method: 'GET',
    path: '/.well-known/jwks.json',
    function: 'issue-token',
    auth: 'public',
    summary: 'The public keys that tokens are verified with (RFC 7517)',
    response: Jwks,
  },
] as const;
