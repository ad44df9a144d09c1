import { rosterChange } from './compare.ts';
import { targetKey } from './plan.ts';
import type { Compared, Planning } from './planning.ts';
import { entities } from './records.ts';
import { digestOfAll } from './settle-removals.ts';
import { noCounts } from './sync.ts';

/**
 * The roster of a plan without a feed: the committed one. Only what an unfinished plan may have touched is written, as it
 * stands; what that plan would have made anew is among the tombstones.
 */
export async function keepRoster(run: Planning): Promise<Compared> {
  const { state, cover } = run;
  const out: Compared = {
    counts: noCounts(),
    kinds: { orgs: [], academicSessions: [], courses: [], classes: [], users: [], enrollments: [] },
    removals: {},
    waiting: [],
    removalsDigest: digestOfAll([]),
    changed: false,
  };
  for (const entity of entities) {
    out.kinds[entity] = state.partitions(entity);
    for (let partition = 0; cover.size > 0 && partition < out.kinds[entity].length; partition++) {
      await run.alive();
      for (const line of await state.lines(entity, partition, out.kinds[entity].length)) {
        const covered = cover.has(targetKey({ table: 'roster', entity, id: line.id }));
        if (covered) await run.chunks.add([rosterChange(entity, 'cover', line, line)]);
      }
    }
  }
  return out;
}
