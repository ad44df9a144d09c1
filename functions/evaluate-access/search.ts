import type * as z from 'zod';
import { resourceSources, subjectSources } from '../../shared/access/candidates.ts';
import { type CatalogueSet, findOwnType, isUserType } from '../../shared/access/catalogue.ts';
import { type RecordsReader, recordsReader } from '../../shared/access/district-catalogues.ts';
import type { AccessQuestion, CheckFacts } from '../../shared/access/facts.ts';
import { findAsked, nobody, readsRecords, systemOf } from '../../shared/access/question.ts';
import { sharedCatalogues } from '../../shared/access/sharing.ts';
import { RequestError } from '../../shared/errors.ts';
import type {
  ActionSearchRequest,
  EvaluationContext,
  ResourceSearchRequest,
  SubjectSearchRequest,
} from '../../shared/messages/access.ts';
import type { Caller } from '../../shared/messages/caller.ts';
import { dayIn, noSuchDistrict } from '../../shared/runtime/decide.ts';
import { enterDistrict } from '../../shared/runtime/tenancy.ts';
import type { AccessStore } from '../../shared/store/access-store.ts';
import { actionOf, allowsFor, atLeastOf, districtOf, entityOf, factsFor, fullName } from './asking.ts';
import { found, placeOf } from './pages.ts';
import { markOf, writePlace } from './place.ts';
import { makeWalk, type WalkDeps } from './walk.ts';

export type SearchDeps = WalkDeps & { access: Pick<AccessStore, 'checkFacts'> };

type Asking<Body extends z.ZodType> = { body: z.output<Body>; caller: Caller; now: Date };
type Begun = { body: { context?: EvaluationContext | undefined }; caller: Caller; now: Date };

/**
 * Searches in pages of at most five round trips, calls at the same time being one: the facts that say where to look (again where a
 * commit came in), keys of candidates, the head, facts of the candidates; a limited caller's page takes as many as it needs. Nobody
 * is a result whom evaluation would not allow.
 */
export function makeSearch({ access, candidates, cataloguesOf }: SearchDeps) {
  const deep = recordsReader(cataloguesOf);
  const page = makeWalk({ access, candidates, cataloguesOf });
  return { subjects, resources, actions };

  async function subjects(asking: Asking<typeof SubjectSearchRequest>) {
    const { body, caller, now } = asking;
    const { type } = body.subject;
    const asked = { action: actionOf(body.action, caller), resource: entityOf(body.resource) };
    const { facts, today } = await begin(asking, { subject: nobody, ...asked });
    const catalogues = sharedCatalogues(caller.sharing ?? {}, await cataloguesOf(facts.district));
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

  async function resources(asking: Asking<typeof ResourceSearchRequest>) {
    const { body, caller, now } = asking;
    const { type, properties } = body.resource;
    const subject = entityOf(body.subject);
    const action = actionOf(body.action, caller);
    const resource = (id: string) => entityOf({ type, id, properties });
    const district = districtOf(caller, body.context?.district);
    const here = { type: 'district', id: district };
    const { facts, today } = await begin(asking, { subject, action, resource: here });
    const catalogues = sharedCatalogues(caller.sharing ?? {}, await cataloguesOf(facts.district));
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
  async function actions(asking: Asking<typeof ActionSearchRequest>) {
    const { body, caller } = asking;
    const question = { subject: entityOf(body.subject), resource: entityOf(body.resource) };
    const { defaultSystem } = caller;
    const ask = (name: string) => ({ ...question, action: { name: fullName(name, caller) } });
    const { known, today } = await begin(asking, ask('role.effective'), async (district) => {
      const all = await cataloguesOf(district);
      const isAny = actionNames(all, defaultSystem).some((name) => readsRecords(all, ask(name)));
      return () => isAny;
    });
    const catalogues = await cataloguesOf(known.district);
    const names = actionNames(sharedCatalogues(caller.sharing ?? {}, catalogues), defaultSystem);
    const mark = markOf('action', known.district.id, question, defaultSystem);
    const place = placeOf(body.page, mark, known.district);
    const bySystem = new Map<string, CheckFacts>();
    const results: { name: string }[] = [];
    let at = place.source;
    for (; at < names.length && results.length < body.page.limit; at += 1) {
      const name = names[at] ?? '';
      const question = ask(name);
      const system = systemOf(question.action.name);
      const facts = bySystem.get(system) ?? factsFor(caller, known, { action: question.action.name, today });
      bySystem.set(system, facts);
      if (allowsFor(caller, { catalogues, facts, question }, today)) results.push({ name });
    }
    const next = at < names.length ? writePlace(mark, { ...place, source: at }) : '';
    return found(results, { next }, known.district, place);
  }

  /** `facts`: as the caller may know them. */
  async function begin(
    { body: { context }, caller, now }: Begun,
    question: AccessQuestion,
    reader: RecordsReader = deep,
  ): Promise<{ known: CheckFacts; facts: CheckFacts; today: string }> {
    const district = districtOf(caller, context?.district);
    enterDistrict(district);
    const known = await access.checkFacts(district, question, { atLeast: atLeastOf(context), deep: reader });
    if (known === undefined) throw noSuchDistrict();
    const today = dayIn(known.district.timeZone, now);
    return { known, facts: factsFor(caller, known, { action: question.action.name, today }), today };
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
