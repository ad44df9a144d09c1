import * as z from 'zod';
import { type Edits, type EditWishes, noEdits, noWishes } from './edits.ts';
import { entities } from './records.ts';
import { sha256 } from './state.ts';
import type { Objects } from './sync-stores.ts';

/**
 * Where the edits of a district stand, and what people ask for, each by the digest of its text: a version never changes, so
 * that whoever plans with it again plans the same.
 */
const record = z.object({ entity: z.enum(entities), sourcedId: z.string() });
const told = record.extend({
  owner: z.string(),
  reason: z.string(),
  until: z.string().optional(),
  at: z.string(),
});
const Stored = z.object({
  overrides: z.array(told.extend({ field: z.string(), value: z.unknown() })),
  records: z.array(told.extend({ record: z.record(z.string(), z.unknown()) })),
});
const StoredWishes = Stored.extend({ releases: z.array(record.extend({ field: z.string().optional() })) });

function editsKey(district: string, version: string): string {
  return `edits/${district}/${version}.json`;
}

function wishesKey(district: string, version: string): string {
  return `edits/${district}/asked/${version}.json`;
}

/** Returns the version that the edits are kept under. */
export async function putEdits(objects: Objects, district: string, edits: Edits): Promise<string> {
  const text = JSON.stringify(edits);
  const version = sha256(text);
  await objects.put(editsKey(district, version), text);
  return version;
}

/** Without a version: none. */
export async function editsOf(
  objects: Pick<Objects, 'get'>,
  district: string,
  version: string | undefined,
): Promise<Edits> {
  if (version === undefined) return noEdits;
  return Stored.parse(JSON.parse(await objects.get(editsKey(district, version))));
}

export async function putWishes(objects: Objects, district: string, wishes: EditWishes): Promise<string> {
  const text = JSON.stringify(wishes);
  const version = sha256(text);
  await objects.put(wishesKey(district, version), text);
  return version;
}

export async function wishesOf(
  objects: Pick<Objects, 'get'>,
  district: string,
  version: string | undefined,
): Promise<EditWishes> {
  if (version === undefined) return noWishes;
  return StoredWishes.parse(JSON.parse(await objects.get(wishesKey(district, version))));
}
