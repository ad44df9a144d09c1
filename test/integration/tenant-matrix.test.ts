import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Local } from '../../infra/local/stack.ts';
import type { Route } from '../../shared/messages/route.ts';
import { routes } from '../../shared/messages/routes.ts';
import { startLocal } from '../builders/local.ts';
import { type Ask, type CallerName, callers, marks, populate } from '../builders/tenant-callers.ts';

/**
 * Every route by every kind of caller. What each may hear is worked out from what the route declares, so that a route of tomorrow
 * stands in here by itself.
 */
const table: readonly Route[] = routes;
const guarded = table.filter(({ auth }) => auth === 'token');
/** Nothing comes after what takes something away. */
const order = { GET: 0, POST: 1, PATCH: 2, PUT: 3, DELETE: 4 } as const;
/** Whoever signs out comes to nothing more. */
const placeOf = ({ name, method }: Route) => (name === 'endSession' ? 5 : order[method]);
const inOrder = table.toSorted((a, b) => placeOf(a) - placeOf(b));

type Said = { route: string; status: number; code: string; text: string };

let local: Local;
let ids: Record<string, string>;
const said = {} as Record<CallerName | 'a thief', Map<string, Said>>;

beforeAll(async () => {
  local = await startLocal();
  const made = await populate(local);
  ids = made.ids;
  const asks = await callers(local, made.operator);
  const { own, ...others } = asks;
  await Promise.all(
    Object.entries(others).map(async ([name, ask]) => {
      said[name as CallerName] = await everything(ask, { district: 'north' }); // a name of `callers`
    }),
  );
  // Through its own door, for what is not its own.
  said['a thief'] = await everything(asks['another district'], { district: 'south', client: '' });
  said.own = await everything(own, { district: 'north' });
}, 240_000);

afterAll(async () => {
  await local?.stop();
  if (local !== undefined) rmSync(local.dataDir, { recursive: true, force: true });
});

async function everything(ask: Ask, at: Record<string, string>): Promise<Map<string, Said>> {
  const all = new Map<string, Said>();
  for (const route of inOrder) {
    const { status, code, text } = await ask(route.method, pathOf(route, at), bodyOf(route, at));
    all.set(route.name, { route: route.name, status, code, text });
  }
  return all;
}

/** Ids of the roster's one class, teacher, … by the collection that stands before them. */
const sourced: Record<string, string> = {
  orgs: 's1',
  schools: 's1',
  academicSessions: 't1',
  terms: 't1',
  courses: 'co1',
  classes: 'c1',
  users: 'u1',
  teachers: 'u1',
  students: 'u2',
  demographics: 'u2',
  enrollments: 'e1',
};
const fixed: Record<string, string> = {
  feed: 'sis',
  user: 'u1',
  other: 'u2',
  system: 'hmh',
  overlay: 'hmh-school-rostering',
  kind: 'donors',
  entity: 'users',
  field: 'givenName',
  type: 'dat_query',
  customer: 'county',
  provider: 'idp',
  passkey: 'p'.repeat(43),
  session: 's'.repeat(43),
};

function pathOf({ path }: Route, at: Record<string, string>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string, from: number) => {
    const before = path.slice(0, from).split('/').at(-2) ?? '';
    const id = at[name] || ids[name] || fixed[name] || (name === 'id' ? ofKind(path) : sourced[before]);
    return encodeURIComponent(id ?? '01JD0000000000000000000000');
  });
}

function ofKind(path: string): string {
  if (path.includes('/records/')) return 'd1';
  return path.includes('/resources/') ? 'q1' : 'u1';
}

/** May Ada see the results of her class? She may; whoever is not to know of her must hear otherwise. */
const question = {
  subject: { type: 'user', id: 'u1' },
  action: { name: 'hmh:report.assessment' },
  resource: { type: 'class', id: 'c1' },
};

/** Of routes whose handlers say who may come: they are asked only what is well-formed. */
const bodies: Record<string, unknown> = {
  createReport: { kind: 'roster', account: 's1' },
  createReportLink: { account: 'u1' },
};

function bodyOf({ name, body, path }: Route, { district }: Record<string, string>): unknown {
  if (body === undefined) return undefined;
  return path.startsWith('/access/') ? { ...question, context: { district } } : (bodies[name] ?? {});
}

const by = (caller: keyof typeof said, of: readonly Route[] = guarded): Said[] =>
  of.flatMap(({ name }) => said[caller].get(name) ?? []);
const brief = ({ route, status, code }: Said) => `${route}: ${status} ${code}`.trim();
const isSuccess = ({ status }: Said) => status < 300;
const tells = ({ text }: Said) => marks.some((mark) => text.includes(mark));

