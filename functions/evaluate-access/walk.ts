import type { CandidateSource, Sources } from '../../shared/access/candidates.ts';
import { type CataloguesOf, recordsReader } from '../../shared/access/district-catalogues.ts';
import type { AccessQuestion, CheckFacts, DistrictFacts } from '../../shared/access/facts.ts';
import { byText } from '../../shared/access/order.ts';
import type { Caller } from '../../shared/messages/caller.ts';
import { dayIn, noSuchDistrict } from '../../shared/runtime/decide.ts';
import type { AccessStore } from '../../shared/store/access-store.ts';
import type { CandidateStore, Candidates } from '../../shared/store/candidates.ts';
import { allowsFor, factsFor } from './asking.ts';
import {
  type Found,
  found,
  isEverybody,
  isNew,
  nextPlace,
  type PageAsked,
  placeOf,
  type Unlisted,
} from './pages.ts';
import { markOf, type Place, writePlace } from './place.ts';

export type WalkDeps = {
  access: Pick<AccessStore, 'manyCheckFacts'>;
  candidates: Pick<CandidateStore, 'records' | 'holders' | 'kept'>;
  cataloguesOf: CataloguesOf;
};

export type Walk<T> = {
  caller: Caller;
  sources: Sources;
  page: PageAsked;
  mark: readonly unknown[];
  unlisted?: Unlisted | undefined;
  facts: CheckFacts;
  now: Date;
  ask: (id: string) => AccessQuestion;
  personOf: (facts: CheckFacts) => CheckFacts['subject'];
  resultOf: (id: string) => T;
};

/** `last`: the place of the last result. */
type Batch = {
  ids: string[];
  last: string | undefined;
  next: Place;
  looked: number;
  district: DistrictFacts;
};

/** Candidates that one batch looks at: what five reads take. */
const mostCandidates = 500;
/** Candidates after which a limited caller's page ends, as soon as there is a place to name. */
const mostLookedAt = 5000;

/** One page of a search among candidates. */
export function makeWalk({ access, candidates, cataloguesOf }: WalkDeps) {
  const deep = recordsReader(cataloguesOf);

  /**
   * A limited caller's page goes on until it is full or nothing is left: its token names a result or the start of a source, so
   * that neither the token nor an empty page tells of candidates who are not shared.
   */
  return async function page<T>(walk: Walk<T>): Promise<Found<T>> {
    const { sources, caller, resultOf } = walk;
    const { limit } = walk.page;
    const from = sources.map((source) => source.from);
    const mark = markOf(walk.facts.district.id, walk.mark, from);
    const begun = placeOf(walk.page, mark, walk.facts.district);
    const isLimited = caller.sharing !== undefined;
    const ids: string[] = [];
    let { district } = walk.facts;
    let [at, named, looked] = [begun, begun, 0];
    const isToGoOn = () => ids.length < limit && (looked < mostLookedAt || named === begun);
    for (let source = sources[at.source]; source !== undefined; source = sources[at.source]) {
      const batch = await batchAt(walk, { source, at, most: limit - ids.length });
      ids.push(...batch.ids);
      looked += batch.looked;
      district = batch.district;
      if (!isLimited || batch.next.source > at.source) named = batch.next;
      else if (batch.last !== undefined) named = { ...at, after: batch.last };
      at = batch.next;
      if (!isLimited || !isToGoOn()) break;
    }
    const next = named.source < sources.length ? writePlace(mark, named) : '';
    const unlisted = isEverybody(sources) ? 'accounts-without-roles' : walk.unlisted;
    const shown = sources[begun.source] === undefined ? { next: '' } : { next, unlisted };
    return found(ids.map(resultOf), shown, district, begun);
  };

  async function batchAt<T>(
    { caller, sources, facts: { district }, now, ask, personOf }: Walk<T>,
    { source, at, most }: { source: CandidateSource; at: Place; most: number },
  ): Promise<Batch> {
    const looked = await look(source, district.id, at.after);
    const questions = looked.found.map(({ id }) => ask(id));
    const read = await access.manyCheckFacts(district.id, questions, { deep });
    if (read === undefined) throw noSuchDistrict();
    const catalogues = await cataloguesOf(read.district);
    const today = dayIn(read.district.timeZone, now);
    const ids: string[] = [];
    let [seen, last]: [number, string | undefined] = [0, undefined];
    for (const [index, candidate] of looked.found.entries()) {
      if (ids.length >= most) break;
      seen += 1;
      const known = read.checks[index];
      const question = ask(candidate.id);
      const facts = known && factsFor(caller, known, { action: question.action.name, today });
      if (facts === undefined || !isNew(sources, at.source, candidate, personOf(facts))) continue;
      if (!allowsFor(caller, { catalogues, facts, question }, today)) continue;
      ids.push(candidate.id);
      last = candidate.at;
    }
    const isWhole = looked.done && seen === looked.found.length;
    const next = nextPlace(at, { last: looked.found[seen - 1]?.at ?? at.after, isWhole });
    return { ids, last, next, looked: seen, district: read.district };
  }

  async function look(
    source: CandidateSource,
    district: string,
    after: string | undefined,
  ): Promise<Candidates> {
    const where = { after, most: mostCandidates };
    switch (source.from) {
      case 'ids': {
        const ids = source.ids.filter((id) => after === undefined || byText(id, after) > 0).sort(byText);
        const some = ids.slice(0, mostCandidates);
        return { found: some.map((id) => ({ at: id, id })), done: some.length === ids.length };
      }
      case 'records':
        return candidates.records(district, source.entity, where);
      case 'holders':
        return candidates.holders(district, source.slices, where);
      case 'kept':
        return candidates.kept(district, source.type, where);
      default:
        return source satisfies never;
    }
  }
}
