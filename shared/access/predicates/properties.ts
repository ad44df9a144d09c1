import type { ConditionOf } from '../conditions.ts';
import { alternatives } from '../sentences.ts';
import { type Circumstances, given, no, quoted, type Verdict, yes } from './verdict.ts';

/** What is kept of resources and subjects, or was given with the question. */

export function propertyIn(condition: ConditionOf<'propertyIn'>, at: Circumstances): Verdict {
  const { property, of, values, orAbsent } = condition;
  const name = of === undefined ? property : `${property} of the ${of}`;
  const value = given({ properties: of === undefined ? at.properties : at.asked[of] }, property);
  if (value === undefined) {
    if (orAbsent === true) return yes(`no ${name} is named`);
    return no(`no ${name} is named, and the task is for ${alternatives(values)} only`);
  }
  if (isPlain(value) && values.includes(String(value))) return yes(`${name} is ${value}`);
  return no(`${name}${isKept(condition, at) ? '' : quoted(value)} is not ${alternatives(values)}`);
}

/** What a district keeps is not told to whoever asks. */
function isKept({ of, property }: ConditionOf<'propertyIn'>, { resource, subject }: Circumstances): boolean {
  if (of === 'action') return false;
  const kept = of === 'subject' ? subject.properties : resource.type === 'own' ? resource.properties : {};
  return kept !== undefined && Object.hasOwn(kept, property);
}

export function propertyOfSubject(condition: ConditionOf<'propertyOfSubject'>, at: Circumstances): Verdict {
  const { property, as } = condition;
  const { resource, subject, asked } = at;
  const theirs = as === undefined ? [subject.id] : plainIn(given({ properties: asked.subject }, as));
  const found = plainIn(given(at, property));
  const whose = as === undefined ? 'their id' : `their ${as}`;
  if (found.some((one) => theirs.includes(one))) return yes(`${property} of ${resource.id} is ${whose}`);
  if (found.length === 0) return no(`no ${property} of ${resource.id} is known`);
  return no(theirs.length === 0 ? `${whose} is not known` : `${property} of ${resource.id} is not ${whose}`);
}

function isPlain(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

/** One value or a list of them, as texts; without the empty text, which would equal every other that is missing. */
function plainIn(value: unknown): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.flatMap((one) => (isPlain(one) && one !== '' ? [String(one)] : []));
}
