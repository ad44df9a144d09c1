import { countActive } from './compare.ts';
import {
  type Manifest,
  manifestKey,
  type PartitionState,
  partitionOf,
  readLines,
  type StateKind,
  type StateLine,
  sha256,
  stateKey,
  writeLine,
} from './state.ts';
import type { Objects } from './sync-stores.ts';

/** The state that a plan is made against; empty before the first commit. */
export class CommittedState {
  readonly manifest: Manifest;
  readonly #objects: Pick<Objects, 'get'>;

  private constructor(objects: Pick<Objects, 'get'>, manifest: Manifest) {
    this.#objects = objects;
    this.manifest = manifest;
  }

  static async open(
    objects: Pick<Objects, 'get'>,
    district: string,
    key: string | undefined,
  ): Promise<CommittedState> {
    if (key === undefined) return new CommittedState(objects, { district, derivation: '', kinds: {} });
    // Written by putManifest only.
    return new CommittedState(objects, JSON.parse(await objects.get(key)) as Manifest);
  }

  partitions(kind: StateKind): PartitionState[] {
    return this.manifest.kinds[kind] ?? [];
  }

  /** Of the object that holds a partition, of as many as there may be: two states with equal keys hold equal lines there. */
  keyAt(kind: StateKind, partition: number): string | undefined {
    const stored = this.partitions(kind);
    return stored[partition & (stored.length - 1)]?.key;
  }

  /** The line of one record, where the state has it. */
  async line(kind: StateKind, id: string): Promise<StateLine | undefined> {
    const stored = this.partitions(kind);
    const key = stored[partitionOf(id, stored.length)]?.key;
    if (key === undefined) return undefined;
    for (const line of readLines(await this.#objects.get(key))) if (line.id === id) return line;
    return undefined;
  }

  /** Lines of one partition of `count`, read from the coarser one that holds them. */
  async lines(kind: StateKind, partition: number, count: number): Promise<StateLine[]> {
    const key = this.keyAt(kind, partition);
    if (key === undefined) return [];
    const lines = [...readLines(await this.#objects.get(key))];
    return this.partitions(kind).length === count
      ? lines
      : lines.filter((line) => partitionOf(line.id, count) === partition);
  }
}

/** Stores one partition under the hash of its lines, which must be sorted by id. */
export async function putPartition(
  objects: Objects,
  district: string,
  kind: StateKind,
  lines: readonly StateLine[],
): Promise<PartitionState> {
  if (lines.length === 0) return { active: 0 };
  const text = lines.map(writeLine).join('');
  const key = stateKey(district, kind, sha256(text));
  await objects.put(key, text);
  return { key, active: countActive(lines) };
}

export async function putManifest(objects: Objects, manifest: Manifest): Promise<string> {
  const text = JSON.stringify(manifest);
  const key = manifestKey(manifest.district, sha256(text));
  await objects.put(key, text);
  return key;
}
