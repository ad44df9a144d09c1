import { isShort, passwordLengths } from '../../shared/accounts/password-policy.ts';
import type { SecondFactor, Session } from '../../shared/accounts/session.ts';
import { totpStep } from '../../shared/accounts/totp.ts';
import { RequestError } from '../../shared/errors.ts';
import { asksSecondFactor } from '../../shared/runtime/asks-second-factor.ts';
import type { HeldFactors } from '../../shared/store/second-factors.ts';
import type { FoundAccount } from '../../shared/store/sign-in-accounts.ts';
import type { Deps } from './deps.ts';
import type { OwnSession } from './own-session.ts';

/**
 * What a sign-in by a right password still lacks. `missing` is neither a failure nor a success of the attempt, and `wrong` is as a
 * wrong password is. `to-add`: the district asks for a factor of somebody who has none. `lapsed`: the password is good only beside
 * a factor, and there is none any more.
 */
export type SecondFactorCheck =
  | { outcome: 'none-needed' }
  | { outcome: 'passed'; by: SecondFactor }
  | { outcome: 'missing'; kinds: SecondFactor[] }
  | { outcome: 'wrong' }
  | { outcome: 'to-add' }
  | { outcome: 'lapsed' };

export type FactorDeps = Pick<Deps, 'factors' | 'settings' | 'access' | 'cataloguesOf'>;

export async function checkSecondFactor(
  deps: FactorDeps,
  { district, account }: FoundAccount,
  { password, otp, now }: { password: string; otp: string | undefined; now: Date },
): Promise<SecondFactorCheck> {
  const held = await deps.factors.of(district, account.id);
  const kinds = kindsOf(held);
  if (kinds.length === 0) {
    if (isShort(password)) return { outcome: 'lapsed' };
    const needed = await asksSecondFactor(deps, { district, account: account.id, now });
    return { outcome: needed ? 'to-add' : 'none-needed' };
  }
  if (otp === undefined) return { outcome: 'missing', kinds };
  const by = await useCode(deps, { district, account: account.id, held, code: otp, now });
  return by === undefined ? { outcome: 'wrong' } : { outcome: 'passed', by };
}

/** What the check makes of a session. */
export function ofSession(check: SecondFactorCheck): Pick<Session, 'secondFactor' | 'limitedTo'> {
  if (check.outcome === 'passed') return { secondFactor: check.by };
  return check.outcome === 'to-add' ? { limitedTo: 'enrolment' } : {};
}

export function secondFactorRequired(kinds: readonly SecondFactor[]): RequestError {
  const message = 'This account signs in with a second factor besides.';
  return new RequestError('unauthenticated', 'second-factor-required', message, { detail: { kinds } });
}

/** Told to who has entered the right password alone. */
export function passwordLapsed(): RequestError {
  const message = `Without a second factor, a password needs ${passwordLengths.alone} characters: ask for a new one by “Forgot your password?”.`;
  return new RequestError('forbidden', 'password-lapsed', message);
}

/** @throws {RequestError} conflict where the password of somebody who gives their last factor up is good only beside one */
export async function refuseShortAlone({ logins }: Pick<Deps, 'logins'>, { district, account }: OwnSession) {
  if (!(await logins.find(district, account.id)).isShort) return;
  const message = `This is your last second factor, and without one a password needs ${passwordLengths.alone} characters: change your password first.`;
  throw new RequestError('conflict', 'password-too-short', message);
}

type Used = { district: string; account: string; held: HeldFactors; code: string; now: Date };

/** Uses a code up; `undefined` where it is none, or was used before. */
export async function useCode(
  { factors }: Pick<Deps, 'factors'>,
  { district, account, held, code, now }: Used,
): Promise<'totp' | 'recovery-code' | undefined> {
  const step = held.totp === undefined ? undefined : totpStep(held.totp.secret, code, now);
  if (step !== undefined) return (await factors.useStep(district, account, step)) ? 'totp' : undefined;
  return (await factors.useRecoveryCode(district, account, code)) ? 'recovery-code' : undefined;
}

function kindsOf({ totp, passkeys, recoveryCodes }: HeldFactors): SecondFactor[] {
  const own: SecondFactor[] = [
    ...(totp === undefined ? [] : (['totp'] as const)),
    ...(passkeys === 0 ? [] : (['passkey'] as const)),
  ];
  return own.length === 0 || recoveryCodes === 0 ? own : [...own, 'recovery-code'];
}
