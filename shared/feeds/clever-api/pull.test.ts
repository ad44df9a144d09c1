import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { filesOf, httpTo, pulled } from '../../../test/builders/clever-pull.ts';
import { CleverStandIn, type Fault } from '../../../test/vendors/clever.ts';
import { aDistrict, aStudent, clever } from '../../../test/vendors/clever-district.ts';
import { openFeed } from '../open-feed.ts';
import { pullClever } from './pull.ts';

const begin = Date.parse('2026-11-01T06:00:00Z');
const now = () => begin;
const aStandIn = (set = aDistrict()) => new CleverStandIn(set, now);

type Ids = Record<string, string[]>;

function idsOf(items: readonly { collection: string; item: unknown }[]): Ids {
  const ids: Ids = {};
  for (const { collection, item } of items) {
    // What the puller gives.
    const { data } = item as { data: { id: string } };
    ids[collection] = [...(ids[collection] ?? []), data.id];
  }
  return ids;
}

function everyId(standIn: CleverStandIn): Ids {
  const of = (name: 'users' | 'sections' | 'schools' | 'courses' | 'terms' | 'districts') =>
    standIn.all(name).map(({ id }) => id);
  return {
    ...{ users: of('users'), sections: of('sections'), schools: of('schools') },
    ...{ courses: of('courses'), terms: of('terms'), districts: of('districts') },
  };
}

test('a full pull gives every object once, whatever size the pages have', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 50, max: 70 }),
      fc.integer({ min: 95, max: 210 }),
      async (limit, students) => {
        const standIn = aStandIn(aDistrict({ students }));
        standIn.maxLimit = limit;
        const { mode, items } = await pulled(standIn, now);
        expect(mode).toBe('full');
        expect(idsOf(items)).toEqual(everyId(standIn));
      },
    ),
    { numRuns: 12 },
  );
});

test('records that are made during a pull come in it or with the events after it, and none comes twice', async () => {
  const standIn = aStandIn(aDistrict({ students: 120 }));
  standIn.maxLimit = 60;
  let made = 100;
  standIn.before = ({ path }) => {
    if (path.endsWith('/users') && made < 105) standIn.put('users', aStudent(made++ + 400));
  };
  const { items, cursor } = await pulled(standIn, now);
  const ids = idsOf(items).users ?? [];
  expect(new Set(ids).size).toBe(ids.length);
  const later = await pulled(standIn, now, { since: cursor });
  const all = new Set([...ids, ...(idsOf(later.items).users ?? [])]);
  expect(standIn.all('users').filter(({ id }) => !all.has(id))).toEqual([]);
});

describe('paging', () => {
  const ofUsers = (kind: Fault['kind']): Fault[] => [{ on: /\/users$/, kind }];

  test.each([
    ['loop', 'vendor-paging'],
    ['elsewhere', 'vendor-address'],
  ] as const)('with a next page that is a %s ends in %s', async (kind, code) => {
    const standIn = aStandIn();
    standIn.faults = ofUsers(kind);
    await expect(pulled(standIn, now)).rejects.toMatchObject({ code });
  });

  test('that leads from empty page to empty page without an end is given up', async () => {
    const standIn = aStandIn();
    standIn.faults = ofUsers('empty-next');
    await expect(pulled(standIn, now)).rejects.toMatchObject({ code: 'vendor-paging' });
  });

  test('goes on after a full page that lacks its next link', async () => {
    const standIn = aStandIn(aDistrict({ students: 150 }));
    standIn.maxLimit = 50;
    standIn.faults = ofUsers('no-next');
    expect(idsOf((await pulled(standIn, now)).items)).toEqual(everyId(standIn));
  });

  test('follows a next link to an empty page, and is over there', async () => {
    const standIn = aStandIn(aDistrict({ students: 91, sections: 0 }));
    // Two pages to the brim: the client comes down from 1000 by halves.
    standIn.maxLimit = 63;
    expect(standIn.all('users')).toHaveLength(126);
    expect(idsOf((await pulled(standIn, now)).items).users).toEqual(everyId(standIn).users);
  });
});

describe('an answer that is no roster', () => {
  test.each([
    ['html', { code: 'vendor-answer' }],
    ['no-envelope', { code: 'vendor-answer' }],
    ['cut-off', { name: 'VendorUnavailable' }],
    ['too-many', { name: 'VendorUnavailable' }],
    ['bad-gateway', { name: 'VendorUnavailable' }],
  ] as const)('%s ends the pull, and is never an empty collection', async (kind, error) => {
    for (const on of [/\/districts$/, /\/users$/, /\/sections$/]) {
      const standIn = aStandIn();
      standIn.faults = [{ on, kind }];
      await expect(pulled(standIn, now)).rejects.toMatchObject(error);
    }
  });

  test('is asked for again by the client, and then all is well', async () => {
    const standIn = aStandIn();
    standIn.faults = [
      { on: /\/users$/, kind: 'too-many', times: 1 },
      { on: /\/sections$/, kind: 'bad-gateway', times: 2 },
    ];
    expect(idsOf((await pulled(standIn, now)).items)).toEqual(everyId(standIn));
  });

  test('a status that the client lets through is none either', async () => {
    const standIn = aStandIn();
    const http: ReturnType<typeof httpTo> = async (url, asked) =>
      url.pathname.endsWith('/users')
        ? { status: 429, headers: new Headers(), text: '' }
        : httpTo(standIn)(url, asked);
    await expect(pulled(standIn, now, { http })).rejects.toMatchObject({ name: 'VendorUnavailable' });
  });
});

