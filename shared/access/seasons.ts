import type {
  Assignment,
  CheckFacts,
  ClassFacts,
  DistrictFacts,
  Membership,
  Period,
  Person,
  ResourceFacts,
} from './facts.ts';
import { byText } from './order.ts';
import { addDays, isOpen } from './periods.ts';

/** What one system says of a day: in how many before a class begins, and after it has ended, staff hold the class. */
type Seen = { system: string; leadIn: number; trailOff: number; today: string };
type On = { district: DistrictFacts; today: string };
type Days = { begin?: string | undefined; end?: string | undefined };

/**
 * The facts as one system sees them today: classes that its lead-in or trail-off holds for staff are open, and what the new school
 * year has no place for is over where its trail-off is. Students have their own days in every system, and whoever is suspended has no
 * classes that could be held. Seen twice is seen once. Source: decision 0017.
 */
export function inSeason(facts: CheckFacts, system: string, today: string): CheckFacts {
  const { district, subject, logins, resource, more } = facts;
  const seen = seenBy(system, { district, today });
  const hasDays = seen.leadIn > 0 || seen.trailOff > 0;
  if (!hasDays && !hasEnded(facts)) return facts;
  return {
    ...facts,
    ...(subject && { subject: personSeen(subject, seen) }),
    ...(logins && { logins: logins.map((login) => personSeen(login, seen)) }),
    ...(resource && { resource: resourceSeen(resource, seen) }),
    ...(more && {
      more: {
        ...more,
        ...(more.persons && { persons: eachOf(more.persons, (person) => personSeen(person, seen)) }),
        ...(more.classes && { classes: eachOf(more.classes, (one) => classSeen(one, seen)) }),
      },
    }),
  };
}

/** An assignment of the person as its own system sees it. */
export function assignmentInSeason(assignment: Assignment, person: Person, on: On): Assignment {
  return isStudent(person) ? assignment : assignmentSeen(assignment, seenBy(assignment.system, on));
}

/** The systems that hold a membership today outside its own days, with the days in which they do. */
export function systemsHolding(membership: Membership, on: On): (Period & { system: string })[] {
  const { leadInDays = {}, trailOffDays = {} } = on.district.season ?? {};
  const systems = new Set([...Object.keys(leadInDays), ...Object.keys(trailOffDays)]);
  return [...systems].sort(byText).flatMap((system) => {
    const { begin, end, ownDays } = membershipSeen(membership, seenBy(system, on));
    if (ownDays === undefined) return [];
    return [{ system, ...(begin && { begin }), ...(end && { end }) }];
  });
}

/** A system that isn't named has no days. */
function seenBy(system: string, { district: { season }, today }: On): Seen {
  const [leadIn, trailOff] = [daysOf(season?.leadInDays, system), daysOf(season?.trailOffDays, system)];
  return { system, leadIn, trailOff, today };
}

function daysOf(days: Readonly<Record<string, number>> | undefined, system: string): number {
  return days !== undefined && Object.hasOwn(days, system) ? (days[system] ?? 0) : 0;
}

function hasEnded({ resource, more }: CheckFacts): boolean {
  if (resource?.type === 'class' && resource.class.ended !== undefined) return true;
  return [...(more?.classes?.values() ?? [])].some(({ ended }) => ended !== undefined);
}

function eachOf<T>(map: ReadonlyMap<string, T>, see: (one: T) => T): ReadonlyMap<string, T> {
  return new Map([...map].map(([id, one]) => [id, see(one)]));
}

function resourceSeen(resource: ResourceFacts, seen: Seen): ResourceFacts {
  switch (resource.type) {
    case 'class':
      return { ...resource, class: classSeen(resource.class, seen) };
    case 'student':
    case 'user':
      return { ...resource, person: personSeen(resource.person, seen) };
    default:
      return resource;
  }
}

/** What the system keeps no longer is to it as if the roster had it no longer. */
function classSeen(one: ClassFacts, { trailOff, today }: Seen): ClassFacts {
  const isOver = one.ended !== undefined && addDays(one.ended, trailOff) <= today;
  return isOver && one.status === 'active' ? { ...one, status: 'suspended' } : one;
}

function personSeen(person: Person, seen: Seen): Person {
  const { roster, manual } = person;
  const own = (assignments: Assignment[]) =>
    isStudent(person) ? assignments : changed(assignments, (one) => assignmentSeen(one, seen));
  const byHand = own(manual);
  if (roster === undefined) return byHand === manual ? person : { ...person, manual: byHand };
  const memberships = changed(roster.memberships, (one) => membershipSeen(one, seen));
  const assignments = own(roster.assignments);
  const isSame =
    byHand === manual && memberships === roster.memberships && assignments === roster.assignments;
  return isSame ? person : { ...person, roster: { ...roster, memberships, assignments }, manual: byHand };
}

/** Whoever the roster has as a student holds classes that were assigned to them on their own days. */
function isStudent({ roster }: Person): boolean {
  return roster?.student === true;
}

function membershipSeen(membership: Membership, seen: Seen): Membership {
  const days = membership.role === 'student' ? undefined : held(membership, seen);
  return days === undefined ? membership : { ...membership, ...days };
}

function assignmentSeen(assignment: Assignment, seen: Seen): Assignment {
  const { system, scope, from: begin, until: end } = assignment;
  const days = system === seen.system && scope.type === 'class' ? held({ begin, end }, seen) : undefined;
  if (days === undefined) return assignment;
  const { begin: from, end: until, ownDays } = days;
  return { ...assignment, ...(from && { from }), ...(until && { until }), ownDays };
}

/** Days that hold today, where its own don't and the system's do. What ends before it begins is never held. */
function held(
  { begin, end }: Days,
  { leadIn, trailOff, today }: Seen,
): (Period & { ownDays: Period }) | undefined {
  const ownDays = { ...(begin && { begin }), ...(end && { end }) };
  const isEmpty = begin !== undefined && end !== undefined && begin >= end;
  if (isEmpty || isOpen(ownDays, today)) return undefined;
  const wider: Period =
    begin !== undefined && today < begin
      ? { ...ownDays, begin: addDays(begin, -leadIn) }
      : { ...ownDays, ...(end && { end: addDays(end, trailOff) }) };
  return isOpen(wider, today) ? { ...wider, ownDays } : undefined;
}

/** The list itself where nothing of it changes. */
function changed<T>(list: T[], change: (one: T) => T): T[] {
  const all = list.map(change);
  return all.some((one, i) => one !== list[i]) ? all : list;
}
