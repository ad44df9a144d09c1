import { RequestError, StoreUnavailable } from '../errors.ts';
import type { StatusInfo } from '../messages/oneroster.ts';
import type { Problem } from '../messages/problem.ts';
import type { Route } from '../messages/route.ts';
import type { TokenError } from '../messages/tokens.ts';

/** The one table from kind of failure to status. */
const statusOf = {
  malformed: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  gone: 410,
  'precondition-failed': 412,
  'too-large': 413,
  'unsupported-media-type': 415,
  unprocessable: 422,
  'rate-limited': 429,
} as const satisfies Record<RequestError['kind'], number>;

const titleOf: Record<number, string> = {
  400: 'The request is malformed',
  401: 'A valid token is needed',
  403: 'Not permitted',
  404: 'Not found',
  409: 'In conflict with what is',
  410: 'Kept no longer',
  412: 'Changed since it was read',
  413: 'Too large',
  415: 'This media type is not accepted here',
  422: 'The request cannot be followed',
  429: 'Too many requests',
  500: 'A fault on our side',
  503: 'Unavailable for the moment',
};

export type Refusal = { status: number; headers: Record<string, string>; body: string };

export function problemOf(error: unknown, requestId: string): Problem {
  if (error instanceof RequestError) {
    const status = statusOf[error.kind];
    return {
      ...error.detail,
      ...problem(status, error.code, requestId),
      detail: error.message,
      ...(error.fields.length === 0 ? {} : { errors: [...error.fields] }),
    };
  }
  if (error instanceof StoreUnavailable) return problem(503, error.code, requestId);
  return problem(500, 'internal', requestId);
}

function problem(status: number, code: string, requestId: string): Problem {
  return {
    type: `urn:rolebook:problem:${code}`,
    title: titleOf[status] ?? 'Refused',
    status,
    code,
    requestId,
  };
}

/** RFC 6585, section 4. */
export function tooManyRequests(retryAfterSeconds = 1): RequestError {
  const message = 'That was too many requests in a short time; come again later.';
  return new RequestError('rate-limited', 'too-many-requests', message, { detail: { retryAfterSeconds } });
}

/** The answer to a request that failed; an error that is not the caller's says nothing about itself. */
export function refuse(error: unknown, requestId: string, refusals: Route['refusals']): Refusal {
  const document = problemOf(refusals === 'authzen' ? asMalformed(error) : error, requestId);
  const headers: Record<string, string> = {};
  if (document.status === 503) headers['retry-after'] = '1';
  if (document.status === 429) headers['retry-after'] = String(document.retryAfterSeconds ?? 1);
  if (refusals === 'oauth') return refuseAsOauth(document, headers);
  const challenge = challengeOf(document);
  if (challenge !== undefined) headers['www-authenticate'] = challenge;
  if (refusals === 'imsx') return refuseAsImsx(document, headers);
  headers['content-type'] = 'application/problem+json';
  return { status: document.status, headers, body: JSON.stringify(document) };
}

function asMalformed(error: unknown): unknown {
  if (!(error instanceof RequestError) || error.kind !== 'unsupported-media-type') return error;
  return new RequestError('malformed', error.code, error.message, { cause: error });
}

/** RFC 6750, section 3: no error code where no token was sent. */
function challengeOf({ status, code }: Problem): string | undefined {
  if (status === 401) {
    return code === 'token-missing'
      ? 'Bearer realm="rolebook"'
      : 'Bearer realm="rolebook", error="invalid_token"';
  }
  return code === 'insufficient-scope' ? 'Bearer realm="rolebook", error="insufficient_scope"' : undefined;
}

/** RFC 6749, section 5.2: 400 for every refusal but a wrong client; what no client does wrong has its own. */
function refuseAsOauth(document: Problem, headers: Record<string, string>): Refusal {
  const keepsItsOwn = document.status === 401 || document.status === 429 || document.status >= 500;
  const status = keepsItsOwn ? document.status : 400;
  const body: TokenError = {
    error: oauthCode(document),
    ...(document.detail === undefined ? {} : { error_description: document.detail }),
  };
  if (status === 401) headers['www-authenticate'] = 'Basic realm="rolebook", charset="UTF-8"';
  headers['content-type'] = 'application/json';
  return { status, headers, body: JSON.stringify(body) };
}

type CodeMinor = NonNullable<
  StatusInfo['imsx_CodeMinor']
>['imsx_codeMinorField'][number]['imsx_codeMinorFieldValue'];

/** OneRoster 1.2, Rostering Service, REST binding: which status goes with which code. */
function refuseAsImsx(document: Problem, headers: Record<string, string>): Refusal {
  const { status, code } = imsxCode(document);
  const body: StatusInfo = {
    imsx_codeMajor: 'failure',
    imsx_severity: 'error',
    imsx_description: document.detail ?? document.title,
    imsx_CodeMinor: {
      imsx_codeMinorField: [{ imsx_codeMinorFieldName: 'TargetEndSystem', imsx_codeMinorFieldValue: code }],
    },
  };
  headers['content-type'] = 'application/json';
  return { status, headers, body: JSON.stringify(body) };
}

function imsxCode({ status, code }: Problem): { status: number; code: CodeMinor } {
  if (code === 'invalid-filter-field') return { status: 400, code: 'invalid_filter_field' };
  if (code === 'invalid-selection-field') return { status: 400, code: 'invalid_selection_field' };
  switch (status) {
    case 401:
      return { status, code: 'unauthorisedrequest' };
    case 403:
      return { status, code: 'forbidden' };
    case 404:
      return { status, code: 'unknownobject' };
    case 429:
    case 503:
      return { status, code: 'server_busy' };
    default:
      return status >= 500 ? { status, code: 'internal_server_error' } : { status: 422, code: 'invaliddata' };
  }
}

function oauthCode({ status, code }: Problem): TokenError['error'] {
  switch (code) {
    case 'invalid-client':
      return 'invalid_client';
    case 'invalid-scope':
      return 'invalid_scope';
    case 'unsupported-grant-type':
      return 'unsupported_grant_type';
    default:
      if (status === 503 || status === 429) return 'temporarily_unavailable';
      return status === 500 ? 'server_error' : 'invalid_request';
  }
}
