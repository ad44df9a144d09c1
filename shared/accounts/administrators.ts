import { type CatalogueSet, findRole } from '../access/catalogue.ts';
import type { Person } from '../access/facts.ts';

/** Of whom a district may ask a second factor. */
export const whoNeedsSecondFactor = ['nobody', 'administrators', 'everybody'] as const;

/**
 * Whether somebody holds a role that no feed gives alone (`privileged` in its catalogue), by hand or confirmed, today or from
 * a later day on: as district data administrators, security_full. Where it holds does not matter, nor what the login may do today.
 */
export function isAdministrator(
  catalogues: CatalogueSet,
  { manual, roster }: Pick<Person, 'manual' | 'roster'>,
  today: string,
): boolean {
  return [...manual, ...(roster?.assignments ?? [])].some(({ system, role, until }) => {
    const catalogue = catalogues.get(system);
    const isOver = until !== undefined && until <= today;
    return !isOver && catalogue !== undefined && findRole(catalogue, role)?.privileged === true;
  });
}
