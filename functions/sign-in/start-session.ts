import type { Account } from '../../shared/accounts/account.ts';
import { isClosedTo, isKnown } from '../../shared/accounts/lockout.ts';
import { digestOfSecret, newSecret, readHandle, writeHandle } from '../../shared/accounts/secret-handle.ts';
import { type Session, sessionLife } from '../../shared/accounts/session.ts';
import { RequestError, StoreUnavailable } from '../../shared/errors.ts';
import { type SessionView, sessionCookie } from '../../shared/messages/sessions.ts';
import { Answer } from '../../shared/runtime/routing.ts';
import { lockedAs, mostRaces } from '../../shared/store/check-password.ts';
import type { StoredLogin } from '../../shared/store/login-items.ts';
import { cookieIn } from './cookies.ts';
import type { Deps } from './deps.ts';
import { deviceOf, knownDevice, newDevice } from './devices.ts';

export type Starting = {
  district: string;
  account: Account;
  /** How the person signed in: `password`, `oidc:google`, … */
  by: string;
  secondFactor?: Session['secondFactor'] | undefined;
  limitedTo?: Session['limitedTo'] | undefined;
  /** Of the request: whether the device is known. */
  cookies?: readonly string[];
  /** As it was when the password was right; one that was set since lets nobody in by the old one. */
  checked?: StoredLogin | undefined;
  /** The person is in already: approval is looked at when somebody signs in, and not after (003:7). */
  goesOn?: boolean;
  /** When the person signed in, where the session only gets another secret: it is no fresher, and lasts no longer. */
  signedInAt?: string | undefined;
  /** See `deviceLabel`. */
  device?: string | undefined;
  now: Date;
};

/**
 * The end of every kind of sign-in, which clears what was counted on the device: a session of its own in a cookie, never one that the
 * browser brought, which ends.
 * @throws {RequestError} unauthenticated where the account is locked, forbidden where it is not approved
 */
export async function startSession(
  deps: Pick<Deps, 'logins' | 'outcomes' | 'events'>,
  starting: Starting,
): Promise<Answer<SessionView>> {
  const {
    district,
    account,
    by,
    secondFactor,
    limitedTo,
    goesOn = false,
    signedInAt,
    device,
    now,
  } = starting;
  const { epoch, cookie } = await open(deps, starting);
  const secret = newSecret();
  const at = now.toISOString();
  const session: Session = {
    id: digestOfSecret(secret),
    account: account.id,
    createdAt: signedInAt ?? at,
    seenAt: at,
    by,
    ...(signedInAt === undefined ? {} : { rotatedAt: at }),
    ...(secondFactor === undefined ? {} : { secondFactor }),
    ...(limitedTo === undefined ? {} : { limitedTo }),
    ...(device === undefined ? {} : { device }),
  };
  await Promise.all([
    deps.logins.startSession(district, session, epoch),
    deps.outcomes.noteSignIn(district, account.id, now),
    endBrought(deps, starting),
  ]);
  const what = { account: account.id, how: by };
  if (!goesOn) deps.events.audited({ district, by: account.id, action: 'signed-in', what });
  const handle = writeHandle({ district, id: account.id, secret });
  return new Answer(viewOf(district, account, session), { cookies: [sessionCookieOf(handle), cookie] });
}

async function endBrought(
  { logins }: Pick<Deps, 'logins'>,
  { district, cookies = [] }: Starting,
): Promise<void> {
  const brought = readHandle(cookieIn(cookies, sessionCookie) ?? '');
  if (brought?.district !== district) return;
  await logins.endSession(district, brought.id, digestOfSecret(brought.secret));
}

/** Decides whether somebody is in, in the one write that clears the count. */
async function open(
  { logins, outcomes }: Pick<Deps, 'logins' | 'outcomes'>,
  { district, account, cookies = [], checked, goesOn = false, now }: Starting,
): Promise<{ epoch: number; cookie: string }> {
  const whose = { district, id: account.id };
  const told = deviceOf(cookies, whose);
  let login = checked;
  for (let race = 0; race < mostRaces; race += 1) {
    login ??= lockedAs(await logins.find(district, account.id), account);
    const isOther = checked !== undefined && login.password !== checked.password;
    if (isOther || isClosedTo(login, told)) throw notSignedIn();
    if (!account.approved && !goesOn) throw notApproved();
    const cookie = isKnown(login, told) ? knownDevice(cookies, whose) : undefined;
    const fresh = newDevice(cookies, whose);
    const device = cookie === undefined || told === undefined ? fresh.device : told;
    if (await outcomes.succeeded({ ...whose, account, device, now }, login)) {
      return { epoch: login.epoch, cookie: cookie ?? fresh.cookie };
    }
    login = undefined;
  }
  throw new StoreUnavailable('Too many attempts to sign in met each other.');
}

/** The one answer to whoever is not let in, whatever the reason. */
export function notSignedIn(): RequestError {
  return new RequestError('unauthenticated', 'not-signed-in', 'Username and password do not fit.');
}

function notApproved(): RequestError {
  return new RequestError('forbidden', 'not-approved', 'Your school has not approved this account yet.');
}

export function sessionCookieOf(value: string): string {
  // Lax: whoever follows a link of a mail, or comes back from single sign-on, is signed in still.
  return `${sessionCookie}=${value}; Path=/; Secure; HttpOnly; SameSite=Lax`;
}

export function viewOf(district: string, { id, username, user }: Account, session: Session): SessionView {
  const { createdAt, limitedTo } = session;
  const secondFactor = limitedTo === undefined ? session.secondFactor : 'required';
  return {
    district,
    account: id,
    username,
    ...(user === undefined ? {} : { user }),
    ...(secondFactor === undefined ? {} : { secondFactor }),
    signedInAt: createdAt,
    expiresAt: new Date(Date.parse(createdAt) + sessionLife.longestMs).toISOString(),
  };
}
