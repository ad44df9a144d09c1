import type { Context } from 'aws-lambda';
import type { CataloguesOf } from '../../shared/access/district-catalogues.ts';
import { isClosedTo, isClosedToKeys } from '../../shared/accounts/lockout.ts';
import { isShort } from '../../shared/accounts/password-policy.ts';
import { sftpNames } from '../../shared/accounts/sftp-names.ts';
import { type SftpAnswer, type SftpEntry, SftpLogin } from '../../shared/messages/sftp.ts';
import { asksSecondFactor } from '../../shared/runtime/asks-second-factor.ts';
import { keepingAudit } from '../../shared/runtime/audit-trail.ts';
import type { Allow } from '../../shared/runtime/decide.ts';
import type { Events } from '../../shared/runtime/events.ts';
import { type Beat, untilBeat } from '../../shared/runtime/on-beat.ts';
import { confinedTo, inNoDistrict } from '../../shared/runtime/tenancy.ts';
import type { AccessStore } from '../../shared/store/access-store.ts';
import { checkPassword, lockedAs, mostRaces, type PasswordDeps } from '../../shared/store/check-password.ts';
import type { LoginOutcomes } from '../../shared/store/login-outcomes.ts';
import type { ReportQuotas } from '../../shared/store/report-quotas.ts';
import type { SecondFactors } from '../../shared/store/second-factors.ts';
import { type NamedAccount, nowhere, type SignInAccounts } from '../../shared/store/sign-in-accounts.ts';
import type { SignInSettings } from '../../shared/store/sign-in-settings.ts';
import type { SshKeys } from '../../shared/store/ssh-keys.ts';
import { foldersOf, type PersonFolder, withRoom } from './folders.ts';
import { sessionPolicy } from './session-policy.ts';

export type Deps = Beat &
  Omit<PasswordDeps, 'events' | 'outcomes'> & {
    outcomes: Pick<LoginOutcomes, 'failed' | 'refused' | 'succeeded' | 'noteSignIn'>;
    accounts: Pick<SignInAccounts, 'named'>;
    factors: Pick<SecondFactors, 'of'>;
    settings: Pick<SignInSettings, 'find'>;
    access: Pick<AccessStore, 'person'>;
    sshKeys: Pick<SshKeys, 'of'>;
    quotas: Pick<ReportQuotas, 'rooms'>;
    cataloguesOf: CataloguesOf;
    allow: Allow;
    events: Pick<Events, 'trail' | 'auditLost' | 'audited' | 'flush'>;
    /** ARN of the role that sessions work in. */
    role: string;
    bucket: string;
    now: () => Date;
  };

type Found = NamedAccount & { account: NonNullable<NamedAccount['account']> };

/**
 * Who may come in by SFTP, by what, and which folders they see. Asked without a password, it says the same of whoever has a key, and of
 * whoever is in already.
 */
