import * as z from 'zod';
import type { Entity } from '../roster/records.ts';
import * as access from './access.ts';
import { accountRuleRoutes } from './account-rule-routes.ts';
import * as accounts from './accounts.ts';
import { auditRoutes } from './audit-routes.ts';
import * as catalogues from './catalogues.ts';
import { ChangesQuery, ChangesView } from './changes.ts';
import * as districts from './districts.ts';
import * as edits from './edits.ts';
import * as facts from './facts.ts';
import * as identities from './identities.ts';
import { invitationRoutes } from './invitation-routes.ts';
import { keyRoutes } from './key-routes.ts';
import { MappingBody, MappingView } from './mapping.ts';
import * as matches from './matches.ts';
import { noticeRoutes } from './notice-routes.ts';
import { oidcRoutes } from './oidc-routes.ts';
import { oneRosterRoutes } from './oneroster-routes.ts';
import { pageRoutes } from './page-routes.ts';
import { DistrictPath, Id, PageQuery, pageOf, Ulid } from './parameters.ts';
import { passwordRoutes } from './password-routes.ts';
import { privacyRoutes } from './privacy-routes.ts';
import { reportRoutes } from './report-routes.ts';
import * as roster from './roster.ts';
import { secondFactorRoutes } from './second-factor-routes.ts';
import { sessionRoutes } from './session-routes.ts';
import { sshKeyRoutes } from './ssh-key-routes.ts';
import * as syncs from './syncs.ts';
import { TokenRequest, TokenResponse } from './tokens.ts';
import { webhookRoutes } from './webhook-routes.ts';

/**
 * The one table of HTTP routes. Infrastructure makes the API of it, the router finds handlers by it, the runtime validates and
 * permits by it, OpenAPI is written from it.
 */
export const httpFunctions = [
  'issue-token',
  'sign-in',
  'manage-districts',
  'manage-syncs',
  'manage-access',
  'manage-accounts',
  'manage-privacy',
  'manage-reports',
  'manage-notices',
  'read-roster',
  'read-audit',
  'manage-webhooks',
  'serve-oneroster',
  'evaluate-access',
  'serve-docs',
  'serve-pages',
] as const;
export type HttpFunction = (typeof httpFunctions)[number];

/**
 * What a caller needs besides a valid token. `action`: our own catalogue answers, on the district of the path; the operator acts
 * there as a district data administrator unless `operator: 'refused'`. A district's client needs the scope
 * `rolebook.district:<id>` too.
 */
export type RoutePermission =
  | 'operator'
  /** The scope of that name, or a district's own integration, or the operator. */
  | 'access.evaluate'
  /** One of these scopes of the token, which is of the district that is asked about; nobody has them but by name. */
  | { scopes: readonly string[] }
  | {
      action: `hmh:${string}`;
      resource: 'district' | 'settings';
      operator: 'acts' | 'refused';
      /** What else permits it, to a person. */
      or?: LoginPermission;
    };

/**
 * What a person may by the roles of the login that they act by (role-systems §4). `handler`: it shows and changes no more than they
 * may. Else all of these have to be allowed, on the account of the path or, where one is to be made, on the district.
 */
export type LoginPermission =
  | 'handler'
  | {
      on: 'account' | 'district';
      always?: LoginAction;
      /** Of the body's members; `others`: of all that are not named. */
      parts?: Readonly<Record<string, LoginAction>>;
      others?: LoginAction;
      /** Everybody may on their own account. */
      own?: true;
    };
type LoginAction = `pcr:${'user' | 'role'}.${string}`;

export type Route = {
  /** Unique; OpenAPI's `operationId`. */
  name: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** In API Gateway's words: `/v1/districts/{district}/syncs/{sync}`. */
  path: string;
  function: HttpFunction;
  /** `public`: no token is looked at. */
  auth: 'public' | 'token';
  permission?: RoutePermission;
  summary: string;
  params?: z.ZodObject;
  query?: z.ZodType;
  body?: z.ZodType;
  /** JSON where absent. */
  bodyType?: 'form';
  /** Status of success; 200 where absent. */
  status?: 201 | 202 | 204;
  /** What the body of a success must fit; absent = no JSON body. */
  response?: z.ZodType;
  /** Media type of a success that is not JSON. */
  produces?: string;
  /**
   * `oauth`: refusals are RFC 6749's, not problem documents. `authzen`: a request of another media type is as malformed as any other,
   * as the certification scenario of AuthZEN 1.0 has it. `imsx`: OneRoster's status information. `page`: a browser is led to a page that says
   * it, and everybody else gets the problem document.
   */
  refusals?: 'oauth' | 'authzen' | 'imsx' | 'page';
  /** Takes an `Idempotency-Key`. */
  idempotent?: true;
  /** A client with `sharing` may call it, and gets what is shared with it; every other route refuses such a client. */
  sharing?: 'applies';
  /** A session that may do nothing but add a second factor may call it. */
  enrolling?: true;
  /** `people`: what it answers is about people of the district, so that each answer is a line of the audit. */
  reads?: 'people' | 'nobody';
  /** How often one address may call it in a minute; for what is `public`, and dear or worth guessing at. */
  mostPerMinute?: number;
  /** Answers with an `ETag`; what changes it may be made conditional by `If-Match`. */
  etag?: true;
};

