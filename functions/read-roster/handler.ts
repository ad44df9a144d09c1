import { RequestError } from '../../shared/errors.ts';
import type { Entity } from '../../shared/roster/records.ts';
import { noSuchDistrict } from '../../shared/runtime/decide.ts';
import type { Events } from '../../shared/runtime/events.ts';
import { httpHandler } from '../../shared/runtime/http-handler.ts';
import type { Decide } from '../../shared/runtime/permissions.ts';
import type { RosterStore } from '../../shared/store/roster-store.ts';

export type Deps = {
  /** What readers of the district see, `undefined` where there is none. */
  committed: (district: string) => Promise<number | undefined>;
  roster: Pick<RosterStore, 'find' | 'list'>;
  decide: Decide;
  events: Events;
  now: () => Date;
};

type ListRequest = { params: { district: string }; query: { limit: number; cursor?: string | undefined } };
type GetRequest = { params: { district: string; sourcedId: string } };

export function makeHandler({ committed, roster, decide, events, now }: Deps) {
  async function at(district: string): Promise<{ district: string; committed: number }> {
    const generation = await committed(district);
    if (generation === undefined) throw noSuchDistrict();
    return { district, committed: generation };
  }
  const list =
    <E extends Entity>(entity: E) =>
    async ({ params, query }: ListRequest) =>
      roster.list(await at(params.district), entity, query);
  const get =
    <E extends Entity>(entity: E) =>
    async ({ params }: GetRequest) => {
      const record = await roster.find(await at(params.district), entity, params.sourcedId);
      if (record !== undefined) return record;
      throw new RequestError('not-found', 'unknown-record', `None of the ${entity} has this sourcedId.`);
    };

  return httpHandler<'read-roster'>({
    function: 'read-roster',
    decide,
    events,
    now,
    handlers: {
      listOrgs: list('orgs'),
      getOrg: get('orgs'),
      listAcademicSessions: list('academicSessions'),
      getAcademicSession: get('academicSessions'),
      listCourses: list('courses'),
      getCourse: get('courses'),
      listClasses: list('classes'),
      getClass: get('classes'),
      listUsers: list('users'),
      getUser: get('users'),
      listEnrollments: list('enrollments'),
      getEnrollment: get('enrollments'),
    },
  });
}
