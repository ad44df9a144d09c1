import type { CandidateSource, Sources } from '../../shared/access/candidates.ts';
import type { CheckFacts, DistrictFacts } from '../../shared/access/facts.ts';
import { type Candidate, isFirstPlace } from '../../shared/store/candidates.ts';
import { tokenOf } from './asking.ts';
import { type Place, readPlace } from './place.ts';

export type PageAsked = { token?: string | undefined; limit: number };

/** What no list has, so that a search may miss it. */
export type Unlisted = 'accounts-without-roles' | 'resources-not-kept';

/** What all searches answer with. */
export type Found<T> = {
  results: T[];
  page: { next_token: string; count: number };
  context: { token: string; moved?: true; unlisted?: Unlisted };
};

export function placeOf({ token }: PageAsked, mark: string, { committed }: DistrictFacts): Place {
  if (token === undefined || token === '') return { source: 0, after: undefined, committed };
  return readPlace(token, mark);
}

export function nextPlace(
  place: Place,
  { last, isWhole }: { last: string | undefined; isWhole: boolean },
): Place {
  return isWhole ? { ...place, source: place.source + 1, after: undefined } : { ...place, after: last };
}

/** Each person once: at the first of the places where a search comes by. */
export function isNew(
  sources: Sources,
  at: number,
  candidate: Candidate,
  person: CheckFacts['subject'],
): boolean {
  if (person === undefined) return true;
  const source = sources[at];
  const isEarlier = sources.slice(0, at).some((one) => standsIn(one, person));
  if (isEarlier || source === undefined) return false;
  return source.from === 'holders'
    ? isFirstPlace(candidate, source.slices, person)
    : standsIn(source, person);
}

function standsIn(source: CandidateSource, person: NonNullable<CheckFacts['subject']>): boolean {
  switch (source.from) {
    case 'ids':
      return source.ids.includes(person.id);
    case 'records':
      return person.roster !== undefined;
    case 'holders':
      return [...(person.roster?.assignments ?? []), ...person.manual].some(({ system, role, scope }) =>
        source.slices.some(
          (slice) =>
            slice.system === system &&
            slice.role === role &&
            (slice.scopeId === undefined || scope.ids.includes(slice.scopeId)),
        ),
      );
    case 'kept':
      return false;
    default:
      return source satisfies never;
  }
}

/** Whether a search looks through all users. */
export function isEverybody(sources: Sources): boolean {
  return sources.length > 1 && sources.some(({ from }) => from === 'records');
}

export function found<T>(
  results: T[],
  { next, unlisted }: { next: string; unlisted?: Unlisted | undefined },
  district: DistrictFacts,
  begun: Place,
): Found<T> {
  return {
    results,
    page: { next_token: next, count: results.length },
    context: {
      token: tokenOf(district),
      ...(begun.committed === district.committed ? {} : { moved: true }),
      ...(unlisted === undefined ? {} : { unlisted }),
    },
  };
}
