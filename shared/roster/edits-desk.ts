import { RequestError } from '../errors.ts';
import { CommittedState } from './committed-state.ts';
import { startNext } from './drive-lane.ts';
import { editsOf, putWishes, wishesOf } from './edit-documents.ts';
import {
  addWishes,
  countEdits,
  type EditAt,
  type Edits,
  type EditWishes,
  editKey,
  type ManualRecord,
  maxEdits,
  noWishes,
  type Override,
  recordKey,
  withWishes,
} from './edits.ts';
import type { Lane } from './lane.ts';
import { isOver, type Sync } from './sync.ts';
import { busy, type DeskDeps, maxRaces, startSync, withoutFeed } from './sync-desk.ts';
import type { Kept, Objects } from './sync-stores.ts';

/**
 * What people do with single records. Each wish names what it puts or releases and nothing else, and is laid over what is in force when
 * its sync has its turn: of two people who ask at once, neither takes back what the other has done.
 */
export type EditDeskDeps = DeskDeps & { objects: Objects };

/** Nothing is put where something else would be lost: what a sync of edits takes away waits, all of it. */
const guard = { ...withoutFeed.guard, onBreach: 'hold-all' } as const;

/** The sync to watch, and how the edits stand with it asked for. */
export type Asked = { sync: Sync; etag: string };

type Asking = { district: string; syncId: string; by: string; ifMatch?: string | undefined };

export function editsEtag({ committed, editing }: Pick<Lane, 'committed' | 'editing'>): string {
  return `${committed.edits?.version ?? 'none'}.${editing?.asked ?? 0}`;
}

export async function editsInForce(
  { ledger, objects }: Pick<EditDeskDeps, 'ledger' | 'objects'>,
  district: string,
): Promise<{ edits: Edits; etag: string }> {
  const lane = (await ledger.lane(district)).value;
  const edits = await editsOf(objects, district, lane.committed.edits?.version);
  return { edits, etag: editsEtag(lane) };
}

/**
 * Overrides a field until it is released.
 * @throws {RequestError} not-found where the roster has no such record, and as `ask`
 */
export async function overrideField(deps: EditDeskDeps, asking: Asking, override: Override): Promise<Asked> {
  const seen = await look(deps, asking.district);
  const made = seen.edits.records.some((record) => recordKey(record) === recordKey(override));
  if (!made && !seen.waits && (await seen.lineOf(override)) === undefined) {
    throw new RequestError('not-found', 'unknown-record', 'The roster of this district has no such record.');
  }
  return ask(deps, asking, { ...noWishes, overrides: [override] });
}

/**
 * Makes a record that no feed brings, or changes one that was made so.
 * @throws {RequestError} conflict where the feed brings it, and as `ask`
 */
export async function putManualRecord(
  deps: EditDeskDeps,
  asking: Asking,
  record: ManualRecord,
): Promise<Asked> {
  const seen = await look(deps, asking.district);
  const made = seen.edits.records.some((other) => recordKey(other) === recordKey(record));
  if (!made && (await seen.lineOf(record))?.status === 'active') {
    throw new RequestError(
      'conflict',
      'record-of-feed',
      'The feed brings this record: override those of its fields that are wrong.',
    );
  }
  return ask(deps, asking, { ...noWishes, records: [record] });
}

/**
 * Gives a field back to the feed, or suspends a manual record.
 * @throws {RequestError} not-found where there is no such edit, and as `ask`
 */
export async function releaseEdit(deps: EditDeskDeps, asking: Asking, at: EditAt): Promise<Asked> {
  const { edits, waits } = await look(deps, asking.district);
  const known = [...edits.overrides, ...edits.records].some((edit) => editKey(edit) === editKey(at));
  if (!known && !waits) {
    throw new RequestError(
      'not-found',
      'unknown-edit',
      'Nobody has edited this, or it was released already.',
    );
  }
  return ask(deps, asking, { ...noWishes, releases: [at] });
}

/**
 * Starts the sync that drops the edits whose day has come, once a day; undefined where there is nothing to drop. `today` is the
 * calendar day in the district's time zone. A feed that comes first goes by the day too.
 */
