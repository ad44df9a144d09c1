import type { AccessQuestion, Decision, Person } from '../access/facts.ts';
import { RequestError } from '../errors.ts';
import { type Caller, districtScope, evaluateScope, operatorScope } from '../messages/caller.ts';
import type { RoutePermission } from '../messages/routes.ts';

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

/**
 * Guards our own API by the catalogue that we serve.
 * @throws {RequestError} forbidden: `insufficient-scope`, `other-district` or, with the reason, `not-permitted`
 */
export async function permit(
  caller: Caller,
  permission: RoutePermission | undefined,
  district: string | undefined,
  decide: Decide,
): Promise<void> {
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
  await requirePermission(caller, district, permission.action, { type: 'district', id: district }, decide);
}

/** @throws {RequestError} forbidden, with the reason */
export async function requirePermission(
  caller: Caller,
  district: string,
  action: string,
  resource: AccessQuestion['resource'],
  decide: Decide,
): Promise<void> {
  const subject = { type: 'user', id: actsAs(caller) };
  const question = { subject, action: { name: action }, resource };
  const { decision, reason } = await decide(district, question, stands(caller, district));
  if (decision) return;
  throw new RequestError('forbidden', 'not-permitted', reason.message, {
    detail: { permission: action, reason },
  });
}

/** A district's own integration may ask about its people; a client made for one person needs the scope for it. */
function mayEvaluate(caller: Caller): boolean {
  if (isOperator(caller) || caller.scopes.has(evaluateScope)) return true;
  return caller.district !== undefined && caller.user === undefined && reaches(caller, caller.district);
}

/** The id under which a caller's deeds are recorded. */
export function actsAs(caller: Caller): string {
  return caller.user ?? `client:${caller.clientId}`;
}

/** Contract §2: a client made without a user stands as hmh district_data_admin; one with a user is that person. */
function stands(caller: Caller, district: string): Person | undefined {
  if (caller.user !== undefined) return undefined;
  return {
    id: actsAs(caller),
    manual: [
      {
        id: caller.clientId,
        system: 'hmh',
        role: 'district_data_admin',
        scope: { type: 'district', ids: [district] },
        source: 'manual',
      },
    ],
  };
}

function scopeMissing(scope: string): RequestError {
  return new RequestError('forbidden', 'insufficient-scope', `The token lacks the scope ${scope}.`);
}
