import { randomUUID } from 'node:crypto';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { ulid } from 'ulid';
import { RequestError } from '../errors.ts';
import type { Caller } from '../messages/caller.ts';
import { bodyIsOptional, type HttpFunction, type Route } from '../messages/route.ts';
import { routes } from '../messages/routes.ts';
import { type AuditDeps, keepingAudit } from './audit-trail.ts';
import { callerOf, checkLimits } from './callers.ts';
import { type Events, ResponseUnfit } from './events.ts';
import { type IdempotencyKeys, type KeptAnswer, onlyOnce } from './idempotency.ts';
import { leadOn } from './lead-on.ts';
import type { RateLimits } from './limits.ts';
import { actsAs, type Decide, isPermitted, permit, requirePermission } from './permissions.ts';
import { refuse, tooManyRequests } from './problems.ts';
import { originOf, readOf } from './reads.ts';
import { readForm, readJson, readParameters } from './request-body.ts';
import { Answer, type Handlers } from './routing.ts';
import { confinedTo, enterDistrict, inNoDistrict } from './tenancy.ts';
import { validate } from './validation.ts';

export type HttpEvent = APIGatewayProxyEventV2 & { requestContext: { authorizer?: { lambda?: unknown } } };

export type HttpDeps<F extends HttpFunction> = {
  function: F;
  handlers: Handlers<F>;
  events: Pick<Events, 'requestEnded' | 'requestFailed' | 'flush'> & AuditDeps;
  /** Needed where a route has a permission of a catalogue. */
  decide?: Decide;
  /** Needed where a route takes an `Idempotency-Key`. */
  idempotency?: IdempotencyKeys;
  /** Needed where a route has `mostPerMinute`. */
  limits?: RateLimits;
  now: () => Date;
};

type AnyHandler = (request: unknown) => Promise<unknown>;
type Exchange = { event: HttpEvent; route: Route; requestId: string; now: Date; caller?: Caller };

/** Of every answer, data too: a browser shows none of it as a page, and keeps none. Pages say what they need instead. */
const always = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
};

/**
 * The whole way of a request: route, caller, path, permission, query and body, handler, answer. Handlers get what their route's
 * schemas have passed and return what its response schema describes; failures are thrown. The function is named twice, as type and as
 * value, since handlers only get their parameter types where the type is given.
 */
export function httpHandler<F extends HttpFunction>(deps: HttpDeps<F>) {
  const mine = routes.filter((route): boolean => route.function === deps.function);
  const byKey = new Map<string, Route>(mine.map((route) => [`${route.method} ${route.path}`, route]));
  const serve = makeServe(deps);

  const serving = async (event: HttpEvent): Promise<APIGatewayProxyStructuredResultV2> => {
    const requestId = requestIdOf(event);
    const now = deps.now();
    const route = byKey.get(event.routeKey);
    let caller: Caller | undefined;
    let answer: KeptAnswer;
    try {
      if (route === undefined) throw new RequestError('not-found', 'no-such-route', 'There is nothing here.');
      caller = route.auth === 'token' ? callerOf(event.requestContext.authorizer?.lambda) : undefined;
      const exchange = { event, route, requestId, now, ...(caller === undefined ? {} : { caller }) };
      answer = await within(caller?.district, () => serve(exchange));
    } catch (error) {
      answer = leadOn(error, event, route) ?? refuse(error, requestId, route?.refusals);
      if (answer.status >= 500) deps.events.requestFailed(error, { requestId, route: route?.name ?? 'none' });
    }
    deps.events.requestEnded({
      requestId,
      route: route?.name ?? 'none',
      status: answer.status,
      milliseconds: deps.now().getTime() - now.getTime(),
      clientId: caller?.clientId,
      district: event.pathParameters?.district ?? caller?.district,
    });
    deps.events.flush();
    return {
      statusCode: answer.status,
      headers: { ...always, ...answer.headers, 'x-request-id': requestId },
      ...(answer.cookies === undefined ? {} : { cookies: [...answer.cookies] }),
      body: answer.body,
    };
  };
  return middy<HttpEvent, APIGatewayProxyStructuredResultV2>().handler(serving);
}

function within<T>(district: string | undefined, work: () => T): T {
  return district === undefined ? inNoDistrict(work) : confinedTo(district, work);
}

