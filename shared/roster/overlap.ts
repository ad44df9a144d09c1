import { FeedRejected } from '../errors.ts';
import type { CommittedState } from './committed-state.ts';
import type { EditLayer } from './edit-layer.ts';
import type { From } from './fed.ts';
import { dropsFile, readDrops, rowsFile, type Snapshot } from './read-feed.ts';
import { entities, type Org } from './records.ts';
import { readLines } from './state.ts';
import type { Workspace } from './sync-stores.ts';

/** Below this share of known keys a feed is another district's, or was given new ids: both need a person. */
const leastShare = 0.5;
/** Of fewer active people a share says nothing; their schools do. */
const leastPeople = 5;

type Looking = {
  state: CommittedState;
  snapshot: Snapshot;
  workspace: Workspace;
  /** What people have made by hand no feed has to name. */
  edits: Pick<EditLayer, 'isManual'>;
  from: From;
};

/**
 * Refuses a feed whose keys overlap less than half with the last good run, before anything is compared.
 * People and schools decide it, where the feed has them in full: classes and enrollments get new ids every August, and changes name
 * few. Changes of another district refer to orgs that nobody has, and go in nowhere.
 * @throws {FeedRejected} other-district
 */
export async function overlap(at: Looking): Promise<void> {
  if (entities.every((entity) => at.state.partitions(entity).length === 0)) return;
  const share = at.snapshot.complete.has('users') ? await shareOfKnownPeople(at) : undefined;
  if (share !== undefined && share < leastShare) {
    throw otherDistrict(
      'users.csv',
      `Only ${Math.floor(share * 100)} % of the people of the last good sync are in this feed by their ids.`,
    );
  }
  if (await knowsNoSchool(at)) {
    throw otherDistrict('orgs.csv', 'None of the schools of the last good sync is in this feed by its id.');
  }
}

function otherDistrict(file: string, message: string): FeedRejected {
  return new FeedRejected('other-district', message, {
    hint:
      'Check that this is the feed of this district and of this year. If the source gave everybody new ids, ' +
      'restore the old ids in the export; nothing was changed.',
    where: { file, column: 'sourcedId' },
  });
}

/**
 * Share of active known records that the feed names too; undefined where there are too few to say. Partitions with an
 * unchanged digest need no reading.
 */
async function shareOfKnownPeople({
  state,
  snapshot,
  workspace,
  edits,
  from,
}: Looking): Promise<number | undefined> {
  // Changes name few.
  if (!snapshot.complete.has('users')) return undefined;
  const spill = snapshot.spills.users;
  const stored = state.partitions('users');
  let active = 0;
  let known = 0;
  for (let partition = 0; partition < spill.partitions; partition++) {
    const before = stored.length === spill.partitions ? stored[partition] : undefined;
    if (from.isOnly && before?.feed?.endsWith(` ${spill.digests[partition] ?? '-'}`)) {
      active += before.active;
      known += before.active;
      continue;
    }
    const ids = await idsIn(workspace, 'users', partition);
    for (const line of await state.lines('users', partition, spill.partitions)) {
      if (line.status !== 'active' || line.feed !== from.feed || edits.isManual('users', line.id)) continue;
      active++;
      if (ids.has(line.id)) known++;
    }
  }
  return active < leastPeople ? undefined : known / active;
}

async function knowsNoSchool({ state, snapshot, workspace, from }: Looking): Promise<boolean> {
  const { partitions } = snapshot.spills.orgs;
  if (!snapshot.complete.has('orgs')) return false;
  let schools = 0;
  for (let partition = 0; partition < partitions; partition++) {
    const ids = await idsIn(workspace, 'orgs', partition);
    for (const line of await state.lines('orgs', partition, partitions)) {
      // Lines of this entity hold its records.
      if (
        line.status !== 'active' ||
        line.feed !== from.feed ||
        (JSON.parse(line.json) as Org).type !== 'school'
      )
        continue;
      if (ids.has(line.id)) return false;
      schools++;
    }
  }
  return schools > 0;
}

/** Ids of the rows of a partition, those of bad rows too: an export that is broken is still this district's. */
async function idsIn(
  workspace: Workspace,
  entity: 'users' | 'orgs',
  partition: number,
): Promise<Set<string>> {
  const ids = readDrops(await workspace.read(dropsFile(entity, partition))).rows;
  for (const line of readLines(await workspace.read(rowsFile(entity, partition)))) ids.add(line.id);
  return ids;
}
