import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An object as Clever's API gives it. */
export type CleverObject = { id: string } & Record<string, unknown>;
export type CleverSet = Record<Collection, CleverObject[]>;

const collections = ['districts', 'schools', 'courses', 'terms', 'sections', 'users'] as const;
type Collection = (typeof collections)[number];
type Event = {
  id: string;
  type: string;
  created: string;
  data: { object: CleverObject; previous_attributes?: Record<string, unknown> };
};

export type CleverAnswer = { status: number; headers: Record<string, string>; body: string };
export type CleverRequest = { path: string; query: URLSearchParams; headers: Record<string, string> };

/** What goes wrong with the next requests that it fits. */
export type Fault = {
  on?: RegExp;
  times?: number;
  kind:
    | 'too-many'
    | 'bad-gateway'
    | 'html'
    | 'cut-off'
    | 'no-envelope'
    | 'loop'
    | 'elsewhere'
    | 'no-next'
    | 'empty-next';
};

const clientId = 'client';
const clientSecret = 'not a secret';
const kept30Days = 30 * 24 * 3_600_000;

/**
 * Clever's API as its documentation and its published documents have it (github.com/Clever/swagger-api: v3.0.yml, v3.1.yml and their
 * events), over objects in memory: range paging, district tokens, an event log of 30 days. No live Clever was asked.
 */
export class CleverStandIn {
  readonly #objects: Record<Collection, Map<string, CleverObject>>;
  #events: Event[] = [];
  #ids = 0;
  #tokens = 1;
  faults: Fault[] = [];
  /** Called before each answer, to change the district in the middle of a pull. */
  before: (request: CleverRequest) => void = () => {};
  /** Answers that were given, for whoever checks their form. */
  readonly given: { request: CleverRequest; answer: CleverAnswer }[] = [];
  maxLimit = 10_000;
  eventsAreOn = true;

  readonly #now: () => number;

