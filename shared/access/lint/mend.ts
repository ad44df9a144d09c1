import type * as z from 'zod';
import type { Path } from './finding.ts';
import { nearestName } from './nearest-name.ts';
import { type Leaf, leavesOf, valueAt } from './schema-findings.ts';

const mostRounds = 8;

/**
 * A file that its schema refuses, with what it refuses taken out or read as it was meant, so that the rest can be looked at
 * too; `undefined` where too much is wrong. Lists keep their length, so that places stay what they are.
 */
export function mend<T>(schema: z.ZodType<T>, json: unknown): T | undefined {
  const draft: unknown = structuredClone(json);
  for (let round = 0; round < mostRounds; round++) {
    const parsed = schema.safeParse(draft);
    if (parsed.success) return parsed.data;
    for (const leaf of leavesOf(parsed.error.issues)) mendLeaf(draft, leaf, round);
  }
  return undefined;
}

/** What is missing and can't be made up takes along what it is missing in. */
function mendLeaf(draft: unknown, { issue, path }: Leaf, round: number): void {
  const value = valueAt(draft, path);
  if (issue.code === 'unrecognized_keys') {
    for (const key of issue.keys) takeOut(draft, [...path, key]);
  } else if (issue.code === 'invalid_value' && typeof value === 'string') {
    const known = issue.values.map(String);
    put(draft, path, nearestName(value, known) ?? known[0]);
  } else if (value !== undefined || issue.code === 'invalid_key') {
    takeOut(draft, path);
  } else if (issue.code === 'invalid_type' && issue.expected === 'string') {
    // One that was refused was taken out in the round between.
    put(draft, path, madeUpTexts[Math.floor(round / 2) % madeUpTexts.length]);
  } else if (issue.code === 'invalid_type' && issue.expected === 'boolean') {
    put(draft, path, false);
  } else {
    takeOut(draft, path.slice(0, -1));
  }
}

/** For a name, or for one with its system or type. */
const madeUpTexts = ['unknown', 'unknown:unknown'] as const;

/** The innermost member of an object on the path: an entry of a list stays, for the sake of those after it. */
function takeOut(draft: unknown, path: Path): void {
  for (let length = path.length; length > 0; length--) {
    const holder = valueAt(draft, path.slice(0, length - 1));
    const name = path[length - 1];
    if (typeof holder !== 'object' || holder === null || Array.isArray(holder) || name === undefined)
      continue;
    Reflect.deleteProperty(holder, name);
    return;
  }
}

function put(draft: unknown, path: Path, value: unknown): void {
  const holder = valueAt(draft, path.slice(0, -1));
  const name = path.at(-1);
  if (typeof holder === 'object' && holder !== null && name !== undefined) Reflect.set(holder, name, value);
}
