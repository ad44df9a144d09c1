import { FeedRejected } from '../errors.ts';
import type { Alias } from './aliases.ts';
import type { CommittedState } from './committed-state.ts';
import type { EditLayer } from './edit-layer.ts';
import { type From, fromOf, lastOf } from './fed.ts';
import type { OpenFeed, Problem } from './feed-reading.ts';
import type { Rename } from './find-renames.ts';
import { foreignIds } from './foreign-ids.ts';
import { gate } from './gate.ts';
import { identitiesOf } from './identity-documents.ts';
import { withoutKeptOut } from './kept-out.ts';
import type { Lane } from './lane.ts';
import { unknownOnly } from './only.ts';
import type { ProblemWriter } from './problem-writer.ts';
import type { Snapshot } from './read-feed.ts';
import { readKnown } from './read-known.ts';
import { entities } from './records.ts';
import { settleReferences } from './settle-references.ts';
import type { Fed, StateLine } from './state.ts';
import type { Sync } from './sync.ts';
import type { Objects, SyncLedger, Workspace } from './sync-stores.ts';

/** A feed, and which versions of the uploaded files it is. */
export type OpenUpload = { feed: OpenFeed; tags: string[] };

export type ReadUploadDeps = {
  ledger: Pick<SyncLedger, 'progress'>;
  objects: Pick<Objects, 'get'>;
  /** @throws {FeedRejected} where the upload cannot be a feed. */
  openFeed(sync: Sync): Promise<OpenUpload>;
};

/**
 * The workspace has the rest. `aliases`: of all feeds, as they are after the plan. `fed`: what the next feed is judged by, where this one
 * is committed.
 */
export type ReadUpload = {
  snapshot: Snapshot;
  workspace: Workspace;
  aliases: Alias[];
  renames: Rename[];
  format: string;
  tags: string[];
  fed: Fed;
  from: From;
};
type Reading = {
  lane: Lane;
  state: CommittedState;
  edits: EditLayer;
  problems: ProblemWriter;
  workspace: Workspace;
};

/** @throws {FeedRejected} where it is not this district's feed, not the upload that an approval was for, or stopped by the gate */
export async function readUpload(
  deps: ReadUploadDeps,
  sync: Sync & { feed: string },
  { lane, state, edits, problems, workspace }: Reading,
): Promise<ReadUpload> {
  const { district, syncId } = sync;
  const from = fromOf(lane, state, sync.feed);
  const owns = (line: StateLine) => line.feed === from.feed;
  const { feed: whole, tags } = await deps.openFeed(sync);
  const feed = withoutKeptOut(whole, district, lane.keptOut);
  if (sync.approval && sync.uploadTags?.join() !== tags.join()) throw replaced();
  const again = async () => {
    const opened = await deps.openFeed(sync);
    if (opened.tags.join() !== tags.join()) throw replaced();
    return withoutKeptOut(opened.feed, district, lane.keptOut);
  };
  const tell = (problem: Problem) => problems.add(problem);
  const last = lastOf(state.manifest, from);
  const sharedOrgs = new Set(last?.sharedOrgs);
  const foreign = async (read: Pick<ReadUpload, 'snapshot' | 'workspace'>) => {
    if (from.isOnly) return [];
    const found = await foreignIds({ ...read, feed: sync.feed, state, owns, shared: sharedOrgs });
    for (const id of found.sharedOrgs) sharedOrgs.add(id);
    return found.aliases;
  };
  const known = await readKnown(feed, {
    ...{ feed: sync.feed, state, edits, workspace, owns, isOnly: sync.only !== undefined, open: again },
    identities: await identitiesOf(deps.objects, district, lane.identities),
    foreign,
    problem: tell,
    progress: (rows) => deps.ledger.progress({ district, syncId }, rows, 0, 'rows'),
  });
  const { snapshot } = known;
  for (const problem of removalsSkipped(snapshot)) await tell(problem);
  const fed = await gate({ sync, state, ...known, edits, from, before: last, reads: feed.reads });
  await settleReferences({ state, ...known, owns, sharedOrgs, problem: tell });
  const { only } = sync;
  const unknown = only === undefined ? [] : await unknownOnly({ only, state, ...known });
  for (const problem of unknown) await tell(problem);
  const shared = sharedOrgs.size === 0 ? {} : { sharedOrgs: [...sharedOrgs] };
  return { ...known, format: feed.format, tags, fed: { ...fed, ...shared }, from };
}

/** What a full file can't take away, because some of its rows can't be told from what is missing. */
function removalsSkipped({ spills, complete }: Snapshot): Problem[] {
  return entities
    .filter((entity) => complete.has(entity) && spills[entity].nameless > 0)
    .map((entity) => ({
      file: `${entity}.csv`,
      column: 'sourcedId',
      code: 'removals-skipped',
      severity: 'warning',
      message: `${entity}.csv has rows without a readable sourcedId, so nothing that is missing from it was suspended.`,
      hint: 'Mend those rows; the next sync then suspends what the file no longer has.',
    }));
}

function replaced(): FeedRejected {
  return new FeedRejected('upload-incomplete', 'The uploaded files were replaced after this plan was made.', {
    hint: 'Start a new sync, look at its plan and approve that.',
  });
}
