import { isClosedTo, type LockedBy } from '../accounts/lockout.ts';
import { isPassword, nobodysPassword } from '../accounts/password-hash.ts';
import { StoreUnavailable } from '../errors.ts';
import type { MailMessage } from '../messages/mail-messages.ts';
import type { DistrictQueue } from './district-queue.ts';
import type { StoredLogin } from './login-items.ts';
import type { LoginOutcomes } from './login-outcomes.ts';
import type { Logins } from './logins.ts';
import type { NamedAccount } from './sign-in-accounts.ts';

type LockTold = { district: string; by: string; action: 'account-locked'; what: Record<string, string> };

/** Of whatever signs people in: browsers and SFTP count and lock alike. */
export type PasswordDeps = {
  logins: Pick<Logins, 'find'>;
  outcomes: Pick<LoginOutcomes, 'failed' | 'refused'>;
  mails: Pick<DistrictQueue<MailMessage>, 'send'>;
  events: { audited: (entry: LockTold) => void };
};

type Given = { password: string; device: string | undefined; now: Date };

/** Of attempts that meet each other; each time, one of them is counted, and the fifth closes it to all. */
export const mostRaces = 64;

/**
 * Counts a wrong password, and locks with the fifth. Whatever the reason for a no, it has cost the same: the same reads, one password
 * worked out, one write.
 * @returns how the account signs in, as it was found open with this password; `undefined` for a no
 */
export async function checkPassword(
  { logins, outcomes, ...tells }: PasswordDeps,
  named: NamedAccount,
  { password, device, now }: Given,
): Promise<StoredLogin | undefined> {
  const trying = { ...named, device, now };
  let checked: { hash: string; isRight: boolean } | undefined;
  for (let race = 0; race < mostRaces; race += 1) {
    const login = lockedAs(await logins.find(named.district, named.id), named.account);
    const hash = login.password ?? nobodysPassword;
    if (checked?.hash !== hash) checked = { hash, isRight: await isPassword(password, hash) };
    if (isClosedTo(login, device)) {
      await outcomes.refused(trying);
      return undefined;
    }
    if (checked.isRight && named.account !== undefined) return login;
    const outcome = await outcomes.failed(trying, login);
    if (outcome === 'raced') continue;
    if (outcome !== 'counted' && named.account !== undefined) await tellLocked(tells, named, outcome, now);
    return undefined;
  }
  throw new StoreUnavailable('Too many attempts to sign in met each other.');
}

/** A wrong second factor after the right password: a failure like a wrong password. */
export async function countFailure(
  { logins, outcomes, ...tells }: PasswordDeps,
  named: NamedAccount,
  { login: found, device, now }: { login: StoredLogin; device: string | undefined; now: Date },
): Promise<void> {
  const trying = { ...named, device, now };
  let login = found;
  for (let race = 0; race < mostRaces; race += 1) {
    if (isClosedTo(login, device)) return outcomes.refused(trying);
    const outcome = await outcomes.failed(trying, login);
    if (outcome !== 'raced') {
      if (outcome !== 'counted') await tellLocked(tells, named, outcome, now);
      return;
    }
    login = lockedAs(await logins.find(named.district, named.id), named.account);
  }
  throw new StoreUnavailable('Too many attempts to sign in met each other.');
}

/** A lock that the account says and its login does not know of closes it all the same. */
export function lockedAs(login: StoredLogin, account: NamedAccount['account']): StoredLogin {
  if (account?.locked !== true || login.lockedBy !== undefined) return login;
  return { ...login, lockedBy: account.lockedBy ?? 'administrator' };
}

async function tellLocked(
  { mails, events }: Pick<PasswordDeps, 'mails' | 'events'>,
  { district, id }: NamedAccount,
  lockedBy: LockedBy,
  now: Date,
): Promise<void> {
  events.audited({ district, by: 'nobody', action: 'account-locked', what: { account: id, lockedBy } });
  await mails.send({ kind: 'locked', district, account: id, at: now.toISOString() });
}
