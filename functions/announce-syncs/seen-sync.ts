import * as z from 'zod';
import { SyncState } from '../../shared/messages/syncs.ts';
import { entities } from '../../shared/roster/records.ts';
import { syncKinds } from '../../shared/roster/sync.ts';

/** Of a sync's item what its announcement needs; other items of the table do not look like this. */
export const SyncItem = z.object({
  value: z.object({
    district: z.string(),
    syncId: z.string(),
    feed: z.string().optional(),
    mapping: z.string().optional(),
    kind: z.enum(syncKinds),
    state: SyncState,
    hold: z.object({ reason: z.string(), remaining: z.number() }).optional(),
    startedAt: z.string().optional(),
    finishedAt: z.string().optional(),
    counts: z.partialRecord(z.enum(entities), z.record(z.string(), z.number())).optional(),
  }),
});
export type SeenSync = z.infer<typeof SyncItem>['value'];
