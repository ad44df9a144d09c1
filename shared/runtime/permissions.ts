import { actingClient, clientPrefix } from '../access/acting-client.ts';
import type { AccessQuestion, Decision, Person, Reason } from '../access/facts.ts';
import { loginSystem } from '../accounts/account.ts';
import { RequestError } from '../errors.ts';
import { type Caller, districtScope, evaluateScope, operatorScope } from '../messages/caller.ts';
import type { LoginPermission, RoutePermission } from '../messages/route.ts';

/**
 * Answers a question about a district, about its people or about a given one.
 * @throws {RequestError} not-found where there is no such district
 */
export type Decide = (district: string, question: AccessQuestion, subject?: Person) => Promise<Decision>;

export function isOperator(caller: Caller): boolean {
  return caller.scopes.has(operatorScope);
}

/** Whether the caller integrates this district, or is the operator. Looks at the token alone. */
function reaches(caller: Caller, district: string): boolean {
  return isOperator(caller) || (caller.district === district && caller.scopes.has(districtScope(district)));
}

/** What a route's permission is about. */
export type PermitAt = {
  district: string | undefined;
  /** The account in the path. */
  account: string | undefined;
  /** Names of the body's members. */
  parts: () => readonly string[];
};

/**
 * Guards our own API by the catalogue that we serve.
 * @throws {RequestError} forbidden: `insufficient-scope`, `other-district` or, with the reason, `not-permitted`
 */
export async function permit(
  caller: Caller,
  permission: RoutePermission | undefined,
  at: PermitAt,
  decide: Decide,
): Promise<void> {
  const { district } = at;
  if (permission === undefined) return;
  if (permission === 'operator') {
    if (!isOperator(caller)) throw scopeMissing(operatorScope);
    return;
  }
  if (permission === 'access.evaluate') {
    if (!mayEvaluate(caller)) throw scopeMissing(evaluateScope);
    return;
  }
  if ('scopes' in permission) {
    if (!permission.scopes.some((scope) => caller.scopes.has(scope))) {
      throw scopeMissing(permission.scopes.join(' or '));
    }
    return;
  }
  if (district === undefined) throw new Error('A route with a permission names its district in the path.');
  if (isOperator(caller) && permission.operator === 'refused') {
    throw new RequestError(
      'forbidden',
      'not-permitted',
      'Only a district data administrator of the district may do this.',
    );
  }
  if (!isOperator(caller) && caller.district !== district) {
    throw new RequestError('forbidden', 'other-district', 'This token is for another district.');
  }
  if (!reaches(caller, district)) throw scopeMissing(districtScope(district));
  // The handler asks for each setting that changes, by the permission that the setting itself names.
  if (permission.resource === 'settings') return;
  const asked = { action: permission.action, resource: { type: 'district', id: district } };
  const { or } = permission;
  if (or === undefined || caller.user === undefined)
    return requirePermission(caller, district, asked, decide);
  if (await isPermitted(caller, district, asked, decide)) return;
  await requireOfLogin(caller, or, { ...at, district }, decide);
}

/** @throws {RequestError} forbidden, with the reason */
async function requireOfLogin(
  caller: Caller,
  or: LoginPermission,
  { district, account, parts }: PermitAt & { district: string },
  decide: Decide,
): Promise<void> {
  if (or === 'handler' || (or.own === true && caller.user === account)) return;
  const resource =
    or.on === 'district' ? { type: 'district', id: district } : { type: 'user', id: account ?? '' };
  const named = or.parts === undefined && or.others === undefined ? [] : parts();
  const needed = [or.always, ...named.map((part) => or.parts?.[part] ?? or.others)];
  // Who names nothing that is known is still not let in for nothing.
  const actions = new Set(needed.filter((action) => action !== undefined));
  if (actions.size === 0 && or.others !== undefined) actions.add(or.others);
  for (const action of actions) await requirePermission(caller, district, { action, resource }, decide);
}

export type Asked = { action: string; resource: AccessQuestion['resource'] };

/** @throws {RequestError} forbidden, with the reason */
export async function requirePermission(
  caller: Caller,
  district: string,
  asked: Asked,
  decide: Decide,
): Promise<void> {
  const { isAllowed, reason } = await answerOf(caller, district, asked, decide);
  if (isAllowed) return;
  throw new RequestError('forbidden', 'not-permitted', reason.message, {
    detail: { permission: asked.action, reason },
  });
}

export async function isPermitted(
  caller: Caller,
  district: string,
  asked: Asked,
  decide: Decide,
): Promise<boolean> {
  return (await answerOf(caller, district, asked, decide)).isAllowed;
}

/** Whether the caller is one of those who may. What a rule refuses of their roles, the handler refuses by what would be. */
async function answerOf(
  caller: Caller,
  district: string,
  { action, resource }: Asked,
  decide: Decide,
): Promise<{ isAllowed: boolean; reason: Reason }> {
  const subject = { type: 'user', id: actsAs(caller) };
  const question = { subject, action: { name: action }, resource };
  const { decision, reason } = await decide(district, question, stands(caller, district));
  // Only what an assignment allows comes as far as a rule that names it.
  const isOnlyRule =
    action.startsWith(`${loginSystem}:`) && reason.code === 'rule' && reason.assignment !== undefined;
  return { isAllowed: decision || isOnlyRule, reason };
}

/** A district's own integration may ask about its people; a client made for one person needs the scope for it. */
function mayEvaluate(caller: Caller): boolean {
  if (isOperator(caller) || caller.scopes.has(evaluateScope)) return true;
  return caller.district !== undefined && caller.user === undefined && reaches(caller, caller.district);
}

/** The id under which a caller's deeds are recorded. */
export function actsAs(caller: Caller): string {
  return caller.user ?? `${clientPrefix}${caller.clientId}`;
}

/** Contract §2: a client made without a user stands as hmh district_data_admin; one with a user is that person. */
function stands(caller: Caller, district: string): Person | undefined {
  return caller.user === undefined ? actingClient(actsAs(caller), district) : undefined;
}

function scopeMissing(scope: string): RequestError {
  return new RequestError('forbidden', 'insufficient-scope', `The token lacks the scope ${scope}.`);
}
