import * as z from 'zod';
import { coreScope, demographicsScope, ListQuery, rosterScope, StatusInfo } from './oneroster.ts';
import { Problem } from './problem.ts';
import { bodyIsOptional, type LoginPermission, type Route } from './route.ts';
import { routes } from './routes.ts';
import { TokenError } from './tokens.ts';

type Json = Record<string, unknown>;

const about = `Takes a school district's roster feed in, and answers for every product who may do what, and why.

Get a token at \`POST /oauth/token\` (client credentials, HTTP Basic) and send it as \`Authorization: Bearer\`. Ids in paths are
percent-encoded. Lists page by \`cursor\` and \`limit\`. Failures are problem documents (RFC 9457) whose \`type\` is
\`urn:rolebook:problem:<code>\`. Who asks too often is answered 429 with \`Retry-After\`. Every answer has an \`X-Request-ID\`, the caller's own where it sent one.`;

/** The document of the whole API, OpenAPI 3.1, from the table of routes alone. */
export function makeOpenapi(): Json & { openapi: string } {
  const paths: Record<string, Json> = {};
  const table: readonly Route[] = routes;
  for (const route of table) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Rolebook',
      version: '1',
      description: about,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: {
        Problem: schemaOf(Problem, 'output'),
        TokenError: schemaOf(TokenError, 'output'),
        StatusInfo: schemaOf(StatusInfo, 'output'),
      },
      securitySchemes: {
        bearer: {
          type: 'oauth2',
          flows: { clientCredentials: { tokenUrl: '/oauth/token', scopes: scopeNames } },
        },
        client: { type: 'http', scheme: 'basic' },
      },
    },
  };
}

const scopeNames = {
  'rolebook.operator': 'Everything but what only a district data administrator may',
  'rolebook.district:<id>': 'Integration of one district',
  'access.evaluate': 'Permission lookups in the client’s own district',
  [coreScope]: 'OneRoster 1.2: collections of the roster and single records',
  [rosterScope]: 'OneRoster 1.2: all of the roster but demographics',
  [demographicsScope]: 'OneRoster 1.2: demographics',
};

function operationOf(route: Route): Json {
  const parameters = [
    ...parametersOf(route.params, 'path'),
    ...parametersOf(route.query, 'query'),
    ...headersOf(route),
  ];
  return {
    operationId: route.name,
    summary: route.summary,
    description: permissionOf(route),
    tags: [route.function],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(route.body === undefined ? {} : { requestBody: bodyOf(route) }),
    responses: {
      [String(route.status ?? 200)]: successOf(route),
      ...(route.or === undefined ? {} : { [String(route.or)]: successOf(route) }),
      default: failureOf(route),
    },
    security: securityOf(route),
  };
}

function permissionOf({ auth, permission }: Route): string {
  if (auth === 'public') return 'Needs no token.';
  if (permission === undefined) return 'Needs any valid token.';
  if (permission === 'operator') return 'For the operator.';
  if (permission === 'access.evaluate') {
    return 'Needs the scope `access.evaluate`, an integration of the district, or the operator.';
  }
  if ('scopes' in permission) {
    return `Needs the scope ${permission.scopes.map((scope) => `\`${scope}\``).join(' or ')}, of a district’s client.`;
  }
  const operator = permission.operator === 'refused' ? ' The operator is refused.' : '';
  const personal = permission.or === undefined ? '' : ` ${loginPermissionOf(permission.or)}`;
  return `Needs \`${permission.action}\` on the ${permission.resource}.${operator}${personal}`;
}

function loginPermissionOf(or: LoginPermission): string {
  if (or === 'handler') return 'A person gets what the permissions of their own login let them see.';
  const { on, always, parts = {}, others, own } = or;
  const needs = [
    ...(always === undefined ? [] : [`\`${always}\``]),
    ...Object.entries(parts).map(([part, action]) => `\`${action}\` for \`${part}\``),
    ...(others === undefined ? [] : [`\`${others}\` for the rest`]),
  ];
  const self = own === true ? '; everybody may on their own' : '';
  return `Or, for a person, on the ${on}: ${needs.join(', ')}${self}.`;
}

function securityOf({ auth, refusals }: Route): Json[] {
  if (refusals === 'oauth') return [{ client: [] }];
  return auth === 'public' ? [] : [{ bearer: [] }];
}

function parametersOf(schema: z.ZodType | undefined, where: 'path' | 'query'): Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: rest,
  }));
}

function headersOf({ idempotent, etag, method }: Route): Json[] {
  const text = { type: 'string' };
  return [
    ...(idempotent
      ? [
          {
            name: 'Idempotency-Key',
            in: 'header',
            description: 'Same key and request: same answer, for a day. Same key, other request: 422.',
            schema: { type: 'string', maxLength: 255 },
          },
        ]
      : []),
    ...(etag && method !== 'GET' && method !== 'POST'
      ? [
          {
            name: 'If-Match',
            in: 'header',
            description: 'ETag of what was read; 412 if it changed.',
            schema: text,
          },
        ]
      : []),
    { name: 'X-Request-ID', in: 'header', description: 'Comes back with the answer.', schema: text },
  ];
}

function bodyOf(route: Route): Json {
  const { body, bodyType } = route;
  const media = bodyType === 'form' ? 'application/x-www-form-urlencoded' : 'application/json';
  return {
    required: !bodyIsOptional(route),
    content: { [media]: { schema: body && schemaOf(body, 'input') } },
  };
}

function successOf({ response, produces, etag, refusals, query, status }: Route): Json {
  const isPaged = refusals === 'imsx' && query === ListQuery;
  const headers = {
    'X-Request-ID': { schema: { type: 'string' } },
    ...(etag && response !== undefined ? { ETag: { schema: { type: 'string' } } } : {}),
    ...(isPaged
      ? { 'X-Total-Count': { schema: { type: 'integer' } }, Link: { schema: { type: 'string' } } }
      : {}),
    ...(status === 303 ? { Location: { schema: { type: 'string' } } } : {}),
  };
  if (produces !== undefined) return { description: 'Done', headers, content: { [produces]: {} } };
  if (response === undefined) return { description: 'Done', headers };
  return {
    description: 'Done',
    headers,
    content: { 'application/json': { schema: schemaOf(response, 'output') } },
  };
}

function failureOf({ refusals }: Route): Json {
  if (refusals === 'imsx') {
    return {
      description: 'Refused or failed (OneRoster 1.2)',
      content: { 'application/json': { schema: { $ref: '#/components/schemas/StatusInfo' } } },
    };
  }
  return refusals === 'oauth'
    ? {
        description: 'Refused (RFC 6749, section 5.2)',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/TokenError' } } },
      }
    : {
        description: 'Refused or failed (RFC 9457)',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      };
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}
