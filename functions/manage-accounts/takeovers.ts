import type { Assignment } from '../../shared/access/facts.ts';
import { takenOver } from '../../shared/accounts/takeover.ts';
import { RequestError } from '../../shared/errors.ts';
import type { AnyRoute } from '../../shared/messages/routes.ts';
import { noSuchDistrict } from '../../shared/runtime/decide.ts';
import type { RequestOf } from '../../shared/runtime/routing.ts';
import type { Deps } from './deps.ts';

type Allows = RequestOf<AnyRoute>['allows'];

/** Who hands out roles of all systems, and so gains nothing by another's account. */
export function mayAdminister(allows: Allows, district: string): Promise<boolean> {
  return allows('hmh:roster.automated_import', { type: 'district', id: district });
}

/**
 * `id`: the account that is to be changed, or the person to whom a new one is to be tied.
 * @throws {RequestError} forbidden where the caller could act by it beyond what they may give
 */
export async function refuseTakeover(
  { access, cataloguesOf }: Pick<Deps, 'access' | 'cataloguesOf'>,
  allows: Allows,
  { district, id, asked }: { district: string; id: string; asked: readonly Assignment[] },
): Promise<void> {
  if (await mayAdminister(allows, district)) return;
  const found = await access.person(district, id);
  if (found === undefined) throw noSuchDistrict();
  const { person } = found;
  if (person === undefined) return;
  const givesRoles = await allows('pcr:role.assign', { type: 'user', id });
  const [stops] = takenOver(await cataloguesOf(found.district), { person, asked }, { givesRoles });
  if (stops === undefined) return;
  const message = `Whoever signs in with it would be ${stops.system} ${stops.role} too: a district data administrator has to do this.`;
  throw new RequestError('forbidden', 'holds-more', message);
}
