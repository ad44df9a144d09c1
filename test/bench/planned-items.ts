import { type Change, chunkKey, holderParts } from '../../shared/roster/plan.ts';
import type { Sync } from '../../shared/roster/sync.ts';
import { accessKey, holderKey, rosterKey } from '../../shared/store/keys.ts';
import type { FileObjects } from './file-objects.ts';

export type Item = { table: Change['table']; entity: string; attributes: Record<string, unknown> };

/** The changes of a plan, in its order. */
export async function changesOf({ plan }: Sync, objects: FileObjects): Promise<Change[]> {
  const changes: Change[] = [];
  for (let chunk = 0; chunk < (plan?.chunks ?? 0); chunk++) {
    for (const line of (await objects.get(chunkKey(plan?.prefix ?? '', chunk))).split('\n')) {
      // Written by ChunkWriter only.
      if (line !== '') changes.push(JSON.parse(line) as Change);
    }
  }
  return changes;
}

/** The items that a first load writes. */
export async function itemsOf(sync: Sync, objects: FileObjects): Promise<Item[]> {
  const { district, generation } = sync;
  return (await changesOf(sync, objects)).map((change) => {
    const { table, entity, now } = change;
    return { table, entity, attributes: { ...keyOf(district, change), g: generation, now } };
  });
}

function keyOf(district: string, change: Change): Record<string, string> {
  switch (change.table) {
    case 'roster':
      return rosterKey(district, change.entity, change.id);
    case 'access':
      return accessKey(district, change.entity, change.id);
    case 'assignments':
      return holderKey({ district, ...holderParts(change.id) });
    default:
      return change satisfies never;
  }
}

/** Bytes as DynamoDB counts them: names and values in UTF-8, three for a list or map and one for each of its elements. */
export function bytesOf(attributes: Record<string, unknown>): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) bytes += Buffer.byteLength(name) + bytesOfValue(value);
  }
  return bytes;
}

function bytesOfValue(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number') return Math.ceil(String(Math.abs(value)).replace('.', '').length / 2) + 1;
  if (Array.isArray(value)) return value.reduce((sum: number, one) => sum + 1 + bytesOfValue(one), 3);
  if (typeof value !== 'object' || value === null) return 1;
  const entries = Object.values(value).filter((one) => one !== undefined);
  // A map of plain JSON: its values were parsed from text.
  return 3 + entries.length + bytesOf(value as Record<string, unknown>);
}

/** Of a write that is no transaction. */
export function writeUnits(attributes: Record<string, unknown>): number {
  return Math.ceil(bytesOf(attributes) / 1024);
}