export function makeHandler(deps: Deps) {
  const { accounts, access, allow, sshKeys, events, now } = deps;

  return async (event: unknown, context: Pick<Context, 'awsRequestId'>): Promise<SftpAnswer> => {
    const began = deps.clock();
    const asked = SftpLogin.safeParse(event);
    const isAsked = asked.success && asked.data.protocol === 'SFTP';
    const entry = isAsked ? await identify(asked.data, context.awsRequestId) : undefined;
    if (entry === undefined) await untilBeat(deps, began);
    events.flush();
    if (entry === undefined) return {};
    const { Left, ...known } = entry;
    return asked.success && asked.data.asksLeft === true ? { ...known, Left } : known;
  };

  async function identify(login: SftpLogin, requestId: string): Promise<SftpEntry | undefined> {
    const named = await whoIs(login.username);
    const at = now();
    const origin = { at: at.toISOString(), requestId, from: login.sourceIp, route: 'identify-sftp' };
    const { trail, auditLost } = events;
    const work = () => (login.password ? byPassword(named, login.password, at) : byKey(named));
    return confinedTo(named.district, () => keepingAudit({ trail, auditLost }, origin, { work }));
  }

  /** The names are looked for in turn; what was found last stands for nobody where none is there. */
  async function whoIs(username: string): Promise<NamedAccount> {
    let named: NamedAccount = { district: nowhere, id: '', account: undefined };
    for (const { name, district } of sftpNames(username)) {
      named = await inNoDistrict(() => accounts.named('username', name, district));
      if (named.account !== undefined) return named;
    }
    return named;
  }

  async function byPassword(named: NamedAccount, password: string, at: Date): Promise<SftpEntry | undefined> {
    const trying = { password, device: undefined, now: at };
    const checked = await checkPassword(deps, named, trying);
    if (checked === undefined || !isFound(named)) return refused(named);
    const { district, account } = named;
    if (!account.approved || isShort(password) || (await needsMore(named, at))) return refused(named);
    const entry = await entryFor(named);
    if (entry === undefined || !(await isOpen(named, checked, at))) return refused(named);
    await deps.outcomes.noteSignIn(district, account.id, at);
    const what = { account: account.id, how: 'sftp:password' };
    events.audited({ district, by: account.id, action: 'signed-in', what });
    return entry;
  }

  async function byKey(named: NamedAccount): Promise<SftpEntry | undefined> {
    if (!isFound(named) || !named.account.approved) return undefined;
    const login = lockedAs(await deps.logins.find(named.district, named.id), named.account);
    if (isClosedToKeys(login)) return undefined;
    const [entry, keys] = await Promise.all([entryFor(named), sshKeys.of(named.district, named.id)]);
    return entry === undefined ? undefined : { ...entry, PublicKeys: keys.map(({ line }) => line) };
  }

  /** A password alone would go around a second factor: whoever has one, or is asked for one, comes by a key. */
  async function needsMore({ district, id }: Found, at: Date): Promise<boolean> {
    const { totp, passkeys } = await deps.factors.of(district, id);
    if (totp !== undefined || passkeys > 0) return true;
    return asksSecondFactor(deps, { district, account: id, now: at });
  }

  /** The end of a sign-in, as of a strange device: one that was closed meanwhile, or has another password, stays out. */
  async function isOpen(
    named: Found,
    checked: Awaited<ReturnType<typeof deps.logins.find>>,
    at: Date,
  ): Promise<boolean> {
    let login = checked;
    for (let race = 0; race < mostRaces; race += 1) {
      if (login.password !== checked.password || isClosedTo(login, undefined)) return false;
      if (await deps.outcomes.succeeded({ ...named, device: undefined, now: at }, login)) return true;
      login = lockedAs(await deps.logins.find(named.district, named.id), named.account);
    }
    return false;
  }

  async function entryFor({ district, id }: Found): Promise<SftpEntry | undefined> {
    const found = await access.person(district, id);
    if (found?.person === undefined) return undefined;
    const own = await foldersOf(allow, district, found.person);
    if (own.length === 0) return undefined;
    const folders = await withRoom(deps.quotas, district, own);
    const targetOf = ({ prefix }: PersonFolder) => `/${deps.bucket}/${prefix.replace(/\/$/, '')}`;
    const details = folders.map((one) => ({ Entry: one.path, Target: targetOf(one) }));
    const left = folders.flatMap((one) =>
      one.left === undefined ? [] : [[targetOf(one), one.left] as const],
    );
    return {
      Role: deps.role,
      Policy: sessionPolicy(deps.bucket, district, folders),
      HomeDirectoryType: 'LOGICAL',
      HomeDirectoryDetails: JSON.stringify(details),
      Left: Object.fromEntries(left),
    };
  }

  function refused({ district, account }: NamedAccount): undefined {
    const what: Record<string, string> = {
      how: 'sftp',
      ...(account === undefined ? {} : { account: account.id }),
    };
    const at = district === nowhere ? {} : { district };
    events.audited({ ...at, by: 'nobody', action: 'sign-in-failed', what });
    return undefined;
  }
}

function isFound(named: NamedAccount): named is Found {
  return named.account !== undefined;
}