const mayImport = { action: 'hmh:roster.automated_import', resource: 'district', operator: 'acts' } as const;
const mayUpload = { action: 'hmh:roster.bulk_import', resource: 'district', operator: 'acts' } as const;
const mayView = { action: 'hmh:roster.view', resource: 'district', operator: 'acts' } as const;
/**
 * Handing out roles: whoever may do it can give themself any, so it takes a permission that none but a district data administrator
 * holds. roster.manual_manage would not do, a DASA holds it too (001:163).
 */
const mayAssign = mayImport;

const rolesAndAssociations = {
  roles: 'pcr:role.assign',
  ledgers: 'pcr:user.associate_ledger',
  schools: 'pcr:user.associate_school',
} as const;
/** Accounts are for whoever hands out roles, and for people whom the rules of pcr let administer users (decision 0032). */
const mayCreateUser = {
  ...mayAssign,
  or: { on: 'district', always: 'pcr:user.create', parts: rolesAndAssociations },
} as const;
const mayChangeUser = {
  ...mayAssign,
  or: { on: 'account', parts: rolesAndAssociations, others: 'pcr:user.edit' },
} as const;
const mayEditUser = { ...mayAssign, or: { on: 'account', always: 'pcr:user.edit' } } as const;
const maySeeUser = { ...mayAssign, or: { ...mayEditUser.or, own: true } } as const;
const mayFindUsers = { ...mayAssign, or: 'handler' } as const;
const mayRemoveUser = { ...mayAssign, or: { on: 'account', always: 'pcr:user.remove' } } as const;

/** Of words that nothing decides by; whatever else is written into a record can give roles, and takes `mayAssign` too. */
const mayEdit = { action: 'hmh:roster.manual_manage', resource: 'district', operator: 'acts' } as const;

const AssignmentPath = DistrictPath.extend({ assignment: Id });
const AccountPath = DistrictPath.extend({ account: Id });
const FactsPath = DistrictPath.extend({ kind: facts.RecordKinds });
const FactPath = FactsPath.extend({ id: Id });
const ResourcePath = catalogues.OwnResourcePath;
const ClientPath = DistrictPath.extend({ client: z.string().max(128) });
const FeedPath = DistrictPath.extend({ feed: districts.FeedId });
const RequestPath = DistrictPath.extend({ request: z.string().min(1).max(2000) });
const UploadPath = DistrictPath.extend({ upload: Ulid });
const UserPath = DistrictPath.extend({ user: Id });
const RecordPath = DistrictPath.extend({ sourcedId: Id });

/** The two routes of one kind of record. */
function rosterRoutes<E extends Entity, One extends string, View extends z.ZodType>(
  entity: E,
  one: One,
  view: View,
) {
  // Capitalize is a type only; the names are those of the template literals.
  const upper = <T extends string>(text: T) =>
    (text.charAt(0).toUpperCase() + text.slice(1)) as Capitalize<T>;
  const reads = entity === 'users' || entity === 'enrollments' ? 'people' : 'nobody';
  return [
    {
      name: `list${upper(entity)}`,
      method: 'GET',
      path: `/v1/districts/{district}/${entity}`,
      function: 'read-roster',
      auth: 'token',
      permission: mayView,
      summary: `The ${entity} of the committed roster, suspended ones too`,
      params: DistrictPath,
      query: PageQuery,
      response: pageOf(view),
      sharing: 'applies',
      reads,
    },
    {
      name: `get${upper(one)}`,
      method: 'GET',
      path: `/v1/districts/{district}/${entity}/{sourcedId}`,
      function: 'read-roster',
      auth: 'token',
      permission: mayView,
      summary: `One of the ${entity} by its sourcedId`,
      params: RecordPath,
      response: view,
      sharing: 'applies',
      reads,
    },
  ] as const;
}

