import * as z from 'zod';
import { Day, DistrictId, Id, Instant, PageQuery, pageOf } from './parameters.ts';

const distinct = (ids: string[]) => new Set(ids).size === ids.length;

/** What narrows a staff member to some students of an account. */
const Reach = z.array(z.string().trim().min(1).max(100)).min(1).max(100).refine(distinct, 'each once');

/** What people put on students, so that staff can be narrowed to those. */
export const Tags = z.strictObject({
  tags: z.array(z.string().trim().min(1).max(100)).max(100).refine(distinct, 'each tag once'),
});

export const Scope = z.strictObject({
  type: z.enum(['customer', 'district', 'school', 'class', 'account']),
  ids: z.array(Id).min(1).max(40).refine(distinct, 'each id once'),
  yearLevels: Reach.optional().meta({
    description: 'Of an account: students enrolled at one of these; with `tags`, either will do.',
  }),
  tags: Reach.optional().meta({ description: 'Of an account: students who carry one of these.' }),
});

export const NewAssignment = z
  .strictObject({
    user: Id,
    system: z.string().min(1).max(64),
    role: z.string().min(1).max(200),
    scope: Scope,
    from: Day.optional(),
    until: Day.optional().meta({ description: 'Exclusive.' }),
  })
  .refine(({ from, until }) => from === undefined || until === undefined || from < until, {
    path: ['until'],
    error: 'must come after from',
  });
export type NewAssignment = z.infer<typeof NewAssignment>;

const AssignmentFields = z.object({
  id: z.string(),
  user: z.string(),
  system: z.string(),
  role: z.string(),
  scope: z.object({
    type: z.string(),
    ids: z.array(z.string()),
    yearLevels: z.array(z.string()).optional(),
    tags: z.array(z.string()).optional(),
  }),
  source: z.enum(['roster', 'manual', 'calculated']),
  from: z.string().optional(),
  until: z.string().optional(),
  rule: z.string().optional().meta({ description: 'The mapping rule that made it.' }),
});

export const AssignmentView = AssignmentFields.extend({
  status: z.literal('assigned'),
  assignedBy: z.string().optional().meta({ description: 'Absent where the roster gives it.' }),
  assignedAt: Instant.optional(),
  confirmedBy: z.string().optional(),
  confirmedAt: Instant.optional(),
});
export type AssignmentView = z.infer<typeof AssignmentView>;

/** Who takes over a seat. */
export const Transfer = z.strictObject({ user: Id });

/** A privileged role that someone, or a mapping rule, asks for; it grants nothing until it is confirmed. */
export const RequestView = AssignmentFields.extend({
  status: z.literal('requested'),
  requestedBy: z.string().optional().meta({ description: 'Absent where the roster asks.' }),
  requestedAt: Instant.optional(),
});
export type RequestView = z.infer<typeof RequestView>;

export const AssignmentQuery = PageQuery.extend({
  user: Id.optional(),
  system: z.string().max(64).optional(),
  role: z.string().max(200).optional().meta({ description: 'With `system`.' }),
  org: Id.optional().meta({ description: 'An id of the scope; with `system` and `role`.' }),
}).refine(({ user, system, role }) => user !== undefined || (system !== undefined && role !== undefined), {
  error: 'name a user, or a system and a role',
});
export const AssignmentPage = pageOf(AssignmentView);
export const RequestPage = pageOf(RequestView);

export const Settings = z
  .record(z.string().regex(/^[a-z][a-z0-9_.]{0,127}$/, 'a dotted name in lower case'), z.boolean())
  .refine((settings) => Object.keys(settings).length <= 200, 'at most 200 settings')
  .meta({ description: 'Keyed by name, e.g. `hmh.teacher.roster.view`.' });
export const SettingsView = z.record(z.string(), z.boolean());

const ReasonFields = {
  code: z.enum([
    'allowed',
    'no-role',
    'out-of-scope',
    'condition',
    'not-effective',
    'expired',
    'suspended',
    'rule',
    'unknown-subject',
    'unknown-resource',
    'unknown-action',
  ]),
  assignment: z.string().optional().meta({ description: 'Which one allowed, or came nearest.' }),
  row: z.string().optional().meta({ description: '`<system>:<permission>/<role>`.' }),
  source: z.string().optional().meta({ description: 'Line of the source document, `001:141`.' }),
  message: z.string(),
  path: z.array(z.string()).optional(),
  missed: z.array(z.string()).optional(),
};
export const ReasonView = z.object(ReasonFields);