describe('credentials', () => {
  test('of an application open the district that it names, at the host that lists tokens', async () => {
    const standIn = aStandIn();
    const hosts = new Set<string>();
    const http: ReturnType<typeof httpTo> = (url, asked) => {
      hosts.add(url.host);
      return httpTo(standIn)(url, asked);
    };
    await pulled(standIn, now, { http, credentials: { ...standIn.credentials, district: clever.district } });
    expect([...hosts]).toEqual(['clever.com', 'api.clever.com']);
    const unknown = { ...standIn.credentials, district: 'somebody else' };
    await expect(pulled(standIn, now, { credentials: unknown })).rejects.toMatchObject({
      code: 'vendor-refused',
    });
  });

  test('may be the token of one district', async () => {
    const standIn = aStandIn();
    const { items } = await pulled(standIn, now, { credentials: { token: standIn.token } });
    expect(idsOf(items)).toEqual(everyId(standIn));
  });

  test.each([{ clientId: 'client', clientSecret: 'wrong' }, { token: 'wrong' }, {}])(
    '%j are refused',
    async (credentials) => {
      await expect(pulled(aStandIn(), now, { credentials })).rejects.toMatchObject({
        code: 'vendor-refused',
      });
    },
  );

  test('whose token runs out in the middle of a pull are looked up again, once', async () => {
    const standIn = aStandIn();
    standIn.before = ({ path }) => {
      if (path === '/v3.0/users' && standIn.token === 'token-1') standIn.expireToken();
    };
    expect(idsOf((await pulled(standIn, now)).items)).toEqual(everyId(standIn));
    standIn.before = ({ path }) => {
      if (path !== '/oauth/tokens') standIn.expireToken();
    };
    await expect(pulled(standIn, now)).rejects.toMatchObject({ code: 'vendor-refused' });
  });
});

test.each(['paused', 'pending', 'error'])(
  'a district that is %s is not pulled, which is said',
  async (state) => {
    const set = aDistrict();
    const [district] = set.districts;
    const standIn = aStandIn({ ...set, districts: district === undefined ? [] : [{ ...district, state }] });
    await expect(pulled(standIn, now)).rejects.toMatchObject({
      code: 'vendor-paused',
      message: expect.stringContaining(state),
    });
  },
);

test('what is kept has no phones, birthdays, addresses or extensions that nobody asked for', async () => {
  const standIn = aStandIn();
  const texts = async (include: { phones?: boolean; demographics?: boolean }) =>
    JSON.stringify((await pulled(standIn, now, { include })).items);
  const plain = await texts({});
  for (const personal of [
    '5550100',
    '5550199',
    '15/2012',
    'Asian',
    'Main St',
    '"bus"',
    'ell_status',
    'p@example.org',
  ])
    expect(plain).not.toContain(personal);
  const asked = await texts({ phones: true, demographics: true });
  for (const personal of ['5550100', '15/2012', 'Asian']) expect(asked).toContain(personal);
  for (const personal of ['5550199', 'Main St', '"bus"', 'ell_status', 'p@example.org'])
    expect(asked).not.toContain(personal);
});

test('the stand-in is pulled over HTTP by the version that the address names', async () => {
  const standIn = aStandIn();
  const { url, server } = await standIn.listen();
  try {
    url.pathname = '/v3.1';
    const http: ReturnType<typeof httpTo> = async (to, { headers = {} } = {}) => {
      const answer = await fetch(to, { headers });
      return { status: answer.status, headers: answer.headers, text: await answer.text() };
    };
    const pull = await pullClever({
      url,
      credentials: standIn.credentials,
      http,
      now: () => new Date(begin),
    });
    const items = [];
    for await (const item of pull.items) items.push(item);
    expect(idsOf(items)).toEqual(everyId(standIn));
    expect(standIn.given.every(({ request: { path } }) => /^\/(v3\.1|oauth)\//.test(path))).toBe(true);
  } finally {
    server.close();
  }
});

test('files of a pull are recognised by their first line, and one that is missing is told', async () => {
  const files = filesOf(await pulled(aStandIn(), now));
  await expect(openFeed(files)).resolves.toMatchObject({ format: 'clever-api' });
  await expect(openFeed(files, { format: 'oneroster-csv' })).rejects.toMatchObject({
    code: 'format-mismatch',
  });
  const without = files.filter(({ name }) => name !== 'users.jsonl');
  await expect(openFeed(without)).rejects.toMatchObject({ code: 'file-missing' });
});