function makeServe<F extends HttpFunction>(deps: HttpDeps<F>): (exchange: Exchange) => Promise<KeptAnswer> {
  const decide: Decide =
    deps.decide ?? (() => Promise.reject(new Error(`${deps.function} was wired without decide.`)));

  return async ({ event, route, requestId, now, caller }) => {
    await count(deps.limits, { event, route, now });
    // API Gateway has decoded path parameters once already.
    const params = route.params && validate(route.params, event.pathParameters ?? {}, 'path');
    const district = typeof params?.district === 'string' ? params.district : undefined;
    // Whoever is of a district is confined to it, whatever the path says; the operator goes where the path leads.
    if (caller !== undefined && caller.district === undefined && district !== undefined)
      enterDistrict(district);
    if (caller !== undefined) checkLimits(caller, route);
    const account = typeof params?.account === 'string' ? params.account : undefined;
    const at = { district, account, parts: () => partsOf(event, route) };
    if (caller !== undefined) await permit(caller, route.permission, at, decide);
    const asked = readParameters(event.rawQueryString);
    const query = route.query && validate(route.query, asked, 'query');
    const body = route.body && validate(route.body, readBody(event, route), 'body');

    const origin = originOf(event, { route, requestId, now, caller });
    // Chance is dear: an id is drawn only for handlers that ask for one, and once.
    const run = async (given?: string): Promise<KeptAnswer> => {
      let newId = given;
      // Handlers<F> has a handler of every route of F, and the schemas of that route have made the request.
      const handle = deps.handlers[route.name as keyof Handlers<F>] as AnyHandler;
      const request = {
        params,
        query,
        body,
        caller,
        by: caller === undefined ? 'nobody' : actsAs(caller),
        now,
        get newId() {
          newId ??= ulid(now.getTime());
          return newId;
        },
        headers: event.headers,
        cookies: event.cookies ?? [],
        sourceIp: event.requestContext.http.sourceIp,
        origin: addressOf(event),
        ...ifMatchOf(event),
        require: (action: string, resource: { type: string; id: string }) => {
          if (caller === undefined || district === undefined) throw new Error('Nobody to ask about.');
          return requirePermission(caller, district, { action, resource }, decide);
        },
        allows: (action: string, resource: { type: string; id: string }) => {
          if (caller === undefined || district === undefined) throw new Error('Nobody to ask about.');
          return isPermitted(caller, district, { action, resource }, decide);
        },
      };
      const { answer } = await keepingAudit(deps.events, origin, {
        work: async () => respond(route, await handle(request)),
        reads: ({ items }) =>
          caller === undefined ? undefined : readOf(route, { caller, params, asked, items }),
      });
      return answer;
    };

    const key = event.headers['idempotency-key'];
    if (key === undefined || !route.idempotent || caller === undefined) return run();
    if (deps.idempotency === undefined) throw new Error(`${deps.function} was wired without idempotency.`);
    const { clientId } = caller;
    const request = [route.name, event.rawPath, JSON.stringify(body ?? null)];
    return onlyOnce(deps.idempotency, { clientId, key, request, newId: ulid(now.getTime()), now }, run);
  };
}

type Response = { answer: KeptAnswer /** What its schema describes. */; items?: unknown };

/** Checks what a handler returns; a reply that does not fit its schema is our bug and never leaves. */
function respond(route: Route, reply: unknown): Response {
  const { body, headers: given = {}, status, cookies } = reply instanceof Answer ? reply : { body: reply };
  const headers = { ...given };
  const set = cookies === undefined || cookies.length === 0 ? {} : { cookies };
  // A page says in words of its own that there is nothing; else what is no success has no body here.
  const isPage = route.produces !== undefined && body !== undefined;
  if (status !== undefined && status >= 300 && !isPage)
    return { answer: { status, headers, body: '', ...set } };
  const success = status ?? route.status ?? 200;
  if (route.produces !== undefined) {
    const typed = { 'content-type': route.produces, ...headers };
    return { answer: { status: success, headers: typed, body: String(body), ...set } };
  }
  if (route.response === undefined) return { answer: { status: success, headers, body: '', ...set } };
  const checked = route.response.safeParse(body);
  if (!checked.success) {
    throw new ResponseUnfit(checked.error.issues.map(({ path }) => path.join('/')));
  }
  const typed = { 'content-type': 'application/json', ...headers };
  return {
    answer: { status: success, headers: typed, body: JSON.stringify(checked.data), ...set },
    items: checked.data,
  };
}

/** @throws {RequestError} rate-limited */
async function count(
  limits: RateLimits | undefined,
  { event, route, now }: Pick<Exchange, 'event' | 'route' | 'now'>,
): Promise<void> {
  const { name, mostPerMinute } = route;
  if (mostPerMinute === undefined) return;
  if (limits === undefined) throw new Error(`${route.function} was wired without limits.`);
  const address = event.requestContext.http.sourceIp;
  const wait = await limits.take({ route: name, address, mostPerMinute, now });
  if (wait !== undefined) throw tooManyRequests(wait);
}

/** `undefined` where a body may be left out, and is. */
function readBody(event: HttpEvent, route: Route): unknown {
  if ((event.body ?? '') === '' && bodyIsOptional(route)) return undefined;
  const raw = {
    body: event.body,
    isBase64Encoded: event.isBase64Encoded,
    contentType: event.headers['content-type'],
  };
  return route.bodyType === 'form' ? readForm(raw) : readJson(raw);
}

/** Names of the body's members; none where it can't be read, which is told to those who may send one. */
function partsOf(event: HttpEvent, route: Route): string[] {
  try {
    const body = readBody(event, route);
    return typeof body === 'object' && body !== null ? Object.keys(body) : [];
  } catch (error) {
    if (error instanceof RequestError) return [];
    throw error;
  }
}

/** The caller's own, whatever it is (AuthZEN 1.0), as long as it can stand in a header and in a line of a log. */
function requestIdOf(event: HttpEvent): string {
  const given = event.headers['x-request-id'];
  return given !== undefined && /^[\x20-\x7e]{1,256}$/.test(given) ? given : randomUUID();
}

function ifMatchOf(event: HttpEvent): { ifMatch?: string } {
  const header = event.headers['if-match']?.trim();
  if (header === undefined || header === '*') return {};
  return { ifMatch: header.replace(/^W\//, '').replace(/^"(.*)"$/, '$1') };
}

function addressOf(event: HttpEvent): string {
  const host = event.headers.host ?? event.requestContext.domainName;
  const scheme = event.headers['x-forwarded-proto'] ?? (/^(localhost|127\.)/.test(host) ? 'http' : 'https');
  return `${scheme}://${host}`;
}
