import type * as z from 'zod';
import type { Entity } from '../roster/records.ts';
import { DistrictPath, Id, PageQuery, pageOf } from './parameters.ts';
import * as roster from './roster.ts';
import type { Route } from './route.ts';
import { mayView } from './route-permissions.ts';

const RecordPath = DistrictPath.extend({ sourcedId: Id });

/** The two routes of one kind of record. */
function routesOf<E extends Entity, One extends string, View extends z.ZodType>(
  entity: E,
  one: One,
  view: View,
) {
  // Capitalize is a type only; the names are those of the template literals.
  const upper = <T extends string>(text: T) =>
    (text.charAt(0).toUpperCase() + text.slice(1)) as Capitalize<T>;
  const reads = entity === 'users' || entity === 'enrollments' ? 'people' : 'nobody';
  return [
    {
      name: `list${upper(entity)}`,
      method: 'GET',
      path: `/v1/districts/{district}/${entity}`,
      function: 'read-roster',
      auth: 'token',
      permission: mayView,
      summary: `The ${entity} of the committed roster, suspended ones too`,
      params: DistrictPath,
      query: PageQuery,
      response: pageOf(view),
      sharing: 'applies',
      reads,
    },
    {
      name: `get${upper(one)}`,
      method: 'GET',
      path: `/v1/districts/{district}/${entity}/{sourcedId}`,
      function: 'read-roster',
      auth: 'token',
      permission: mayView,
      summary: `One of the ${entity} by its sourcedId`,
      params: RecordPath,
      response: view,
      sharing: 'applies',
      reads,
    },
  ] as const;
}

/** The committed roster, for people of the district. */
export const rosterRoutes = [
  ...routesOf('orgs', 'org', roster.OrgView),
  ...routesOf('academicSessions', 'academicSession', roster.AcademicSessionView),
  ...routesOf('courses', 'course', roster.CourseView),
  ...routesOf('classes', 'class', roster.ClassView),
  ...routesOf('users', 'user', roster.UserView),
  ...routesOf('enrollments', 'enrollment', roster.EnrollmentView),
] as const satisfies readonly Route[];