export async function startExpiredEdits(
  deps: DeskDeps,
  district: string,
  { today, syncId }: { today: string; syncId: string },
): Promise<Sync | undefined> {
  const isDue = ({ committed: { edits }, editing }: Lane) =>
    edits?.until !== undefined && edits.until <= today && editing?.expired !== today;
  if (!isDue((await deps.ledger.lane(district)).value)) return undefined;
  const request = { ...withoutFeed, guard, district, syncId, dryRun: false, requestedBy: 'rolebook' };
  return startSync(deps, { ...request, kind: 'edits' }, (lane) => ({
    ...lane,
    editing: { asked: lane.editing?.asked ?? 0, syncId, expired: today },
  }));
}

/** The committed edits and roster, and whether edits that were asked for are still on their way. */
async function look({ ledger, objects }: EditDeskDeps, district: string) {
  const lane = (await ledger.lane(district)).value;
  const last = lane.editing && (await ledger.sync(district, lane.editing.syncId))?.value;
  const state = await CommittedState.open(objects, district, lane.committed.manifest);
  return {
    edits: await editsOf(objects, district, lane.committed.edits?.version),
    waits: last !== undefined && !isOver(last.state) && last.state !== 'held',
    lineOf: ({ entity, sourcedId }: EditAt) => state.line(entity, sourcedId),
  };
}

/**
 * Adds a wish to the sync of edits that waits for its turn, or starts one.
 * @throws {RequestError} precondition-failed where the edits are not at `ifMatch`, if one is given; unprocessable where there are too
 * many; conflict where too many syncs wait.
 */
async function ask(deps: EditDeskDeps, asking: Asking, wish: EditWishes): Promise<Asked> {
  const { district, syncId, by, ifMatch } = asking;
  for (let race = 0; race < maxRaces; race++) {
    const lane = await deps.ledger.lane(district);
    const waiting = await waitingSync(deps, lane.value);
    const before = await wishesOf(deps.objects, district, waiting?.value.edits);
    const wishes = addWishes(before, wish);
    await refuseTooMany(deps, lane.value, wishes);
    const edits = await putWishes(deps.objects, district, wishes);
    const asked = (of: Lane, sync: string): Lane => ({
      ...of,
      editing: { ...of.editing, asked: (of.editing?.asked ?? 0) + 1, syncId: sync },
    });
    if (waiting === undefined) {
      const request = { ...withoutFeed, guard, district, syncId, dryRun: false, requestedBy: by };
      let etag = editsEtag(lane.value);
      const sync = await startSync(deps, { ...request, kind: 'edits', edits }, (now) => {
        refuseChanged(now, ifMatch);
        const marked = asked(now, syncId);
        etag = editsEtag(marked);
        return marked;
      });
      return { sync, etag };
    }
    refuseChanged(lane.value, ifMatch);
    const sync: Sync = { ...waiting.value, edits, updatedAt: deps.now() };
    const value = asked(lane.value, sync.syncId);
    const done = await deps.ledger.write({
      lane: { value, version: lane.version },
      syncs: [{ value: sync, version: waiting.version }],
    });
    if (!done) continue;
    await startNext(deps.queues, value);
    return { sync, etag: editsEtag(value) };
  }
  throw busy();
}

/** No planner has looked at it yet: whatever it is to bring in can still be added to. */
async function waitingSync(
  { ledger }: EditDeskDeps,
  { district, editing }: Lane,
): Promise<Kept<Sync> | undefined> {
  const last = editing && (await ledger.sync(district, editing.syncId));
  return last?.value.state === 'queued' && last.value.claims === 0 ? last : undefined;
}

async function refuseTooMany({ objects }: EditDeskDeps, lane: Lane, wishes: EditWishes): Promise<void> {
  if (wishes.overrides.length + wishes.records.length === 0) return;
  const before = await editsOf(objects, lane.district, lane.committed.edits?.version);
  if (countEdits(withWishes(before, wishes)) <= maxEdits) return;
  throw new RequestError(
    'unprocessable',
    'too-many-edits',
    `A district keeps at most ${maxEdits} edits. Release some, or put the records right in the student information system.`,
  );
}

function refuseChanged(lane: Lane, ifMatch: string | undefined): void {
  if (ifMatch === undefined || ifMatch === editsEtag(lane)) return;
  throw new RequestError('precondition-failed', 'changed-meanwhile', 'Somebody changed it meanwhile.');
}
