import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isoCBOR } from '@simplewebauthn/server/helpers';

type Options = { challenge: string };
type Credential = { id: string; key: KeyObject; userHandle: string; rpId: string };
type Told = { origin: string; verified?: boolean; present?: boolean; crossOrigin?: boolean };

const flag = { present: 1, verified: 4, attested: 64 } as const;

/** An authenticator and the browser in front of it, as far as a server sees them: ES256, attestation `none` (WebAuthn 3, 6). */
export class SoftAuthenticator {
  readonly credentials: Credential[] = [];
  /** Signatures so far; 0 for ever where it does not count. */
  signatures = 0;
  readonly #counts: boolean;

  constructor({ counts = true }: { counts?: boolean } = {}) {
    this.#counts = counts;
  }

  /** `navigator.credentials.create`, and what `toJSON` makes of it. */
  create(options: Record<string, unknown>, told: Told) {
    // What the server sends; the test would fail where it does not.
    const { rp, user, challenge } = options as unknown as Options & {
      rp: { id: string };
      user: { id: string };
    };
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const credential = { id: base64url(randomBytes(32)), key: privateKey, userHandle: user.id, rpId: rp.id };
    this.credentials.push(credential);
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    const cose = isoCBOR.encode(
      new Map<number, number | Uint8Array>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, Buffer.from(x, 'base64url')],
        [-3, Buffer.from(y, 'base64url')],
      ]),
    );
    const id = Buffer.from(credential.id, 'base64url');
    const length = Buffer.alloc(2);
    length.writeUInt16BE(id.length);
    const attested = Buffer.concat([Buffer.alloc(16), length, id, cose]);
    const authData = Buffer.concat([this.#head(rp.id, told, flag.attested), attested]);
    const attestation = new Map<string, string | Uint8Array | Map<string, never>>();
    attestation.set('fmt', 'none').set('attStmt', new Map<string, never>()).set('authData', authData);
    return {
      ...{ id: credential.id, rawId: credential.id, type: 'public-key', authenticatorAttachment: 'platform' },
      clientExtensionResults: {},
      response: {
        clientDataJSON: clientData('webauthn.create', challenge, told),
        attestationObject: base64url(isoCBOR.encode(attestation)),
        transports: ['internal'],
      },
    };
  }

  /** `navigator.credentials.get`, with the passkey made last. */
  get(options: Record<string, unknown>, told: Told) {
    // What the server sends; the test would fail where it does not.
    const { challenge } = options as unknown as Options;
    const credential = this.credentials.at(-1);
    if (credential === undefined) throw new Error('There is no passkey yet.');
    if (this.#counts) this.signatures += 1;
    const authData = this.#head(credential.rpId, told, 0);
    const clientDataJSON = clientData('webauthn.get', challenge, told);
    const hash = sha256(Buffer.from(clientDataJSON, 'base64url'));
    return {
      ...{ id: credential.id, rawId: credential.id, type: 'public-key', authenticatorAttachment: 'platform' },
      clientExtensionResults: {},
      response: {
        clientDataJSON,
        authenticatorData: base64url(authData),
        signature: base64url(sign('sha256', Buffer.concat([authData, hash]), credential.key)),
        userHandle: credential.userHandle,
      },
    };
  }

  #head(rpId: string, { present = true, verified = true }: Told, more: number): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(this.signatures);
    const flags = (present ? flag.present : 0) | (verified ? flag.verified : 0) | more;
    return Buffer.concat([sha256(Buffer.from(rpId)), Buffer.from([flags]), counter]);
  }
}

function clientData(type: string, challenge: string, { origin, crossOrigin = false }: Told): string {
  return base64url(Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin })));
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}
