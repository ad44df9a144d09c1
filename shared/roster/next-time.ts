export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];

/** Times `HH:MM` of the district's own clocks; every day where no days are named. */
export type Schedule = { times: readonly string[]; days?: readonly Weekday[] | undefined };

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

const clocks = new Map<string, Intl.DateTimeFormat>();

/** What clocks of a zone show at an instant, as the milliseconds at which clocks of UTC show the same. */
export function wallClock(timeZone: string, at: number): number {
  let clock = clocks.get(timeZone);
  if (clock === undefined) {
    // The Swedish way of writing dates and times is that of ISO 8601.
    clock = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
    clocks.set(timeZone, clock);
  }
  return Date.parse(`${clock.format(at).replace(' ', 'T')}Z`);
}

/**
 * The first instant at which clocks show `wall`, and only that where they show it twice; where they leave it out, the
 * instant at which they are put forward. Milliseconds, as {@link wallClock} has them.
 */
export function instantOf(timeZone: string, wall: number): number {
  // Clocks of no zone are further from UTC than 14 hours, and none are put twice within two days.
  const [before, after] = [wall - dayMs, wall + dayMs].map((at) => wallClock(timeZone, at) - at);
  const [early, late] = [wall - (before ?? 0), wall - (after ?? 0)].sort((a, b) => a - b);
  for (const at of [early, late]) if (at !== undefined && wallClock(timeZone, at) === wall) return at;
  let [gap, end] = [early ?? wall, late ?? wall];
  while (end - gap > 1) {
    const middle = Math.floor((gap + end) / 2);
    if (wallClock(timeZone, middle) < wall) gap = middle;
    else end = middle;
  }
  return end;
}

/** The next instant of a schedule that is later than `after`; milliseconds since the epoch. */
export function nextTime({ times, days = weekdays }: Schedule, timeZone: string, after: number): number {
  const today = Math.floor(wallClock(timeZone, after) / dayMs) * dayMs;
  // Clocks put forward at midnight bring a time of yesterday to today; a week on every weekday has come.
  for (let day = today - dayMs; day <= today + 8 * dayMs; day += dayMs) {
    if (!days.includes(weekdayOf(day))) continue;
    const next = times
      .map((time) => instantOf(timeZone, day + minutesOf(time) * minuteMs))
      .filter((at) => at > after);
    if (next.length > 0) return Math.min(...next);
  }
  throw new Error('A schedule needs a time and a day.');
}

function weekdayOf(day: number): Weekday {
  // The epoch was a Thursday.
  return weekdays[(Math.floor(day / dayMs) + 3) % 7] ?? 'mon';
}

function minutesOf(time: string): number {
  const [hours, minutes] = time.split(':');
  return Number(hours) * 60 + Number(minutes);
}