export const AccessQuery = z.strictObject({
  at: Day.optional().meta({
    description:
      'A past day: by the roster committed last before its end, and by what people had given then. A later one: as it will be by dates.',
  }),
});

const RowView = z.object({
  file: z.string(),
  row: z.int().meta({ description: 'Its line in the file, the header counted.' }),
  sourcedId: z.string(),
});

const FeedOrigin = z.object({
  feed: z.string(),
  syncId: z.string(),
  appliedAt: Instant.meta({ description: 'When that roster was committed.' }),
});

/** Where an assignment comes from: a row and a rule, a person, or records. */
const Provenance = z.discriminatedUnion('source', [
  FeedOrigin.partial().extend({
    source: z.literal('roster'),
    rule: z.object({ id: z.string(), title: z.string().optional() }).optional(),
    rows: z.array(RowView).optional().meta({
      description: 'Of the last applied file; absent where `notes` say why they could not be looked up.',
    }),
    notInLastFeed: z.literal(true).optional().meta({
      description: 'The last file has no such row: a hold, or a row that was rejected, kept it.',
    }),
  }),
  z.object({
    source: z.literal('manual'),
    assignedBy: z.string().optional(),
    assignedAt: Instant.optional(),
    confirmedBy: z.string().optional(),
    confirmedAt: Instant.optional(),
    endedBy: z.string().optional().meta({ description: 'Who took it away on that day.' }),
    endedAt: Instant.optional(),
  }),
  z.object({
    source: z.literal('calculated'),
    records: z.array(z.object({ kind: z.string(), id: z.string() })),
  }),
]);

const PermissionView = z.object({
  permission: z.string(),
  task: z.string().meta({ description: 'In the words of the source.' }),
  condition: z.string().optional().meta({ description: 'Absent: anywhere in the scope.' }),
  rules: z.array(z.string()).optional().meta({ description: 'What binds everybody whom the row allows.' }),
  source: z.string().optional().meta({ description: 'Line of the source document, `001:141`.' }),
  standing: z.enum(['printed', 'read']).meta({
    description: '`read`: the source is damaged or silent, and `reason` says how it is read.',
  }),
  reason: z.string().optional(),
  overlay: z.string().optional(),
});

/** What a person may do, and from where. */
export const UserAccess = z.object({
  user: z.string(),
  at: z.string(),
  status: z.enum(['active', 'suspended', 'tobedeleted']).optional(),
  catalogue: z.literal('present').meta({ description: 'Roles and rows are those of today on any day.' }),
  roster: FeedOrigin.optional().meta({ description: 'The commit that the answer goes by.' }),
  notes: z.array(z.string()).meta({ description: 'What the answer can’t tell, and why.' }),
  assignments: z.array(
    AssignmentFields.extend({
      effective: z.boolean(),
      why: z.string().optional().meta({ description: 'Why it is not effective.' }),
      held: z
        .object({ begin: z.string().optional(), end: z.string().optional() })
        .optional()
        .meta({ description: 'The days in which its system’s lead-in or trail-off holds it.' }),
      provenance: Provenance,
      permissions: z.array(PermissionView),
    }),
  ),
  memberships: z
    .array(
      z.object({
        classId: z.string(),
        schoolId: z.string(),
        role: z.string(),
        begin: z.string().optional(),
        end: z.string().optional(),
        effective: z.boolean(),
        heldFor: z
          .array(z.object({ system: z.string(), begin: z.string().optional(), end: z.string().optional() }))
          .optional()
          .meta({
            description:
              'Systems whose lead-in or trail-off holds it outside its own days, and the days in which they do.',
          }),
        rows: z.array(RowView).optional(),
      }),
    )
    .meta({ description: 'Classes that conditions on own classes and students go by.' }),
});
export type UserAccess = z.infer<typeof UserAccess>;

const Properties = z.record(z.string(), z.unknown()).optional();
const Name = z.string().min(1).max(255);

const Entity = z.object({ type: Name, id: Name, properties: Properties });
/** Without its id, which a search ignores. */
const EntityType = z.object({ type: Name, properties: Properties });
const Action = z.object({ name: Name, properties: Properties });
const EvaluationContext = z.looseObject({
  district: DistrictId.optional().meta({
    description: 'The operator names it; a token of one district may.',
  }),
  explain: z
    .boolean()
    .optional()
    .meta({ description: 'Adds the path of an allowance and the nearest misses.' }),
  atLeast: z.string().max(200).optional().meta({ description: 'An answer no older than this token.' }),
});
export type EvaluationContext = z.infer<typeof EvaluationContext>;

