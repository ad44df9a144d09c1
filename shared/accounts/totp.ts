import { HOTP, Secret, TOTP } from 'otpauth';

/** RFC 6238 as every authenticator app has it: SHA-1, six digits, 30 seconds. */
const form = { algorithm: 'SHA1', digits: 6, period: 30 } as const;

/** Steps that a clock may be off, either way (RFC 6238, section 5.2). */
const drift = 1;

/** 160 random bits, as RFC 4226 recommends; base32. */
export function newTotpSecret(): string {
  return new Secret({ size: 20 }).base32;
}

/** What an authenticator app reads as a QR code. */
export function totpUri(secret: string, { issuer, label }: { issuer: string; label: string }): string {
  return new TOTP({ ...form, issuer, label, secret: Secret.fromBase32(secret) }).toString();
}

/** The code of a moment. */
export function totpCode(secret: string, now: Date): string {
  return HOTP.generate({ ...form, secret: Secret.fromBase32(secret), counter: stepAt(now) });
}

/** The step that a code is of, counted from 1970, if it is right now. */
export function totpStep(secret: string, code: string, now: Date): number | undefined {
  const counter = stepAt(now);
  const token = code.replace(/\s/g, '');
  const off = HOTP.validate({ ...form, token, secret: Secret.fromBase32(secret), counter, window: drift });
  return off === null ? undefined : counter + off;
}

function stepAt(now: Date): number {
  return TOTP.counter({ period: form.period, timestamp: now.getTime() });
}
