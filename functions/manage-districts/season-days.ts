import type { DistrictFacts, SeasonDays } from '../../shared/access/facts.ts';
import { isSameData } from '../../shared/access/same-data.ts';
import type { FieldProblem } from '../../shared/errors.ts';
import type { Feed } from '../../shared/messages/districts.ts';

type Days = SeasonDays['leadInDays'];

/**
 * The days of seasons that the head is to have once the feed is put; `undefined` where nothing changes. They are those of the feed
 * that was put last with any; it alone takes them back.
 */
export function seasonDaysAfter(
  { season: before }: Pick<DistrictFacts, 'season'>,
  { id: feed, season }: Pick<Feed, 'id' | 'season'>,
): SeasonDays | undefined {
  const wanted = { feed, leadInDays: some(season.leadInDays), trailOffDays: some(season.trailOffDays) };
  const hasNone = [wanted.leadInDays, wanted.trailOffDays].every((days) => Object.keys(days).length === 0);
  if (hasNone && before?.feed !== feed) return undefined;
  return isSameData(before, wanted) ? undefined : wanted;
}

/** None are as if they were not named. */
function some(days: Days): Days {
  return Object.fromEntries(Object.entries(days).filter(([, count]) => count > 0));
}

/** Days for systems that nobody can be asked about. */
export function systemsUnknown(
  { leadInDays, trailOffDays }: SeasonDays,
  systems: readonly string[],
): FieldProblem[] {
  const unknownIn = (name: string, days: Days) =>
    Object.keys(days)
      .filter((system) => !systems.includes(system))
      .map((system) => ({
        pointer: `/season/${name}/${system}`,
        detail: `is none of ${systems.join(', ')}`,
      }));
  return [...unknownIn('leadInDays', leadInDays), ...unknownIn('trailOffDays', trailOffDays)];
}

/** For the audit: "hmh 14, nsc 3". */
export function inWords({ feed, leadInDays, trailOffDays }: SeasonDays): Record<string, string> {
  const words = (days: Days) =>
    Object.entries(days)
      .map(([system, count]) => `${system} ${count}`)
      .join(', ');
  return { feed, leadInDays: words(leadInDays), trailOffDays: words(trailOffDays) };
}
