import { CommittedState, putPartition } from './committed-state.ts';
import { byId } from './compare.ts';
import { editsOf, putEdits, wishesOf } from './edit-documents.ts';
import { EditLayer } from './edit-layer.ts';
import {
  type CommittedEdits,
  type Edits,
  expired,
  nextExpiry,
  undone,
  without,
  withWishes,
} from './edits.ts';
import type { Planning } from './planning.ts';
import type { ProblemWriter } from './problem-writer.ts';
import type { Manifest } from './state.ts';
import type { Sync } from './sync.ts';
import type { Objects, SyncLedger } from './sync-stores.ts';

type Deps = {
  objects: Objects;
  ledger: Pick<SyncLedger, 'sync'>;
  dayOf(district: string, at: string): Promise<string>;
};
type Opening = { at: string; state: CommittedState; committed: CommittedEdits | undefined };

/**
 * The edits that a plan goes by. A sync of edits brings in others, and drops those whose day has come; a rollback takes back what the
 * sync that it undoes has made of them.
 */
export async function openEdits(
  deps: Deps,
  sync: Sync,
  { at, state, committed }: Opening,
): Promise<EditLayer> {
  const { objects } = deps;
  const { district, kind, edits: asked } = sync;
  const before = await editsOf(objects, district, committed?.version);
  const wishes = await wishesOf(objects, district, asked);
  const wanted = kind === 'rollback' ? await rolledBack(deps, sync, before) : withWishes(before, wishes);
  const ends = nextExpiry(wanted) !== undefined;
  // Without an end, any day will do.
  const today = ends ? await deps.dayOf(district, at) : '';
  const after = kind === 'edits' ? without(wanted, expired(wanted, today)) : wanted;
  const beneath = await state.lines('beneath', 0, 1);
  return new EditLayer({ before, after, today, beneath, hasFeed: kind === 'feed' });
}

async function rolledBack({ objects, ledger }: Deps, { district, undoes }: Sync, now: Edits): Promise<Edits> {
  const sync = undoes === undefined ? undefined : (await ledger.sync(district, undoes))?.value;
  const editsAt = async (key: string | undefined) => {
    const { manifest } = await CommittedState.open(objects, district, key);
    return editsOf(objects, district, manifest.edits);
  };
  let edits = now;
  for (const { base, made } of sync?.parts?.toReversed() ?? []) {
    edits = undone(edits, { was: await editsAt(base), became: await editsAt(made) });
  }
  return edits;
}

/** `by`: what a manifest and a plan say of the edits that they were made with. */
export type SettledEdits = {
  kinds: Pick<Manifest['kinds'], 'beneath'>;
  edits: CommittedEdits | undefined;
  by: Pick<Manifest, 'edits'>;
};

/** Keeps the edits after the plan and what lies beneath them, and tells what there is to say of them. */
export async function settleEdits(
  { objects, district, edits: layer, state }: Planning,
  problems: Pick<ProblemWriter, 'add'>,
  committed: CommittedEdits | undefined,
): Promise<SettledEdits> {
  for (const problem of layer.problems()) await problems.add(problem);
  const lines = layer.beneath().sort(byId);
  const isKept = lines.length > 0 || state.partitions('beneath').length > 0;
  const kinds = isKept ? { beneath: [await putPartition(objects, district, 'beneath', lines)] } : {};
  const edits = await kept({ objects, district }, layer, committed);
  return { kinds, edits, by: edits === undefined ? {} : { edits: edits.version } };
}

async function kept(
  { objects, district }: Pick<Planning, 'objects' | 'district'>,
  { before, after }: EditLayer,
  committed: CommittedEdits | undefined,
): Promise<CommittedEdits | undefined> {
  if (JSON.stringify(after) === JSON.stringify(before)) return committed;
  const version = await putEdits(objects, district, after);
  const until = nextExpiry(after);
  return { version, ...(until === undefined ? {} : { until }) };
}
