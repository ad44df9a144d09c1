import type { CatalogueSet } from '../access/catalogue.ts';
import { makeOurCatalogues, type RecordsReader, recordsReader } from '../access/district-catalogues.ts';
import { evaluate } from '../access/evaluate.ts';
import type { AccessQuestion, CheckFacts, Person } from '../access/facts.ts';
import { RequestError } from '../errors.ts';
import type { Decide } from './permissions.ts';

/** Where the facts of a check come from. */
export type CheckFactsSource = {
  /** `undefined` where there is no such district. */
  checkFacts(
    district: string,
    question: AccessQuestion,
    more: { known?: Person | undefined; deep?: RecordsReader },
  ): Promise<CheckFacts | undefined>;
};

/** `catalogues`: the shipped ones. */
type DecideDeps = { access: CheckFactsSource; catalogues: CatalogueSet; now: () => Date };

/** The engine that answers everybody's checks, for our own routes. A district's own catalogues don't govern them. */
export function makeDecide({ access, catalogues, now }: DecideDeps): Decide {
  const ours = makeOurCatalogues(catalogues);
  const deep = recordsReader(ours);
  return async (district, question, known) => {
    const facts = await access.checkFacts(district, question, { known, deep });
    if (facts === undefined) throw noSuchDistrict();
    return evaluate(ours(facts.district), facts, question, { today: dayIn(facts.district.timeZone, now()) });
  };
}

export function noSuchDistrict(): RequestError {
  return new RequestError('not-found', 'unknown-district', 'There is no such district.');
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** The calendar day `YYYY-MM-DD` in a time zone. */
export function dayIn(timeZone: string, at: Date): string {
  let format = formats.get(timeZone);
  if (format === undefined) {
    // The Swedish way of writing dates is that of ISO 8601.
    format = new Intl.DateTimeFormat('sv-SE', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    });
    formats.set(timeZone, format);
  }
  return format.format(at);
}
