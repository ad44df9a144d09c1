import * as z from 'zod';
import type { Entity } from '../roster/records.ts';
import * as access from './access.ts';
import * as districts from './districts.ts';
import { MappingBody, MappingView } from './mapping.ts';
import { DistrictPath, Id, PageQuery, pageOf, Ulid } from './parameters.ts';
import * as roster from './roster.ts';
import * as syncs from './syncs.ts';
import { TokenRequest, TokenResponse } from './tokens.ts';

/**
 * The one table of HTTP routes. Infrastructure makes the API of it, the router finds handlers by it, the runtime validates and
 * permits by it, OpenAPI is written from it.
 */
export const httpFunctions = [
  'issue-token',
  'manage-districts',
  'manage-syncs',
  'manage-access',
  'read-roster',
  'evaluate-access',
  'serve-docs',
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
  | { action: `hmh:${string}`; resource: 'district' | 'settings'; operator: 'acts' | 'refused' };

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
  /** Refusals are RFC 6749's, not problem documents. */
  refusals?: 'oauth';
  /** Takes an `Idempotency-Key`. */
  idempotent?: true;
  /** A client with `sharing` may call it, and gets what is shared with it; every other route refuses such a client. */
  sharing?: 'applies';
  /** Answers with an `ETag`; a PUT may be made conditional by `If-Match`. */
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

const AssignmentPath = DistrictPath.extend({ assignment: Id });
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
    name: 'getHome',
    method: 'GET',
    path: '/',
    function: 'serve-docs',
    auth: 'public',
    summary: 'Leads to the page',
    produces: 'text/html; charset=utf-8',
  },
  {
    name: 'issueToken',
    method: 'POST',
    path: '/oauth/token',
    function: 'issue-token',
    auth: 'public',
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
    response: districts.Feed,
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
  },
  {
    name: 'listCatalogues',
    method: 'GET',
    path: '/v1/catalogues',
    function: 'manage-access',
    auth: 'token',
    summary: 'The role systems',
    response: access.CataloguePage,
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
    response: access.CatalogueView,
    sharing: 'applies',
  },
  {
    name: 'evaluateAccess',
    method: 'POST',
    path: '/access/v1/evaluation',
    function: 'evaluate-access',
    auth: 'token',
    permission: 'access.evaluate',
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
    summary: 'What may this subject do to this resource? (AuthZEN 1.0)',
    body: access.ActionSearchRequest,
    response: access.ActionSearchResponse,
    sharing: 'applies',
  },
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
