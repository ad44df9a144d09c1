import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { decodeClientDataJSON } from '@simplewebauthn/server/helpers';
import type { NewPasskey, PasskeySignIn } from '../../shared/messages/second-factors.ts';
import type { Passkey } from '../../shared/store/passkeys.ts';

/** EdDSA, ES256, RS256: what authenticators have. */
const algorithms = [-8, -7, -257];

/** `origin`: of the request, as browsers write theirs. */
type Ceremony = { challenge: string; origin: string };

type Registering = { origin: string; username: string; handle: Uint8Array<ArrayBuffer>; has: Passkey[] };

export function registrationOptions({
  origin,
  username,
  handle,
  has,
}: Registering): Promise<PublicKeyCredentialCreationOptionsJSON> {
  return generateRegistrationOptions({
    rpName: 'Rolebook',
    rpID: new URL(origin).hostname,
    userName: username,
    userID: handle,
    attestationType: 'none',
    supportedAlgorithmIDs: algorithms,
    excludeCredentials: has.map(({ credentialId, transports }) => ({ id: credentialId, transports })),
    // Discoverable, so that nobody has to say who they are before; with PIN or biometrics, so that it is two factors in one.
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
}

export function signInOptions(origin: string): Promise<PublicKeyCredentialRequestOptionsJSON> {
  return generateAuthenticationOptions({ rpID: new URL(origin).hostname, userVerification: 'required' });
}

/** What the browser says that it was asked to sign; `undefined` for what no browser writes. */
export function challengeOf({ clientDataJSON }: { clientDataJSON: string }): string | undefined {
  return unlessThrown(() => decodeClientDataJSON(clientDataJSON).challenge);
}

/** `undefined` where it is not right. The challenge must have been taken before. */
export async function registered(
  { id, rawId, type, response }: NewPasskey['credential'],
  { challenge, origin }: Ceremony,
): Promise<Pick<Passkey, 'credentialId' | 'publicKey' | 'signatures' | 'transports'> | undefined> {
  const { clientDataJSON, attestationObject, transports } = response;
  const checked = await unlessRejected(
    verifyRegistrationResponse({
      response: {
        id,
        rawId,
        type,
        clientExtensionResults: {},
        response: { clientDataJSON, attestationObject },
      },
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: new URL(origin).hostname,
      requireUserVerification: true,
      supportedAlgorithmIDs: algorithms,
    }),
  );
  if (checked?.verified !== true) return undefined;
  const { id: credentialId, publicKey, counter } = checked.registrationInfo.credential;
  return { credentialId, publicKey, signatures: counter, transports };
}

/** How often the authenticator says it has signed; `undefined` where the signature is not right. The challenge must have been taken before. */
export async function signed(
  { id, rawId, type, response }: PasskeySignIn['credential'],
  { credentialId, publicKey, signatures }: Passkey,
  { challenge, origin }: Ceremony,
): Promise<number | undefined> {
  const checked = await unlessRejected(
    verifyAuthenticationResponse({
      response: { id, rawId, type, clientExtensionResults: {}, response },
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: new URL(origin).hostname,
      credential: { id: credentialId, publicKey: Uint8Array.from(publicKey), counter: signatures },
      requireUserVerification: true,
    }),
  );
  return checked?.verified === true ? checked.authenticationInfo.newCounter : undefined;
}

/** The library says by plain errors what is wrong with a response; it reaches for nothing that could be down. */
async function unlessRejected<T>(checking: Promise<T>): Promise<T | undefined> {
  const [checked] = await Promise.allSettled([checking]);
  return checked.status === 'fulfilled' ? checked.value : undefined;
}

function unlessThrown(read: () => unknown): string | undefined {
  try {
    const value = read();
    return typeof value === 'string' && value !== '' ? value : undefined;
  } catch {
    return undefined;
  }
}
