import { createHash } from 'node:crypto';
import { putPartition } from './committed-state.ts';
import { byId } from './compare.ts';
import type { Problem } from './feed-reading.ts';
import { loginKey } from './match-key.ts';
import type { Planning } from './planning.ts';
import type { ProblemWriter } from './problem-writer.ts';
import type { RecordStatus, User } from './records.ts';
import { shownId } from './role-conflicts.ts';
import { type Manifest, type PartitionState, readLines, type StateLine } from './state.ts';

/** Of users that have one e-mail or username: the first ones' ids, and how many there are. */
type Shared = { field: 'email' | 'username'; ids: string[]; count: number };

const mostShown = 10;
const fields = ['email', 'username'] as const;

/** Hashes of the logins of all active users: two numbers of eight bytes each, however long the logins are. */
export class Logins {
  #hashes = new Float64Array(1024);
  #count = 0;

  sees(status: RecordStatus, user: User): void {
    if (status !== 'active') return;
    for (const hash of hashesOf(user).values()) {
      if (this.#count === this.#hashes.length) {
        const more = new Float64Array(this.#count * 2);
        more.set(this.#hashes);
        this.#hashes = more;
      }
      this.#hashes[this.#count++] = hash;
    }
  }

  /** Those that more than one has. */
  repeated(): Set<number> {
    const sorted = this.#hashes.subarray(0, this.#count).sort();
    const repeated = new Set<number>();
    for (let at = 1; at < sorted.length; at++) {
      const hash = sorted[at];
      if (hash !== undefined && hash === sorted[at - 1]) repeated.add(hash);
    }
    return repeated;
  }
}

/** By field, of the fields that the user has. Of 52 bits, so that they are exact as numbers. */
function hashesOf(user: User): Map<Shared['field'], number> {
  const hashes = new Map<Shared['field'], number>();
  for (const field of fields) {
    const value = loginKey(user[field] ?? '');
    if (value === '') continue;
    const digest = createHash('md5').update(`${field}\t${value}`).digest();
    hashes.set(field, digest.readUIntBE(0, 6) * 16 + (digest.readUInt8(6) >> 4));
  }
  return hashes;
}

/**
 * Keeps which users of a new state share a login, by reading them once more where any do. Both are kept, and neither is the other: whose
 * an address is says who somebody is to nobody.
 */
export async function putShared(
  { objects, district }: Pick<Planning, 'objects' | 'district'>,
  users: readonly PartitionState[],
  logins: Logins,
): Promise<PartitionState[]> {
  const repeated = logins.repeated();
  if (repeated.size === 0) return [];
  const found = new Map<number, Shared>();
  for (const { key } of users) {
    for (const { id, status, json } of key === undefined ? [] : readLines(await objects.get(key))) {
      if (status !== 'active') continue;
      // Lines of this entity hold its records.
      for (const [field, hash] of hashesOf(JSON.parse(json) as User)) {
        if (!repeated.has(hash)) continue;
        const shared = found.get(hash) ?? { field, ids: [], count: 0 };
        shared.count++;
        shared.ids = [...shared.ids, id].sort().slice(0, mostShown);
        found.set(hash, shared);
      }
    }
  }
  const lines = [...found.values()].map(
    (shared): StateLine => ({
      status: 'active',
      id: `${shared.field} ${shared.ids[0] ?? ''}`,
      json: JSON.stringify(shared),
    }),
  );
  return [await putPartition(objects, district, 'shared', lines.sort(byId))];
}

/** Tells them with every plan, also of a feed that changes nothing. */
export async function tellShared(
  { objects }: Pick<Planning, 'objects'>,
  { shared = [] }: Manifest['kinds'],
  problems: Pick<ProblemWriter, 'add'>,
): Promise<void> {
  for (const { key } of shared) {
    if (key === undefined) continue;
    // Written by putShared only.
    for (const { json } of readLines(await objects.get(key)))
      await problems.add(problemOf(JSON.parse(json) as Shared));
  }
}

function problemOf({ field, ids, count }: Shared): Problem {
  const word = field === 'email' ? 'e-mail address' : 'username';
  const more = count > ids.length ? ` and ${count - ids.length} more` : '';
  return {
    ...{ file: 'users.csv', column: field, severity: 'warning', code: `shared-${field}` },
    value: shownId(ids[0] ?? ''),
    message: `${ids.map(shownId).join(', ')}${more} have the same ${word}. All of them are kept, each as a person of their own.`,
    hint: `Give each their own ${word} at the source. If they are one person, leave one of the records out of the export.`,
  };
}
