import type { Due, DueTimes, Slot } from '../../shared/roster/due.ts';

const keyOf = ({ district, kind, feed, upload }: Slot): string =>
  JSON.stringify([district, kind, feed, upload]);

/** Times in memory, for tests of what is armed. */
export function memoryDueTimes() {
  const armed = new Map<string, Due>();
  const due: DueTimes = {
    armed: async (slot) => armed.get(keyOf(slot)),
    replace: async (before, after) => {
      const slot = before ?? after;
      if (slot === undefined) return true;
      if (armed.get(keyOf(slot))?.at !== before?.at) return false;
      if (after === undefined) armed.delete(keyOf(slot));
      else armed.set(keyOf(slot), after);
      return true;
    },
  };
  const all = () => [...armed.values()].sort((a, b) => a.at - b.at);
  return {
    ...due,
    all,
    /** `schedule 2026-11-23T11:30:00.000Z`, the first first. */
    times: () => all().map(({ kind, at }) => `${kind} ${new Date(at).toISOString()}`),
  };
}
