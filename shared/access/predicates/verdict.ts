import type { Catalogue } from '../catalogue.ts';
import type { DistrictFacts, NamedFacts, Person, ReasonCode, ResourceFacts, Scope } from '../facts.ts';

/** What a condition looks at. The resource lies in the scope already. */
export type Circumstances = {
  catalogue: Catalogue;
  district: DistrictFacts;
  subject: Person;
  scope: Scope;
  resource: ResourceFacts;
  /** Of the resource: as the caller gave them, under what is kept of one of a catalogue's own type. */
  properties: Readonly<Record<string, unknown>>;
  /** Of the others: of the subject under what is kept of them, of the action as the caller gave them. */
  asked: Readonly<Record<'subject' | 'action', Readonly<Record<string, unknown>>>>;
  /** What the properties name. */
  more: NamedFacts;
  today: string;
};

/**
 * `path`: lines of the explanation. `miss`: ends the sentence "Is a teacher at school s-3, but …". `code`: what the
 * answer says instead of `condition` or `rule`, where the condition is a narrower scope or leaves out the inactive.
 */
export type Verdict =
  | { holds: true; path: string[] }
  | { holds: false; miss: string; code?: Extract<ReasonCode, 'out-of-scope' | 'suspended'> };

export function yes(...path: string[]): Verdict {
  return { holds: true, path };
}

export function no(miss: string): Verdict {
  return { holds: false, miss };
}

/** A property as the caller gave it; `undefined` where it is absent or null. */
export function given({ properties }: Pick<Circumstances, 'properties'>, name: string): unknown {
  return Object.hasOwn(properties, name) ? (properties[name] ?? undefined) : undefined;
}

/** A property that has to be text; anything else that was given is the empty text, which names nothing. */
export function textOf(at: Pick<Circumstances, 'properties'>, name: string): string | undefined {
  const value = given(at, name);
  return value === undefined || typeof value === 'string' ? value : '';
}

/** A list of texts or numbers, as texts; `undefined` where absent, `malformed` where it is no such list. */
export function listOf(
  at: Pick<Circumstances, 'properties'>,
  name: string,
): readonly string[] | undefined | 'malformed' {
  const value = given(at, name);
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) return 'malformed';
  const texts = value.flatMap((one: unknown) =>
    typeof one === 'string' || typeof one === 'number' ? [String(one)] : [],
  );
  return texts.length === value.length ? texts : 'malformed';
}

/** Words quote the caller's value only where it can be a name: " NWEA", else " given". */
export function quoted(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text !== '' && text.length <= 40 ? ` ${text}` : ' given';
}
