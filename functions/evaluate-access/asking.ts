import type { CatalogueSet } from '../../shared/access/catalogue.ts';
import { engineOf } from '../../shared/access/engine.ts';
import { evaluate } from '../../shared/access/evaluate.ts';
import type { AccessQuestion, CheckFacts, Decision, DistrictFacts } from '../../shared/access/facts.ts';
import { systemOf } from '../../shared/access/question.ts';
import { inSeason } from '../../shared/access/seasons.ts';
import { sharedCatalogues, sharedFacts } from '../../shared/access/sharing.ts';
import { RequestError } from '../../shared/errors.ts';
import type { EvaluationContext, EvaluationRequest } from '../../shared/messages/access.ts';
import type { Caller } from '../../shared/messages/caller.ts';
import type { Freshness } from '../../shared/store/access-store.ts';

/** A token of one district names it or leaves it out; the operator names it, and is then confined to it. */
export function districtOf(caller: Caller, named: string | undefined): string {
  if (caller.district === undefined) {
    if (named !== undefined) return named;
    throw new RequestError('malformed', 'district-missing', 'Name the district in context.district.', {
      fields: [{ pointer: '/context/district', detail: 'needed with this token' }],
    });
  }
  if (named !== undefined && named !== caller.district) {
    throw new RequestError('forbidden', 'other-district', 'This token is for another district.');
  }
  return caller.district;
}

/** The standard's question as ours: what it has besides is ignored. */
export function questionOf({ subject, action, resource }: EvaluationRequest, caller: Caller): AccessQuestion {
  return { subject: entityOf(subject), action: actionOf(action, caller), resource: entityOf(resource) };
}

export function actionOf(
  { name, properties }: EvaluationRequest['action'],
  caller: Caller,
): AccessQuestion['action'] {
  return { name: fullName(name, caller), ...(properties === undefined ? {} : { properties }) };
}

/** A subject or resource. */
export function entityOf({
  type,
  id,
  properties,
}: EvaluationRequest['resource']): AccessQuestion['resource'] {
  return { type, id, ...(properties === undefined ? {} : { properties }) };
}

/** With the system of the caller, where the name names none. */
export function fullName(action: string, { defaultSystem }: Caller): string {
  return defaultSystem === undefined || action.includes(':') ? action : `${defaultSystem}:${action}`;
}

/** The decision that the caller may hear: nothing is known to it that the district doesn't share with it. */
export function decideFor(
  caller: Caller,
  { catalogues, facts, question }: { catalogues: CatalogueSet; facts: CheckFacts; question: AccessQuestion },
  at: Parameters<typeof evaluate>[3],
): Decision {
  const shared = factsFor(caller, facts, { action: question.action.name, today: at.today });
  return evaluate(sharedCatalogues(caller.sharing ?? {}, catalogues), shared, question, at);
}

/** What is shared of the facts, as the action's system sees them: whoever it holds in a class of a shared school is there. */
export function factsFor(
  { sharing }: Caller,
  facts: CheckFacts,
  { action, today }: { action: string; today: string },
): CheckFacts {
  if (sharing === undefined) return facts;
  return sharedFacts(sharing, inSeason(facts, systemOf(action), today), today);
}

/**
 * Whether the caller may hear that it is allowed, without a reason: for searches, which ask of thousands.
 * `facts`: what is shared of them.
 */
export function allowsFor(
  { sharing }: Caller,
  { catalogues, facts, question }: { catalogues: CatalogueSet; facts: CheckFacts; question: AccessQuestion },
  today: string,
): boolean {
  const system = systemOf(question.action.name);
  if (sharing?.systems !== undefined && !sharing.systems.includes(system)) return false;
  return engineOf(catalogues).allows(facts, question, today);
}

/** Both numbers only ever grow, so that two tokens of a district compare. */
export function tokenOf({ committed, revision }: DistrictFacts): string {
  return `c${committed}r${revision}`;
}

/** @throws {RequestError} malformed where it is no token */
export function atLeastOf(context: EvaluationContext | undefined): Freshness | undefined {
  if (context?.atLeast === undefined) return undefined;
  const [, committed, revision] = /^c(\d{1,15})r(\d{1,15})$/.exec(context.atLeast) ?? [];
  if (committed === undefined || revision === undefined) {
    throw new RequestError('malformed', 'token-unknown', 'context.atLeast is not a token of ours.', {
      fields: [{ pointer: '/context/atLeast', detail: 'take it from the context of an answer' }],
    });
  }
  return { committed: Number(committed), revision: Number(revision) };
}