/** AuthZEN 1.0, access evaluation. Members that the standard does not know are ignored, as it asks. */
export const EvaluationRequest = z.object({
  subject: Entity,
  action: Action,
  resource: Entity,
  context: EvaluationContext.optional(),
});
export type EvaluationRequest = z.infer<typeof EvaluationRequest>;

const freshness = z.string().meta({ description: 'How fresh the answer is; for `context.atLeast`.' });

export const EvaluationResponse = z.object({
  decision: z.boolean(),
  context: z.object({ token: freshness.optional(), reason: ReasonView }),
});

export const mostEvaluations = 1000;

/** AuthZEN 1.0, access evaluations. What an item leaves out it takes from the top. */
export const EvaluationsRequest = z.object({
  subject: Entity.optional(),
  action: Action.optional(),
  resource: Entity.optional(),
  context: EvaluationContext.optional(),
  evaluations: z
    .array(z.looseObject({}).meta({ description: 'Members of an evaluation request.' }))
    .max(mostEvaluations)
    .optional()
    .meta({ description: 'Without any, the request is a single evaluation, and so is its answer.' }),
  options: z
    .looseObject({
      evaluations_semantic: z
        .enum(['execute_all', 'deny_on_first_deny', 'permit_on_first_permit'])
        .default('execute_all')
        .meta({ description: 'With the latter two the answer ends with the decision that ends it.' }),
    })
    .optional(),
});

/** What is wrong with one item of a batch is said in its place, and denies. */
const ItemError = z.object({
  decision: z.literal(false),
  context: z.object({ error: z.object({ status: z.int(), message: z.string() }) }),
});
const EvaluationsItem = z.union([EvaluationResponse, ItemError]);
export type EvaluationsItem = z.infer<typeof EvaluationsItem>;

export const EvaluationsResponse = z.union([
  z.object({ evaluations: z.array(EvaluationsItem) }),
  EvaluationResponse,
]);

const mostResults = 1000;

/** AuthZEN 1.0, pagination. */
const PageRequest = z.object({
  token: z.string().max(4096).optional().meta({
    description:
      '`next_token` of the page before, with the same question; a page may show a later roster than the one before it.',
  }),
  limit: z
    .int()
    .min(0)
    .default(100)
    .transform((limit) => Math.min(limit, mostResults))
    .meta({ description: 'Most results of a page; one may have fewer, or none, and still not be the last.' }),
});

const searched = { context: EvaluationContext.optional(), page: PageRequest.prefault({}) };

export const SubjectSearchRequest = z.object({
  subject: EntityType,
  action: Action,
  resource: Entity,
  ...searched,
});
export const ResourceSearchRequest = z.object({
  subject: Entity,
  action: Action,
  resource: EntityType,
  ...searched,
});
export const ActionSearchRequest = z.object({ subject: Entity, resource: Entity, ...searched });

function resultsOf<T extends z.ZodType>(result: T) {
  return z.object({
    results: z.array(result),
    page: z.object({
      next_token: z.string().meta({ description: 'Empty where there is nothing more.' }),
      count: z.int().meta({ description: 'Results of this page.' }),
    }),
    context: z.object({
      token: freshness,
      moved: z.literal(true).optional().meta({
        description: 'A roster was committed since the first page: what it changed may be missing.',
      }),
      unlisted: z.enum(['accounts-without-roles', 'resources-not-kept']).optional().meta({
        description:
          'What stands in no list, so that it has to be asked for one by one: accounts that neither the roster knows nor anybody gave a role, resources that are known by being named.',
      }),
    }),
  });
}

const Found = z.object({ type: z.string(), id: z.string() });
export const SubjectSearchResponse = resultsOf(Found);
export const ResourceSearchResponse = resultsOf(Found);
export const ActionSearchResponse = resultsOf(z.object({ name: z.string() }));

/** AuthZEN 1.0, PDP metadata. No capability has been registered, and a list of none has to be left out. */
export const AuthzenConfiguration = z.object({
  policy_decision_point: z.string(),
  access_evaluation_endpoint: z.string(),
  access_evaluations_endpoint: z.string(),
  search_subject_endpoint: z.string(),
  search_resource_endpoint: z.string(),
  search_action_endpoint: z.string(),
});
