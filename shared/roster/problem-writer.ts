import { boundedPuts } from './chunk-writer.ts';
import type { Problem } from './feed-reading.ts';
import {
  type ProblemGroups,
  problemGroup,
  problemGroupsKey,
  problemsKey,
  problemsPerPart,
} from './problems-kept.ts';
import type { KeptProblems } from './sync.ts';
import type { Objects } from './sync-stores.ts';

/** Every problem of a run, uncapped, in parts of `problemsPerPart` lines; memory holds one part, and two on their way. */
export class ProblemWriter {
  readonly #kept: KeptProblems;
  readonly #objects: Objects;
  readonly #puts: ReturnType<typeof boundedPuts>;
  readonly #groups: ProblemGroups = Object.create(null);
  #lines: string[] = [];

  constructor(objects: Objects, prefix: string) {
    this.#objects = objects;
    this.#kept = { errors: 0, warnings: 0, parts: 0, prefix };
    this.#puts = boundedPuts(objects, 2);
  }

  /** A promise only where the store has fallen behind. */
  add(problem: Problem): Promise<void> | undefined {
    if (problem.severity === 'error') this.#kept.errors++;
    else this.#kept.warnings++;
    const group = problemGroup(problem);
    this.#groups[group] = (this.#groups[group] ?? 0) + 1;
    this.#lines.push(JSON.stringify(problem));
    return this.#lines.length >= problemsPerPart ? this.#flush() : undefined;
  }

  /** Where all of them stand. */
  async close(): Promise<KeptProblems> {
    if (this.#lines.length > 0) await this.#flush();
    await this.#puts.settled();
    const { parts, prefix } = this.#kept;
    if (parts > 0) await this.#objects.put(problemGroupsKey(prefix), JSON.stringify(this.#groups));
    return { ...this.#kept };
  }

  #flush(): Promise<void> {
    const text = `${this.#lines.join('\n')}\n`;
    this.#lines = [];
    return this.#puts.put(problemsKey(this.#kept.prefix, this.#kept.parts++), text);
  }
}
