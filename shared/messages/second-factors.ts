import * as z from 'zod';
import { whoNeedsSecondFactor } from '../accounts/administrators.ts';
import { secondFactors } from '../accounts/session.ts';
import { DistrictPath, Id, Instant } from './parameters.ts';

/** Of an app, `123456`, or a recovery code; blanks, hyphens and small letters do not matter. */
export const OneTimeCode = z
  .string()
  .trim()
  .min(6)
  .max(64)
  .meta({ description: 'The six digits that an authenticator app shows, or a recovery code.' });

export const CodeBody = z.strictObject({ code: OneTimeCode });

export const NewTotp = z.object({
  secret: z.string().meta({ description: 'Base32, for apps that read no QR code; shown this once.' }),
  uri: z.string().meta({ description: '`otpauth://…`, to be shown as a QR code. Good for 15 minutes.' }),
});

const RecoveryCodes = z.array(z.string()).meta({
  description: 'Ten codes for the day when everything else is lost, each good once; shown this once.',
});

export const ConfirmedTotp = z.object({ recoveryCodes: RecoveryCodes });

export const HeldSecondFactors = z.object({
  totp: z.boolean(),
  passkeys: z.int(),
  recoveryCodes: z.int().meta({ description: 'How many are left.' }),
});

export const SecondFactorOfSession = z
  .enum([...secondFactors, 'required'])
  .meta({ description: '`required`: the session can do nothing but add one, which makes it a whole one.' });

const Bytes = z
  .string()
  .max(20_000)
  .regex(/^[\w-]+$/, 'base64url');
const Transports = z.array(z.string().min(1).max(32)).max(10);

/** WebAuthn 3, `PublicKeyCredential.toJSON()`: what is not named here is not looked at. */
const credential = { id: Bytes, rawId: Bytes, type: z.literal('public-key') };

export const NewPasskey = z.strictObject({
  name: z.string().trim().min(1).max(100).default('Passkey'),
  credential: z.object({
    ...credential,
    response: z.object({
      clientDataJSON: Bytes,
      attestationObject: Bytes,
      transports: Transports.default([]),
    }),
  }),
});
export type NewPasskey = z.infer<typeof NewPasskey>;

export const PasskeySignIn = z.strictObject({
  credential: z.object({
    ...credential,
    response: z.object({
      clientDataJSON: Bytes,
      authenticatorData: Bytes,
      signature: Bytes,
      userHandle: Bytes.max(100),
    }),
  }),
});
export type PasskeySignIn = z.infer<typeof PasskeySignIn>;

/** WebAuthn 3, 5.1: for `parseCreationOptionsFromJSON` and `parseRequestOptionsFromJSON` of browsers. */
export const CeremonyOptions = z.looseObject({ challenge: z.string() });

export const PasskeyView = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: Instant,
  lastUsedAt: Instant.optional(),
});
export const PasskeyList = z.object({ items: z.array(PasskeyView) });

export const AddedPasskey = PasskeyView.extend({
  recoveryCodes: RecoveryCodes.optional().meta({ description: 'With the first second factor.' }),
});

export const PasskeyPath = z.strictObject({ passkey: z.string().regex(/^[\w-]{43}$/) });

export const SignInSettingsBody = z.strictObject({
  secondFactor: z.enum(whoNeedsSecondFactor).meta({
    description:
      'Who needs a second factor with a password, from the next sign-in on. `administrators`: whoever holds a privileged role.',
  }),
});

export const AccountOfDistrict = DistrictPath.extend({ account: Id });
