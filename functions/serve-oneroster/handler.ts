import { RequestError } from '../../shared/errors.ts';
import type { Caller } from '../../shared/messages/caller.ts';
import type { Named } from '../../shared/oneroster/beneath.ts';
import type { CollectionName } from '../../shared/oneroster/collections.ts';
import type { Provider, Request } from '../../shared/oneroster/provider.ts';
import type { Asked } from '../../shared/oneroster/query.ts';
import type { Events } from '../../shared/runtime/events.ts';
import { httpHandler } from '../../shared/runtime/http-handler.ts';
import { Answer } from '../../shared/runtime/routing.ts';

export type Deps = { provider: Provider; events: Events; now: () => Date };

type ListRequest = { query: Asked; caller: Caller; origin: string };
type OneRequest = {
  params: { sourcedId: string };
  query: Pick<Asked, 'fields'>;
  caller: Caller;
  origin: string;
};

export function makeHandler({ provider, events, now }: Deps) {
  async function page(request: Request, named: readonly Named[], query: Asked): Promise<Answer<never>> {
    const { body, total, link } = await provider.list(request, named, query);
    // The route's schema says what the body is, and checks it.
    return new Answer(body as never, { headers: { 'x-total-count': String(total), link } });
  }
  const all = (collection: CollectionName) => (request: ListRequest) =>
    page(asked(request, collection), [], request.query);
  const one =
    (collection: CollectionName) =>
    async ({ params, query, ...request }: OneRequest) =>
      // As above.
      (await provider.one(asked(request, collection), params.sourcedId, query.fields)) as never;
  const under =
    <P extends string>(collection: CollectionName, parents: Record<P, CollectionName>) =>
    ({ params, ...request }: ListRequest & { params: Record<P, string> }) => {
      // The parameters of the path are those that the route's own table names.
      const named = Object.entries(parents) as [P, CollectionName][];
      const records = named.map(([parameter, parent]) => ({ collection: parent, id: params[parameter] }));
      return page(asked(request, collection), records, request.query);
    };
  const inSchool = { schoolSourcedId: 'schools' } as const;
  const inClass = { classSourcedId: 'classes' } as const;
  const inTerm = { termSourcedId: 'terms' } as const;

  return httpHandler<'serve-oneroster'>({
    function: 'serve-oneroster',
    events,
    now,
    handlers: {
      getAllAcademicSessions: all('academicSessions'),
      getOneAcademicSession: one('academicSessions'),
      getAllGradingPeriods: all('gradingPeriods'),
      getOneGradingPeriod: one('gradingPeriods'),
      getAllTerms: all('terms'),
      getOneTerm: one('terms'),
      getAllOrgs: all('orgs'),
      getOneOrg: one('orgs'),
      getAllSchools: all('schools'),
      getOneSchool: one('schools'),
      getAllCourses: all('courses'),
      getOneCourse: one('courses'),
      getAllClasses: all('classes'),
      getOneClass: one('classes'),
      getAllUsers: all('users'),
      getOneUser: one('users'),
      getAllStudents: all('students'),
      getOneStudent: one('students'),
      getAllTeachers: all('teachers'),
      getOneTeacher: one('teachers'),
      getAllEnrollments: all('enrollments'),
      getOneEnrollment: one('enrollments'),
      getAllDemographics: all('demographics'),
      getOneDemographics: one('demographics'),
      getStudentsForClass: under('students', inClass),
      getTeachersForClass: under('teachers', inClass),
      getClassesForCourse: under('classes', { courseSourcedId: 'courses' }),
      getClassesForSchool: under('classes', inSchool),
      getCoursesForSchool: under('courses', inSchool),
      getEnrollmentsForSchool: under('enrollments', inSchool),
      getStudentsForSchool: under('students', inSchool),
      getTeachersForSchool: under('teachers', inSchool),
      getTermsForSchool: under('terms', inSchool),
      getEnrollmentsForClassInSchool: under('enrollments', { ...inSchool, ...inClass }),
      getStudentsForClassInSchool: under('students', { ...inSchool, ...inClass }),
      getTeachersForClassInSchool: under('teachers', { ...inSchool, ...inClass }),
      getClassesForStudent: under('classes', { studentSourcedId: 'students' }),
      getClassesForTeacher: under('classes', { teacherSourcedId: 'teachers' }),
      getClassesForTerm: under('classes', inTerm),
      getGradingPeriodsForTerm: under('gradingPeriods', inTerm),
      getClassesForUser: under('classes', { userSourcedId: 'users' }),
    },
  });
}

/** @throws {RequestError} forbidden where the token is of no district */
function asked(
  { caller: { district, sharing }, origin }: { caller: Caller; origin: string },
  collection: CollectionName,
): Request {
  if (district !== undefined) return { district, origin, collection, ...(sharing && { sharing }) };
  throw new RequestError('forbidden', 'no-district', 'A roster is of a district, and this token is of none.');
}
