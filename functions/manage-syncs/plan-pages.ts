import type * as z from 'zod';
import type { PlanChange, PlanQuery } from '../../shared/messages/syncs.ts';
import { schoolsOf } from '../../shared/roster/cells.ts';
import { type Change, chunkKey, heldPrefix, holderParts, renamedPrefix } from '../../shared/roster/plan.ts';
import type { PlanSummary } from '../../shared/roster/sync.ts';
import type { Objects } from '../../shared/roster/sync-stores.ts';
import { type Part, pageOfParts } from './paging.ts';

/** The changes of a plan that a person wants to see: records, and what they mean for roles. */
export function planPage(
  objects: Pick<Objects, 'get'>,
  plan: PlanSummary,
  asked: z.output<typeof PlanQuery>,
): Promise<{ items: PlanChange[]; cursor?: string }> {
  const read = async (key: string, held: boolean) =>
    (await objects.get(key)).split('\n').flatMap((line) => {
      // Written by ChunkWriter only.
      const change = line === '' ? undefined : (JSON.parse(line) as Change);
      const shown = change && liesAt(change, asked.school) ? shownChange(change, held) : undefined;
      const wanted =
        shown &&
        (asked.entity === undefined || shown.entity === asked.entity) &&
        (asked.kind === undefined || shown.kind === asked.kind);
      return [wanted ? shown : undefined];
    });
  const part =
    (prefix: string, chunk: number, held: boolean): Part<PlanChange> =>
    () =>
      read(chunkKey(prefix, chunk), held);
  const parts = [
    ...Array.from({ length: plan.renamed?.chunks ?? 0 }, (_, chunk) =>
      part(renamedPrefix(plan.prefix), chunk, false),
    ),
    ...Array.from({ length: plan.chunks }, (_, chunk) => part(plan.prefix, chunk, false)),
    ...Array.from({ length: plan.heldChunks }, (_, chunk) => part(heldPrefix(plan.prefix), chunk, true)),
  ];
  return pageOfParts(parts, asked);
}

/** Changes of roles alone lie nowhere, nor do those of ids. */
function liesAt(change: Change, school: string | undefined): boolean {
  if (school === undefined) return true;
  if (change.table !== 'roster' || change.kind === 'forward' || change.kind === 'rename') return false;
  return [change.prev, change.now].some(
    // The shape that rosterChange writes.
    (value) =>
      value !== undefined && schoolsOf(change.entity, (value as { record: unknown }).record).includes(school),
  );
}

type Fields = Record<string, unknown>;

function shownChange(change: Change, held: boolean): PlanChange | undefined {
  const { kind } = change;
  // What lookups by the feed's ids are written for is shown as the renames.
  if (kind === 'cover' || kind === 'forward') return undefined;
  if (kind === 'rename') return shownRename(change);
  if (change.table !== 'roster' && change.kind === 'repair') return shownRepair(change);
  if (change.table !== 'roster') {
    // Roles can move without the person's own record, e.g. when an org becomes a school.
    if (change.entity !== 'person' || !change.effect) return undefined;
    return { entity: 'users', kind: 'update', sourcedId: change.id, access: change.effect };
  }
  const [before, after] = [flat(change.prev), flat(change.now)];
  const changed = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].filter(
    (field) => JSON.stringify(before?.[field]) !== JSON.stringify(after?.[field]),
  );
  const only = (fields: Fields) =>
    Object.fromEntries(changed.filter((f) => f in fields).map((f) => [f, fields[f]]));
  return {
    entity: change.entity,
    kind,
    sourcedId: change.id,
    ...(held ? { held } : {}),
    ...(before ? { before: only(before) } : {}),
    ...(after ? { after: only(after) } : {}),
    ...(change.effect ? { access: change.effect } : {}),
  };
}

function shownRename({ table, entity, id, renamed }: Change): PlanChange | undefined {
  return table === 'roster'
    ? { entity, kind: 'rename', sourcedId: id, ...(renamed && { renamed }) }
    : undefined;
}

const recordsOf = { person: 'users', class: 'classes', org: 'orgs', holder: 'users' } as const;

/** Facts and holders follow from a record: a repair of theirs is shown at that. */
function shownRepair(change: Exclude<Change, { table: 'roster' }>): PlanChange {
  const sourcedId = change.entity === 'holder' ? holderParts(change.id).userId : change.id;
  const fields = (value: unknown) => (typeof value === 'object' && value !== null ? { ...value } : undefined);
  const [before, after] = [fields(change.prev), fields(change.now)];
  return {
    ...{ entity: recordsOf[change.entity], kind: 'repair', sourcedId },
    ...(before ? { before } : {}),
    ...(after ? { after } : {}),
    ...(change.effect ? { access: change.effect } : {}),
  };
}

/** A record's fields with its status beside them. */
function flat(value: unknown): Fields | undefined {
  if (value === undefined) return undefined;
  // The shape that rosterChange writes.
  const { status, record } = value as { status: string; record: Fields };
  return { ...record, status };
}
