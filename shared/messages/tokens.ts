import * as z from 'zod';
import { Instant } from './parameters.ts';

/** RFC 6749, section 4.4.2. Not strict: the standard says that unknown parameters are ignored. */
export const TokenRequest = z.object({
  grant_type: z.string().max(100).optional(),
  scope: z.string().max(2000).optional(),
});

export const TokenResponse = z.object({
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  expires_in: z.int().meta({ description: 'Seconds.' }),
  scope: z.string(),
});

export const NewSigningKey = z.strictObject({
  former: z.enum(['keep', 'end']).default('keep').meta({
    description:
      '`end`: what former keys have signed is good no more, within a minute; for a key that somebody else has seen.',
  }),
});

export const SigningKeyView = z.object({ kid: z.string() });

export const SigningKeyList = z.object({
  keys: z.array(
    z.object({
      kid: z.string(),
      since: Instant.meta({ description: 'When it was made and signed first.' }),
      until: Instant.optional().meta({
        description: 'When the last token of a former key ends; absent of the key that signs.',
      }),
    }),
  ),
});

export const Jwks = z.object({
  keys: z.array(
    z.object({
      ...{ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string(), y: z.string() },
      ...{ kid: z.string(), alg: z.literal('ES256'), use: z.literal('sig') },
    }),
  ),
});

/** RFC 6749, section 5.2. */
export const TokenError = z.object({
  error: z.enum([
    'invalid_request',
    'invalid_client',
    'invalid_scope',
    'unsupported_grant_type',
    'server_error',
    'temporarily_unavailable',
  ]),
  error_description: z.string().optional(),
});
export type TokenError = z.infer<typeof TokenError>;
