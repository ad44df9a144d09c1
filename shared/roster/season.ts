/**
 * What time of the year it is for a feed. `frozen`: everything it brings is held. `add-only`: nothing is taken away. `rollover`: the
 * new school year, planned as one and held for one approval.
 */
export const seasonModes = ['normal', 'frozen', 'add-only', 'rollover'] as const;

export type SeasonMode = (typeof seasonModes)[number];

export type Season = {
  mode: SeasonMode;
  /** Days by system in which staff hold a class before it begins, and after it has ended. */
  leadInDays: Readonly<Record<string, number>>;
  trailOffDays: Readonly<Record<string, number>>;
};

/** How a record goes that a full feed no longer has. */
export type RemovalRules = {
  /** Good runs in a row that have to miss it before it is suspended. */
  afterRuns: number;
  /** Days after which what is suspended may be purged, on a plan of its own. */
  graceDays: number;
};

export const normalSeason: Season = { mode: 'normal', leadInDays: {}, trailOffDays: {} };
export const defaultRemoval: RemovalRules = { afterRuns: 1, graceDays: 365 };

/** A rollover is over with the first good feed of the new school year: those that follow find the year begun. */
export function seasonOf(
  season: Season,
  years: { before: string | undefined; now: string | undefined },
): Season {
  const { before, now } = years;
  const isOver = season.mode === 'rollover' && before !== undefined && now !== undefined && now <= before;
  return isOver ? { ...season, mode: 'normal' } : season;
}