test('nobody makes the service fail', () => {
  const failures = Object.entries(said).flatMap(([caller, all]) =>
    [...all.values()].filter(({ status }) => status >= 500).map((one) => `${caller} ${brief(one)}`),
  );
  expect(failures).toEqual([]);
});

test('a route that names a district says who may come', () => {
  const open = guarded.filter(({ path, permission }) => path.includes('{district}') && !permission);
  expect(open.map(({ name }) => name)).toEqual([]);
});

test('without a token everything that needs one is refused, and says nothing else', () => {
  const heard = by('no token').filter(({ status }) => status !== 401);
  expect(heard.map(brief)).toEqual([]);
});

test('another district’s client is refused before anything is looked at', () => {
  const named = guarded.filter(({ path }) => path.includes('{district}'));
  const heard = by('another district', named).filter(
    ({ status, code }) => status !== 403 || !['other-district', 'insufficient-scope'].includes(code),
  );
  expect(heard.map(brief)).toEqual([]);
});

test('another district’s client cannot name this one in a question', () => {
  const asked = guarded.filter(({ path }) => path.startsWith('/access/'));
  expect(by('another district', asked).map(({ status, code }) => `${status} ${code}`)).toEqual(
    asked.map(() => '403 other-district'),
  );
});

test('nobody but its own callers hears anything of a district', () => {
  const told = (['another district', 'a thief', 'no token'] as const).flatMap((caller) =>
    by(caller, table)
      .filter(tells)
      .map((one) => `${caller} ${brief(one)}`),
  );
  expect(told).toEqual([]);
});

test('ids of another district are found by nobody, and nothing of that district ends by them', () => {
  const byId = guarded.filter(({ path, method }) => /\{[^}]+\}$/.test(path) && method === 'GET');
  const own = new Set(
    by('own', byId)
      .filter(isSuccess)
      .map(({ route }) => route),
  );
  const found = by('a thief', byId).filter((one) => own.has(one.route) && isSuccess(one));
  // What every district has by itself, under ids of ours.
  const everybodys = new Set([
    'getDistrictCatalogue',
    'getCatalogue',
    'getDistrict',
    'getFeed',
    'listFactRecords',
  ]);
  expect(found.filter(({ route }) => !everybodys.has(route)).map(brief)).toEqual([]);
});

test('a client with limits comes to what applies them, and to nothing else', () => {
  for (const caller of ['a sibling school', 'another product'] as const) {
    const closed = guarded.filter(({ sharing }) => sharing !== 'applies');
    const heard = by(caller, closed).filter(
      ({ status, code }) => status !== 403 || code !== 'limited-client',
    );
    expect([caller, heard.map(brief)]).toEqual([caller, []]);
  }
});

test('a client of one school hears nothing of another, by whatever route', () => {
  expect(by('a sibling school').filter(tells).map(brief)).toEqual([]);
});

test('a product that is not shared is denied for everybody', () => {
  for (const caller of ['a sibling school', 'another product'] as const) {
    expect([caller, said[caller].get('evaluateAccess')?.text]).toEqual([
      caller,
      expect.stringContaining('"decision":false'),
    ]);
    const { text } = said[caller].get('searchSubjects') ?? { text: '' };
    expect([caller, text]).toEqual([caller, expect.not.stringContaining('"u1"')]);
  }
  expect(said.own.get('evaluateAccess')?.text).toContain('"decision":true');
});

test('a person without a role may do nothing that takes one', () => {
  const taking = guarded.filter(({ permission }) => permission !== undefined && !isOfSettings(permission));
  const heard = by('no role', taking).filter(({ status }) => status !== 403);
  expect(heard.map(brief)).toEqual([]);
});

test('a district’s own client is refused what the operator alone may do, and not for its district', () => {
  const alone = guarded.filter(({ permission }) => permission === 'operator');
  expect(
    by('own', alone)
      .filter(({ status }) => status !== 403)
      .map(brief),
  ).toEqual([]);
  const wrong = by('own').filter(({ status, code }) => status === 401 || code === 'other-district');
  expect(wrong.map(brief)).toEqual([]);
  // Else the paths were filled with ids of nothing, and all of the above would show little.
  expect(by('own').filter(isSuccess).length).toBeGreaterThan(guarded.length / 3);
  expect(by('own').filter(tells).length).toBeGreaterThan(5);
});

function isOfSettings(permission: NonNullable<Route['permission']>): boolean {
  return typeof permission === 'object' && 'resource' in permission && permission.resource === 'settings';
}
