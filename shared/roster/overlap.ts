import { FeedRejected } from '../errors.ts';
import type { CommittedState } from './committed-state.ts';
import type { EditLayer } from './edit-layer.ts';
import { rowsFile, type Snapshot } from './read-feed.ts';
import { entities } from './records.ts';
import { readLines } from './state.ts';
import type { Workspace } from './sync-stores.ts';

/** Below this share of known keys a feed is another district's, or was given new ids: both need a person. */
const leastShare = 0.5;
/** Fewer active records than this say nothing. */
const leastRecords = 5;

type Looking = {
  state: CommittedState;
  snapshot: Snapshot;
  workspace: Workspace;
  /** What people have made by hand no feed has to name. */
  edits: Pick<EditLayer, 'isManual'>;
};

/**
 * Refuses a feed whose keys overlap less than half with the last good run, before anything is compared.
 * People decide it: classes and enrollments get new ids every August. Partitions with an unchanged digest need no reading.
 * @throws {FeedRejected} other-district
 */
export async function overlap(at: Looking): Promise<void> {
  if (entities.every((entity) => at.state.partitions(entity).length === 0)) return;
  const share = await shareOfKnownPeople(at);
  if (share !== undefined && share < leastShare) {
    throw new FeedRejected(
      'other-district',
      `Only ${Math.floor(share * 100)} % of the people of the last good sync are in this feed by their ids.`,
      {
        hint:
          'Check that this is the feed of this district and of this year. If the source gave everybody new ids, ' +
          'restore the old ids in the export; nothing was changed.',
        where: { file: 'users.csv', column: 'sourcedId' },
      },
    );
  }
}

/** Share of active known records that the feed names too; undefined where there are too few to say. */
async function shareOfKnownPeople({
  state,
  snapshot,
  workspace,
  edits,
}: Looking): Promise<number | undefined> {
  const spill = snapshot.spills.users;
  const stored = state.partitions('users');
  let active = 0;
  let known = 0;
  for (let partition = 0; partition < spill.partitions; partition++) {
    const before = stored.length === spill.partitions ? stored[partition] : undefined;
    if (before?.feed?.endsWith(spill.digests[partition] ?? '-')) {
      active += before.active;
      known += before.active;
      continue;
    }
    const ids = new Set<string>();
    for (const line of readLines(await workspace.read(rowsFile('users', partition)))) ids.add(line.id);
    for (const line of await state.lines('users', partition, spill.partitions)) {
      if (line.status !== 'active' || edits.isManual('users', line.id)) continue;
      active++;
      if (ids.has(line.id)) known++;
    }
  }
  return active < leastRecords ? undefined : known / active;
}
