import type * as z from 'zod';

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
  status?: 201 | 202 | 204 | 303;
  /** Another status of success, with the same body. */
  or?: 202;
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

/** Whether the body may be left out. */
export function bodyIsOptional({ body }: Route): boolean {
  return body === undefined || body.safeParse(undefined).success;
}
