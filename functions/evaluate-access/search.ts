import type * as z from 'zod';
import {
  type CandidateSource,
  resourceSources,
  type Sources,
  subjectSources,
} from '../../shared/access/candidates.ts';
import type { CatalogueSet } from '../../shared/access/catalogue.ts';
import type { AccessQuestion, CheckFacts, DistrictFacts } from '../../shared/access/facts.ts';
import { byText } from '../../shared/access/order.ts';
import { readsRecords } from '../../shared/access/question.ts';
import { sharedCatalogues, sharedFacts } from '../../shared/access/sharing.ts';
import { RequestError } from '../../shared/errors.ts';
import type {
  ActionSearchRequest,
  EvaluationContext,
  ResourceSearchRequest,
  SubjectSearchRequest,
} from '../../shared/messages/access.ts';
import type { Caller } from '../../shared/messages/caller.ts';
import { dayIn, noSuchDistrict } from '../../shared/runtime/decide.ts';
import type { AccessStore } from '../../shared/store/access-store.ts';
import {
  type Candidate,
  type CandidateStore,
  type Candidates,
  isFirstPlace,
} from '../../shared/store/candidates.ts';
import { atLeastOf, decideFor, districtOf, fullName, resourceOf, tokenOf } from './asking.ts';
import { markOf, type Place, readPlace, writePlace } from './place.ts';

export type SearchDeps = {
  access: Pick<AccessStore, 'checkFacts' | 'manyCheckFacts'>;
  candidates: Pick<CandidateStore, 'records' | 'holders'>;
  catalogues: CatalogueSet;
};

type Asking<Body extends z.ZodType> = { body: z.output<Body>; caller: Caller; now: Date };
type PageAsked = { token?: string | undefined; limit: number };

/** What all searches answer with. */
type Found<T> = {
  results: T[];
  page: { next_token: string; count: number };
  context: { token: string; moved?: true; unlisted?: 'accounts-without-roles' };
};

/** Candidates that one page looks at: what five batches take. */
const mostCandidates = 500;

/**
 * Searches in pages of at most five round trips, calls at the same time being one: the facts that say where to look (again where a
 * commit came in), keys of candidates, the head, facts of the candidates. Nobody is a result whom evaluation would not allow.
 */
export function makeSearch({ access, candidates, catalogues }: SearchDeps) {
  return { subjects, resources, actions };

  async function subjects({ body, caller, now }: Asking<typeof SubjectSearchRequest>) {
    const { type } = body.subject;
    const asked = {
      action: { name: fullName(body.action.name, caller) },
      resource: resourceOf(body.resource),
    };
    const nobody = { type: 'nobody', id: body.resource.id };
    const facts = await begin(body.context, caller, [{ subject: nobody, ...asked }]);
    const today = dayIn(facts.district.timeZone, now);
    return page({
      caller,
      sources: type === 'user' ? subjectSources(catalogues, facts, asked, today) : [],
      page: body.page,
      mark: ['subject', type, asked],
      facts,
      now,
      ask: (id) => ({ subject: { type, id }, ...asked }),
      personOf: ({ subject }) => subject,
      resultOf: (id) => ({ type, id }),
    });
  }

  async function resources({ body, caller, now }: Asking<typeof ResourceSearchRequest>) {
    const { type, properties } = body.resource;
    const subject = { type: body.subject.type, id: body.subject.id };
    const action = { name: fullName(body.action.name, caller) };
    const resource = (id: string) => resourceOf({ type, id, properties });
    const district = districtOf(caller, body.context?.district);
    const here = { type: 'district', id: district };
    const facts = await begin(body.context, caller, [{ subject, action, resource: here }]);
    const today = dayIn(facts.district.timeZone, now);
    const sources = resourceSources(catalogues, facts, { action, resource: resource('') }, today);
    if (sources === undefined) throw unlisted(type);
    return page({
      caller,
      sources,
      page: body.page,
      mark: ['resource', subject, action, type, properties],
      facts,
      now,
      ask: (id) => ({ subject, action, resource: resource(id) }),
      personOf: ({ resource: found }) =>
        found !== undefined && 'person' in found ? found.person : undefined,
      resultOf: (id) => ({ type, id }),
    });
  }

  /** All permissions of all systems, or of the caller's own, by the names that the caller asks by. */
  async function actions({ body, caller, now }: Asking<typeof ActionSearchRequest>) {
    const question = {
      subject: { type: body.subject.type, id: body.subject.id },
      resource: resourceOf(body.resource),
    };
    const names = actionNames(caller);
    const ask = (name: string) => ({ ...question, action: { name: fullName(name, caller) } });
    const facts = await begin(body.context, caller, names.map(ask));
    const today = dayIn(facts.district.timeZone, now);
    const mark = markOf('action', facts.district.id, question, caller.defaultSystem);
    const place = placeOf(body.page, mark, facts.district);
    const results: { name: string }[] = [];
    let at = place.source;
    for (; at < names.length && results.length < body.page.limit; at += 1) {
      const name = names[at] ?? '';
      const { decision } = decideFor(caller, { catalogues, facts, question: ask(name) }, { today });
      if (decision) results.push({ name });
    }
    const next = at < names.length ? writePlace(mark, { ...place, source: at }) : '';
    return found(results, next, facts.district, place);
  }

  function actionNames({ defaultSystem: system, sharing = {} }: Caller): string[] {
    const all = [...sharedCatalogues(sharing, catalogues).values()].filter(
      (one) => system === undefined || one.system === system,
    );
    return all.flatMap((one) =>
      [...one.rows.map(({ permission }) => permission), 'role.effective'].map((name) =>
        system === undefined ? `${one.system}:${name}` : name,
      ),
    );
  }

  /** The facts of questions that differ in nothing but the action. */
  async function begin(
    context: EvaluationContext | undefined,
    caller: Caller,
    questions: readonly AccessQuestion[],
  ): Promise<CheckFacts> {
    const [question] = questions;
    if (question === undefined) throw new Error('A search asks something.');
    const atLeast = atLeastOf(context);
    const deep = questions.some((one) => readsRecords(catalogues, one));
    const facts = await access.checkFacts(districtOf(caller, context?.district), question, { atLeast, deep });
    if (facts === undefined) throw noSuchDistrict();
    return sharedFacts(caller.sharing ?? {}, facts);
  }

  type Walk<T> = {
    caller: Caller;
    sources: Sources;
    page: PageAsked;
    mark: readonly unknown[];
    facts: CheckFacts;
    now: Date;
    ask: (id: string) => AccessQuestion;
    personOf: (facts: CheckFacts) => CheckFacts['subject'];
    resultOf: (id: string) => T;
  };

  async function page<T>(walk: Walk<T>): Promise<Found<T>> {
    const { sources, ask, personOf } = walk;
    const { district } = walk.facts;
    const mark = markOf(
      district.id,
      walk.mark,
      sources.map(({ from }) => from),
    );
    const place = placeOf(walk.page, mark, district);
    const source = sources[place.source];
    if (source === undefined) return found([], '', district, place);
    const looked = await look(source, district.id, place.after);
    const read = await access.manyCheckFacts(
      district.id,
      looked.found.map(({ id }) => ask(id)),
      { deep: (question) => readsRecords(catalogues, question) },
    );
    if (read === undefined) throw noSuchDistrict();
    const today = dayIn(read.district.timeZone, walk.now);
    const results: T[] = [];
    let seen = 0;
    for (const [at, candidate] of looked.found.entries()) {
      if (results.length >= walk.page.limit) break;
      seen += 1;
      const facts = read.checks[at];
      if (facts === undefined || !isNew(sources, place.source, candidate, personOf(facts))) continue;
      const question = ask(candidate.id);
      const { decision } = decideFor(walk.caller, { catalogues, facts, question }, { today });
      if (decision) results.push(walk.resultOf(candidate.id));
    }
    const last = looked.found[seen - 1]?.at ?? place.after;
    const next = nextPlace(place, { last, isWhole: looked.done && seen === looked.found.length });
    const token = next.source < sources.length ? writePlace(mark, next) : '';
    return found(results, token, read.district, place, sources);
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
      default:
        return source satisfies never;
    }
  }
}

