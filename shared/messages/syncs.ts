import * as z from 'zod';
import { entities } from '../roster/records.ts';
import { onBreach, syncKinds } from '../roster/sync.ts';
import { FeedId } from './districts.ts';
import { DistrictId, Instant, PageQuery, pageOf, Ulid } from './parameters.ts';

export const NewSync = z.strictObject({
  feed: FeedId,
  upload: Ulid.optional().meta({ description: 'Needed for a feed whose source is upload.' }),
  dryRun: z.boolean().default(false).meta({ description: 'Plan, and rest in `held`.' }),
});

export const SyncState = z.enum([
  'queued',
  'reading',
  'planning',
  'held',
  'applying',
  'finishing',
  'applied',
  'rejected',
  'failed',
  'cancelled',
  'superseded',
]);

export const StartedSync = z.object({ syncId: Ulid, state: SyncState });

/** `received = unchanged + created + updated + reactivated + marked + rejected`; `suspended` comes on top. */
const EntityCounts = z.object({
  received: z.int(),
  unchanged: z.int(),
  created: z.int(),
  updated: z.int(),
  reactivated: z.int(),
  marked: z.int().meta({ description: 'The feed says tobedeleted.' }),
  rejected: z.int(),
  suspended: z.int().meta({ description: 'A full feed no longer has them.' }),
  purged: z.int().optional().meta({
    description: 'On purges alone: suspended for longer than the grace period, and taken out for good.',
  }),
});

/** As `GET …/syncs/{sync}` shows it; what is kept is `Sync` of `shared/roster/sync.ts`. */
export const SyncView = z.object({
  syncId: Ulid,
  kind: z.enum(syncKinds).meta({
    description:
      'All but `feed` go on from the committed roster: `mapping` by other rules, `edits` with other edits of people, ' +
      '`rollback` as before another sync, `purge` without what was suspended for long, `repair` as it was committed.',
  }),
  feed: z.string().optional(),
  mapping: z.string().optional().meta({ description: 'Version of the rules that the sync brings in.' }),
  upload: z.string().optional(),
  dryRun: z.boolean(),
  state: SyncState,
  hold: z
    .object({
      reason: z.enum(['guard', 'dry-run', 'season', 'drift']),
      remaining: z.int().meta({ description: 'Changes that wait for an approval.' }),
    })
    .optional(),
  progress: z.object({
    done: z.number(),
    total: z.number().optional(),
    unit: z.string(),
    rowsPerSecond: z.number().optional(),
    etaSeconds: z.number().optional(),
  }),
  counts: z.partialRecord(z.enum(entities), EntityCounts),
  files: z.array(z.object({ file: z.string(), rows: z.int(), accepted: z.int(), rejected: z.int() })),
  guard: z
    .object({
      limits: z.object({
        percent: z.number(),
        atLeast: z.int(),
        onBreach: z.enum(onBreach),
      }),
      breached: z.boolean(),
      entities: z.array(
        z.object({
          entity: z.enum(entities),
          active: z.int().meta({ description: 'Before the sync.' }),
          removals: z.int(),
          percent: z.number().meta({ description: '0–100.' }),
          breached: z.boolean(),
        }),
      ),
      roles: z
        .object({
          active: z.int().meta({ description: 'Roles by rules before the sync, one for each scope.' }),
          lost: z.int(),
          percent: z.number().meta({ description: '0–100.' }),
          breached: z.boolean(),
        })
        .optional()
        .meta({ description: 'Of a change of the mapping.' }),
    })
    .optional(),
  roles: z
    .array(
      z.object({
        system: z.string(),
        role: z.string(),
        gained: z.int(),
        lost: z.int(),
        requested: z.int().meta({ description: 'Who would get it once somebody confirms it.' }),
      }),
    )
    .optional()
    .meta({ description: 'How many people gain and lose which role; who they are is in the plan.' }),
  problems: z
    .object({ errors: z.int(), warnings: z.int() })
    .optional()
    .meta({ description: 'How many; `GET …/problems` has them.' }),
  rejection: z
    .object({
      code: z.string(),
      message: z.string(),
      hint: z.string(),
      file: z.string().optional(),
      row: z.int().optional(),
      column: z.string().optional(),
    })
    .optional(),
  failure: z.string().optional().meta({ description: 'A fault on our side, after retries.' }),
  planHash: z.string().optional(),
  requestedBy: z.string().optional(),
  approvedBy: z.string().optional(),
  createdAt: Instant,
  startedAt: Instant.optional(),
  finishedAt: Instant.optional(),
});
export type SyncView = z.infer<typeof SyncView>;
export const SyncPage = pageOf(SyncView);

const ChangeKind = z.enum(['create', 'update', 'reactivate', 'mark', 'suspend', 'purge', 'repair']);

export const PlanQuery = PageQuery.extend({
  entity: z.enum(entities).optional(),
  kind: ChangeKind.optional(),
});

export const PlanChange = z.object({
  entity: z.enum(entities),
  kind: ChangeKind,
  sourcedId: z.string(),
  held: z.boolean().optional(),
  before: z
    .record(z.string(), z.unknown())
    .optional()
    .meta({ description: 'The changed fields, as they were.' }),
  after: z
    .record(z.string(), z.unknown())
    .optional()
    .meta({ description: 'The changed fields, as they will be.' }),
  access: z
    .array(
      z.object({
        system: z.string(),
        gained: z.array(z.string()),
        lost: z.array(z.string()),
        requested: z.array(z.string()).optional().meta({ description: 'What waits for a confirmation.' }),
      }),
    )
    .optional()
    .meta({ description: 'Roles that the person gains and loses by this sync.' }),
});
export type PlanChange = z.infer<typeof PlanChange>;
export const PlanPage = pageOf(PlanChange);

export const ProblemView = z.object({
  file: z.string(),
  row: z.int().optional(),
  column: z.string().optional(),
  code: z.string(),
  severity: z.enum(['error', 'warning']),
  value: z.string().optional().meta({ description: 'Masked.' }),
  message: z.string(),
  hint: z.string(),
  alike: z.int().optional().meta({ description: 'How many problems of this code and column the feed has.' }),
});
export type ProblemView = z.infer<typeof ProblemView>;
export const ProblemPage = pageOf(ProblemView);

export const SyncApproval = z.strictObject({
  planHash: z.string().min(1).max(200).meta({ description: 'Of the plan that was looked at.' }),
});

export const SyncPath = z.strictObject({ district: DistrictId, sync: Ulid });
