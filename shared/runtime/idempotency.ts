import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { deflateSync, inflateSync } from 'node:zlib';
import { RequestError } from '../errors.ts';

/** An answer as it went out, to go out again. */
export type KeptAnswer = {
  status: number;
  headers: Record<string, string>;
  body: string;
  /** Values of `Set-Cookie`; never of a route that takes an `Idempotency-Key`. */
  cookies?: readonly string[];
};

export type IdempotencyRecord = {
  /** Hash of client and key. */
  id: string;
  /** Hash of route, path and body. */
  request: string;
  /** What the request makes gets this id, also where a second attempt takes over after a crash. */
  newId: string;
  now: Date;
};

/** Where keys are kept for a day. */
export type IdempotencyKeys = {
  /**
   * `mine`: go on, with this id. `kept`: what the first request answered, sealed.
   * @throws {RequestError} conflict where the first request still runs, unprocessable where it was another
   */
  begin(
    record: IdempotencyRecord,
  ): Promise<{ kind: 'mine'; newId: string } | { kind: 'kept'; sealed: Uint8Array }>;
  keep(id: string, sealed: Uint8Array, now: Date): Promise<void>;
  /** The request was refused: the key is free again. */
  release(id: string): Promise<void>;
};

type Asked = { clientId: string; key: string; request: readonly string[]; newId: string; now: Date };

/** Runs `answer` once per client and key; says the same again for a day. */
export async function onlyOnce(
  keys: IdempotencyKeys,
  asked: Asked,
  answer: (newId: string) => Promise<KeptAnswer>,
): Promise<KeptAnswer> {
  if (!/^[\x21-\x7e]{1,255}$/.test(asked.key)) {
    throw new RequestError(
      'malformed',
      'idempotency-key-invalid',
      'An Idempotency-Key has 1 to 255 visible ASCII characters.',
    );
  }
  const id = hashOf([asked.clientId, asked.key]);
  const begun = await keys.begin({
    id,
    request: hashOf(asked.request),
    newId: asked.newId,
    now: asked.now,
  });
  if (begun.kind === 'kept') return unseal(begun.sealed, asked);
  try {
    const answered = await answer(begun.newId);
    await keys.keep(id, seal(answered, asked), asked.now);
    return answered;
  } catch (error) {
    if (error instanceof RequestError) await keys.release(id);
    throw error;
  }
}

function hashOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/**
 * A kept answer may hold a secret that is shown once. It is sealed with a key made of the caller's own idempotency key, of which
 * only a hash is kept: whoever reads the table cannot open it, whoever repeats the request can.
 */
function sealingKey({ clientId, key }: Asked): Buffer {
  return Buffer.from(hkdfSync('sha256', key, clientId, 'rolebook kept answer', 32));
}

function seal(answer: KeptAnswer, asked: Asked): Uint8Array {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', sealingKey(asked), iv);
  const text = Buffer.concat([cipher.update(deflateSync(JSON.stringify(answer))), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), text]);
}

function unseal(sealed: Uint8Array, asked: Asked): KeptAnswer {
  const decipher = createDecipheriv('aes-256-gcm', sealingKey(asked), sealed.subarray(0, 12));
  decipher.setAuthTag(sealed.subarray(12, 28));
  const text = Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]);
  // Sealed by us, and the tag has just proved it.
  return JSON.parse(inflateSync(text).toString('utf8')) as KeptAnswer;
}
