import { RequestError } from '../errors.ts';
import type { ActiveMapping, Lane, MappingDraft } from './lane.ts';
import type { Sync } from './sync.ts';
import {
  type ApprovalDeps,
  approveSync,
  busy,
  type DeskDeps,
  maxRaces,
  startSync,
  withoutFeed,
} from './sync-desk.ts';

/**
 * What people do with the mapping of a district. A draft is a pointer and does nothing; only a sync that was simulated and
 * approved brings its rules into force, by the commit that shows what they give.
 */
export type MappingState = { active?: ActiveMapping; draft?: MappingDraft; etag: string };

export function mappingState({ committed, draft }: Pick<Lane, 'committed' | 'draft'>): MappingState {
  const active = committed.mapping;
  return {
    ...(active === undefined ? {} : { active }),
    ...(draft === undefined ? {} : { draft }),
    etag: [active?.version ?? 'shipped', ...(draft ? [draft.version, draft.savedAt] : [])].join('.'),
  };
}

/**
 * Replaces the draft.
 * @throws {RequestError} precondition-failed where the mapping is not at `ifMatch`, if one is given
 */
export async function saveDraft(
  { ledger, now }: Pick<DeskDeps, 'ledger' | 'now'>,
  draft: { district: string; version: string; by: string; ifMatch?: string | undefined },
): Promise<MappingState> {
  for (let race = 0; race < maxRaces; race++) {
    const lane = await ledger.lane(draft.district);
    if (draft.ifMatch !== undefined && draft.ifMatch !== mappingState(lane.value).etag) {
      throw new RequestError('precondition-failed', 'changed-meanwhile', 'Somebody changed it meanwhile.');
    }
    const saved = { version: draft.version, savedAt: now(), savedBy: draft.by };
    const value = { ...lane.value, draft: saved };
    if (await ledger.write({ lane: { value, version: lane.version }, syncs: [] })) return mappingState(value);
  }
  throw busy();
}

/** Plans what the draft would change, and rests. @throws {RequestError} conflict where there is no draft */
export async function simulateDraft(
  deps: DeskDeps,
  { district, syncId, by }: { district: string; syncId: string; by: string },
): Promise<Sync> {
  const { draft } = (await deps.ledger.lane(district)).value;
  if (draft === undefined) {
    throw new RequestError('conflict', 'no-draft', 'There is no draft to simulate: PUT the rules first.');
  }
  return startSync(deps, {
    district,
    syncId,
    kind: 'mapping',
    mapping: draft.version,
    dryRun: true,
    ...withoutFeed,
    requestedBy: by,
  });
}

/** Approves the simulation that is held. @throws {RequestError} conflict as approveSync, and where none is */
export async function activateDraft(
  deps: ApprovalDeps,
  { district, planHash, by }: { district: string; planHash: string; by: string },
): Promise<Sync> {
  const { held = [] } = (await deps.ledger.lane(district)).value;
  const waiting = await Promise.all(held.map((syncId) => deps.ledger.sync(district, syncId)));
  const sync = waiting.find((kept) => kept?.value.mapping !== undefined)?.value;
  if (sync === undefined) {
    throw new RequestError(
      'conflict',
      'not-simulated',
      'No simulation is waiting to be activated; a newer sync supersedes one. Simulate the draft and look at its plan.',
    );
  }
  return approveSync(deps, { district, syncId: sync.syncId, planHash, by });
}
