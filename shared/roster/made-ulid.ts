import { sha256 } from './state.ts';

const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A ULID of a time (milliseconds since the epoch), whose rest is made of what it is for: asked for again, it is the same. */
export function madeUlid(at: number, of: readonly unknown[]): string {
  let time = '';
  for (let rest = at; time.length < 10; rest = Math.floor(rest / 32)) time = `${letters[rest % 32]}${time}`;
  const hash = sha256(JSON.stringify(of));
  const rest = Array.from(
    { length: 16 },
    (_, i) => letters[Number.parseInt(hash.slice(2 * i, 2 * i + 2), 16) % 32],
  );
  return time + rest.join('');
}
