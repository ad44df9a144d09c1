import type { Assignment, LoginFacts, Person } from '../access/facts.ts';
import type { LockedBy } from './lockout.ts';

/** A user in the sense of file 003: a login, never the person whom it may be tied to. */
export type Account = {
  id: string;
  username: string;
  /** For resets and mail to the user; general mail goes to the profile's record (003:5). */
  email: string;
  /** Of mails to the user; English where absent. */
  language?: Language | undefined;
  /** The roster person whom the account is tied to. */
  user?: string | undefined;
  approved: boolean;
  locked: boolean;
  /** Of a locked one. */
  lockedBy?: LockedBy | undefined;
  webId?: string | undefined;
  /** Associated ids, sorted. */
  ledgers: string[];
  schools: string[];
  profile?: Profile | undefined;
  /** Ids of requests for privileged roles that were made with the account; answered ones may be among them. */
  asked: string[];
  createdAt: string;
  /** The rule that made it; absent where somebody did. */
  rule?: string | undefined;
};

export const languages = ['en', 'es'] as const;
export type Language = (typeof languages)[number];

export type Profile = NonNullable<LoginFacts['profile']>;

/** The system whose roles belong to the account and not to the person. */
export const loginSystem = 'pcr';

/**
 * The record that an account is tied to where nobody says: a student's own, the household of whoever a student names as a
 * parent, guardian or relative or who has applicants, that of a donor who has no org, else a staff record. Households and donors of the
 * roster go by the id of the person.
 */
export function profileOf({ id, roster }: Person): Profile {
  if (roster?.student === true) return { kind: 'student', id };
  if ((roster?.related ?? []).length > 0 || (roster?.applicants ?? []).length > 0)
    return { kind: 'household', id };
  // Staff who give stay staff.
  if (roster?.donor === true && roster.orgIds.length === 0) return { kind: 'donor', id };
  return { kind: 'staff', id };
}

/** A role of an account, which holds in the whole district (role-systems §4). */
export function roleAssignment(role: string, at: { id: string; district: string }): Assignment {
  return {
    id: at.id,
    system: loginSystem,
    role,
    scope: { type: 'district', ids: [at.district] },
    source: 'manual',
  };
}
