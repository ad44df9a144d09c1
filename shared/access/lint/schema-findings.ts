import * as z from 'zod';
import { type Finding, finding, type Path } from './finding.ts';
import { nearestName } from './nearest-name.ts';

type Issue = z.core.$ZodIssue;

/** All that a schema finds wrong in a file, in its order. */
export function schemaFindings(schema: z.ZodType, error: z.core.$ZodError, json: unknown): Finding[] {
  const words = keysOf(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
  return leavesOf(error.issues).flatMap(({ issue, path }) => findingsOf(issue, path, { json, words }));
}

export type Leaf = { issue: Issue; path: Path };

/** Issues where they stand. Of a union, the branch that fits best says what is wrong, or else the union itself. */
export function leavesOf(issues: readonly Issue[], above: Path = []): Leaf[] {
  return issues.flatMap((issue) => {
    const path = [...above, ...issue.path];
    if (issue.code === 'invalid_key') return leavesOf(issue.issues, path);
    if (issue.code !== 'invalid_union') return [{ issue, path }];
    const branches = issue.errors
      .map((branch) => leavesOf(branch, path))
      .filter((leaves) => leaves.some((leaf) => isInside(leaf, path)));
    const [best] = branches.sort((a, b) => a.length - b.length);
    return best ?? [{ issue, path }];
  });
}

/** The branch took the value for its own and looked into it. */
function isInside({ issue, path }: Leaf, union: Path): boolean {
  return path.length > union.length || issue.code === 'unrecognized_keys';
}

function findingsOf(
  issue: Issue,
  path: Path,
  { json, words }: { json: unknown; words: readonly string[] },
): Finding[] {
  const value = valueAt(json, path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => {
        const nearest = nearestName(key, words);
        const hint = nearest === undefined ? 'Take it out.' : `Did you mean "${nearest}"?`;
        return finding([...path, key], `Nothing is called "${key}" here.`, hint);
      });
    case 'invalid_value': {
      const known = issue.values.map(String);
      if (value === undefined) return [missing(path, `Add it; it is one of ${known.join(', ')}.`)];
      return [finding(path, `Unknown ${nameOf(path)} ${shown(value)}.`, hintFor(value, known))];
    }
    case 'invalid_union': {
      const known = 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];
      if (known.length === 0) return [finding(path, `${shown(value)} does not belong here.`, issue.message)];
      return [finding(path, issue.message, hintFor(value, known))];
    }
    case 'invalid_type':
      if (value === undefined) return [missing(path, `Add it; ${article(issue.expected)} is needed.`)];
      return [finding(path, `This is not ${article(issue.expected)}.`, `Write ${article(issue.expected)}.`)];
    default:
      return [finding(path, `${shown(value ?? path.at(-1))} can't stand here.`, sentence(issue.message))];
  }
}

function missing(path: Path, hint: string): Finding {
  return finding(path, `"${String(path.at(-1))}" is missing.`, hint);
}

function hintFor(value: unknown, known: readonly string[]): string {
  const nearest = typeof value === 'string' ? nearestName(value, known) : undefined;
  return nearest === undefined ? `Known here: ${known.join(', ')}.` : `Did you mean "${nearest}"?`;
}

const typeWords: Readonly<Record<string, string>> = {
  object: 'an object {…}',
  record: 'an object {…}',
  array: 'a list […]',
  string: 'a text',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
};

function article(type: string): string {
  return typeWords[type] ?? `a ${type}`;
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** "scope" for `/roles/3/scope`, "resources" for `/rows/1/resources/0`. */
function nameOf(path: Path): string {
  return String(path.findLast((part) => typeof part === 'string') ?? 'value');
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}

export function valueAt(json: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, part)
        ? Reflect.get(value, part)
        : undefined,
    json,
  );
}

/** Every property that a schema knows, at any depth. */
function keysOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const own =
    'properties' in schema && typeof schema.properties === 'object' && schema.properties !== null
      ? Object.keys(schema.properties)
      : [];
  return [...new Set([...own, ...Object.values(schema).flatMap(keysOf)])];
}
