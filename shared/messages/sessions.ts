import * as z from 'zod';
import { DistrictId, Instant } from './parameters.ts';
import { OneTimeCode, SecondFactorOfSession } from './second-factors.ts';

/** Named after the prefix that keeps a cookie to this host, to HTTPS, and to all paths. */
export const sessionCookie = '__Host-rolebook-session';

export const NewSession = z.strictObject({
  username: z.string().min(1).max(254),
  password: z.string().min(1).max(1024),
  otp: OneTimeCode.optional(),
  district: DistrictId.optional().meta({
    description:
      'Usernames are unique in a district; without it the name has to be that of one account in all.',
  }),
});

export const SessionPath = z.strictObject({ session: z.string().regex(/^[\w-]{43}$/) });

export const OwnSessions = z.object({
  items: z.array(
    z.object({
      id: z.string().meta({ description: 'Opens nothing; the session may go by another later on.' }),
      signedInAt: Instant,
      lastUsedAt: Instant.meta({ description: 'To within five minutes.' }),
      expiresAt: Instant,
      how: z.string().meta({ description: '`password`, `passkey`, `oidc:` and the provider, or `link`.' }),
      device: z.string().optional().meta({ description: 'Browser and system, where it said them.' }),
      secondFactor: SecondFactorOfSession.optional(),
      isCurrent: z.boolean(),
    }),
  ),
});

export const SessionView = z.object({
  district: z.string(),
  account: z.string(),
  username: z.string(),
  user: z.string().optional().meta({ description: 'The roster person whom the account is tied to.' }),
  secondFactor: SecondFactorOfSession.optional(),
  signedInAt: Instant,
  expiresAt: Instant.meta({ description: 'At the latest; an hour without a request ends it too.' }),
});
export type SessionView = z.infer<typeof SessionView>;