  constructor(set: CleverSet, now: () => number) {
    this.#now = now;
    const mapOf = (objects: CleverObject[]) => new Map(objects.map((one) => [one.id, one]));
    this.#objects = {
      districts: mapOf(set.districts),
      schools: mapOf(set.schools),
      courses: mapOf(set.courses),
      terms: mapOf(set.terms),
      sections: mapOf(set.sections),
      users: mapOf(set.users),
    };
  }

  readonly credentials = { clientId, clientSecret };

  get token(): string {
    return `token-${this.#tokens}`;
  }

  /** The token that was valid is so no more. */
  expireToken(): void {
    this.#tokens++;
  }

  all(collection: Collection): CleverObject[] {
    return [...this.#objects[collection].values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  get(collection: Collection, id: string): CleverObject | undefined {
    return this.#objects[collection].get(id);
  }

  /** An id as MongoDB makes them: later ones are greater. */
  newId(): string {
    this.#ids++;
    return `f${this.#ids.toString(16).padStart(23, '0')}`;
  }

  /** Creates or changes an object, and logs what happened. */
  put(collection: Collection, object: CleverObject): void {
    const before = this.#objects[collection].get(object.id);
    this.#objects[collection].set(object.id, object);
    if (before === undefined) {
      this.#log(`${collection}.created`, object);
      return;
    }
    const names = new Set([...Object.keys(before), ...Object.keys(object)]);
    const changed = [...names].filter(
      (name) => JSON.stringify(before[name]) !== JSON.stringify(object[name]),
    );
    if (changed.length === 0) return;
    const previous = Object.fromEntries(changed.map((name) => [name, before[name] ?? null]));
    this.#log(`${collection}.updated`, object, previous);
  }

  change(collection: Collection, id: string, more: Record<string, unknown>): void {
    const before = this.#objects[collection].get(id);
    if (before === undefined) throw new Error(`no ${collection} ${id}`);
    this.put(collection, { ...before, ...more });
  }

  /** Deleted at the source, or shared no more: nobody can tell which. */
  remove(collection: Collection, id: string): void {
    const object = this.#objects[collection].get(id);
    if (object === undefined) return;
    if (collection === 'users') this.#leaveAll(id);
    this.#objects[collection].delete(id);
    this.#log(`${collection}.deleted`, object);
  }

  /** The last events once more, as they are. */
  repeatEvents(count: number): void {
    this.#events.push(...this.#events.slice(-count));
  }

  /** An event that never reached the log. */
  loseEvent(place: number): void {
    this.#events.splice(place, 1);
  }

  logEvent(type: string, object: CleverObject, previous?: Record<string, unknown>): void {
    this.#log(type, object, previous);
  }

  #leaveAll(user: string): void {
    for (const section of this.all('sections')) {
      const {
        students = [],
        teachers = [],
        teacher,
      } = section as { students?: string[]; teachers?: string[]; teacher?: string };
      if (!students.includes(user) && !teachers.includes(user)) continue;
      const left = teachers.filter((id) => id !== user);
      const more = { students: students.filter((id) => id !== user), teachers: left };
      this.change('sections', section.id, {
        ...more,
        ...(teacher === user ? { teacher: left[0] ?? null } : {}),
      });
    }
  }

  #log(type: string, object: CleverObject, previous_attributes?: Record<string, unknown>): void {
    if (!this.eventsAreOn) return;
    const data = { object, ...(previous_attributes === undefined ? {} : { previous_attributes }) };
    this.#events.push({ id: this.newId(), type, created: new Date(this.#now()).toISOString(), data });
  }

  get events(): readonly Event[] {
    return this.#events.filter(({ created }) => this.#now() - Date.parse(created) <= kept30Days);
  }

  answer(url: URL, headers: Record<string, string>): CleverAnswer {
    const request = { path: url.pathname, query: url.searchParams, headers };
    this.before(request);
    const answer = this.#faulty(url, () => this.#route(request));
    this.given.push({ request, answer });
    return answer;
  }

  /** Over HTTP, on a free port. */
  async listen(): Promise<{ url: URL; server: Server }> {
    const server = createServer((request, reply) => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      const answer = this.answer(new URL(request.url ?? '/', 'http://127.0.0.1'), headers);
      reply.writeHead(answer.status, answer.headers).end(answer.body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo; // it listens on a port
    return { url: new URL(`http://127.0.0.1:${port}/v3.0`), server };
  }

  #faulty(url: URL, answer: () => CleverAnswer): CleverAnswer {
    const fault = this.faults.find(
      ({ on = /./, times = Number.POSITIVE_INFINITY }) => on.test(url.pathname) && times > 0,
    );
    if (fault === undefined) return answer();
    if (fault.times !== undefined) fault.times--;
    return faults[fault.kind](answer, url);
  }

  #route({ path, query, headers }: CleverRequest): CleverAnswer {
    if (path === '/oauth/tokens') return this.#tokensOf(headers);
    if (headers.authorization !== `Bearer ${this.token}`) return json(401, { message: 'unauthorized' });
    const [, version = '', collection = '', id, nested] = path.split('/');
    if (version !== 'v3.0' && version !== 'v3.1') return web(404);
    const of = collections.find((one) => one === collection);
    if (collection === 'events')
      return id === undefined ? this.#page(path, query, this.events) : one(this.events, id, path);
    if (of === undefined) return web(404);
    if (id === undefined)
      return this.#page(
        path,
        query,
        this.all(of).filter((object) => hasRole(object, query.get('role'))),
      );
    if (nested === 'mycontacts' && of === 'users') {
      if (this.get('users', id) === undefined) return json(404, { message: 'not found' });
      return this.#page(
        path,
        query,
        this.all('users').filter((user) => relationsOf(user).includes(id)),
      );
    }
    return one(this.all(of), id, path);
  }

  #tokensOf(headers: Record<string, string>): CleverAnswer {
    if (headers.authorization !== `Basic ${btoa(`${clientId}:${clientSecret}`)}`) return json(401, {});
    const data = this.all('districts').map(({ id }) => ({
      ...{ id: `t-${id}`, created: '2026-08-01T00:00:00.000Z', owner: { type: 'district', id } },
      ...{ access_token: this.token, scopes: ['read:users'] },
    }));
    return json(200, { data, links: [{ rel: 'self', uri: '/oauth/tokens' }] });
  }

  #page(path: string, query: URLSearchParams, objects: readonly CleverObject[]): CleverAnswer {
    const limit = Number(query.get('limit') ?? Math.min(100, this.maxLimit));
    if (limit > this.maxLimit) return json(413, { message: 'limit too large' });
    const page = pageOf(objects, query, limit);
    const self = { rel: 'self', uri: `${path}?${query}` };
    const onward = new URLSearchParams(query);
    onward.set('starting_after', page.at(-1)?.id ?? '');
    const next =
      page.length === limit && !query.has('ending_before') ? [{ rel: 'next', uri: `${path}?${onward}` }] : [];
    const data = page.map((object) => ({ data: object, uri: `${path}/${object.id}` }));
    return json(200, { data, links: [self, ...next] });
  }
}

