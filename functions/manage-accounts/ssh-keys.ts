import { isFresh } from '../../shared/accounts/session.ts';
import { readSshKey, type SshKey, wordsOf } from '../../shared/accounts/ssh-key.ts';
import { RequestError } from '../../shared/errors.ts';
import type { Caller } from '../../shared/messages/caller.ts';
import type { Handlers } from '../../shared/runtime/routing.ts';
import { rolesOf } from '../../shared/store/account-deeds.ts';
import type { StoredSshKey } from '../../shared/store/ssh-keys.ts';
import { unknownAccount } from './accounts.ts';
import type { Deps } from './deps.ts';
import { refuseTakeover } from './takeovers.ts';

type SshKeyHandlers = Pick<Handlers<'manage-accounts'>, 'getSshKeys' | 'putSshKeys'>;

export function makeSshKeyHandlers(deps: Deps): SshKeyHandlers {
  const { accounts, sshKeys, logins, mails, events } = deps;

  return {
    async getSshKeys({ params: { district, account } }) {
      if ((await accounts.find(district, account)) === undefined) throw unknownAccount();
      return viewOf(await sshKeys.of(district, account));
    },

    async putSshKeys({ params: { district, account }, body, by, caller, now, allows }) {
      const kept = await accounts.find(district, account);
      if (kept === undefined) throw unknownAccount();
      if (caller.user === account) await refuseStale(district, caller, now);
      else {
        const { asked } = await rolesOf(deps, district, kept.account);
        const waiting = asked.map(({ assignment }) => assignment);
        await refuseTakeover(deps, allows, { district, id: account, asked: waiting });
      }
      const before = await sshKeys.of(district, account);
      const at = now.toISOString();
      const keys = goodKeys(body.keys).map((key): StoredSshKey => {
        const known = before.find(({ fingerprint }) => fingerprint === key.fingerprint);
        return { ...key, addedAt: known?.addedAt ?? at };
      });
      await tellOfChange({ district, account, at }, before, keys);
      await sshKeys.put(district, account, keys);
      const fingerprints = keys.map(({ fingerprint }) => fingerprint).join(' ');
      const what = { account, count: keys.length, fingerprints };
      events.audited({ district, by, action: 'ssh-keys-changed', what });
      return viewOf(keys);
    },
  };

  /**
   * Told before it is done: what fails between the two leaves a mail of a change that was not made, and never a change without one.
   * Comments and order are no change.
   */
  async function tellOfChange(
    of: { district: string; account: string; at: string },
    before: readonly StoredSshKey[],
    after: readonly StoredSshKey[],
  ): Promise<void> {
    const had = new Set(before.map(({ fingerprint }) => fingerprint));
    const has = new Set(after.map(({ fingerprint }) => fingerprint));
    if (had.size === has.size && [...has].every((one) => had.has(one))) return;
    const keys = [...has].map((fingerprint) => ({ fingerprint, isNew: !had.has(fingerprint) }));
    await mails.send({ kind: 'ssh-keys-changed', ...of, keys });
  }

  /** For changes of how somebody signs in: a browser that was left open is not enough, nor is a machine. */
  async function refuseStale(district: string, { user, session: id }: Caller, now: Date): Promise<void> {
    const session =
      user === undefined || id === undefined ? undefined : await logins.session(district, user, id, now);
    if (session !== undefined && isFresh(session, now)) return;
    const message = 'To change this, sign out, sign in again, and do it within 15 minutes.';
    throw new RequestError('forbidden', 'sign-in-again', message);
  }
}

/** @throws {RequestError} unprocessable, with what to do about each; what was sent is not repeated, as it may be a private key */
function goodKeys(lines: readonly string[]): SshKey[] {
  const read = lines.map(readSshKey);
  const fields = read.flatMap((one, at) =>
    typeof one === 'string' ? [{ pointer: `/keys/${at}`, detail: wordsOf(one), code: one }] : [],
  );
  const [first] = fields;
  if (first !== undefined) throw new RequestError('unprocessable', 'ssh-key-unfit', first.detail, { fields });
  const keys = read.filter((one) => typeof one !== 'string');
  return [...new Map(keys.map((key) => [key.fingerprint, key])).values()];
}

function viewOf(keys: readonly StoredSshKey[]) {
  return {
    keys: keys.map(({ type, line, fingerprint, comment, addedAt }) => ({
      type,
      line,
      fingerprint,
      comment,
      addedAt,
    })),
  };
}
