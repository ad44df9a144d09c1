import { type HolderSlice, subjectSources } from '../access/candidates.ts';
import type { CatalogueSet } from '../access/catalogue.ts';
import { makeOurCatalogues, type RecordsReader, recordsReader } from '../access/district-catalogues.ts';
import { evaluate } from '../access/evaluate.ts';
import type { AccessQuestion, CheckFacts, DistrictFacts } from '../access/facts.ts';
import { nobody } from '../access/question.ts';
import { type CheckFactsSource, dayIn, noSuchDistrict } from './decide.ts';
import type { Asked } from './permissions.ts';

/** Ids of the users who may do it now, each once. */
export type WhoMay = (district: string, asked: Asked) => Promise<string[]>;

type Where = { after: string | undefined; most: number };

type WhoMayDeps = {
  access: CheckFactsSource & {
    manyCheckFacts(
      district: string,
      questions: readonly AccessQuestion[],
      more: { deep?: RecordsReader },
    ): Promise<{ district: DistrictFacts; checks: CheckFacts[] } | undefined>;
  };
  candidates: {
    holders(
      district: string,
      wanted: readonly HolderSlice[],
      where: Where,
    ): Promise<{ found: { at: string; id: string }[]; done: boolean }>;
  };
  /** The shipped ones. */
  catalogues: CatalogueSet;
  now: () => Date;
};

/** What one read of facts takes. */
const mostAtOnce = 90;

/** By the engine that answers everybody's checks; for what is done by holders of roles and by nobody else. */
export function makeWhoMay({ access, candidates, catalogues, now }: WhoMayDeps): WhoMay {
  const ours = makeOurCatalogues(catalogues);
  const deep = recordsReader(ours);

  return async (district, { action, resource }) => {
    const asked = { action: { name: action }, resource };
    const facts = await access.checkFacts(district, { subject: nobody, ...asked }, { deep });
    if (facts === undefined) throw noSuchDistrict();
    const today = dayIn(facts.district.timeZone, now());
    const may = new Set<string>();
    for (const source of subjectSources(ours(facts.district), facts, asked, today)) {
      if (source.from !== 'holders') throw new Error(`${action} is not for holders of roles alone.`);
      await eachBatch(district, source.slices, async (ids) => {
        const questions = ids.map((id) => ({ subject: { type: 'user', id }, ...asked }));
        const read = await access.manyCheckFacts(district, questions, { deep });
        read?.checks.forEach((check, index) => {
          const question = questions[index];
          if (question === undefined) return;
          const { decision } = evaluate(ours(read.district), check, question, { today });
          if (decision) may.add(question.subject.id);
        });
      });
    }
    return [...may];
  };

  async function eachBatch(
    district: string,
    slices: readonly HolderSlice[],
    look: (ids: string[]) => Promise<void>,
  ): Promise<void> {
    let after: string | undefined;
    for (let done = false; !done; ) {
      const page = await candidates.holders(district, slices, { after, most: mostAtOnce });
      if (page.found.length > 0) await look([...new Set(page.found.map(({ id }) => id))]);
      after = page.found.at(-1)?.at;
      done = page.done || after === undefined;
    }
  }
}
