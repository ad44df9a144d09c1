import * as z from 'zod';
import { profileNames } from '../accounts/oidc-profiles.ts';
import { DistrictId, DistrictPath, Id, Instant } from './parameters.ts';

export const ProviderId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'lower-case letters, digits and hyphens, at most 32 characters');

const Issuer = z
  .url({ protocol: /^https?$/ })
  .max(500)
  .refine((text) => !/[?#]|\/$/.test(text), 'must have no query and no slash at its end');

const settings = {
  profile: z.enum(profileNames).meta({ description: '`oidc`: any other provider of OpenID Connect.' }),
  clientId: z.string().min(1).max(255),
  tenant: z.string().min(1).max(255).optional().meta({
    description:
      'The provider’s name of the district: Google’s hosted domain, ClassLink’s tenant id, Clever’s district id. People of others are refused.',
  }),
  match: z
    .strictObject({ claim: z.string().min(1).max(100), to: z.literal('sourcedId') })
    .optional()
    .meta({
      description:
        'Whoever has no link yet is the roster person whose id this claim has, if that person has exactly one account. Never an e-mail address.',
    }),
};

export const IdentityProviderSettings = z.strictObject({
  ...settings,
  issuer: Issuer.optional().meta({
    description: 'For `entra` with its tenant, and for `oidc`; others have their own.',
  }),
  clientSecret: z.string().min(1).max(4000).optional().meta({
    description: 'Write-only. Needed the first time, and with another issuer or client id.',
  }),
});
export type IdentityProviderSettings = z.infer<typeof IdentityProviderSettings>;

/** As it is kept: the secret itself is in Secrets Manager. */
export const IdentityProvider = z.object({
  ...settings,
  id: ProviderId,
  issuer: z.string(),
  clientSecret: z.object({ set: z.literal(true), changedAt: Instant, version: z.string() }),
  updatedAt: Instant,
});
export type IdentityProvider = z.infer<typeof IdentityProvider>;

export const IdentityProviderView = IdentityProvider.extend({
  redirectUri: z.string().meta({ description: 'What the provider has to be told to send people back to.' }),
});
export type IdentityProviderView = z.infer<typeof IdentityProviderView>;
export const IdentityProviders = z.object({ items: z.array(IdentityProviderView) });

export const ProviderPath = DistrictPath.extend({ provider: ProviderId });
export const LinkPath = ProviderPath.extend({ account: Id });

export const NewLink = z.strictObject({
  subject: z.string().min(1).max(255).meta({
    description: 'The stable id by which the provider knows the person, never an e-mail address.',
  }),
});

export const LinkView = z.object({
  provider: z.string(),
  issuer: z.string(),
  subject: z.string(),
  linkedAt: Instant,
  linkedBy: z.string().meta({ description: 'Who said so; `match` for the rule of the provider.' }),
});
export type LinkView = z.infer<typeof LinkView>;

/** A path of ours: neither `//host` nor what a browser makes one of. */
const ReturnTo = z
  .string()
  .max(1000)
  .regex(/^\/(?![/\\])[^\\\p{Cc}]*$/u, 'must be a path of this service');

export const OidcStart = z.strictObject({
  district: DistrictId,
  returnTo: ReturnTo.default('/'),
  link: z.literal('1').optional().meta({
    description: 'Links the account of the session that the browser has, of the last quarter of an hour.',
  }),
});

/** What providers add besides is theirs. */
export const OidcCallback = z.looseObject({ state: z.string().max(400) });

export const SessionProviderPath = z.strictObject({ provider: ProviderId });
