import { readFileSync } from 'node:fs';

type Schema = Record<string, unknown>;

/**
 * An OpenAPI 3.0 document as a judge of answers: of the keywords that OneRoster's published documents use. A keyword that it does not
 * know is an error, so that nothing is taken for checked that was not.
 */
export class PublishedOpenapi {
  readonly #document: Schema;

  constructor(file: string) {
    this.#document = JSON.parse(readFileSync(file, 'utf8')) as Schema;
  }

  /** Every path of the document, `/classes/{sourcedId}`. */
  paths(): string[] {
    return Object.keys(this.#document.paths as Schema);
  }

  /** Scopes that the document names for a path. */
  scopes(path: string): string[] {
    const [security] = this.#at('paths', path, 'get', 'security') as unknown as { OAuth2CC: string[] }[];
    return security?.OAuth2CC ?? [];
  }

  /** What is wrong with an answer, as places in it; none where it is as the document says. */
  problems(path: string, status: number, body: unknown): string[] {
    const responses = this.#at('paths', path, 'get', 'responses');
    const response = (responses[String(status)] ?? responses.default) as Schema;
    const { schema } = (response.content as Record<string, { schema: Schema }>)['application/json'] ?? {};
    return schema === undefined ? ['no schema'] : [...this.#check(schema, body, '')];
  }

  #at(...keys: string[]): Schema {
    // The document is one of OpenAPI: each of these is an object.
    return keys.reduce((at, key) => at[key] as Schema, this.#document);
  }

  *#check(schema: Schema, value: unknown, at: string): Generator<string> {
    for (const [keyword, of] of Object.entries(schema)) {
      const judge = this.#judges[keyword];
      if (judge === undefined) yield `${at}: the keyword ${keyword} is not known`;
      else yield* judge.call(this, { of, value, at, schema });
    }
  }

  readonly #judges: Record<
    string,
    (on: { of: unknown; value: unknown; at: string; schema: Schema }) => Iterable<string>
  > = {
    description: () => [],
    default: () => [],
    $ref: ({ of, value, at }) => this.#check(this.#at(...String(of).slice(2).split('/')), value, at),
    type: ({ of, value, at }) => (typeOf(value) === of ? [] : [`${at}: ${typeOf(value)}, not ${String(of)}`]),
    enum: ({ of, value, at }) =>
      (of as unknown[]).includes(value) ? [] : [`${at}: ${String(value)} is none of the words`],
    pattern: ({ of, value, at }) =>
      new RegExp(String(of)).test(String(value)) ? [] : [`${at}: ${String(value)} does not match`],
    format: ({ of, value, at }) =>
      formats[String(of)]?.(String(value)) ? [] : [`${at}: ${String(value)} is no ${String(of)}`],
    minItems: ({ of, value, at }) =>
      Array.isArray(value) && value.length >= Number(of) ? [] : [`${at}: too few`],
    items: ({ of, value, at }) =>
      (Array.isArray(value) ? value : []).flatMap((one, index) => [
        ...this.#check(of as Schema, one, `${at}/${index}`),
      ]),
    anyOf: ({ of, value, at }) => {
      const [least] = (of as Schema[])
        .map((schema) => [...this.#check(schema, value, at)])
        .toSorted((a, b) => a.length - b.length);
      return least ?? [];
    },
    required: ({ of, value, at }) =>
      (of as string[]).flatMap((name) =>
        isObject(value) && Object.hasOwn(value, name) ? [] : [`${at}/${name}: is missing`],
      ),
    properties: ({ of, value, at }) =>
      Object.entries(isObject(value) ? value : {}).flatMap(([name, one]) => {
        const schema = (of as Record<string, Schema>)[name];
        return schema === undefined ? [] : [...this.#check(schema, one, `${at}/${name}`)];
      }),
    additionalProperties: ({ of, value, at, schema }) =>
      of === true
        ? []
        : Object.keys(isObject(value) ? value : {}).flatMap((name) =>
            Object.hasOwn((schema.properties ?? {}) as Schema, name) ? [] : [`${at}/${name}: is not named`],
          ),
  };
}

const formats: Record<string, (text: string) => boolean> = {
  date: (text) => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)),
  'date-time': (text) => /^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})$/.test(text),
  uri: (text) => URL.canParse(text) && /^[\x21-\x7e]+$/.test(text),
};

function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function typeOf(value: unknown): string {
  return Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
}
