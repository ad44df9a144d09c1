import type { DistrictFacts } from '../../shared/access/facts.ts';
import { RequestError } from '../../shared/errors.ts';
import type { Caller } from '../../shared/messages/caller.ts';
import type { Entity } from '../../shared/roster/records.ts';
import { dayIn, noSuchDistrict } from '../../shared/runtime/decide.ts';
import type { Events } from '../../shared/runtime/events.ts';
import { httpHandler } from '../../shared/runtime/http-handler.ts';
import type { Decide } from '../../shared/runtime/permissions.ts';
import type { RosterStore } from '../../shared/store/roster-store.ts';
import { type PersonsOf, sharedRecords } from './limits.ts';

export type Deps = {
  /** What readers of the district see, and where its days begin; `undefined` where there is none. */
  head: (district: string) => Promise<Pick<DistrictFacts, 'committed' | 'timeZone'> | undefined>;
  personsOf: PersonsOf;
  roster: Pick<RosterStore, 'find' | 'list'>;
  decide: Decide;
  events: Events;
  now: () => Date;
};

type ListRequest = {
  params: { district: string };
  query: { limit: number; cursor?: string | undefined };
  caller: Caller;
};
type GetRequest = { params: { district: string; sourcedId: string }; caller: Caller };

export function makeHandler({ head, personsOf, roster, decide, events, now }: Deps) {
  async function at(district: string): Promise<{ district: string; committed: number; today: string }> {
    const found = await head(district);
    if (found === undefined) throw noSuchDistrict();
    return { district, committed: found.committed, today: dayIn(found.timeZone, now()) };
  }
  const list =
    <E extends Entity>(entity: E) =>
    async ({ params: { district }, query, caller: { sharing } }: ListRequest) => {
      const { today, ...wanted } = await at(district);
      if (sharing === undefined) return roster.list(wanted, entity, query);
      return roster.list(wanted, entity, {
        ...query,
        see: (records) => sharedRecords(sharing, { district, entity, personsOf, today }, records),
      });
    };
  const get =
    <E extends Entity>(entity: E) =>
    async ({ params: { district, sourcedId }, caller: { sharing } }: GetRequest) => {
      const { today, ...wanted } = await at(district);
      const found = await roster.find(wanted, entity, sourcedId);
      const all = found === undefined ? [] : [found];
      const [record] =
        sharing === undefined
          ? all
          : await sharedRecords(sharing, { district, entity, personsOf, today }, all);
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
