import { newRecoveryCodes } from '../../shared/accounts/recovery-codes.ts';
import { writeUserHandle } from '../../shared/accounts/user-handle.ts';
import { RequestError } from '../../shared/errors.ts';
import { Answer, type Handlers } from '../../shared/runtime/routing.ts';
import { mostPasskeys, type Passkey } from '../../shared/store/passkeys.ts';
import type { Deps } from './deps.ts';
import { freshSession, goOnAlone, ownSession } from './own-session.ts';
import { challengeOf, registered, registrationOptions } from './passkey-ceremony.ts';
import { refuseShortAlone } from './second-factor.ts';

type PasskeyHandlers = Pick<
  Handlers<'sign-in'>,
  'beginPasskey' | 'addPasskey' | 'listPasskeys' | 'removePasskey'
>;

/** Passkeys of the person who is signed in. */
export function makePasskeyHandlers(deps: Deps): PasskeyHandlers {
  const { factors, passkeys, events } = deps;
  return {
    async beginPasskey({ caller, origin, now }) {
      const { district, account } = await freshSession(deps, caller, now);
      const has = await passkeys.list(district, account.id);
      if (has.length >= mostPasskeys) throw tooMany();
      const whose = { district, account: account.id };
      const handle = writeUserHandle(whose);
      const options = await registrationOptions({ origin, username: account.username, handle, has });
      await passkeys.openChallenge(whose, options.challenge, now);
      return { ...options };
    },

    async addPasskey({ body: { name, credential }, caller, by, origin, now, cookies }) {
      const own = await freshSession(deps, caller, now);
      const { district, account } = own;
      const challenge = challengeOf(credential.response);
      const whose = { district, account: account.id };
      if (challenge === undefined || !(await passkeys.takeChallenge(whose, challenge, now))) throw unfit();
      const made = await registered(credential, { challenge, origin });
      if (made === undefined) throw unfit();
      const before = await factors.of(district, account.id);
      if (before.passkeys >= mostPasskeys) throw tooMany();
      const added = await passkeys.add(district, account.id, { ...made, name, createdAt: now.toISOString() });
      if (added === undefined) throw unfit();
      const recoveryCodes = before.recoveryCodes === 0 ? newRecoveryCodes() : undefined;
      if (recoveryCodes !== undefined) await factors.putRecoveryCodes(district, account.id, recoveryCodes);
      const what = { account: account.id, kind: 'passkey', passkey: added.id };
      events.audited({ district, by, action: 'second-factor-added', what });
      const view = { ...viewOf(added), ...(recoveryCodes === undefined ? {} : { recoveryCodes }) };
      return new Answer(view, await goOnAlone(deps, own, { added: 'passkey', cookies, now }));
    },

    async listPasskeys({ caller, now }) {
      const { district, account } = await ownSession(deps, caller, now);
      return { items: (await passkeys.list(district, account.id)).map(viewOf) };
    },

    async removePasskey({ params: { passkey }, caller, by, now, cookies }) {
      const own = await freshSession(deps, caller, now);
      const { district, account } = own;
      const has = await passkeys.list(district, account.id);
      if (!has.some(({ id }) => id === passkey)) throw unknownPasskey();
      const { totp } = await factors.of(district, account.id);
      if (totp === undefined && has.length === 1) await refuseShortAlone(deps, own);
      if (!(await passkeys.remove(district, account.id, passkey))) throw unknownPasskey();
      await factors.tidy(district, account.id);
      const what = { account: account.id, kind: 'passkey', passkey };
      events.audited({ district, by, action: 'second-factor-removed', what });
      return new Answer(undefined, await goOnAlone(deps, own, { cookies, now }));
    },
  };
}

function viewOf({ id, name, createdAt, lastUsedAt }: Passkey) {
  return { id, name, createdAt, ...(lastUsedAt === undefined ? {} : { lastUsedAt }) };
}

function unknownPasskey(): RequestError {
  return new RequestError('not-found', 'unknown-passkey', 'There is no such passkey.');
}

function tooMany(): RequestError {
  return new RequestError(
    'conflict',
    'too-many-passkeys',
    `An account has at most ${mostPasskeys} passkeys.`,
  );
}

function unfit(): RequestError {
  const message = 'This is no passkey that was asked for here within the last five minutes.';
  return new RequestError('unprocessable', 'passkey-unfit', message);
}
