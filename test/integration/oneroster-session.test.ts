import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Local } from '../../infra/local/stack.ts';
import { oneRosterRoutes } from '../../shared/messages/oneroster-routes.ts';
import { Api } from '../builders/api.ts';
import { feedZip } from '../builders/feed-zip.ts';
import { startLocal } from '../builders/local.ts';
import { feed12, headers, manifestOf } from '../builders/oneroster-feed.ts';
import { answers, statusInfo } from '../builders/oneroster-schemas.ts';
import { PublishedOpenapi } from '../builders/published-openapi.ts';

/**
 * A whole session of a client that knows the standard alone. Every answer is held against schemas written from the standard, and
 * against the document that 1EdTech publishes where ROLEBOOK_ONEROSTER_OPENAPI names a copy of it.
 */
const file = process.env.ROLEBOOK_ONEROSTER_OPENAPI;
const published = file === undefined ? undefined : new PublishedOpenapi(file);
const service = '/ims/oneroster/rostering/v1p2';
const purl = 'https://purl.imsglobal.org/spec/or/v1p2/scope';
const scopes = [
  `${purl}/roster-core.readonly`,
  `${purl}/roster.readonly`,
  `${purl}/roster-demographics.readonly`,
];
const [core = '', whole = '', demographic = ''] = scopes;

const odd = 'stü/1?&#%';
const feed = feed12({
  academicSessions: `${headers.academicSessions}\ny1,,,Year,schoolYear,2026-08-01,2027-07-01,,2027\nt1,,,Autumn,term,2026-08-01,2027-01-01,y1,2027\ng1,,,One,gradingPeriod,2026-08-01,2026-10-01,t1,2027\n`,
  users: `${headers.users121}\nu1,,,true,ada,{LDAP:a1},Ada,Lovelace,,T1,ada@example.org,,,,,secret,m1,Addie,,L,s1,she/her\nu2,,,true,ben,,Ben,O'Bell,,,,,,u1,09,,,,,,,\n${odd},,,false,cy,,Cy,Young,,,,,,,"10,11",,,,,,,\n`,
  roles: `${headers.roles}\nr1,,,u1,primary,teacher,,,s1,\nr2,,,u2,primary,student,2026-08-01,2027-07-01,s1,\nr3,,,${odd},primary,student,,,s2,\nr4,,,u1,primary,districtAdministrator,,,d1,\n`,
  demographics: `${headers.demographics}\nu2,,,2011-02-03,male,false,true,false,false,false,false,true,US,NY,Ithaca,01\n`,
  enrollments: `${headers.enrollments}\ne1,,,c1,s1,u1,teacher,true,2026-08-01,2027-01-01\ne2,,,c1,s1,u2,student,,,\n`,
});

let local: Local;
let operator: Api;

beforeAll(async () => {
  local = await startLocal();
  operator = await Api.signIn(local.url, local.operator);
  await operator.newDistrict('north');
  await operator.ok('PUT', '/v1/districts/north/feeds/sis', {
    ...{ format: 'oneroster-csv', source: 'upload' },
    include: { demographics: true, phones: false },
  });
  expect(
    await operator.sync('north', await feedZip({ ...feed, manifest: manifestOf(feed, '1.2') })),
  ).toMatchObject({ state: 'applied' });
}, 120_000);

afterAll(async () => {
  await local?.stop();
  if (local !== undefined) rmSync(local.dataDir, { recursive: true, force: true });
});

type Credentials = { clientId: string; clientSecret: string };
type Listed = { status: number; ids: string[]; total: number; links: Record<string, string>; body: Body };
type Body = Record<string, Record<string, unknown>[]>;

const newClient = (more: object): Promise<Credentials> =>
  operator.ok('POST', '/v1/districts/north/clients', { name: 'a vendor', ...more });

