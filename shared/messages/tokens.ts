import * as z from 'zod';

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
