import type * as z from 'zod';
import type { AccessQuestion } from '../access/facts.ts';
import type { Caller } from '../messages/caller.ts';
import type { HttpFunction } from '../messages/route.ts';
import type { AnyRoute } from '../messages/routes.ts';

/** The routes that one function serves. */
export type RoutesOf<F extends HttpFunction> = Extract<AnyRoute, { function: F }>;

type Parsed<R, Part extends string> =
  R extends Readonly<Record<Part, infer Schema extends z.ZodType>> ? z.output<Schema> : undefined;

/** A request that its route's schemas have passed and its permission has allowed. */
export type RequestOf<R extends AnyRoute> = {
  params: Parsed<R, 'params'>;
  query: Parsed<R, 'query'>;
  body: Parsed<R, 'body'>;
  caller: R extends { auth: 'token' } ? Caller : undefined;
  /** For records of who did it: the person on whose behalf the client acts, else the client. */
  by: string;
  now: Date;
  /** A ULID for what the request makes; the same again where an `Idempotency-Key` is repeated after a crash. */
  newId: string;
  /** Without its quotes; absent where the header is. */
  ifMatch?: string;
  /** Lower-case names. */
  headers: Readonly<Record<string, string | undefined>>;
  /** Each `name=value`. */
  cookies: readonly string[];
  /** The address that the request came from; never to be kept or logged as it is. */
  sourceIp: string;
  /** Scheme and host that the caller used. */
  origin: string;
  /**
   * Asks our own catalogue for more than the route's permission.
   * @throws {RequestError} forbidden, with the reason
   */
  require: (action: string, resource: AccessQuestion['resource']) => Promise<void>;
  /** The same as an answer. */
  allows: (action: string, resource: AccessQuestion['resource']) => Promise<boolean>;
};

type Reply<R extends AnyRoute> = R extends { response: infer Schema extends z.ZodType }
  ? z.input<Schema>
  : R extends { produces: string }
    ? string
    : undefined;

/** Exactly one handler for each route of the function. */
export type Handlers<F extends HttpFunction> = {
  [R in RoutesOf<F> as R['name']]: (request: RequestOf<R>) => Promise<Reply<R> | Answer<Reply<R>>>;
};

/** A reply with more than a body. */
export class Answer<T> {
  readonly body: T | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** The route's own where absent. */
  readonly status: number | undefined;
  /** Values of `Set-Cookie`. */
  readonly cookies: readonly string[];

  constructor(
    body: T | undefined,
    more: { headers?: Record<string, string>; status?: number; cookies?: readonly string[] },
  ) {
    this.body = body;
    this.headers = more.headers ?? {};
    this.status = more.status;
    this.cookies = more.cookies ?? [];
  }
}

export function withEtag<T>(body: T, revision: string | number): Answer<T> {
  return new Answer(body, { headers: { etag: `"${revision}"` } });
}

export function seeOther(location: string): Answer<never> {
  return new Answer<never>(undefined, { status: 303, headers: { location } });
}
