import type { Lane } from './lane.ts';
import { defaultRemoval, type RemovalRules } from './season.ts';
import type { CareKind, Sync } from './sync.ts';
import { type DeskDeps, startSync, withoutFeed } from './sync-desk.ts';

export type CareDeps = DeskDeps & {
  /** Of the feed that a district's roster comes from. */
  removalOf(district: string, feed: string): Promise<RemovalRules | undefined>;
};

export type WeeklyDeps = CareDeps & {
  /** IANA name; absent where there is no such district. */
  timeZoneOf(district: string): Promise<string | undefined>;
  /** A new id for a sync. */
  newId(): string;
};

/** Repairs come first: what a purge looks at should be what was committed. */
const weekly: readonly CareKind[] = ['repair', 'purge'];

const leastMs = 2 * 24 * 3_600_000;

/**
 * Which of a week's looks are due: in the night from Saturday to Sunday by the district's clock, 22:00 to 05:00, where none was asked for
 * in the last two days. Nothing before the first commit. `now`: ISO 8601.
 */
export function careDue(
  { committed, looked = {} }: Pick<Lane, 'committed' | 'looked'>,
  { now, timeZone }: { now: string; timeZone: string },
): CareKind[] {
  if (committed.manifest === undefined || !isSaturdayNight(now, timeZone)) return [];
  return weekly.filter((kind) => {
    const last = looked[kind];
    return last === undefined || Date.parse(now) - Date.parse(last) >= leastMs;
  });
}

function isSaturdayNight(now: string, timeZone: string): boolean {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: 'numeric',
    hourCycle: 'h23',
  })
    .formatToParts(Date.parse(now))
    .map(({ type, value }) => [type, value]);
  const { weekday, hour } = Object.fromEntries(parts) as Record<string, string | undefined>;
  return (weekday === 'Sat' && Number(hour) >= 22) || (weekday === 'Sun' && Number(hour) < 5);
}

/**
 * Starts the week's purge and repair of a district where they are due and nothing else is going on or waits for somebody; else a later
 * minute of the night, or the next week, does. Safe to call at any time and twice.
 * @returns what was started
 */
export async function startWeeklyCare(deps: WeeklyDeps, district: string, now: string): Promise<Sync[]> {
  const { value: lane } = await deps.ledger.lane(district);
  if (lane.committed.manifest === undefined || lane.active || lane.queue.length > 0 || lane.held) return [];
  const timeZone = await deps.timeZoneOf(district);
  if (timeZone === undefined) return [];
  const started: Sync[] = [];
  for (const kind of careDue(lane, { now, timeZone })) {
    started.push(await startCare(deps, { district, kind, syncId: deps.newId(), by: 'schedule' }));
  }
  return started;
}

/** Plans a purge or a repair, which rests where it finds anything. */
export async function startCare(
  deps: CareDeps,
  { by, ...asked }: { district: string; syncId: string; kind: CareKind; by: string },
): Promise<Sync> {
  const { district } = asked;
  const { feed } = (await deps.ledger.lane(district)).value;
  const removal = feed === undefined ? undefined : await deps.removalOf(district, feed);
  return startSync(deps, {
    ...asked,
    ...withoutFeed,
    removal: removal ?? defaultRemoval,
    dryRun: true,
    requestedBy: by,
  });
}
