import type { DistrictFacts } from '../../shared/access/facts.ts';
import { RequestError } from '../../shared/errors.ts';
import type { AccessStore } from '../../shared/store/access-store.ts';

const headAttempts = 4;

/**
 * Tries again where somebody else changed the head meanwhile.
 * @throws {RequestError} not-found where there is no such district
 */
export async function atHead<T>(
  access: Pick<AccessStore, 'district'>,
  district: string,
  change: (head: DistrictFacts) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const facts = await access.district(district);
    if (facts === undefined)
      throw new RequestError('not-found', 'unknown-district', 'There is no such district.');
    try {
      return await change(facts);
    } catch (error) {
      const isRace = error instanceof RequestError && error.kind === 'precondition-failed';
      if (!isRace || attempt === headAttempts) throw error;
    }
  }
}