async function tokenOf({ clientId, clientSecret }: Credentials, scope: string): Promise<Response> {
  return fetch(`${local.url}/oauth/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope }),
  });
}

/** A client of the standard: it knows addresses, a token, and what answers have to be. */
class Client {
  readonly #token: string;

  private constructor(token: string) {
    this.#token = token;
  }

  static async with(scope: string, more: object = {}): Promise<Client> {
    const answer = await tokenOf(await newClient({ scopes, ...more }), scope);
    const { access_token: token, scope: granted } = (await answer.json()) as Record<string, string>;
    expect([answer.status, granted]).toEqual([200, scope]);
    return new Client(token ?? '');
  }

  /** `template`: the path in the words of the standard, with its parameters in braces. */
  async get(template: string, given: Record<string, string> = {}, query = ''): Promise<Response> {
    const path = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(given[name] ?? ''));
    return this.follow(`${local.url}${service}${path}${query}`);
  }

  follow(url: string): Promise<Response> {
    return fetch(url, { headers: { authorization: `Bearer ${this.#token}` }, redirect: 'error' });
  }

  /** A whole answer, held against the standard. */
  async list(template: string, given: Record<string, string> = {}, query = ''): Promise<Listed> {
    return listed(template, await this.get(template, given, query), query.includes('fields='));
  }
}

async function listed(template: string, answer: Response, isPart = false): Promise<Listed> {
  const body = (await answer.json()) as Body;
  expect([template, answer.status, answer.status === 200 ? '' : body]).toEqual([template, 200, '']);
  if (!isPart) holds(template, 200, body);
  const [records = []] = Object.values(body);
  const links = [...(answer.headers.get('link') ?? '').matchAll(/<([^>]+)>; rel="(\w+)"/g)];
  return {
    ...{ status: answer.status, body, total: Number(answer.headers.get('x-total-count')) },
    ids: Array.isArray(records) ? records.map(({ sourcedId }) => String(sourcedId)) : [],
    links: Object.fromEntries(links.map(([, url, rel]) => [rel, url])),
  };
}

function holds(template: string, status: number, body: unknown): void {
  const [name = ''] = Object.keys(body as object);
  const schema = status === 200 ? answers[name] : statusInfo;
  expect([template, schema?.safeParse(body).error?.issues ?? []]).toEqual([template, []]);
  expect([template, published?.problems(template, status, body) ?? []]).toEqual([template, []]);
}

async function refusal(template: string, answer: Response): Promise<string> {
  const body = (await answer.json()) as {
    imsx_CodeMinor: { imsx_codeMinorField: { imsx_codeMinorFieldValue: string }[] };
  };
  holds(template, answer.status, body);
  expect(body).toMatchObject({ imsx_codeMajor: 'failure', imsx_severity: 'error' });
  return `${answer.status} ${body.imsx_CodeMinor.imsx_codeMinorField[0]?.imsx_codeMinorFieldValue}`;
}

const everywhere = {
  ...{ classSourcedId: 'c1', courseSourcedId: 'co1', schoolSourcedId: 's1', studentSourcedId: 'u2' },
  ...{ teacherSourcedId: 'u1', termSourcedId: 't1', userSourcedId: 'u2' },
};
const singles: Record<string, string> = {
  ...{ academicSessions: 't1', gradingPeriods: 'g1', terms: 't1', orgs: 'd1', schools: 's1', courses: 'co1' },
  ...{ classes: 'c1', users: odd, students: odd, teachers: 'u1', enrollments: 'e1', demographics: 'u2' },
};
const paths = oneRosterRoutes.map(({ path }) => path.slice(service.length));

describe('a client session', () => {
  test('reads every collection and every record of the standard', async () => {
    const client = await Client.with(scopes.join(' '));
    for (const path of paths) {
      const given = { ...everywhere, sourcedId: singles[path.split('/')[1] ?? ''] ?? '' };
      const { total, body } = await client.list(path, given);
      const [content] = Object.values(body);
      if (Array.isArray(content)) expect([path, content.length, total > 0]).toEqual([path, total, true]);
      else expect(content).toMatchObject({ sourcedId: given.sourcedId });
    }
    if (published !== undefined) expect(paths.toSorted()).toEqual(published.paths().toSorted());
  });

  test('follows references to what they name', async () => {
    const client = await Client.with(whole);
    const { body } = await client.list('/enrollments');
    for (const record of body.enrollments ?? []) {
      for (const name of ['user', 'class', 'school']) {
        const { href, sourcedId } = record[name] as { href: string; sourcedId: string };
        const named = (await (await client.follow(href)).json()) as Record<string, { sourcedId: string }>;
        expect(Object.values(named)[0]?.sourcedId).toBe(sourcedId);
      }
    }
  });

  test('pages by the links, sorts, filters and selects', async () => {
    const client = await Client.with(core);
    const seen: string[] = [];
    let page = await client.list('/users', {}, '?limit=1&sort=familyName&orderBy=desc');
    for (;;) {
      seen.push(...page.ids);
      expect(page.total).toBe(3);
      if (page.links.next === undefined) break;
      page = await listed('/users', await client.follow(page.links.next));
    }
    expect(seen).toEqual([odd, 'u2', 'u1']);
    const filter = encodeURIComponent("familyName='O'Bell' AND roles.role='student'");
    expect((await client.list('/users', {}, `?filter=${filter}`)).ids).toEqual(['u2']);
    const { body } = await client.list('/users', {}, '?fields=givenName&limit=1&offset=1');
    expect(body).toEqual({ users: [{ sourcedId: 'u1', givenName: 'Ada' }] });
    expect(JSON.stringify((await client.list('/users')).body)).not.toContain('secret');
  });

  test('is answered with the status information of the standard where it errs', async () => {
    const client = await Client.with(core);
    const get = async (path: string, query: string) => refusal(path, await client.get(path, {}, query));
    for (const query of ['?filter=nothing%3D%271%27', '?filter=x', '?filter=givenName%20like%20%27a%27']) {
      expect([query, await get('/users', query)]).toEqual([query, '400 invalid_filter_field']);
    }
    for (const query of ['?sort=nothing', '?fields=nothing']) {
      expect([query, await get('/users', query)]).toEqual([query, '400 invalid_selection_field']);
    }
    const limits = [
      'limit=0',
      'limit=-1',
      'limit=1e3',
      'limit=abc',
      'limit=1001',
      'limit=9223372036854775808',
    ];
    for (const query of [...limits, 'limit=1&limit=2', 'offset=-1', 'offset=abc', 'snapshot=x']) {
      expect([query, await get('/users', `?${query}`)]).toEqual([query, '422 invaliddata']);
    }
    const [one, none] = ['/users/{sourcedId}', { sourcedId: 'nobody' }];
    expect(await refusal(one, await client.get(one, none))).toBe('404 unknownobject');
    const unsigned = await fetch(`${local.url}${service}/users`);
    expect(await refusal('/users', unsigned)).toBe('401 unauthorisedrequest');
    const wrong = await fetch(`${local.url}${service}/users`, { headers: { authorization: 'Bearer x' } });
    expect(await refusal('/users', wrong)).toBe('401 unauthorisedrequest');
  });

  test('opens with each scope what the standard says, and nothing else', async () => {
    const allowed: Record<string, string[]> = Object.fromEntries(
      oneRosterRoutes.map(({ path, permission }) => [path.slice(service.length), [...permission.scopes]]),
    );
    for (const path of paths) {
      if (published !== undefined)
        expect(allowed[path]?.toSorted()).toEqual(published.scopes(path).toSorted());
    }
    for (const scope of [core, whole, demographic]) {
      const client = await Client.with(scope);
      for (const path of ['/users', '/classes/{classSourcedId}/students', '/demographics']) {
        const answer = await client.get(path, everywhere);
        const isOpen = allowed[path]?.includes(scope);
        expect([scope, path, answer.status]).toEqual([scope, path, isOpen ? 200 : 403]);
        if (!isOpen) expect(await refusal(path, answer)).toBe('403 forbidden');
      }
    }
  });

  test('gets no scope that its client was not given, and nobody gets any for being a person', async () => {
    const refused = await tokenOf(await newClient({ scopes: [core] }), demographic);
    expect([refused.status, await refused.json()]).toMatchObject([400, { error: 'invalid_scope' }]);
    const person = await operator.call('POST', '/v1/districts/north/clients', {
      ...{ name: 'x', scopes: [core], user: 'u1' },
    });
    expect(person.status).toBe(400);
    // The operator is of no district.
    expect((await operator.call('GET', `${service}/users`)).status).toBe(403);
  });

  test('of a limited client knows of nothing that is not shared', async () => {
    const client = await Client.with(scopes.join(' '), { sharing: { schools: ['s2'] } });
    const { ids, total } = await client.list('/users');
    expect([ids, total]).toEqual([[odd], 1]);
    expect((await client.list('/enrollments')).total).toBe(0);
    const path = '/schools/{schoolSourcedId}/students';
    expect(await refusal(path, await client.get(path, everywhere))).toBe('404 unknownobject');
  });
});
