import { boundedPuts } from './chunk-writer.ts';
import type { Problem } from './feed-reading.ts';
import type { Objects } from './sync-stores.ts';

export const problemsPerPart = 5000;

export function problemsKey(district: string, syncId: string, part: number): string {
  return `problems/${district}/${syncId}/part-${String(part).padStart(5, '0')}.ndjson`;
}

export function problemGroupsKey(district: string, syncId: string): string {
  return `problems/${district}/${syncId}/groups.json`;
}

/** How many problems share file, column and code, for `alike`. */
export type ProblemGroups = Record<string, number>;

export function problemGroup(problem: Problem): string {
  return JSON.stringify([problem.file, problem.column ?? '', problem.code]);
}

/** Every problem of a run, uncapped, in parts of `problemsPerPart` lines; memory holds one part. */
export class ProblemWriter {
  errors = 0;
  warnings = 0;
  parts = 0;
  readonly #at: { district: string; syncId: string };
  readonly #objects: Objects;
  readonly #puts: ReturnType<typeof boundedPuts>;
  readonly #groups: ProblemGroups = Object.create(null);
  #lines: string[] = [];

  constructor(objects: Objects, at: { district: string; syncId: string }) {
    this.#objects = objects;
    this.#at = at;
    this.#puts = boundedPuts(objects, 2);
  }

  add(problem: Problem): Promise<void> | undefined {
    if (problem.severity === 'error') this.errors++;
    else this.warnings++;
    const group = problemGroup(problem);
    this.#groups[group] = (this.#groups[group] ?? 0) + 1;
    this.#lines.push(JSON.stringify(problem));
    return this.#lines.length >= problemsPerPart ? this.#flush() : undefined;
  }

  async close(): Promise<void> {
    if (this.#lines.length > 0) await this.#flush();
    await this.#puts.settled();
    if (this.parts > 0) {
      await this.#objects.put(
        problemGroupsKey(this.#at.district, this.#at.syncId),
        JSON.stringify(this.#groups),
      );
    }
  }

  #flush(): Promise<void> {
    const text = `${this.#lines.join('\n')}\n`;
    this.#lines = [];
    return this.#puts.put(problemsKey(this.#at.district, this.#at.syncId, this.parts++), text);
  }
}
