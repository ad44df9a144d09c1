import * as z from 'zod';
import { NextPlace } from './next-place.ts';
import { DistrictId, Instant } from './parameters.ts';

// Longer ones are told what is wrong by the policy, up to a length that is worth an answer.
const NewPassword = z.string().min(1).max(4096).meta({
  description:
    'At least fifteen characters of any kind, none of them required (NIST SP 800-63B-4); what many people use is refused.',
});

export const ResetAsked = z.strictObject({
  usernameOrEmail: z.string().trim().min(1).max(254),
  district: DistrictId.optional(),
  next: NextPlace.optional().meta({ description: 'Where to go on once the password is set.' }),
});

export const LinkPath = z.strictObject({ token: z.string().min(1).max(2000) });

export const LinkView = z.object({
  purpose: z.enum(['reset', 'invitation']),
  until: Instant,
  district: z.string(),
  username: z.string().meta({ description: 'To sign in with; no mail says it.' }),
  shortest: z.int().meta({ description: 'Characters of the shortest password that is taken.' }),
});

export const PasswordByLink = z.strictObject({ password: NewPassword });

export const PasswordChange = z.strictObject({
  current: z.string().min(1).max(1024),
  password: NewPassword,
});
