import { armFeeds, type DueTimes, type ListFeeds } from '../../shared/roster/due.ts';
import { startExpiredEdits } from '../../shared/roster/edits-desk.ts';
import type { DueDeps } from '../../shared/roster/start-due.ts';
import { startWeeklyCare, type WeeklyDeps } from '../../shared/roster/weekly-care.ts';
import { dayIn } from '../../shared/runtime/decide.ts';

type Deps = Omit<WeeklyDeps, 'timeZoneOf'> & {
  feeds: ListFeeds;
  due: DueTimes;
  purgeOld(district: string): Promise<void>;
  /** Signs what the district's audit ends with. */
  seal(district: string): Promise<unknown>;
};

/** What is done for every district once a day, in its night. Each may be done twice. */
export function makeCare(deps: Deps): DueDeps['care'] {
  return [
    // Whatever a crash between settings and times left undone.
    (place) => armFeeds(deps, { ...place, now: Date.parse(deps.now()) }),
    async ({ district, timeZone }) => {
      const today = dayIn(timeZone, new Date(deps.now()));
      await startExpiredEdits(deps, district, { today, syncId: deps.newId() });
    },
    async ({ district, timeZone }) => {
      await startWeeklyCare({ ...deps, timeZoneOf: async () => timeZone }, district, deps.now());
    },
    ({ district }) => deps.purgeOld(district),
    async ({ district }) => {
      await deps.seal(district);
    },
  ];
}
