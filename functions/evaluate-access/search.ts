import type * as z from 'zod';
import {
  type CandidateSource,
  resourceSources,
  type Sources,
  subjectSources,
} from '../../shared/access/candidates.ts';
import { type CatalogueSet, findOwnType, isUserType } from '../../shared/access/catalogue.ts';
import {
  type CataloguesOf,
  type RecordsReader,
  recordsReader,
} from '../../shared/access/district-catalogues.ts';
import type { AccessQuestion, CheckFacts } from '../../shared/access/facts.ts';
import { byText } from '../../shared/access/order.ts';
import { findAsked, nobody, readsRecords } from '../../shared/access/question.ts';
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
import type { CandidateStore, Candidates } from '../../shared/store/candidates.ts';
import { actionOf, allowsFor, atLeastOf, districtOf, entityOf, fullName } from './asking.ts';
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
import { markOf, writePlace } from './place.ts';

export type SearchDeps = {
  access: Pick<AccessStore, 'checkFacts' | 'manyCheckFacts'>;
  candidates: Pick<CandidateStore, 'records' | 'holders' | 'kept'>;
  cataloguesOf: CataloguesOf;
};

type Asking<Body extends z.ZodType> = { body: z.output<Body>; caller: Caller; now: Date };

/** Candidates that one page looks at: what five batches take. */
const mostCandidates = 500;

/**
 * Searches in pages of at most five round trips, calls at the same time being one: the facts that say where to look (again where a
 * commit came in), keys of candidates, the head, facts of the candidates. Nobody is a result whom evaluation would not allow.
 */
export function makeSearch({ access, candidates, cataloguesOf }: SearchDeps) {
  const deep = recordsReader(cataloguesOf);
  return { subjects, resources, actions };

  async function subjects({ body, caller, now }: Asking<typeof SubjectSearchRequest>) {
    const { type } = body.subject;
    const asked = { action: actionOf(body.action, caller), resource: entityOf(body.resource) };
    const facts = await begin(body.context, caller, { subject: nobody, ...asked });
    const catalogues = await cataloguesOf(facts.district);
    const today = dayIn(facts.district.timeZone, now);
    return page({
      caller,
      sources: isUser(catalogues, asked.action.name, type)
        ? subjectSources(catalogues, facts, asked, today)
        : [],
      page: body.page,
      mark: ['subject', body.subject, asked],
      facts,
      now,
      ask: (id) => ({ subject: entityOf({ ...body.subject, id }), ...asked }),
      personOf: ({ subject }) => subject,
      resultOf: (id) => ({ type, id }),
    });
  }

  async function resources({ body, caller, now }: Asking<typeof ResourceSearchRequest>) {
    const { type, properties } = body.resource;
    const subject = entityOf(body.subject);
    const action = actionOf(body.action, caller);
    const resource = (id: string) => entityOf({ type, id, properties });
    const district = districtOf(caller, body.context?.district);
    const here = { type: 'district', id: district };
    const facts = await begin(body.context, caller, { subject, action, resource: here });
    const catalogues = await cataloguesOf(facts.district);
    const today = dayIn(facts.district.timeZone, now);
    const sources = resourceSources(catalogues, facts, { action, resource: resource('') }, today);
    if (sources === undefined) throw unlisted(type);
    return page({
      caller,
      sources,
      unlisted: isKept(catalogues, action.name, type) ? undefined : 'resources-not-kept',
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
    const question = { subject: entityOf(body.subject), resource: entityOf(body.resource) };
    const { defaultSystem } = caller;
    const ask = (name: string) => ({ ...question, action: { name: fullName(name, caller) } });
    const facts = await begin(body.context, caller, ask('role.effective'), async (district) => {
      const all = await cataloguesOf(district);
      const isAny = actionNames(all, defaultSystem).some((name) => readsRecords(all, ask(name)));
      return () => isAny;
    });
    const catalogues = await cataloguesOf(facts.district);
    const names = actionNames(sharedCatalogues(caller.sharing ?? {}, catalogues), defaultSystem);
    const today = dayIn(facts.district.timeZone, now);
    const mark = markOf('action', facts.district.id, question, defaultSystem);
    const place = placeOf(body.page, mark, facts.district);
    const results: { name: string }[] = [];
    let at = place.source;
    for (; at < names.length && results.length < body.page.limit; at += 1) {
      const name = names[at] ?? '';
      if (allowsFor(caller, { catalogues, facts, question: ask(name) }, today)) results.push({ name });
    }
    const next = at < names.length ? writePlace(mark, { ...place, source: at }) : '';
    return found(results, { next }, facts.district, place);
  }

  async function begin(
    context: EvaluationContext | undefined,
    caller: Caller,
    question: AccessQuestion,
    reader: RecordsReader = deep,
  ): Promise<CheckFacts> {
    const district = districtOf(caller, context?.district);
    const facts = await access.checkFacts(district, question, { atLeast: atLeastOf(context), deep: reader });
    if (facts === undefined) throw noSuchDistrict();
    return sharedFacts(caller.sharing ?? {}, facts);
  }

  type Walk<T> = {
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
    if (source === undefined) return found([], { next: '' }, district, place);
    const looked = await look(source, district.id, place.after);
    const read = await access.manyCheckFacts(
      district.id,
      looked.found.map(({ id }) => ask(id)),
      { deep },
    );
    if (read === undefined) throw noSuchDistrict();
    const catalogues = await cataloguesOf(read.district);
    const today = dayIn(read.district.timeZone, walk.now);
    const results: T[] = [];
    let seen = 0;
    for (const [at, candidate] of looked.found.entries()) {
      if (results.length >= walk.page.limit) break;
      seen += 1;
      const facts = read.checks[at];
      if (facts === undefined || !isNew(sources, place.source, candidate, personOf(facts))) continue;
      const question = ask(candidate.id);
      if (allowsFor(walk.caller, { catalogues, facts, question }, today))
        results.push(walk.resultOf(candidate.id));
    }
    const last = looked.found[seen - 1]?.at ?? place.after;
    const next = nextPlace(place, { last, isWhole: looked.done && seen === looked.found.length });
    const token = next.source < sources.length ? writePlace(mark, next) : '';
    const unlisted = isEverybody(sources) ? 'accounts-without-roles' : walk.unlisted;
    return found(results, { next: token, unlisted }, read.district, place);
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

/** The names that a client of the system, or of none, asks by. */
function actionNames(catalogues: CatalogueSet, system: string | undefined): string[] {
  const all = [...catalogues.values()].filter((one) => system === undefined || one.system === system);
  return all.flatMap((one) =>
    [...one.rows.map(({ permission }) => permission), 'role.effective'].map((name) =>
      system === undefined ? `${one.system}:${name}` : name,
    ),
  );
}

function isUser(catalogues: CatalogueSet, action: string, type: string): boolean {
  const asked = findAsked(catalogues, action);
  return 'catalogue' in asked && isUserType(asked.catalogue, type);
}

/** Whether nothing exists of the type but what is listed. */
function isKept(catalogues: CatalogueSet, action: string, type: string): boolean {
  const asked = findAsked(catalogues, action);
  const own = 'catalogue' in asked ? findOwnType(asked.catalogue, type) : undefined;
  return own === undefined || own.kept === true;
}

function unlisted(type: string): RequestError {
  const message = `Nothing lists the resources of type ${type}: ask for each with /access/v1/evaluations.`;
  return new RequestError('malformed', 'not-searchable', message, {
    fields: [{ pointer: '/resource/type', detail: 'can be evaluated, not searched' }],
  });
}
