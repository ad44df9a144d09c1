import type * as z from 'zod';
import { type FieldProblem, RequestError } from '../errors.ts';

/** Where in a request a schema is looking; bodies are pointed into without a prefix. */
type Part = 'path' | 'query' | 'body';

/** @throws {RequestError} malformed, with a pointer to each place */
export function validate<T extends z.ZodType>(schema: T, value: unknown, part: Part): z.output<T> {
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  const fields = checked.error.issues.flatMap((issue) => fieldsOf(issue, part === 'body' ? '' : `/${part}`));
  throw new RequestError(
    'malformed',
    'invalid-request',
    `The ${part} of the request does not fit its schema.`,
    {
      fields: fields.slice(0, 50),
    },
  );
}

type Issue = z.core.$ZodIssue;

function fieldsOf(issue: Issue, base: string): FieldProblem[] {
  const at = issue.path.reduce<string>((pointer, key) => `${pointer}/${escaped(String(key))}`, base);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ pointer: `${at}/${escaped(key)}`, detail: 'not known here' }));
    case 'invalid_union': {
      const branch = nearest(issue.errors);
      return branch === undefined
        ? [{ pointer: at, detail: issue.message }]
        : branch.flatMap((inner) => fieldsOf(inner, at));
    }
    default:
      return [{ pointer: at, detail: issue.message }];
  }
}

/** Of a union's branches the one that misses least: most likely the form that the caller meant. */
function nearest(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const missed = (branch: readonly Issue[]) =>
    branch.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 1), 0);
  return branches.filter((branch) => branch.length > 0).toSorted((a, b) => missed(a) - missed(b))[0];
}

/** RFC 6901. */
function escaped(key: string): string {
  return key.replace(/~/g, '~0').replace(/\//g, '~1');
}