export const routes = [
  {
    name: 'getHealth',
    method: 'GET',
    path: '/health',
    function: 'serve-docs',
    auth: 'public',
    summary: 'Whether everything listens',
    response: z.object({ status: z.literal('ok') }),
  },
  {
    name: 'getOpenapi',
    method: 'GET',
    path: '/openapi.json',
    function: 'serve-docs',
    auth: 'public',
    summary: 'This document',
    response: z.looseObject({ openapi: z.string() }),
  },
  {
    name: 'getDocs',
    method: 'GET',
    path: '/docs',
    function: 'serve-docs',
    auth: 'public',
    summary: 'A page to read the API by',
    produces: 'text/html; charset=utf-8',
  },
  {
    name: 'issueToken',
    method: 'POST',
    path: '/oauth/token',
    function: 'issue-token',
    auth: 'public',
    mostPerMinute: 600,
    summary: 'Client credentials for a bearer token (RFC 6749, section 4.4); HTTP Basic',
    body: TokenRequest,
    bodyType: 'form',
    refusals: 'oauth',
    response: TokenResponse,
  },
  {
    name: 'createDistrict',
    method: 'POST',
    path: '/v1/districts',
    function: 'manage-districts',
    auth: 'token',
    permission: 'operator',
    summary: 'A new tenant',
    body: districts.NewDistrict,
    status: 201,
    response: districts.District,
    idempotent: true,
  },
  {
    name: 'listDistricts',
    method: 'GET',
    path: '/v1/districts',
    function: 'manage-districts',
    auth: 'token',
    permission: 'operator',
    summary: 'Every district',
    query: PageQuery,
    response: districts.DistrictPage,
  },
  {
    name: 'getDistrict',
    method: 'GET',
    path: '/v1/districts/{district}',
    function: 'manage-districts',
    auth: 'token',
    permission: mayView,
    summary: 'One district',
    params: DistrictPath,
    response: districts.District,
  },
  {
    name: 'changeDistrict',
    method: 'PATCH',
    path: '/v1/districts/{district}',
    function: 'manage-districts',
    auth: 'token',
    permission: mayAssign,
    summary: 'Changes a district: its name, time zone or present school year',
    params: DistrictPath,
    body: districts.DistrictChange,
    response: districts.District,
  },
  {
    name: 'putCustomer',
    method: 'PUT',
    path: '/v1/customers/{customer}',
    function: 'manage-districts',
    auth: 'token',
    permission: 'operator',
    summary: 'Replaces the set of districts of a customer',
    params: z.strictObject({ customer: districts.CustomerId }),
    body: districts.Customer,
    response: districts.Customer,
  },
  {
    name: 'createClient',
    method: 'POST',
    path: '/v1/districts/{district}/clients',
    function: 'manage-districts',
    auth: 'token',
    permission: mayAssign,
    summary: 'Credentials for a machine; the secret is shown once',
    params: DistrictPath,
    body: districts.NewClient,
    status: 201,
    response: districts.ClientCredentials,
    idempotent: true,
  },
  {
    name: 'listClients',
    method: 'GET',
    path: '/v1/districts/{district}/clients',
    function: 'manage-districts',
    auth: 'token',
    permission: mayAssign,
    summary: 'The machines of a district, without their secrets',
    params: DistrictPath,
    query: PageQuery,
    response: districts.ClientPage,
  },
  {
    name: 'revokeClient',
    method: 'DELETE',
    path: '/v1/districts/{district}/clients/{client}',
    function: 'manage-districts',
    auth: 'token',
    permission: mayAssign,
    summary: 'Ends a client; its tokens end within a minute',
    params: ClientPath,
    status: 204,
  },
  {
    name: 'putFeed',
    method: 'PUT',
    path: '/v1/districts/{district}/feeds/{feed}',
    function: 'manage-districts',
    auth: 'token',
    permission: mayImport,
    summary: 'Makes or changes a feed',
    params: FeedPath,
    body: districts.FeedSettings,
    response: districts.Feed,
    etag: true,
  },
  {
    name: 'getFeed',
    method: 'GET',
    path: '/v1/districts/{district}/feeds/{feed}',
    function: 'manage-districts',
    auth: 'token',
    permission: mayImport,
    summary: 'One feed',
    params: FeedPath,
    response: districts.FeedView,
    etag: true,
  },
  {
    name: 'listFeeds',
    method: 'GET',
    path: '/v1/districts/{district}/feeds',
    function: 'manage-districts',
    auth: 'token',
    permission: mayImport,
    summary: 'The feeds of a district',
    params: DistrictPath,
    query: PageQuery,
    response: districts.FeedPage,
  },
  {
    name: 'startUpload',
    method: 'POST',
    path: '/v1/districts/{district}/uploads',
    function: 'manage-districts',
    auth: 'token',
    permission: mayUpload,
    summary: 'Where to PUT a feed file, or several: one URL up to 8 MB, above that URLs of parts',
    params: DistrictPath,
    body: districts.NewUpload,
    status: 201,
    response: districts.StartedUpload,
    idempotent: true,
  },
  {
    name: 'getUpload',
    method: 'GET',
    path: '/v1/districts/{district}/uploads/{upload}',
    function: 'manage-districts',
    auth: 'token',
    permission: mayUpload,
    summary: 'What of an upload has arrived',
    params: UploadPath,
    response: districts.Upload,
  },
  {
    name: 'completeUpload',
    method: 'POST',
    path: '/v1/districts/{district}/uploads/{upload}/completion',
    function: 'manage-districts',
    auth: 'token',
    permission: mayUpload,
    summary: 'Joins the parts of an upload; again changes nothing',
    params: UploadPath,
    response: districts.Upload,
  },
  {
    name: 'startSync',
    method: 'POST',
    path: '/v1/districts/{district}/syncs',
    function: 'manage-syncs',
    auth: 'token',
    permission: mayImport,
    summary: 'Starts a sync, or queues it behind the one that runs',
    params: DistrictPath,
    body: syncs.NewSync,
    status: 202,
    response: syncs.StartedSync,
    idempotent: true,
  },
  {
    name: 'listSyncs',
    method: 'GET',
    path: '/v1/districts/{district}/syncs',
    function: 'manage-syncs',
    auth: 'token',
    permission: mayImport,
    summary: 'The syncs of a district, newest first',
    params: DistrictPath,
    query: PageQuery,
    response: syncs.SyncPage,
  },
  {
    name: 'getSync',
    method: 'GET',
    path: '/v1/districts/{district}/syncs/{sync}',
    function: 'manage-syncs',
    auth: 'token',
    permission: mayImport,
    summary: 'How a sync stands',
    params: syncs.SyncPath,
    response: syncs.SyncView,
  },
  {
    name: 'getSyncPlan',
    method: 'GET',
    path: '/v1/districts/{district}/syncs/{sync}/plan',
    function: 'manage-syncs',
    auth: 'token',
    permission: mayImport,
    summary: 'What a sync changes, with before and after',
    params: syncs.SyncPath,
    query: syncs.PlanQuery,
    response: syncs.PlanPage,
    reads: 'people',
  },
  {
    name: 'listSyncProblems',
    method: 'GET',
    path: '/v1/districts/{district}/syncs/{sync}/problems',
    function: 'manage-syncs',
    auth: 'token',
    permission: mayImport,
    summary: 'Every rejected or repaired row; `Accept: text/csv` leads to a file of all of them',
    params: syncs.SyncPath,
    query: PageQuery,
    response: syncs.ProblemPage,
    reads: 'people',
  },
  {
    name: 'listChanges',
    method: 'GET',
    path: '/v1/districts/{district}/changes',
    function: 'manage-syncs',
    auth: 'token',
    permission: mayImport,
    summary: 'What changed after a cursor, in order, as ids; `resync` where it cannot go on from there',
    params: DistrictPath,
    query: ChangesQuery,
    response: ChangesView,
    reads: 'people',
  },
  {
    name: 'approveSync',
    method: 'POST',
    path: '/v1/districts/{district}/syncs/{sync}/approval',
    function: 'manage-syncs',
    auth: 'token',
    permission: mayImport,
    summary: 'Applies what a sync holds, once',
    params: syncs.SyncPath,
    body: syncs.SyncApproval,
    status: 202,
    response: syncs.SyncView,
  },
  {
    name: 'cancelSync',
    method: 'POST',
    path: '/v1/districts/{district}/syncs/{sync}/cancellation',
    function: 'manage-syncs',
    auth: 'token',
    permission: mayImport,
    summary: 'Stops a sync; what it had not committed is never seen',
    params: syncs.SyncPath,
    response: syncs.SyncView,
  },
  {
    name: 'startPurge',
    method: 'POST',
    path: '/v1/districts/{district}/purges',
    function: 'manage-syncs',
    auth: 'token',
    permission: mayImport,
    summary:
      'Plans to take out for good what was suspended for longer than the grace period; rests held where that is anything',
    params: DistrictPath,
    status: 202,
    response: syncs.SyncView,
    idempotent: true,
  },
  {
    name: 'startRepair',
    method: 'POST',
    path: '/v1/districts/{district}/repairs',
    function: 'manage-syncs',
    auth: 'token',
    permission: mayImport,
    summary: 'Compares all that is stored with what was committed; rests held where they differ',
    params: DistrictPath,
    status: 202,
    response: syncs.SyncView,
    idempotent: true,
  },
  {
    name: 'rollbackSync',
    method: 'POST',
    path: '/v1/districts/{district}/syncs/{sync}/rollback',
    function: 'manage-syncs',
    auth: 'token',
    permission: mayImport,
    summary:
      'Undoes what a sync has applied by a sync of its own; what was changed since stays, and is among its problems',
    params: syncs.SyncPath,
    body: syncs.SyncRollback,
    status: 202,
    response: syncs.SyncView,
    idempotent: true,
  },
  {
    name: 'getMapping',
    method: 'GET',
    path: '/v1/districts/{district}/mapping',
    function: 'manage-syncs',
    auth: 'token',
    permission: mayAssign,
    summary: 'The rules that give roles to people of the roster, and the draft of others',
    params: DistrictPath,
    response: MappingView,
    etag: true,
  },
  {
    name: 'putMapping',
    method: 'PUT',
    path: '/v1/districts/{district}/mapping',
    function: 'manage-syncs',
    auth: 'token',
    permission: mayAssign,
    summary: 'Replaces the draft; it does nothing until it is simulated and activated',
    params: DistrictPath,
    body: MappingBody,
    response: MappingView,
    etag: true,
  },
  {
    name: 'simulateMapping',
    method: 'POST',
    path: '/v1/districts/{district}/mapping/simulation',
    function: 'manage-syncs',
    auth: 'token',
    permission: mayAssign,
    summary:
      'Plans the draft on the present roster: a sync that rests held and shows who gains and loses what',
    params: DistrictPath,
    status: 202,
    response: syncs.SyncView,
    idempotent: true,
  },
  {
    name: 'activateMapping',
    method: 'POST',
    path: '/v1/districts/{district}/mapping/activation',
    function: 'manage-syncs',
    auth: 'token',
    permission: mayAssign,
    summary: 'Applies exactly what was simulated, once; the draft becomes active with the commit',
    params: DistrictPath,
    body: syncs.SyncApproval,
    status: 202,
    response: syncs.SyncView,
  },
  {
    name: 'listEdits',
    method: 'GET',
    path: '/v1/districts/{district}/edits',
    function: 'manage-syncs',
    auth: 'token',
    permission: mayEdit,
    summary: 'What people have written over the feed: single fields, and records that no feed brings',
    params: DistrictPath,
    query: edits.EditQuery,
    response: edits.EditPage,
    etag: true,
    reads: 'people',
  },
  {
    name: 'putOverride',
    method: 'PUT',
    path: '/v1/districts/{district}/edits/{entity}/{sourcedId}/{field}',
    function: 'manage-syncs',
    auth: 'token',
    permission: mayEdit,
    summary:
      'Writes a field of a record over what the feed says, by a sync; the feed goes on with all others',
    params: edits.EditedFieldPath,
    body: edits.OverrideBody,
    status: 202,
    response: syncs.SyncView,
    etag: true,
  },
  {
    name: 'releaseOverride',
    method: 'DELETE',
    path: '/v1/districts/{district}/edits/{entity}/{sourcedId}/{field}',
    function: 'manage-syncs',
    auth: 'token',
    permission: mayEdit,
    summary: "Gives a field back to the feed: the feed's last value stands again, by a sync",
    params: edits.EditedFieldPath,
    status: 202,
    response: syncs.SyncView,
    etag: true,
  },
  {
    name: 'putManualRecord',
    method: 'PUT',
    path: '/v1/districts/{district}/edits/{entity}/{sourcedId}',
    function: 'manage-syncs',
    auth: 'token',
    permission: mayAssign,
    summary: 'Makes or changes a record that no feed brings, by a sync; a feed that brings its id adopts it',
    params: edits.EditedRecordPath,
    body: edits.ManualRecordBody,
    status: 202,
    response: syncs.SyncView,
    etag: true,
  },
  {
    name: 'releaseManualRecord',
    method: 'DELETE',
    path: '/v1/districts/{district}/edits/{entity}/{sourcedId}',
    function: 'manage-syncs',
    auth: 'token',
    permission: mayAssign,
    summary: 'Suspends a record that was made by hand, by a sync',
    params: edits.EditedRecordPath,
    status: 202,
    response: syncs.SyncView,
    etag: true,
  },
  {
    name: 'listMatches',
    method: 'GET',
    path: '/v1/districts/{district}/matches',
    function: 'manage-syncs',
    auth: 'token',
    permission: mayEdit,
    summary: 'Records of different feeds that look like one person, and that nobody has decided about',
    params: DistrictPath,
    query: PageQuery,
    response: matches.MatchPage,
    reads: 'people',
  },
  {
    name: 'decideMatch',
    method: 'PUT',
    path: '/v1/districts/{district}/matches/{user}/{other}',
    function: 'manage-syncs',
    auth: 'token',
    permission: mayEdit,
    summary: 'Says of two records that they are one person, or that they are not, by a sync',
    params: matches.MatchPath,
    body: matches.MatchDecision,
    status: 202,
    response: syncs.SyncView,
  },
  {
    name: 'undoMatch',
    method: 'DELETE',
    path: '/v1/districts/{district}/matches/{user}/{other}',
    function: 'manage-syncs',
    auth: 'token',
    permission: mayEdit,
    summary: 'Takes such a decision back, by a sync: a person is split again, or asked about again',
    params: matches.MatchPath,
    status: 202,
    response: syncs.SyncView,
  },
  {
    name: 'listIdentities',
    method: 'GET',
    path: '/v1/districts/{district}/identities',
    function: 'manage-syncs',
    auth: 'token',
    permission: mayImport,
    summary: "What people have said of feeds' ids: whose each is",
    params: DistrictPath,
    query: identities.IdentityQuery,
    response: identities.IdentityPage,
    reads: 'people',
  },
  {
    name: 'putIdentity',
    method: 'PUT',
    path: '/v1/districts/{district}/identities/{entity}/{feed}/{id}',
    function: 'manage-syncs',
    auth: 'token',
    permission: mayImport,
    summary:
      "Says which record a feed's id stands for, or that it is nobody known; the feed's next sync goes by it",
    params: identities.IdentityPath,
    body: identities.IdentityBody,
    response: identities.IdentityView,
  },
  {
    name: 'deleteIdentity',
    method: 'DELETE',
    path: '/v1/districts/{district}/identities/{entity}/{feed}/{id}',
    function: 'manage-syncs',
    auth: 'token',
    permission: mayImport,
    summary: "Takes back what was said of a feed's id; what syncs have made of it stays",
    params: identities.IdentityPath,
    status: 204,
  },
  ...rosterRoutes('orgs', 'org', roster.OrgView),
  ...rosterRoutes('academicSessions', 'academicSession', roster.AcademicSessionView),
  ...rosterRoutes('courses', 'course', roster.CourseView),
  ...rosterRoutes('classes', 'class', roster.ClassView),
  ...rosterRoutes('users', 'user', roster.UserView),
  ...rosterRoutes('enrollments', 'enrollment', roster.EnrollmentView),
  {
    name: 'createAssignment',
    method: 'POST',
    path: '/v1/districts/{district}/assignments',
    function: 'manage-access',
    auth: 'token',
    permission: mayAssign,
    summary: 'Gives a role by hand; a privileged one becomes a request unless the operator gives it',
    params: DistrictPath,
    body: access.NewAssignment,
    status: 201,
    response: z.union([access.AssignmentView, access.RequestView]),
    idempotent: true,
  },
  {
    name: 'listAssignments',
    method: 'GET',
    path: '/v1/districts/{district}/assignments',
    function: 'manage-access',
    auth: 'token',
    permission: mayView,
    summary: 'The assignments of a user, or the holders of a role',
    params: DistrictPath,
    query: access.AssignmentQuery,
    response: access.AssignmentPage,
    reads: 'people',
  },
  {
    name: 'deleteAssignment',
    method: 'DELETE',
    path: '/v1/districts/{district}/assignments/{assignment}',
    function: 'manage-access',
    auth: 'token',
    permission: mayAssign,
    summary: 'Takes a role away that was given by hand',
    params: AssignmentPath,
    status: 204,
  },
  {
    name: 'transferAssignment',
    method: 'POST',
    path: '/v1/districts/{district}/assignments/{assignment}/transfer',
    function: 'manage-access',
    auth: 'token',
    permission: mayAssign,
    summary: 'Passes a seat to another user, in one step; to its holder, changes nothing',
    params: AssignmentPath,
    body: access.Transfer,
    status: 201,
    response: access.AssignmentView,
    idempotent: true,
  },
  {
    name: 'putTags',
    method: 'PUT',
    path: '/v1/districts/{district}/users/{user}/tags',
    function: 'manage-access',
    auth: 'token',
    permission: mayAssign,
    summary: 'Replaces the tags of a student; they hold with the next check',
    params: UserPath,
    body: access.Tags,
    response: access.Tags,
  },
  {
    name: 'listRequests',
    method: 'GET',
    path: '/v1/districts/{district}/requests',
    function: 'manage-access',
    auth: 'token',
    permission: mayAssign,
    summary: 'Privileged roles that wait for a confirmation',
    params: DistrictPath,
    query: PageQuery,
    response: access.RequestPage,
    reads: 'people',
  },
  {
    name: 'confirmRequest',
    method: 'POST',
    path: '/v1/districts/{district}/requests/{request}/confirmation',
    function: 'manage-access',
    auth: 'token',
    permission: mayAssign,
    summary: 'Gives a requested role; whoever asked for it, or would get it, cannot',
    params: RequestPath,
    status: 201,
    response: access.AssignmentView,
    idempotent: true,
  },
  {
    name: 'getSettings',
    method: 'GET',
    path: '/v1/districts/{district}/settings',
    function: 'manage-access',
    auth: 'token',
    permission: mayView,
    summary: 'The settings of a district',
    params: DistrictPath,
    response: access.SettingsView,
    etag: true,
  },
  {
    name: 'putSettings',
    method: 'PUT',
    path: '/v1/districts/{district}/settings',
    function: 'manage-access',
    auth: 'token',
    permission: { action: 'hmh:setting.change', resource: 'settings', operator: 'refused' },
    summary: 'Replaces the settings of a district; only a district data administrator may (001:75)',
    params: DistrictPath,
    body: access.Settings,
    response: access.SettingsView,
    etag: true,
  },
  {
    name: 'getUserAccess',
    method: 'GET',
    path: '/v1/districts/{district}/users/{user}/access',
    function: 'manage-access',
    auth: 'token',
    permission: mayView,
    summary: 'All roles and permissions of a person, today or on a past day, and where each comes from',
    params: UserPath,
    query: access.AccessQuery,
    response: access.UserAccess,
    reads: 'people',
  },
  {
    name: 'listCatalogues',
    method: 'GET',
    path: '/v1/catalogues',
    function: 'manage-access',
    auth: 'token',
    summary: 'The role systems',
    response: catalogues.CataloguePage,
    sharing: 'applies',
  },
  {
    name: 'getCatalogue',
    method: 'GET',
    path: '/v1/catalogues/{system}',
    function: 'manage-access',
    auth: 'token',
    summary: 'One role system: its roles, permissions and rows',
    params: z.strictObject({ system: z.string().max(64) }),
    response: catalogues.CatalogueView,
    sharing: 'applies',
  },
  {
    name: 'createAccount',
    method: 'POST',
    path: '/v1/districts/{district}/accounts',
    function: 'manage-accounts',
    auth: 'token',
    permission: mayCreateUser,
    summary:
      'A user account (a login), with its pcr roles; privileged ones become requests unless the operator gives them',
    params: DistrictPath,
    body: accounts.NewAccount,
    status: 201,
    response: accounts.AccountView,
    idempotent: true,
    etag: true,
  },
  {
    name: 'listAccounts',
    method: 'GET',
    path: '/v1/districts/{district}/accounts',
    function: 'manage-accounts',
    auth: 'token',
    permission: mayFindUsers,
    summary: 'The user accounts of a district, of a person, or of a username or e-mail',
    params: DistrictPath,
    query: accounts.AccountQuery,
    response: accounts.AccountPage,
    reads: 'people',
  },
  {
    name: 'getAccount',
    method: 'GET',
    path: '/v1/districts/{district}/accounts/{account}',
    function: 'manage-accounts',
    auth: 'token',
    permission: maySeeUser,
    summary: 'One user account',
    params: AccountPath,
    response: accounts.AccountView,
    etag: true,
    reads: 'people',
  },
  {
    name: 'changeAccount',
    method: 'PATCH',
    path: '/v1/districts/{district}/accounts/{account}',
    function: 'manage-accounts',
    auth: 'token',
    permission: mayChangeUser,
    summary: 'Changes what is named of a user account; checks see it at once',
    params: AccountPath,
    body: accounts.AccountChange,
    response: accounts.AccountView,
    etag: true,
  },
  {
    name: 'removeAccount',
    method: 'DELETE',
    path: '/v1/districts/{district}/accounts/{account}',
    function: 'manage-accounts',
    auth: 'token',
    permission: mayRemoveUser,
    summary:
      'Removes a user account; refused with their list while it owns DAT queries or filters, unless they are copied or given up (003:25)',
    params: AccountPath,
    query: accounts.RemovalQuery,
    status: 204,
    etag: true,
  },
  {
    name: 'endSessions',
    method: 'DELETE',
    path: '/v1/districts/{district}/accounts/{account}/sessions',
    function: 'manage-accounts',
    auth: 'token',
    permission: mayEditUser,
    summary: 'Ends all sessions of a user account, from the next request on',
    params: AccountPath,
    status: 204,
  },
  {
    name: 'previewLeaving',
    reads: 'people',
    method: 'GET',
    path: '/v1/districts/{district}/accounts/{account}/leaving',
    function: 'manage-accounts',
    auth: 'token',
    permission: mayRemoveUser,
    summary: 'What becomes of a staff user whose holder leaves the school (003:25)',
    params: AccountPath,
    response: accounts.LeavingView,
    etag: true,
  },
  {
    name: 'leaveStaff',
    method: 'POST',
    path: '/v1/districts/{district}/accounts/{account}/leaving',
    function: 'manage-accounts',
    auth: 'token',
    permission: mayRemoveUser,
    summary:
      'Removes a staff user like `removeAccount`; where its holder is still a parent, a regular parent user remains (003:25)',
    params: AccountPath,
    body: accounts.Leaving,
    response: accounts.Left,
    idempotent: true,
    etag: true,
  },
  {
    name: 'reviewAccounts',
    reads: 'people',
    method: 'GET',
    path: '/v1/districts/{district}/account-review',
    function: 'manage-accounts',
    auth: 'token',
    permission: { ...mayAssign, or: { on: 'district', always: 'pcr:user.create' } },
    summary:
      'User accounts to clean up, each with its reasons (003:25); pages may be short, or empty, before the last',
    params: DistrictPath,
    query: accounts.ReviewQuery,
    response: accounts.ReviewPage,
  },
  {
    name: 'listFactRecords',
    method: 'GET',
    path: '/v1/districts/{district}/records/{kind}',
    function: 'manage-accounts',
    auth: 'token',
    permission: mayAssign,
    summary: 'The records of a kind that calculated roles follow from',
    params: FactsPath,
    query: PageQuery,
    response: facts.RecordPage,
    reads: 'people',
  },
  {
    name: 'getFactRecord',
    method: 'GET',
    path: '/v1/districts/{district}/records/{kind}/{id}',
    function: 'manage-accounts',
    auth: 'token',
    permission: mayAssign,
    summary: 'One record',
    params: FactPath,
    response: facts.RecordView,
    etag: true,
    reads: 'people',
  },
  {
    name: 'putFactRecord',
    method: 'PUT',
    path: '/v1/districts/{district}/records/{kind}/{id}',
    function: 'manage-accounts',
    auth: 'token',
    permission: mayAssign,
    summary: 'Makes or replaces a record; calculated roles follow with the next check',
    params: FactPath,
    body: facts.RecordBody,
    response: facts.RecordView,
    etag: true,
  },
  {
    name: 'removeFactRecord',
    method: 'DELETE',
    path: '/v1/districts/{district}/records/{kind}/{id}',
    function: 'manage-accounts',
    auth: 'token',
    permission: mayAssign,
    summary: 'Takes a record away',
    params: FactPath,
    status: 204,
    etag: true,
  },
  {
    name: 'getResource',
    method: 'GET',
    path: '/v1/districts/{district}/resources/{type}/{id}',
    function: 'manage-accounts',
    auth: 'token',
    permission: mayAssign,
    summary: 'What is kept of a resource',
    params: ResourcePath,
    response: facts.ResourceView,
    etag: true,
    reads: 'people',
  },
  {
    name: 'listDistrictCatalogues',
    method: 'GET',
    path: '/v1/districts/{district}/catalogues',
    function: 'manage-access',
    auth: 'token',
    permission: mayView,
    summary: 'The role systems of a district: shipped ones, and its own in place of or beside them',
    params: DistrictPath,
    response: catalogues.CatalogueStates,
  },
  {
    name: 'getDistrictCatalogue',
    method: 'GET',
    path: '/v1/districts/{district}/catalogues/{system}',
    function: 'manage-access',
    auth: 'token',
    permission: mayView,
    summary: 'A role system as it holds in the district, with overlays; or as the district once put it',
    params: catalogues.SystemPath,
    query: catalogues.VersionQuery,
    response: catalogues.CatalogueView,
    etag: true,
  },
  {
    name: 'putDistrictCatalogue',
    method: 'PUT',
    path: '/v1/districts/{district}/catalogues/{system}',
    function: 'manage-access',
    auth: 'token',
    permission: mayAssign,
    summary: 'Puts a role system of the district’s own, in place of a shipped one where that has the id',
    params: catalogues.SystemPath,
    body: catalogues.OwnCatalogue,
    response: catalogues.PutCatalogue,
    etag: true,
  },
  {
    name: 'deleteDistrictCatalogue',
    method: 'DELETE',
    path: '/v1/districts/{district}/catalogues/{system}',
    function: 'manage-access',
    auth: 'token',
    permission: mayAssign,
    summary: 'Takes a role system of the district’s own away; a shipped one of that id holds again',
    params: catalogues.SystemPath,
    status: 204,
  },
  {
    name: 'listCatalogueVersions',
    method: 'GET',
    path: '/v1/districts/{district}/catalogues/{system}/versions',
    function: 'manage-access',
    auth: 'token',
    permission: mayView,
    summary: 'Who put which version when, newest first',
    params: catalogues.SystemPath,
    query: PageQuery,
    response: catalogues.VersionPage,
  },
  {
    name: 'listOverlays',
    method: 'GET',
    path: '/v1/districts/{district}/overlays',
    function: 'manage-access',
    auth: 'token',
    permission: mayView,
    summary: 'Overlays that a district can switch on, and its own',
    params: DistrictPath,
    response: catalogues.OverlayPage,
  },
  {
    name: 'putOverlay',
    method: 'PUT',
    path: '/v1/districts/{district}/overlays/{overlay}',
    function: 'manage-access',
    auth: 'token',
    permission: mayAssign,
    summary: 'Switches an overlay on or off, or puts one of the district’s own',
    params: catalogues.OverlayPath,
    body: catalogues.OverlayBody,
    response: catalogues.OverlayView,
  },
  {
    name: 'listOverlayVersions',
    method: 'GET',
    path: '/v1/districts/{district}/overlays/{overlay}/versions',
    function: 'manage-access',
    auth: 'token',
    permission: mayView,
    summary: 'Who put or switched the overlay when, newest first',
    params: catalogues.OverlayPath,
    query: PageQuery,
    response: catalogues.VersionPage,
  },
  {
    name: 'putResource',
    method: 'PUT',
    path: '/v1/districts/{district}/resources/{type}/{id}',
    function: 'manage-accounts',
    auth: 'token',
    permission: mayAssign,
    summary:
      'Keeps facts of a page, content, query or filter, of a resource of a catalogue’s own type, or of a user; they beat what a check says',
    params: ResourcePath,
    body: facts.ResourceBody,
    response: facts.ResourceView,
    etag: true,
  },
  {
    name: 'removeResource',
    method: 'DELETE',
    path: '/v1/districts/{district}/resources/{type}/{id}',
    function: 'manage-accounts',
    auth: 'token',
    permission: mayAssign,
    summary: 'Forgets the facts of a resource',
    params: ResourcePath,
    status: 204,
    etag: true,
  },
  {
    name: 'evaluateAccess',
    method: 'POST',
    path: '/access/v1/evaluation',
    function: 'evaluate-access',
    auth: 'token',
    permission: 'access.evaluate',
    refusals: 'authzen',
    summary: 'May this subject do this to this resource? (AuthZEN 1.0)',
    body: access.EvaluationRequest,
    response: access.EvaluationResponse,
    sharing: 'applies',
  },
  {
    name: 'evaluateAccessBatch',
    method: 'POST',
    path: '/access/v1/evaluations',
    function: 'evaluate-access',
    auth: 'token',
    permission: 'access.evaluate',
    refusals: 'authzen',
    summary: `Up to ${access.mostEvaluations} evaluations at once (AuthZEN 1.0)`,
    body: access.EvaluationsRequest,
    response: access.EvaluationsResponse,
    sharing: 'applies',
  },
  {
    name: 'searchSubjects',
    method: 'POST',
    path: '/access/v1/search/subject',
    function: 'evaluate-access',
    auth: 'token',
    permission: 'access.evaluate',
    refusals: 'authzen',
    summary: 'Who may do this to this resource? (AuthZEN 1.0)',
    body: access.SubjectSearchRequest,
    response: access.SubjectSearchResponse,
    sharing: 'applies',
  },
  {
    name: 'searchResources',
    method: 'POST',
    path: '/access/v1/search/resource',
    function: 'evaluate-access',
    auth: 'token',
    permission: 'access.evaluate',
    refusals: 'authzen',
    summary: 'To which resources of a type may this subject do this? (AuthZEN 1.0)',
    body: access.ResourceSearchRequest,
    response: access.ResourceSearchResponse,
    sharing: 'applies',
  },
  {
    name: 'searchActions',
    method: 'POST',
    path: '/access/v1/search/action',
    function: 'evaluate-access',
    auth: 'token',
    permission: 'access.evaluate',
    refusals: 'authzen',
    summary: 'What may this subject do to this resource? (AuthZEN 1.0)',
    body: access.ActionSearchRequest,
    response: access.ActionSearchResponse,
    sharing: 'applies',
  },
  ...accountRuleRoutes,
  ...privacyRoutes,
  ...reportRoutes,
  ...sessionRoutes,
  ...invitationRoutes,
  ...sshKeyRoutes,
  ...pageRoutes,
  ...passwordRoutes,
  ...oidcRoutes,
  ...secondFactorRoutes,
  ...auditRoutes,
  ...webhookRoutes,
  ...keyRoutes,
  ...noticeRoutes,
  ...oneRosterRoutes,
  {
    name: 'getAuthzenConfiguration',
    method: 'GET',
    path: '/.well-known/authzen-configuration',
    function: 'serve-docs',
    auth: 'public',
    summary: 'Where the AuthZEN endpoints are',
    response: access.AuthzenConfiguration,
  },
] as const satisfies readonly Route[];

export type AnyRoute = (typeof routes)[number];

/** Whether the body may be left out. */
export function bodyIsOptional({ body }: Route): boolean {
  return body === undefined || body.safeParse(undefined).success;
}