function pageOf(
  objects: readonly CleverObject[],
  query: URLSearchParams,
  limit: number,
): readonly CleverObject[] {
  const [after, until] = [query.get('starting_after'), query.get('ending_before')];
  if (until === 'last') return objects.slice(-limit);
  if (until !== null) return objects.filter(({ id }) => id < until).slice(-limit);
  // Of an id that it does not know any more, Clever gives what comes after: nobody can see that something is missing.
  const from = after === null ? 0 : objects.findLastIndex(({ id }) => id <= after) + 1;
  return objects.slice(from, from + limit);
}

function hasRole({ roles }: CleverObject, role: string | null): boolean {
  return role === null || (roles as Record<string, unknown> | undefined)?.[role] !== undefined;
}

function relationsOf({ roles }: CleverObject): string[] {
  const { contact } = (roles ?? {}) as { contact?: { student_relationships?: { student: string }[] } };
  return (contact?.student_relationships ?? []).map(({ student }) => student);
}

function one(objects: readonly CleverObject[], id: string, path: string): CleverAnswer {
  const data = objects.find((object) => object.id === decodeURIComponent(id));
  return data === undefined ? json(404, { message: 'not found' }) : json(200, { data, uri: path });
}

function json(status: number, body: unknown): CleverAnswer {
  const headers = {
    'content-type': 'application/json',
    'x-ratelimit-limit': '1200',
    'x-ratelimit-remaining': '1100',
  };
  return { status, headers: { ...headers, 'x-ratelimit-bucket': 'bearer' }, body: JSON.stringify(body) };
}

function web(status: number): CleverAnswer {
  return { status, headers: { 'content-type': 'text/html' }, body: '<!doctype html><title>Clever</title>' };
}

type Body = { data: unknown[]; links: { rel: string; uri: string }[] };

function relinked(answer: CleverAnswer, links: (body: Body) => Body['links']): CleverAnswer {
  if (answer.status !== 200) return answer;
  const body = JSON.parse(answer.body) as Body;
  return json(200, { ...body, links: links(body) });
}

const faults: Record<Fault['kind'], (answer: () => CleverAnswer, url: URL) => CleverAnswer> = {
  'too-many': () => ({ status: 429, headers: { 'x-ratelimit-remaining': '0' }, body: '' }),
  'bad-gateway': () => ({ ...web(502) }),
  html: () => web(200),
  'cut-off': (answer) => {
    const whole = answer();
    return { ...whole, body: whole.body.slice(0, whole.body.length / 2) };
  },
  'no-envelope': () => json(200, { message: 'Try again later.' }),
  loop: (answer, url) =>
    relinked(answer(), () => [
      { rel: 'next', uri: `${url.pathname}?${new URLSearchParams({ limit: '2' })}` },
    ]),
  elsewhere: (answer) =>
    relinked(answer(), () => [{ rel: 'next', uri: 'https://elsewhere.example/v3.0/users' }]),
  'no-next': (answer) => relinked(answer(), ({ links }) => links.filter(({ rel }) => rel !== 'next')),
  'empty-next': (answer, url) =>
    relinked(answer(), ({ links }) => {
      const after = url.searchParams.get('starting_after') ?? '';
      return [
        ...links.filter(({ rel }) => rel !== 'next'),
        { rel: 'next', uri: `${url.pathname}?starting_after=${after}z` },
      ];
    }),
};
