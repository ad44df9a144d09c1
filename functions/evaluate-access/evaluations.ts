import type * as z from 'zod';
import { type CataloguesOf, recordsReader } from '../../shared/access/district-catalogues.ts';
import type { AccessQuestion, CheckFacts } from '../../shared/access/facts.ts';
import { RequestError } from '../../shared/errors.ts';
import {
  EvaluationRequest,
  type EvaluationResponse,
  type EvaluationsItem,
  type EvaluationsRequest,
} from '../../shared/messages/access.ts';
import type { Caller } from '../../shared/messages/caller.ts';
import { dayIn, noSuchDistrict } from '../../shared/runtime/decide.ts';
import { problemOf } from '../../shared/runtime/problems.ts';
import { confinedTo } from '../../shared/runtime/tenancy.ts';
import { validate } from '../../shared/runtime/validation.ts';
import type { AccessStore, Freshness } from '../../shared/store/access-store.ts';
import { atLeastOf, decideFor, districtOf, questionOf, tokenOf } from './asking.ts';

export type EvaluationDeps = {
  access: Pick<AccessStore, 'checkFacts' | 'manyCheckFacts'>;
  cataloguesOf: CataloguesOf;
};

type Asking<Body> = { body: Body; caller: Caller; now: Date };
type Batch = z.output<typeof EvaluationsRequest>;
type Answer = z.input<typeof EvaluationResponse>;

type Asked = {
  caller: Caller;
  district: string;
  question: AccessQuestion;
  explain: boolean;
  atLeast: Freshness | undefined;
};

export function makeEvaluations({ access, cataloguesOf }: EvaluationDeps) {
  const deep = recordsReader(cataloguesOf);
  return { one, many };

  async function one({ body, caller, now }: Asking<EvaluationRequest>): Promise<Answer> {
    const asked = askedBy(body, caller);
    const { district, question, atLeast } = asked;
    return confinedTo(district, async () => {
      const facts = await access.checkFacts(district, question, { atLeast, deep });
      if (facts === undefined) throw noSuchDistrict();
      return answerTo(asked, facts, now);
    });
  }

  /** Facts are read for all items together; a semantic that ends early only shortens the answer. */
  async function many({
    body,
    caller,
    now,
  }: Asking<Batch>): Promise<Answer | { evaluations: EvaluationsItem[] }> {
    const { evaluations = [], options } = body;
    if (evaluations.length === 0) {
      return one({ body: validate(EvaluationRequest, body, 'body'), caller, now });
    }
    if (body.context?.district !== undefined) districtOf(caller, body.context.district);
    atLeastOf(body.context);
    const items = evaluations.map((item) => askedOrNot(() => askedBy(itemOf(item, body), caller)));
    const facts = await factsOf(items.flatMap((item) => (item instanceof RequestError ? [] : [item])));
    const answers: EvaluationsItem[] = [];
    for (const item of items) {
      const known = item instanceof RequestError ? item : facts.get(item);
      const answer =
        item instanceof RequestError || known === undefined || known instanceof RequestError
          ? errorOf(known instanceof RequestError ? known : noSuchDistrict())
          : await confinedTo(item.district, () => answerTo(item, known, now));
      answers.push(answer);
      if (endsWith(options?.evaluations_semantic, answer.decision)) break;
    }
    return { evaluations: answers };
  }

  /** What is wrong for every item alike is wrong with the request, and thrown. */
  async function factsOf(asked: readonly Asked[]): Promise<Map<Asked, CheckFacts | RequestError>> {
    const groups = Map.groupBy(asked, ({ district, atLeast }) => JSON.stringify([district, atLeast]));
    const read = await Promise.all(
      [...groups.values()].map(async (group) => {
        const [{ district, atLeast } = { district: '', atLeast: undefined }] = group;
        const questions = group.map(({ question }) => question);
        const found = await confinedTo(district, () =>
          access.manyCheckFacts(district, questions, { atLeast, deep }),
        )
          .then((many) => many ?? noSuchDistrict())
          .catch(onlyRequestErrors);
        if (found instanceof RequestError && groups.size === 1) throw found;
        return group.map(
          (one, at) => [one, found instanceof RequestError ? found : found.checks[at]] as const,
        );
      }),
    );
    return new Map(read.flat().flatMap(([one, facts]) => (facts === undefined ? [] : [[one, facts]])));
  }

  async function answerTo(
    { caller, question, explain }: Asked,
    facts: CheckFacts,
    now: Date,
  ): Promise<Answer> {
    const catalogues = await cataloguesOf(facts.district);
    const today = dayIn(facts.district.timeZone, now);
    const { decision, reason } = decideFor(caller, { catalogues, facts, question }, { today, explain });
    return { decision, context: { token: tokenOf(facts.district), reason } };
  }
}

/** @throws {RequestError} */
function askedBy(request: EvaluationRequest, caller: Caller): Asked {
  return {
    caller,
    district: districtOf(caller, request.context?.district),
    question: questionOf(request, caller),
    explain: request.context?.explain === true,
    atLeast: atLeastOf(request.context),
  };
}

/**
 * An item and what it takes from the top. A context of its own replaces that of the top, but for the district and the freshness,
 * which are of the whole call.
 * @throws {RequestError} malformed
 */
function itemOf(
  item: Record<string, unknown>,
  { subject, action, resource, context }: Batch,
): EvaluationRequest {
  const merged = validate(EvaluationRequest, { subject, action, resource, context, ...item }, 'body');
  if (merged.context === undefined || context === undefined) return merged;
  const { district = context.district, atLeast = context.atLeast, ...rest } = merged.context;
  return {
    ...merged,
    context: {
      ...rest,
      ...(district === undefined ? {} : { district }),
      ...(atLeast === undefined ? {} : { atLeast }),
    },
  };
}

function askedOrNot(make: () => Asked): Asked | RequestError {
  try {
    return make();
  } catch (error) {
    return onlyRequestErrors(error);
  }
}

function onlyRequestErrors(error: unknown): RequestError {
  if (error instanceof RequestError) return error;
  throw error;
}

/** Denies, and says why no decision was made (AuthZEN 1.0, errors of individual evaluations). */
function errorOf(error: RequestError): EvaluationsItem {
  const { status } = problemOf(error, '');
  const places = error.fields.map(({ pointer, detail }) => `${pointer} ${detail}`);
  return { decision: false, context: { error: { status, message: [error.message, ...places].join(' ') } } };
}

type Semantic = NonNullable<Batch['options']>['evaluations_semantic'];

function endsWith(semantic: Semantic | undefined, decision: boolean): boolean {
  return semantic === (decision ? 'permit_on_first_permit' : 'deny_on_first_deny');
}
