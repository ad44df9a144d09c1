/** A person's session in a browser. Instants are ISO 8601. */
export type Session = {
  /** Digest of its secret; what it goes by everywhere else. */
  id: string;
  account: string;
  createdAt: string;
  /** When it was last used, to within `seenEveryMs`. */
  seenAt: string;
  /** How the person signed in: `password`, `oidc:google`, … and what was asked besides. */
  by: string;
  secondFactor?: SecondFactor;
  /** The district asks for a second factor that the person does not have yet: good for nothing but adding one. */
  limitedTo?: 'enrolment';
  /** When it was given another secret last. */
  rotatedAt?: string;
  /** Of one that goes by another secret since. */
  goodUntil?: string;
  /** What it was begun with, as far as the browser says; see `deviceLabel`. */
  device?: string;
};

export const secondFactors = ['totp', 'recovery-code', 'passkey'] as const;
export type SecondFactor = (typeof secondFactors)[number];

/** How long ago a sign-in may be of somebody who changes how they sign in. */
const freshMs = 15 * 60_000;

export function isFresh({ createdAt }: Pick<Session, 'createdAt'>, now: Date): boolean {
  return now.getTime() - Date.parse(createdAt) < freshMs;
}

/** NIST 800-63B-4, 2.2.3: at most a day, and an hour without use. */
export const sessionLife = {
  longestMs: 12 * 3_600_000,
  idleMs: 3_600_000,
  seenEveryMs: 5 * 60_000,
  rotateEveryMs: 15 * 60_000,
  rotatedMs: 60_000,
} as const;

export function isLive(session: Session, now: Date): boolean {
  const at = now.getTime();
  if (session.goodUntil !== undefined && at >= Date.parse(session.goodUntil)) return false;
  return (
    at - Date.parse(session.createdAt) < sessionLife.longestMs &&
    at - Date.parse(session.seenAt) < sessionLife.idleMs
  );
}

/** Whether it is to go by another secret: one that leaked serves no longer than that. */
export function isDueForRotation({ createdAt, rotatedAt, goodUntil }: Session, now: Date): boolean {
  if (goodUntil !== undefined) return false;
  return now.getTime() - Date.parse(rotatedAt ?? createdAt) >= sessionLife.rotateEveryMs;
}
