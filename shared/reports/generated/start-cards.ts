import type { Sheet, ToldPerson } from './told-person.ts';
import { isStudent, joined, schoolsIn } from './told-person.ts';

/**
 * A card for each student and member of staff: who it is for and by what they sign in. Passwords are chosen by who owns them, and stand
 * on no card (docs/reports-generated.md).
 */
export function startCardsSheet(origin: string): Sheet<ToldPerson> {
  return {
    columns: ['Name', 'Username', 'School', 'Part', 'How to sign in'],
    rowsOf(told, around) {
      const { user } = told;
      const given = user.preferredGivenName ?? user.givenName;
      const family = user.preferredFamilyName ?? user.familyName;
      const { username = '' } = user;
      const how =
        username === ''
          ? 'There is no username yet. Ask the school office.'
          : `Open ${origin}/ and sign in with this username. The first time, choose "Forgot password" there, or ask your teacher.`;
      return [
        [
          `${given} ${family}`,
          username,
          joined(schoolsIn(told, around)),
          isStudent(told) ? 'student' : 'staff',
          how,
        ],
      ];
    },
  };
}
