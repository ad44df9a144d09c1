import { calculatedRoles, type Recorded } from '../access/calculated-roles.ts';
import { type CatalogueSet, findRole } from '../access/catalogue.ts';
import type { DistrictFacts } from '../access/facts.ts';
import { type Account, loginSystem, type Profile } from './account.ts';

/** Of an account whose holder leaves the staff: what of it makes it a staff user's. */
type Held = Pick<Account, 'profile' | 'ledgers' | 'schools'> & { roles: readonly string[] };

/** A user who has nothing of the staff stays as it is when the holder leaves. */
export function isStaffUser({ profile, ledgers, schools, roles }: Held): boolean {
  return profile?.kind === 'staff' || ledgers.length + schools.length + roles.length > 0;
}

/** A regular user of a household: without ledgers, schools and roles by hand (003:25). */
export function isPlainHousehold(held: Held): boolean {
  return held.profile?.kind === 'household' && !isStaffUser(held);
}

/** The household that the holder would still be a user of: the account's own, or that of its person. */
export function householdOf({ profile, user }: Pick<Account, 'profile' | 'user'>): Profile | undefined {
  if (profile?.kind === 'household') return profile;
  return user === undefined ? undefined : { kind: 'household', id: user };
}

/** The calculated roles that a household gives as such; none where its people are parents of nobody at the school. */
export function parentRoles(
  catalogues: CatalogueSet,
  login: Recorded,
  district: Pick<DistrictFacts, 'id' | 'schoolYear'>,
): string[] {
  const catalogue = catalogues.get(loginSystem);
  if (catalogue === undefined) return [];
  return calculatedRoles(catalogue, login, district)
    .map(({ role }) => role)
    .filter((role) => findRole(catalogue, role)?.calculated?.kind.startsWith('household-') === true);
}

/**
 * What remains: with approval and lock as they are, and nothing else of the staff user. It is tied to the household alone: else it
 * would end with the staff record. Only where the household goes by the person's own record does it stay tied to that.
 */
export function plainUser(
  { webId: _, rule: __, user, ...before }: Account,
  household: Profile,
  { id, createdAt, username, email }: PlainNames,
): Account {
  return {
    ...before,
    ...(user !== undefined && user === household.id ? { user } : {}),
    id,
    username: username ?? before.username,
    email: email ?? before.email,
    ledgers: [],
    schools: [],
    profile: household,
    asked: [],
    createdAt,
  };
}

type PlainNames = {
  id: string;
  createdAt: string;
  username?: string | undefined;
  email?: string | undefined;
};
