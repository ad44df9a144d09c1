import type { Sheet, ToldPerson } from './told-person.ts';
import { joined, membershipsIn, named, rolesIn } from './told-person.ts';

/** A row for each role that somebody has at a school; one with no role is told of once. */
export const rosterSheet: Sheet<ToldPerson> = {
  columns: [
    'Id',
    'Given name',
    'Family name',
    'Username',
    'E-mail',
    'Enabled',
    'Role',
    'School id',
    'School',
    'Grades',
    'Classes',
  ],
  rowsOf(told, around) {
    const { user } = told;
    const memberships = membershipsIn(told, around);
    const roles = rolesIn(told, around);
    const schools = new Set([...roles.map(({ orgId }) => orgId), ...memberships.map((one) => one.schoolId)]);
    const at = schools.size === 0 ? [''] : [...schools].sort();
    return at.flatMap((school) => {
      const here = memberships.filter(({ schoolId }) => schoolId === school);
      const by = roles.filter(({ orgId }) => orgId === school).map(({ role }) => role);
      const held = by.length > 0 ? by : here.map(({ role }) => role);
      const classes = named(
        here.map(({ classId }) => classId),
        around.classes,
      );
      return (held.length > 0 ? [...new Set(held)].sort() : ['']).map((role) => [
        user.sourcedId,
        user.givenName,
        user.familyName,
        user.username ?? '',
        user.email ?? '',
        user.enabledUser ? 'yes' : 'no',
        role,
        school,
        around.orgs.get(school) ?? '',
        joined(user.grades ?? []),
        joined(classes),
      ]);
    });
  },
};
