import { InvalidArgumentError } from 'commander';

/** Parts of a question as they are typed. */

export type Resource = { type: string; id: string };
export type Properties = Record<string, unknown>;

/** Ids may hold colons, types never do. */
export function resource(text: string): Resource {
  const [, type, id] = /^([^:]+):(.+)$/s.exec(text) ?? [];
  if (type === undefined || id === undefined)
    throw new InvalidArgumentError('Needed: <type>:<id>, e.g. class:c-9');
  return { type, id };
}

/** A value that reads as JSON is one: `count=2` is a number, `students=["a"]` a list. */
export function addProperty(text: string, before: Properties): Properties {
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (key === undefined || value === undefined) throw new InvalidArgumentError('Needed: <key>=<value>');
  return { ...before, [key]: propertyValue(value) };
}

function propertyValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
