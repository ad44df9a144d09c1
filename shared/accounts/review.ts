import { calculatedRoles } from '../access/calculated-roles.ts';
import type { CatalogueSet } from '../access/catalogue.ts';
import type { DistrictFacts, Person } from '../access/facts.ts';
import { type Account, loginSystem } from './account.ts';
import { isStaffUser, parentRoles } from './leaving.ts';

export type ReviewReason = { code: 'no-staff-record' | 'never-signed-in' | 'record-left'; message: string };

/** `roles`: pcr roles by hand. `login`: with what its records say. `staff`: the record that staff users are staff by. */
export type Reviewed = {
  account: Account;
  roles: readonly string[];
  login: Person | undefined;
  staff: Person | undefined;
  /** ISO 8601. */
  lastSignInAt: string | undefined;
};

/** The id of the record that an account's holder is staff by. */
export function staffRecordOf({ profile, user }: Pick<Account, 'profile' | 'user'>): string | undefined {
  return profile?.kind === 'staff' ? profile.id : user;
}

/** Why somebody should look at the account, in the order of 003:25. */
export function reviewReasons(
  catalogues: CatalogueSet,
  district: DistrictFacts,
  reviewed: Reviewed,
): ReviewReason[] {
  const { account, roles, staff, lastSignInAt } = reviewed;
  const isStaff = isStaffUser({ ...account, roles });
  const isCurrent = isStaff && isCurrentStaff(staff);
  const left =
    account.approved && !isCurrent ? leftWords(catalogues, district, { ...reviewed, isStaff }) : undefined;
  return [
    ...(isStaff && !isCurrent ? [reason('no-staff-record', staffWords(staff))] : []),
    ...(lastSignInAt === undefined
      ? [reason('never-signed-in', `There since ${account.createdAt}, and never signed in.`)]
      : []),
    ...(left === undefined ? [] : [reason('record-left', left)]),
  ];
}

function isCurrentStaff(staff: Person | undefined): boolean {
  const { status, enabled, student } = staff?.roster ?? {};
  return status === 'active' && enabled === true && student !== true;
}

function staffWords(staff: Person | undefined): string {
  if (staff?.roster === undefined) return 'No staff record of the roster belongs to it.';
  return `The record ${staff.id} is no current staff record.`;
}

function leftWords(
  catalogues: CatalogueSet,
  district: DistrictFacts,
  { account: { profile }, login, staff, isStaff }: Reviewed & { isStaff: boolean },
): string | undefined {
  const gone = staff?.roster !== undefined && staff.roster.status !== 'active';
  if (profile === undefined) return gone ? 'Its person has left the roster.' : undefined;
  switch (profile.kind) {
    case 'student':
      return login !== undefined && isStudent(catalogues, login, district)
        ? undefined
        : `The student ${profile.id} is not enrolled this year.`;
    case 'household':
      return login !== undefined && parentRoles(catalogues, login, district).length > 0
        ? undefined
        : `Nobody of the household ${profile.id} is a parent of an enrolled student or of an applicant.`;
    case 'donor':
      return gone ? 'Its person has left the roster.' : undefined;
    case 'staff':
      return isStaff ? `The staff record ${profile.id} has left.` : undefined;
    default:
      return profile.kind satisfies never;
  }
}

function isStudent(catalogues: CatalogueSet, login: Person, district: DistrictFacts): boolean {
  const catalogue = catalogues.get(loginSystem);
  if (catalogue === undefined) return false;
  const given = calculatedRoles(catalogue, login, district).map(({ role }) => role);
  return catalogue.roles.some(({ id, calculated }) => calculated?.kind === 'student' && given.includes(id));
}

function reason(code: ReviewReason['code'], message: string): ReviewReason {
  return { code, message };
}