function placeOf({ token }: PageAsked, mark: string, { committed }: DistrictFacts): Place {
  if (token === undefined || token === '') return { source: 0, after: undefined, committed };
  return readPlace(token, mark);
}

function nextPlace(place: Place, { last, isWhole }: { last: string | undefined; isWhole: boolean }): Place {
  return isWhole ? { ...place, source: place.source + 1, after: undefined } : { ...place, after: last };
}

/** Each person once: at the first of the places where a search comes by. */
function isNew(sources: Sources, at: number, candidate: Candidate, person: CheckFacts['subject']): boolean {
  if (person === undefined) return true;
  const source = sources[at];
  const isEarlier = sources.slice(0, at).some((one) => standsIn(one, person));
  if (isEarlier || source === undefined) return false;
  return source.from === 'holders'
    ? isFirstPlace(candidate, source.slices, person)
    : standsIn(source, person);
}

function standsIn(source: CandidateSource, person: NonNullable<CheckFacts['subject']>): boolean {
  switch (source.from) {
    case 'ids':
      return source.ids.includes(person.id);
    case 'records':
      return person.roster !== undefined;
    case 'holders':
      return [...(person.roster?.assignments ?? []), ...person.manual].some(({ system, role, scope }) =>
        source.slices.some(
          (slice) =>
            slice.system === system &&
            slice.role === role &&
            (slice.scopeId === undefined || scope.ids.includes(slice.scopeId)),
        ),
      );
    default:
      return source satisfies never;
  }
}

function found<T>(
  results: T[],
  next: string,
  district: DistrictFacts,
  begun: Place,
  sources: Sources = [],
): Found<T> {
  const isEverybody = sources.length > 1 && sources.some(({ from }) => from === 'records');
  return {
    results,
    page: { next_token: next, count: results.length },
    context: {
      token: tokenOf(district),
      ...(begun.committed === district.committed ? {} : { moved: true }),
      ...(isEverybody ? { unlisted: 'accounts-without-roles' } : {}),
    },
  };
}

function unlisted(type: string): RequestError {
  const message = `Nothing lists the resources of type ${type}: ask for each with /access/v1/evaluations.`;
  return new RequestError('malformed', 'not-searchable', message, {
    fields: [{ pointer: '/resource/type', detail: 'can be evaluated, not searched' }],
  });
}
