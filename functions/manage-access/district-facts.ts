import type { DistrictFacts } from '../../shared/access/facts.ts';
import { RequestError } from '../../shared/errors.ts';
import { noSuchDistrict } from '../../shared/runtime/decide.ts';
import type { Deps } from './deps.ts';

/** @throws {RequestError} not-found */
export async function factsOf(access: Pick<Deps['access'], 'district'>, id: string): Promise<DistrictFacts> {
  const facts = await access.district(id);
  if (facts === undefined) throw noSuchDistrict();
  return facts;
}

export function changedMeanwhile(): RequestError {
  return new RequestError('precondition-failed', 'changed-meanwhile', 'Somebody changed it meanwhile.');
}
