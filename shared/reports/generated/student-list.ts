import type { Sheet, ToldPerson } from './told-person.ts';
import { isStudent, joined, membershipsIn, named, schoolsIn } from './told-person.ts';

/** A row for each student. */
export const studentListSheet: Sheet<ToldPerson> = {
  columns: ['Id', 'Given name', 'Family name', 'Username', 'Grades', 'Schools', 'Classes'],
  rowsOf(told, around) {
    if (!isStudent(told)) return [];
    const { user } = told;
    const classIds = membershipsIn(told, around).map(({ classId }) => classId);
    return [
      [
        user.sourcedId,
        user.givenName,
        user.familyName,
        user.username ?? '',
        joined(user.grades ?? []),
        joined(schoolsIn(told, around)),
        joined(named(classIds, around.classes)),
      ],
    ];
  },
};
