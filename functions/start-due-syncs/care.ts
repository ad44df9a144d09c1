import { armFeeds, type DueTimes, type ListFeeds } from '../../shared/roster/due.ts';
import type { DueDeps } from '../../shared/roster/start-due.ts';

/** What is done for every district once a day, in its night. Each may be done twice. */
export function makeCare(deps: { feeds: ListFeeds; due: DueTimes; now(): string }): DueDeps['care'] {
  return [
    // Whatever a crash between settings and times left undone.
    (place) => armFeeds(deps, { ...place, now: Date.parse(deps.now()) }),
  ];
}
