import { Aliases } from '../../shared/roster/aliases.ts';
import type { FeedRow } from '../../shared/roster/feed-reading.ts';
import { type Entity, entities, type RecordOf } from '../../shared/roster/records.ts';
import type { Records } from './calm-world.ts';

/** The same records by other ids. */
export function rekeyed(records: Records, id: (entity: Entity, id: string) => string): Records {
  const aliases = new Aliases(
    entities.flatMap((entity) =>
      (records[entity] ?? []).map(({ sourcedId }) => ({ entity, id: sourcedId, own: id(entity, sourcedId) })),
    ),
  );
  const of = <E extends Entity>(entity: E, all: readonly RecordOf[E][] = []) =>
    all.map((record) => {
      const { sourcedId } = record;
      const row = { kind: 'record', entity, file: '', line: 2, sourcedId, status: 'active', record };
      // A row of the entity goes in, and one of the entity comes out.
      const out = aliases.row(row as FeedRow);
      return (out as Extract<FeedRow, { kind: 'record' }>).record as RecordOf[E];
    });
  return {
    orgs: of('orgs', records.orgs),
    academicSessions: of('academicSessions', records.academicSessions),
    courses: of('courses', records.courses),
    classes: of('classes', records.classes),
    users: of('users', records.users),
    enrollments: of('enrollments', records.enrollments),
  };
}

const syllables = ['Ba', 'Ce', 'Di', 'Fo', 'Gu', 'Ha', 'Je', 'Ki', 'Lo', 'Mu'];

/** A number as a name that nobody takes for that of the next. */
const spelt = (at: number): string =>
  [...String(at)].map((digit) => syllables[Number(digit)]?.repeat(2) ?? '').join('');

/** A district with a term, courses, classes with a teacher each, and students who are told apart by name and number. */
export function aSchooling({
  students,
  perClass,
}: {
  students: number;
  perClass: number;
}): Required<Records> {
  const count = Math.ceil(students / perClass);
  const numbers = (of: number) => Array.from({ length: of }, (_, at) => at);
  const school = (at: number) => `school${at % 4}`;
  const named = (ending: string, at: number) => ({
    enabledUser: true,
    givenName: `${spelt(at)}${ending}`,
    familyName: `${spelt(at)}son`,
  });
  const role = (of: string, orgId: string) => [{ roleType: 'primary' as const, role: of, orgId }];
  return {
    orgs: [
      { sourcedId: 'district', name: 'District', type: 'district' },
      ...numbers(4).map((at) => ({
        ...{ sourcedId: school(at), name: `School ${at}`, type: 'school', parentId: 'district' },
      })),
    ],
    academicSessions: [
      {
        ...{ sourcedId: 'autumn', title: 'Autumn', type: 'term', schoolYear: '2027' },
        ...{ startDate: '2026-08-01', endDate: '2027-01-01' },
      },
    ],
    courses: [{ sourcedId: 'maths', title: 'Maths', courseCode: 'M1', orgId: 'district' }],
    classes: numbers(count).map((at) => ({
      ...{ sourcedId: `class${at}`, title: `Maths ${at % 10}`, classType: 'scheduled' },
      ...{ schoolId: school(at), courseId: 'maths', termIds: ['autumn'] },
    })),
    users: [
      ...numbers(count).map((at) => ({
        ...{ sourcedId: `teacher${at}`, ...named('ta', at), email: `t${at}@example.org` },
        roles: role('teacher', school(at)),
      })),
      ...numbers(students).map((at) => ({
        ...{ sourcedId: `student${at}`, ...named('na', at), identifier: `n${at}` },
        roles: role('student', school(Math.floor(at / perClass))),
      })),
    ],
    enrollments: [
      ...numbers(count).map((at) => ({
        ...{ sourcedId: `lead${at}`, classId: `class${at}`, schoolId: school(at) },
        ...{ userId: `teacher${at}`, role: 'teacher' },
      })),
      ...numbers(students).map((at) => {
        const of = Math.floor(at / perClass);
        const place = { classId: `class${of}`, schoolId: school(of) };
        return { sourcedId: `seat${at}`, ...place, userId: `student${at}`, role: 'student' };
      }),
    ],
  };
}
