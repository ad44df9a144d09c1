import type { CataloguesOf } from '../access/district-catalogues.ts';
import type { DistrictFacts, Person } from '../access/facts.ts';
import { isAdministrator, type whoNeedsSecondFactor } from '../accounts/administrators.ts';
import { dayIn } from './decide.ts';

/** What a district asks, and who it asks it of. */
type AskingDeps = {
  settings: { find(district: string): Promise<{ secondFactor: (typeof whoNeedsSecondFactor)[number] }> };
  access: {
    person(
      district: string,
      id: string,
    ): Promise<{ district: DistrictFacts; person: Person | undefined } | undefined>;
  };
  cataloguesOf: CataloguesOf;
};

/** Whether the district asks a second factor of the account, whether or not it has one. */
export async function asksSecondFactor(
  { settings, access, cataloguesOf }: AskingDeps,
  { district, account, now }: { district: string; account: string; now: Date },
): Promise<boolean> {
  const { secondFactor: who } = await settings.find(district);
  if (who !== 'administrators') return who === 'everybody';
  const found = await access.person(district, account);
  if (found?.person === undefined) return false;
  const today = dayIn(found.district.timeZone, now);
  return isAdministrator(await cataloguesOf(found.district), found.person, today);
}
