import type { CatalogueSet } from '../access/catalogue.ts';
import { makeOurCatalogues, type RecordsReader, recordsReader } from '../access/district-catalogues.ts';
import { evaluate } from '../access/evaluate.ts';
import type { AccessQuestion, CheckFacts, DistrictFacts, Person } from '../access/facts.ts';
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

/** Where the facts of many questions come from, in one read. */
export type ManyCheckFactsSource = {
  manyCheckFacts(
    district: string,
    questions: readonly AccessQuestion[],
    more: { deep?: RecordsReader },
  ): Promise<{ district: DistrictFacts; checks: CheckFacts[] } | undefined>;
};

export type Allow = (district: string, questions: readonly AccessQuestion[]) => Promise<boolean[]>;

/** The same engine asked many questions at once; in a district that there is not, it allows nothing. */
export function makeAllow({
  access,
  catalogues,
  now,
}: Omit<DecideDeps, 'access'> & { access: ManyCheckFactsSource }): Allow {
  const ours = makeOurCatalogues(catalogues);
  const deep = recordsReader(ours);
  return async (district, questions) => {
    const facts = await access.manyCheckFacts(district, questions, { deep });
    if (facts === undefined) return questions.map(() => false);
    const today = dayIn(facts.district.timeZone, now());
    return questions.map((question, at) => {
      const check = facts.checks[at];
      return check !== undefined && evaluate(ours(facts.district), check, question, { today }).decision;
    });
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
