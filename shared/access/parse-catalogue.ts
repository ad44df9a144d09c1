import { RequestError } from '../errors.ts';
import type { Catalogue } from './catalogue.ts';
import { lintCatalogue } from './lint/lint-catalogue.ts';

/**
 * Reads what a catalogue file holds; `file` names it in the message.
 * @throws {RequestError} `catalogue-invalid`, with a JSON pointer and a hint for each problem.
 */
export function parseCatalogue(json: unknown, file: string): Catalogue {
  const linted = lintCatalogue(json);
  if ('catalogue' in linted) return linted.catalogue;
  const fields = linted.findings.map(({ path, message, hint }) => ({
    pointer: path,
    detail: `${message} ${hint}`,
  }));
  const [first] = fields;
  const more = fields.length > 1 ? ` (and ${fields.length - 1} more)` : '';
  throw new RequestError(
    'unprocessable',
    'catalogue-invalid',
    `${file} is not a catalogue: ${first?.pointer} ${first?.detail}${more}`,
    { fields },
  );
}
