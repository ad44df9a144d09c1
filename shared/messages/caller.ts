import * as z from 'zod';
import type { Sharing } from '../access/sharing.ts';

export const operatorScope = 'rolebook.operator';
export const evaluateScope = 'access.evaluate';

/** The scope of one district's integration. */
export function districtScope(district: string): string {
  return `rolebook.district:${district}`;
}

/**
 * What the authorizer hands to every function: who calls, or why nobody does. It lets every request through, since the API's own
 * 401 cannot be a problem document; the runtime answers it.
 */
export const AuthorizerContext = z.union([
  z.object({
    error: z.enum([
      'token-missing',
      'token-invalid',
      'token-expired',
      'client-revoked',
      'session-ended',
      'cross-site',
      'unavailable',
      'too-many-requests',
    ]),
    /** Of too many requests. */
    retryAfterSeconds: z.coerce.number().optional(),
  }),
  z.object({
    clientId: z.string(),
    /** Separated by spaces. */
    scopes: z.string(),
    /** Absent for the operator. */
    district: z.string().optional(),
    /** The person on whose behalf the client acts. */
    user: z.string().optional(),
    /** The system that an action name without a prefix is of. */
    defaultSystem: z.string().optional(),
    /** JSON: a context holds no lists. */
    sharing: z.string().optional(),
    /** Digest that the caller's session goes by; absent for machines. */
    session: z.string().optional(),
    /** Of a session that is good for nothing but adding a second factor. */
    limitedTo: z.literal('enrolment').optional(),
  }),
]);
export type AuthorizerContext = z.infer<typeof AuthorizerContext>;

/** Whose a client is; `undefined` for the operator's own. */
export function districtOfClient(clientId: string): string | undefined {
  const dot = clientId.lastIndexOf('.');
  return dot < 0 ? undefined : clientId.slice(0, dot);
}

/** Who calls. Every caller but the operator belongs to exactly one district. */
export type Caller = {
  clientId: string;
  scopes: ReadonlySet<string>;
  district?: string;
  user?: string;
  defaultSystem?: string;
  /** What the district shares with a vendor's client. */
  sharing?: Sharing;
  /** Of a person who has signed in, whose account is `user`: the digest that the session goes by. */
  session?: string;
  /** Of a session that is good for nothing but adding a second factor. */
  limitedTo?: 'enrolment';
};

/** `iss` and `aud` of our tokens: both are this service. */
export const tokenIssuer = 'rolebook';
export const tokenSeconds = 3600;
