import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from 'node:crypto';

/** OWASP's Password Storage Cheat Sheet, argon2id: 19 MiB (in KiB), two passes, one lane. */
const cost = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const bytes = { nonce: 16, tag: 32 } as const;

const form = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/;

/** No password’s own: what is checked where there is none, at the same cost. */
export const nobodysPassword = `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${'A'.repeat(22)}$${'A'.repeat(43)}`;

/** In the PHC string format. Worked out on Node's thread pool, so no other request waits. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(bytes.nonce);
  const tag = await derive(inputOf(password, nonce, cost, bytes.tag));
  const { memory, passes, parallelism } = cost;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpadded(nonce)}$${unpadded(tag)}`;
}

function derive(input: Argon2Parameters): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    argon2('argon2id', input, (error, tag) => (error === null ? resolve(tag) : reject(error)));
  });
}

/** Takes as long for a wrong password as for the right one. */
export async function isPassword(password: string, hash: string): Promise<boolean> {
  const [, memory, passes, parallelism, nonce = '', tag = ''] = form.exec(hash) ?? [];
  const expected = Buffer.from(tag, 'base64');
  if (expected.length === 0) throw new Error('A stored password is in no known form.');
  const by = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  const made = await derive(inputOf(password, Buffer.from(nonce, 'base64'), by, expected.length));
  return timingSafeEqual(made, expected);
}

/** Made at another cost than a hash of today. */
export function isOfOldCost(hash: string): boolean {
  const [, memory, passes, parallelism] = form.exec(hash)?.map(Number) ?? [];
  return memory !== cost.memory || passes !== cost.passes || parallelism !== cost.parallelism;
}

function inputOf(
  password: string,
  nonce: Buffer,
  by: Pick<Argon2Parameters, 'memory' | 'passes' | 'parallelism'>,
  tagLength: number,
): Argon2Parameters {
  // NIST 800-63B-4, 3.1.1.2: Unicode is normalised before it is hashed, so that each keyboard's spelling is the same password.
  return { message: password.normalize('NFKC'), nonce, tagLength, ...by };
}

function unpadded(value: Buffer): string {
  return value.toString('base64').replace(/=+$/, '');
}
