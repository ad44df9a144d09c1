import { madeUlid } from '../roster/made-ulid.ts';
import type { User } from '../roster/records.ts';

/** Which people of the roster get a user account by themselves, and how it looks; the first rule that fits a person counts. */
export type AccountRule = {
  /** Told with each account that was made by it. */
  name: string;
  /** OneRoster's words; one of them is enough. */
  roles: string[];
  /** Where the role has to be held; anywhere where absent. */
  schools?: string[] | undefined;
  /** What of the roster's record the person signs in by. */
  username: 'username' | 'email' | 'sourcedId';
  /** Whether they may sign in without somebody approving them first. */
  approved: boolean;
  /** Whether a mail invites them to choose a password. */
  invite: boolean;
};

export type WantedAccount = { rule: AccountRule; username: string; email: string };

/** Why a person whom a rule fits has no account. */
export type UnmadeAccount = { user: string; rule: string; code: UnmadeCode };
export type UnmadeCode =
  | 'email-missing'
  | 'username-missing'
  | 'username-taken'
  | 'email-taken'
  | 'too-many-accounts'
  | 'unknown-user';

export function ruleFor(
  rules: readonly AccountRule[],
  { roles }: Pick<User, 'roles'>,
): AccountRule | undefined {
  return rules.find((rule) =>
    roles.some(
      ({ role, orgId }) =>
        rule.roles.includes(role) && (rule.schools === undefined || rule.schools.includes(orgId)),
    ),
  );
}

export function wantedAccount(rule: AccountRule, user: User): WantedAccount | UnmadeAccount {
  const at = { user: user.sourcedId, rule: rule.name };
  const { email } = user;
  if (email === undefined) return { ...at, code: 'email-missing' };
  const username = user[rule.username];
  if (username === undefined) return { ...at, code: 'username-missing' };
  return { rule, username, email };
}

/**
 * The same for every attempt to make it; another for a person who comes back after all of theirs was purged. A ULID, as of every
 * account: passkeys hold it (`writeUserHandle`). `since`: when the roster's line changed, ISO 8601; empty where nobody knows.
 */
export function accountIdOf(user: string, since: string): string {
  return madeUlid(Date.parse(since) || 0, ['account-rules', user, since]);
}
