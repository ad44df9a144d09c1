import type * as z from 'zod';
import type { Finding } from './finding.ts';
import { mend } from './mend.ts';
import { schemaFindings } from './schema-findings.ts';

export type ReadAs<T> = { value: T; findings: readonly [] } | { value?: never; findings: readonly Finding[] };

/**
 * What a file holds, by its schema and by `namesIn`, which looks for what a schema can't say. Where the schema refuses it,
 * the rest is looked at as well, so that all findings come at once.
 */
export function readAs<T>(schema: z.ZodType<T>, json: unknown, namesIn: (value: T) => Finding[]): ReadAs<T> {
  const parsed = schema.safeParse(json);
  if (parsed.success) {
    const findings = namesIn(parsed.data);
    return findings.length === 0 ? { value: parsed.data, findings: [] } : { findings };
  }
  const shape = schemaFindings(schema, parsed.error, json);
  const mended = mend(schema, json);
  const names = mended === undefined ? [] : namesIn(mended);
  return { findings: [...shape, ...names.filter(({ path }) => !shape.some((one) => one.path === path))] };
}
