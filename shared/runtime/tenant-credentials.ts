import { confinement } from './tenancy.ts';

export type Credentials = {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
};

export type TenantCredentialsDeps = {
  /** Those of the function's own role, for what belongs to no district. */
  own: () => Promise<Credentials>;
  /** Those of the role that reaches one district, whose tag the session carries. */
  assume: (district: string) => Promise<Credentials>;
  now: () => number;
};

/** Renewed so long before they end that no call is under way with them then. */
const earlyMs = 5 * 60_000;
const mostKept = 1000;

/** `until`: milliseconds since the epoch; infinite until STS has answered. */
type Session = { credentials: Promise<Credentials>; until: number };

/**
 * The credentials of whatever district the work in hand is confined to: AWS itself then refuses every other one's keys, even if the
 * walls of the client were gone. The SDK asks anew for each call, so nothing keeps those of one request for the next.
 */
export function makeTenantCredentials({
  own,
  assume,
  now,
}: TenantCredentialsDeps): () => Promise<Credentials> {
  /** In the order of their last use. */
  const kept = new Map<string, Session>();

  const provider = (): Promise<Credentials> => {
    const { district } = confinement();
    return district === undefined ? own() : sessionOf(district).credentials;
  };
  // Read by the SDK: else it would keep the credentials of the first district for all.
  return Object.assign(provider, { memoized: true });

  function sessionOf(district: string): Session {
    const found = kept.get(district);
    const session = found !== undefined && found.until - earlyMs > now() ? found : begin(district);
    kept.delete(district);
    kept.set(district, session);
    const [oldest] = kept.keys();
    if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
    return session;
  }

  /** Several requests at once wait for one session; what came to nothing is tried again by the next. */
  function begin(district: string): Session {
    const session: Session = { credentials: assume(district), until: Number.POSITIVE_INFINITY };
    session.credentials.then(
      ({ expiration }) => {
        if (expiration !== undefined) session.until = expiration.getTime();
      },
      () => {
        if (kept.get(district) === session) kept.delete(district);
      },
    );
    return session;
  }
}
