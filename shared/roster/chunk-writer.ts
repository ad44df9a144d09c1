import { type Change, type ChangeTarget, chunkKey, targetKey } from './plan.ts';
import { sha256 } from './state.ts';
import type { Objects } from './sync-stores.ts';

/** Puts objects a few at a time; the first failure surfaces at the next call. */
export function boundedPuts(objects: Objects, atOnce: number) {
  const running = new Set<Promise<void>>();
  let failed: unknown;
  const check = () => {
    if (failed !== undefined) throw failed;
  };
  return {
    async put(key: string, text: string): Promise<void> {
      check();
      if (running.size >= atOnce) await Promise.race(running);
      const put: Promise<void> = objects.put(key, text).then(
        () => void running.delete(put),
        (error: unknown) => {
          failed ??= error;
          running.delete(put);
        },
      );
      running.add(put);
      check();
    },
    async settled(): Promise<void> {
      await Promise.all(running);
      check();
    },
  };
}

/** An item that holds what a purge took away; `stays`: of a record that is there yet. */
export type PurgedItem = { target: ChangeTarget; stays: boolean };

/** Persons, by target key, whose id loses what people gave it. `at`: ISO 8601. */
export type Forgetting = { keys: ReadonlySet<string>; at: string };

type Cutting = { prefix: string; size: number; forgetting?: Forgetting; purges?: boolean };

/** Cuts the changes of a plan into chunks of `size` lines of JSON. */
export class ChunkWriter {
  readonly digests: string[] = [];
  changes = 0;
  /**
   * Where the plan is a purge: what it takes away, and what it takes out of others. Their items keep that until another plan writes them.
   */
  readonly purged: PurgedItem[] = [];
  readonly #prefix: string;
  readonly #size: number;
  readonly #puts: ReturnType<typeof boundedPuts>;
  /** Keys that must be written whatever the comparison says, until they are. */
  readonly #cover: Set<string>;
  readonly #forgetting: Forgetting | undefined;
  readonly #purges: boolean;
  #lines: string[] = [];

  constructor(objects: Objects, { prefix, size, forgetting, purges = false }: Cutting, cover: Set<string>) {
    this.#forgetting = forgetting;
    this.#purges = purges;
    this.#prefix = prefix;
    this.#size = size;
    this.#puts = boundedPuts(objects, 4);
    this.#cover = cover;
  }

  async add(changes: Iterable<Change>): Promise<void> {
    for (const change of changes) {
      if (this.#cover.size > 0) this.#cover.delete(targetKey(change));
      const leaves = change.now === undefined || change.kind === 'update';
      if (this.#purges && leaves) this.purged.push(purgedItem(change));
      this.#lines.push(JSON.stringify(this.#forgets(change)));
      this.changes++;
      if (this.#lines.length >= this.#size) await this.#flush();
    }
  }

  #forgets(change: Change): Change {
    const { keys, at } = this.#forgetting ?? { keys: new Set(), at: '' };
    return keys.size > 0 && keys.has(targetKey(change)) ? { ...change, forget: at } : change;
  }

  async close(): Promise<void> {
    if (this.#lines.length > 0) await this.#flush();
    await this.#puts.settled();
  }

  async #flush(): Promise<void> {
    const text = `${this.#lines.join('\n')}\n`;
    this.#lines = [];
    const chunk = this.digests.length;
    this.digests.push(sha256(text));
    await this.#puts.put(chunkKey(this.#prefix, chunk), text);
  }
}

function purgedItem({ table, entity, id, now }: Change): PurgedItem {
  // The three belong together in the change that they come from.
  return { target: { table, entity, id } as ChangeTarget, stays: now !== undefined };
}
