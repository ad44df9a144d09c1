import { deviceLabel } from '../../shared/accounts/device-label.ts';
import { readUserHandle } from '../../shared/accounts/user-handle.ts';
import { RequestError } from '../../shared/errors.ts';
import type { PasskeySignIn } from '../../shared/messages/second-factors.ts';
import type { Handlers } from '../../shared/runtime/routing.ts';
import { enterDistrict } from '../../shared/runtime/tenancy.ts';
import type { FoundAccount } from '../../shared/store/sign-in-accounts.ts';
import type { Deps } from './deps.ts';
import { challengeOf, signed, signInOptions } from './passkey-ceremony.ts';
import { startSession } from './start-session.ts';

type PasskeySignInHandlers = Pick<Handlers<'sign-in'>, 'beginPasskeySession' | 'createPasskeySession'>;

/** Signing in by a passkey alone. A signature cannot be guessed, so what fails counts toward no lock. */
export function makePasskeySignInHandlers(deps: Deps): PasskeySignInHandlers {
  const { accounts, passkeys } = deps;
  return {
    async beginPasskeySession({ origin, now }) {
      const options = await signInOptions(origin);
      await passkeys.openChallenge(undefined, options.challenge, now);
      return { ...options };
    },

    async createPasskeySession({ body: { credential }, headers, origin, cookies, now }) {
      const device = deviceLabel(headers['user-agent']);
      const found = await ownerOf(credential, { origin, now });
      if (found === undefined) throw notSignedIn();
      return startSession(deps, { ...found, by: 'passkey', secondFactor: 'passkey', device, cookies, now });
    },
  };

  async function ownerOf(
    credential: PasskeySignIn['credential'],
    { origin, now }: { origin: string; now: Date },
  ): Promise<FoundAccount | undefined> {
    const challenge = challengeOf(credential.response);
    if (challenge === undefined || !(await passkeys.takeChallenge(undefined, challenge, now)))
      return undefined;
    const owner = readUserHandle(credential.response.userHandle);
    if (owner === undefined) return undefined;
    const { district, account } = owner;
    enterDistrict(district);
    const passkey = await passkeys.find(district, account, credential.id);
    if (passkey === undefined) return undefined;
    const signatures = await signed(credential, passkey, { challenge, origin });
    if (signatures === undefined) return undefined;
    const used = await passkeys.use(district, account, { id: passkey.id, signatures, now });
    return used ? accounts.find(district, account) : undefined;
  }
}

function notSignedIn(): RequestError {
  return new RequestError('unauthenticated', 'not-signed-in', 'This passkey does not open anything here.');
}
