import type * as z from 'zod';
import * as one from './oneroster.ts';

const base = '/ims/oneroster/rostering/v1p2';

/** The standard's: roster-core opens the top-level collections, roster everything but demographics, which have a scope of their own. */
const core = { scopes: [one.rosterScope, one.coreScope] } as const;
const whole = { scopes: [one.rosterScope] } as const;
const demographic = { scopes: [one.demographicsScope] } as const;
type Permission = typeof core | typeof whole | typeof demographic;

const always = {
  method: 'GET',
  function: 'serve-oneroster',
  auth: 'token',
  refusals: 'imsx',
  sharing: 'applies',
} as const;

/** Whether records of people stand on a path, or what lies beneath one of them. */
const readsOf = (path: string) =>
  /users|students|teachers|enrollments|demographics/.test(path) ? 'people' : 'nobody';

/** The collection of a path, and one of its records. */
function collection<
  const Names extends readonly [string, string],
  const Path extends string,
  Set extends z.ZodType,
  Single extends z.ZodType,
>(names: Names, path: Path, of: { set: Set; single: Single; permission: Permission }) {
  const [all, single] = names;
  return [
    {
      ...always,
      // Names of a tuple lose their places in a destructuring.
      name: all as Names[0],
      path: `${base}/${path}`,
      reads: readsOf(path),
      permission: of.permission,
      summary: `OneRoster 1.2: ${path}, a page at a time`,
      query: one.ListQuery,
      response: of.set,
    },
    {
      ...always,
      name: single as Names[1],
      path: `${base}/${path}/{sourcedId}`,
      reads: readsOf(path),
      permission: of.permission,
      summary: `OneRoster 1.2: one of the ${path}`,
      params: one.SourcedPath,
      query: one.OneQuery,
      response: of.single,
    },
  ] as const;
}

/** What lies beneath a record. */
function beneath<const Name extends string, Params extends z.ZodObject, Set extends z.ZodType>(
  name: Name,
  path: string,
  { params, set }: { params: Params; set: Set },
) {
  return {
    ...always,
    name,
    path: `${base}/${path}`,
    reads: readsOf(path),
    permission: whole,
    summary: `OneRoster 1.2: ${path.replace(/\{\w+\}/g, '…')}, a page at a time`,
    params,
    query: one.ListQuery,
    response: set,
  } as const;
}

const { sets, singles } = one;
const session = { set: sets.academicSessions, single: singles.academicSession, permission: core };
const org = { set: sets.orgs, single: singles.org, permission: core };
const person = { set: sets.users, single: singles.user, permission: core };
const { classes, courses, users, enrollments, academicSessions } = sets;
const inSchool = { params: one.SchoolPath };
const inSchoolClass = { params: one.SchoolClassPath };

/** The Rostering Service of OneRoster 1.2, under the names of its operations. */
export const oneRosterRoutes = [
  ...collection(['getAllAcademicSessions', 'getOneAcademicSession'], 'academicSessions', session),
  ...collection(['getAllGradingPeriods', 'getOneGradingPeriod'], 'gradingPeriods', session),
  ...collection(['getAllTerms', 'getOneTerm'], 'terms', session),
  ...collection(['getAllOrgs', 'getOneOrg'], 'orgs', org),
  ...collection(['getAllSchools', 'getOneSchool'], 'schools', org),
  ...collection(['getAllCourses', 'getOneCourse'], 'courses', {
    ...{ set: courses, single: singles.course },
    permission: core,
  }),
  ...collection(['getAllClasses', 'getOneClass'], 'classes', {
    ...{ set: classes, single: singles.class },
    permission: core,
  }),
  ...collection(['getAllUsers', 'getOneUser'], 'users', person),
  ...collection(['getAllStudents', 'getOneStudent'], 'students', person),
  ...collection(['getAllTeachers', 'getOneTeacher'], 'teachers', person),
  ...collection(['getAllEnrollments', 'getOneEnrollment'], 'enrollments', {
    ...{ set: enrollments, single: singles.enrollment },
    permission: core,
  }),
  ...collection(['getAllDemographics', 'getOneDemographics'], 'demographics', {
    ...{ set: sets.demographics, single: singles.demographics },
    permission: demographic,
  }),
  beneath('getStudentsForClass', 'classes/{classSourcedId}/students', { params: one.ClassPath, set: users }),
  beneath('getTeachersForClass', 'classes/{classSourcedId}/teachers', { params: one.ClassPath, set: users }),
  beneath('getClassesForCourse', 'courses/{courseSourcedId}/classes', {
    params: one.CoursePath,
    set: classes,
  }),
  beneath('getClassesForSchool', 'schools/{schoolSourcedId}/classes', { ...inSchool, set: classes }),
  beneath('getCoursesForSchool', 'schools/{schoolSourcedId}/courses', { ...inSchool, set: courses }),
  beneath('getEnrollmentsForSchool', 'schools/{schoolSourcedId}/enrollments', {
    ...inSchool,
    set: enrollments,
  }),
  beneath('getStudentsForSchool', 'schools/{schoolSourcedId}/students', { ...inSchool, set: users }),
  beneath('getTeachersForSchool', 'schools/{schoolSourcedId}/teachers', { ...inSchool, set: users }),
  beneath('getTermsForSchool', 'schools/{schoolSourcedId}/terms', { ...inSchool, set: academicSessions }),
  beneath(
    'getEnrollmentsForClassInSchool',
    'schools/{schoolSourcedId}/classes/{classSourcedId}/enrollments',
    {
      ...inSchoolClass,
      set: enrollments,
    },
  ),
  beneath('getStudentsForClassInSchool', 'schools/{schoolSourcedId}/classes/{classSourcedId}/students', {
    ...inSchoolClass,
    set: users,
  }),
  beneath('getTeachersForClassInSchool', 'schools/{schoolSourcedId}/classes/{classSourcedId}/teachers', {
    ...inSchoolClass,
    set: users,
  }),
  beneath('getClassesForStudent', 'students/{studentSourcedId}/classes', {
    params: one.StudentPath,
    set: classes,
  }),
  beneath('getClassesForTeacher', 'teachers/{teacherSourcedId}/classes', {
    params: one.TeacherPath,
    set: classes,
  }),
  beneath('getClassesForTerm', 'terms/{termSourcedId}/classes', { params: one.TermPath, set: classes }),
  beneath('getGradingPeriodsForTerm', 'terms/{termSourcedId}/gradingPeriods', {
    params: one.TermPath,
    set: academicSessions,
  }),
  beneath('getClassesForUser', 'users/{userSourcedId}/classes', { params: one.UserPath, set: classes }),
] as const;
