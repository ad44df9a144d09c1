import { calculatedRoles } from '../../shared/access/calculated-roles.ts';
import type { Assignment, DistrictFacts, Person } from '../../shared/access/facts.ts';
import { addDays } from '../../shared/access/periods.ts';
import { RequestError } from '../../shared/errors.ts';
import type { Commit } from '../../shared/roster/sync-stores.ts';
import { beginOfDay } from '../../shared/runtime/days.ts';
import { dayIn, noSuchDistrict } from '../../shared/runtime/decide.ts';
import type { Holder } from '../../shared/store/access-view.ts';
import { type HeldDeed, heldWithin } from '../../shared/store/past-deeds.ts';
import type { Deps } from './deps.ts';

/** What somebody holds on a day, and what is known of how they came to it. */
export type Held = {
  district: DistrictFacts;
  /** The calendar day. */
  at: string;
  person: Person;
  /** The one whom the roster knows. */
  rosterId: string;
  calculated: Assignment[];
  /** What people made, by the assignment's id. */
  deeds: ReadonlyMap<string, HeldDeed>;
  /** The roster that the person's facts are of. */
  commit: Commit | undefined;
  notes: string[];
};

type Asked = { district: string; user: string; day: string | undefined; now: Date };
type Facts = Pick<Held, 'person' | 'calculated' | 'deeds' | 'commit' | 'notes'>;
type Found = Holder & { district: DistrictFacts };

export type HeldDeps = Pick<Deps, 'access' | 'assignments' | 'cataloguesOf' | 'history' | 'pastDeeds'>;

/** @throws {RequestError} not-found; gone where the roster of a past day is kept no longer */
export async function heldOn(deps: HeldDeps, { district, user, day, now }: Asked): Promise<Held> {
  const holder = await deps.access.holder(district, user);
  if (holder === undefined) throw noSuchDistrict();
  const today = dayIn(holder.district.timeZone, now);
  const at = day ?? today;
  const facts = at < today ? await pastFacts(deps, holder, { user, at }) : await presentFacts(deps, holder);
  if (facts === undefined) throw unknownUser();
  return { district: holder.district, rosterId: holder.rosterId, at, ...facts };
}

export function unknownUser(): RequestError {
  return new RequestError('not-found', 'unknown-user', 'There is no such user in this district.');
}

async function presentFacts(deps: HeldDeps, holder: Found): Promise<Facts | undefined> {
  const { person, district } = holder;
  if (person === undefined) return undefined;
  const [deeds, commit] = await Promise.all([
    presentDeeds(deps, holder),
    deps.history.lastCommit(district.id),
  ]);
  return {
    person,
    calculated: [...(await deps.cataloguesOf(district)).values()].flatMap((one) =>
      calculatedRoles(one, person, district),
    ),
    deeds: new Map(deeds.map((deed) => [deed.assignment.id, { deed }])),
    commit,
    notes: [],
  };
}

async function pastFacts(
  deps: HeldDeps,
  holder: Found,
  { user, at }: { user: string; at: string },
): Promise<Facts | undefined> {
  const { id: district, timeZone } = holder.district;
  const [begin, end] = [at, addDays(at, 1)].map((day) => beginOfDay(timeZone, day));
  if (begin === undefined || end === undefined) throw new Error('A day begins and ends.');
  const present = await presentDeeds(deps, holder);
  const past = (await Promise.all(holder.ids.map((id) => deps.pastDeeds.of(district, id)))).flat();
  const held = heldWithin({ present, past }, { begin, end });
  const commit = await deps.history.lastCommit(district, end);
  const roster = commit && (await deps.history.person(commit, holder.rosterId));
  if (holder.person === undefined && roster === undefined && past.length === 0) return undefined;
  const { webId, login } = holder.person ?? {};
  const notes = [
    'Settings, lead-in and trail-off days, web IDs and the names of rules are those of today.',
    ...(commit === undefined ? ['No feed had been applied by the end of that day.'] : []),
    ...(commit !== undefined && roster === undefined
      ? ['The roster of that day does not have this user.']
      : []),
    ...(login === undefined
      ? []
      : ['Calculated roles follow the records of today and are not told for a past day.']),
  ];
  return {
    person: {
      id: user,
      ...(roster === undefined ? {} : { roster }),
      manual: held.map(({ deed }) => deed.assignment),
      ...(webId === undefined ? {} : { webId }),
    },
    calculated: [],
    deeds: new Map(held.map((one) => [one.deed.assignment.id, one])),
    commit,
    notes,
  };
}

async function presentDeeds({ assignments }: HeldDeps, { person, district }: Found) {
  const deeds = (person?.manual ?? []).map(({ id }) => assignments.find(district.id, id));
  return (await Promise.all(deeds)).filter((deed) => deed !== undefined);
}
