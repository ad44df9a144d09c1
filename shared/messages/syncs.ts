import * as z from 'zod';
import { entities } from '../roster/records.ts';
import { acceptable, onBreach, syncKinds } from '../roster/sync.ts';
import { FeedId } from './districts.ts';
import { DistrictId, Id, Instant, PageQuery, pageOf, Ulid } from './parameters.ts';

const Acceptance = z.array(z.enum(acceptable)).min(1).max(acceptable.length);
const onlyIds = z
  .array(Id)
  .min(1)
  .max(100)
  .refine((ids) => new Set(ids).size === ids.length, 'each once')
  .optional();

const Only = z
  .strictObject({
    users: onlyIds.meta({ description: 'People, with their enrollments.' }),
    classes: onlyIds.meta({ description: 'Classes, with their enrollments.' }),
    schools: onlyIds.meta({
      description: 'Orgs, with their classes, the people who have a role there, and enrollments there.',
    }),
  })
  .refine((only) => Object.values(only).some((ids) => ids !== undefined), 'name users, classes or schools');

export const NewSync = z.strictObject({
  feed: FeedId,
  upload: Ulid.optional().meta({
    description:
      'The newest whole upload that names the feed, where left out; a feed of an API is then pulled.',
  }),
  dryRun: z.boolean().default(false).meta({ description: 'Plan, and rest in `held`.' }),
  mode: z
    .literal('full')
    .optional()
    .meta({
      description:
        'Everything, and not just what has changed: a feed of an API is pulled as a whole; an upload of canvas-csv, which else only adds ' +
        'and changes, is all there is, so that what it leaves out goes.',
    }),
  accept: Acceptance.optional().meta({
    description:
      'Refusals of the gate that you know better than, for this sync alone: the feed lost a file or many rows, has other ' +
      'columns, or is of an older school year than the last good one.',
  }),
  only: Only.optional().meta({
    description: 'By `sourcedId`: nothing else of the roster changes, and counts are of these alone.',
  }),
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
  missing: z.int().optional().meta({
    description:
      'Where there are any: a full feed no longer has them, and they stay for now, by the season or until more good runs miss them.',
  }),
  purged: z.int().optional().meta({
    description: 'On purges alone: suspended for longer than the grace period, and taken out for good.',
  }),
  renamed: z.int().optional().meta({
    description:
      'Where there are any: known records that the feed has by another id than before. On top of the sum.',
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
  undoes: z.string().optional().meta({ description: 'The sync that a rollback undoes.' }),
  upload: z.string().optional(),
  pull: z
    .object({
      mode: z.enum(['full', 'delta']).optional(),
      objects: z.int().optional(),
      tries: z.int(),
      unchanged: z
        .literal(true)
        .optional()
        .meta({ description: 'The vendor had nothing new, so that nothing was planned.' }),
    })
    .optional()
    .meta({ description: 'Of a feed of an API. The sync is `queued` until the pull is there.' }),
  only: Only.optional(),
  dryRun: z.boolean(),
  accept: Acceptance.optional().meta({ description: 'What the gate was told to let pass.' }),
  state: SyncState,
  partApplied: z.literal(true).optional().meta({
    description: 'It is not applied as a whole, but a part of it is, and stands: a rollback undoes it.',
  }),
  hold: z
    .object({
      reason: z.enum(['guard', 'dry-run', 'season', 'drift', 'renames']),
      remaining: z.int().meta({ description: 'Changes that wait for an approval.' }),
      approvals: z
        .array(z.object({ by: z.string(), at: Instant }))
        .optional()
        .meta({ description: 'Who has approved this plan already, where one person is not enough.' }),
      awaits: z
        .literal('second-person')
        .optional()
        .meta({ description: 'Nothing is applied before somebody else approves the same plan too.' }),
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
        secondPersonAbove: z.int().optional(),
      }),
      breached: z.boolean(),
      breaches: z
        .array(
          z.object({
            entity: z.enum(entities),
            school: z.string().optional(),
            role: z.string().optional(),
            window: z.enum(['run', '24h', '7d']),
            active: z.int(),
            removals: z.int(),
            percent: z.number(),
          }),
        )
        .meta({
          description:
            'Groups that would lose too many, the widest first: of all records, of a role, of a school, of a role at a school; by this ' +
            'sync (`run`), or with what earlier ones took unasked. `active` is when that window began.',
        }),
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
          active: z.int().meta({
            description: 'How many people had a role by rules before the sync, summed over the roles.',
          }),
          lost: z.int().meta({ description: 'How many of those who stay would have it no more.' }),
          percent: z.number().meta({ description: '0–100.' }),
          breached: z.boolean(),
          breaches: z.array(
            z.object({
              system: z.string(),
              role: z.string(),
              school: z.string().optional(),
              window: z.enum(['run', '24h', '7d']),
              active: z.int(),
              lost: z.int(),
              percent: z.number(),
            }),
          ),
        })
        .optional()
        .meta({ description: 'Roles taken from people who stay.' }),
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

const ChangeKind = z.enum([
  'create',
  'update',
  'reactivate',
  'mark',
  'suspend',
  'remove',
  'purge',
  'repair',
  'rename',
]);

export const PlanQuery = PageQuery.extend({
  entity: z.enum(entities).optional(),
  kind: ChangeKind.optional(),
  school: Id.optional().meta({ description: 'Records that lie or lay at this school.' }),
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
  renamed: z
    .object({ feed: z.string(), id: z.string(), agrees: z.array(z.string()) })
    .optional()
    .meta({
      description:
        'Of a rename: the id that the feed has for the record now, and which facts say that it is the same record. It keeps its sourcedId.',
    }),
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

/** No body is the same as an empty one. */
export const SyncRollback = z
  .strictObject({ dryRun: z.boolean().default(false).meta({ description: 'Plan, and rest in `held`.' }) })
  .optional();

export const SyncPath = z.strictObject({ district: DistrictId, sync: Ulid });
