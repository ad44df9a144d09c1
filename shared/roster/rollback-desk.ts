import { RequestError } from '../errors.ts';
import type { Lane } from './lane.ts';
import { normalSeason } from './season.ts';
import { isCare, isOver, type Sync } from './sync.ts';
import { type DeskDeps, startSync } from './sync-desk.ts';
import { bringsMapping, isMappingOf } from './undone-sync.ts';

/**
 * Starts the sync that undoes another. Asked again for the same id, it starts nothing new.
 * @throws {RequestError} not-found; conflict where the sync has committed nothing, or has not ended yet, or its rules are not
 * those that hold
 */
export async function rollbackSync(
  deps: DeskDeps,
  asked: { district: string; syncId: string; undoes: string; dryRun: boolean; by: string },
): Promise<Sync> {
  const { district, syncId, undoes, dryRun } = asked;
  const undone = (await deps.ledger.sync(district, undoes))?.value;
  if (undone === undefined) {
    throw new RequestError('not-found', 'unknown-sync', 'There is no such sync in this district.');
  }
  const isKnown = (await deps.ledger.sync(district, syncId)) !== undefined;
  if (!isKnown) refuseUnfit(undone, (await deps.ledger.lane(district)).value);
  const { guard, include, removal } = undone;
  return startSync(deps, {
    ...{ district, syncId, kind: 'rollback', undoes, dryRun },
    ...{ guard, include, removal, season: normalSeason },
    requestedBy: asked.by,
  });
}

function refuseUnfit(undone: Sync, lane: Lane): void {
  const refuse = (code: string, message: string) => {
    throw new RequestError('conflict', code, message);
  };
  if (!isOver(undone.state) && undone.state !== 'held') {
    refuse('not-over', `The sync is ${undone.state}. Cancel it, or wait until it has ended, and ask again.`);
  }
  if (undone.parts === undefined) {
    refuse(
      'nothing-applied',
      `The sync is ${undone.state} and has applied nothing: there is nothing to undo.`,
    );
  }
  if (isCare(undone.kind)) {
    refuse(
      'not-undoable',
      `A ${undone.kind} is not undone: a purge takes out for good, a repair writes what was committed.`,
    );
  }
  if (bringsMapping(undone) && !isMappingOf(undone, lane)) {
    refuse(
      'mapping-moved',
      'The mapping has been changed since. Undo the later change first, or write the rules that you want and simulate them.',
    );
  }
}
