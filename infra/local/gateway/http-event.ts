import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2, APIGatewayRequestAuthorizerEventV2 } from 'aws-lambda';
import { account, region } from '../template.ts';

export type Match = { routeKey: string; pathParameters: Record<string, string> };

type Common = Pick<
  APIGatewayProxyEventV2,
  'version' | 'routeKey' | 'rawPath' | 'rawQueryString' | 'headers' | 'requestContext'
> & {
  cookies?: string[];
  queryStringParameters?: Record<string, string>;
  pathParameters?: Record<string, string>;
};

/** A request as API Gateway's HTTP APIs give it to functions, payload format 2.0, but for body and authorizer. */
export function toEvent(request: IncomingMessage, { routeKey, pathParameters }: Match): Common {
  const { pathname, search } = splitUrl(request.url ?? '/');
  const rawPath = decodeLoosely(pathname); // what HTTP APIs call raw is decoded
  const { cookie, ...headers } = joinHeaders(request);
  const now = new Date();
  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString: search,
    ...(cookie === undefined ? {} : { cookies: cookie.split(/; */) }),
    headers,
    ...(search === '' ? {} : { queryStringParameters: joinQuery(search) }),
    ...(Object.keys(pathParameters).length === 0 ? {} : { pathParameters }),
    requestContext: {
      accountId: account,
      apiId: 'local',
      domainName: headers.host ?? 'localhost',
      domainPrefix: 'local',
      http: {
        method: request.method ?? 'GET',
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey,
      stage: '$default',
      time: now.toUTCString(),
      timeEpoch: now.getTime(),
    },
  };
}

export function withBody(
  event: Common,
  body: Buffer,
  authorizer: Record<string, unknown> | undefined,
): APIGatewayProxyEventV2 {
  const isText = isTextual(event.headers['content-type']);
  return {
    ...event,
    requestContext: {
      ...event.requestContext,
      // `lambda` is where the authorizer's context stands; the plain event type does not know it.
      ...(authorizer === undefined ? {} : { authorizer: { lambda: authorizer } }),
    },
    ...(body.length === 0 ? {} : { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

export function toAuthorizerEvent(
  event: Common,
  identitySource: string[],
): APIGatewayRequestAuthorizerEventV2 {
  const { http } = event.requestContext;
  return {
    ...event,
    cookies: event.cookies ?? [],
    type: 'REQUEST',
    routeArn: `arn:aws:execute-api:${region}:${account}:local/$default/${http.method}${http.path}`,
    identitySource,
    stageVariables: {},
  };
}

export function splitUrl(url: string): { pathname: string; search: string } {
  const at = url.indexOf('?');
  return at < 0 ? { pathname: url, search: '' } : { pathname: url.slice(0, at), search: url.slice(at + 1) };
}

/** Percent signs that encode nothing stay as they are. */
export function decodeLoosely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Names in lower case; values of one name joined by commas. */
function joinHeaders(request: IncomingMessage): Record<string, string> & { cookie?: string } {
  const headers: Record<string, string> = {};
  for (const [name, values] of Object.entries(request.headersDistinct)) {
    if (values !== undefined) headers[name] = values.join(name === 'cookie' ? '; ' : ',');
  }
  return {
    ...headers,
    'x-forwarded-for': request.socket.remoteAddress ?? '',
    'x-forwarded-port': String(request.socket.localPort ?? ''),
    'x-forwarded-proto': 'http',
  };
}

function joinQuery(search: string): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(search)) {
    joined[name] = name in joined ? `${joined[name]},${value}` : value;
  }
  return joined;
}

/** Everything else comes base64-encoded, forms too. */
function isTextual(contentType = ''): boolean {
  return contentType === '' || /^(text\/|application\/(json|javascript|xml)\b)/i.test(contentType);
}
