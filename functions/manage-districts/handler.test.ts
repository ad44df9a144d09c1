import { describe, expect, test } from 'vitest';
import type { DistrictFacts } from '../../shared/access/facts.ts';
import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';
import { RequestError } from '../../shared/errors.ts';
import type { Client, District, Feed } from '../../shared/messages/districts.ts';
import type { Decide } from '../../shared/runtime/permissions.ts';
import type { Customer } from '../../shared/store/customers.ts';
import type { KeptFeed } from '../../shared/store/feeds.ts';
import type { StoredUpload } from '../../shared/store/uploads.ts';
import { memoryDueTimes } from '../../test/builders/due-times.ts';
import {
  bodyOf,
  context,
  districtClient,
  httpEvent,
  recordingEvents,
} from '../../test/builders/http-event.ts';
import { makeHandler } from './handler.ts';

const allow: Decide = async () => ({ decision: true, reason: { code: 'allowed', message: 'x' } });
const mega = 1024 * 1024;

function world({ decide = allow }: { decide?: Decide } = {}) {
  const events = recordingEvents();
  const districts = new Map<string, District>();
  const clients = new Map<string, Client>();
  const customers = new Map<string, Customer>();
  const heads = new Map(
    ['d-1', 'd-2'].map((id): [string, DistrictFacts] => [
      id,
      { id, timeZone: 'UTC', committed: 0, revision: 0, settings: {} },
    ]),
  );
  const feeds = new Map<string, KeptFeed>();
  const secrets = new Map<string, unknown>();
  let versions = 0;
  const uploads = new Map<string, StoredUpload>();
  const bucket = new Map<string, number>();
  const parts = new Map<string, number>();
  /** What somebody else changes of the head while a feed is put. */
  const meanwhile: Partial<DistrictFacts>[] = [];
  const due = memoryDueTimes();

  const look = async (district: string, uploadId: string) => {
    const upload = uploads.get(`${district}/${uploadId}`);
    return (
      upload && {
        ...upload,
        files: upload.files.map((file) =>
          bucket.get(`uploads/${district}/${uploadId}/${file.fileName}`) === file.size
            ? { ...file, arrivedAt: '2026-11-21T12:00:00Z' }
            : file,
        ),
      }
    );
  };
  const handler = makeHandler({
    tenants: {
      createDistrict: async (district) => {
        districts.set(district.id, district);
        return district;
      },
      findDistrict: async (id) => districts.get(id),
      putDistrict: async (district) => void districts.set(district.id, district),
      listDistricts: async () => ({ items: [...districts.values()] }),
      createClient: async ({ district, id, name, scopes, user, defaultSystem, now }) => {
        const client: Client = {
          clientId: `${district}.${id}`,
          name,
          scopes: [...scopes],
          ...(user && { user }),
          ...(defaultSystem && { defaultSystem }),
          createdAt: now.toISOString(),
        };
        clients.set(client.clientId, client);
        return { client, clientSecret: 'shown once' };
      },
      listClients: async () => ({ items: [...clients.values()] }),
      revokeClient: async (id) => clients.delete(id),
      rotateSecret: async (id) => (clients.has(id) ? 'fresh' : undefined),
      endFormerSecret: async (id) => clients.has(id),
    },
    customers: {
      find: async (id) => customers.get(id),
      put: async (id, customer) => void customers.set(id, customer),
    },
    access: {
      district: async (id) => heads.get(id),
    },
    changes: {
      changeHead: async (id, parts, revision) => {
        const head = heads.get(id);
        if (head) heads.set(id, { ...head, ...parts, revision: revision + 1 });
        return revision + 1;
      },
    },
    feeds: {
      put: async (district, feed: Feed, { head: change } = {}) => {
        const head = heads.get(district);
        if (change && head) {
          const others = meanwhile.pop();
          if (others) {
            heads.set(district, { ...head, ...others, revision: head.revision + 1 });
            throw new RequestError('precondition-failed', 'changed-meanwhile', 'x');
          }
          heads.set(district, { ...head, ...change.parts, revision: change.revision + 1 });
        }
        const kept = { feed, revision: (feeds.get(`${district}/${feed.id}`)?.revision ?? 0) + 1 };
        feeds.set(`${district}/${feed.id}`, kept);
        return kept;
      },
      find: async (district, id) => feeds.get(`${district}/${id}`),
      expect: async (district, id) => feeds.get(`${district}/${id}`),
      list: async () => ({ items: [...feeds.values()].map(({ feed }) => feed) }),
    },
    uploads: {
      create: async (district, upload) => void uploads.set(`${district}/${upload.uploadId}`, upload),
      look: (_, district, uploadId) => look(district, uploadId),
    },
    files: {
      putUrl: async (key) => `https://s3.test/${key}`,
      begin: async (key) => `multi-${key}`,
      partUrls: async (key, _, size) =>
        Array.from({ length: Math.ceil(size / (8 * mega)) }, (_, i) => ({
          url: `https://s3.test/${key}?part=${i + 1}`,
          from: i * 8 * mega,
          to: Math.min(size, (i + 1) * 8 * mega),
        })),
      join: async (key, _, size) => {
        if (parts.get(key) !== size) return 'missing';
        bucket.set(key, size);
        return 'joined';
      },
      head: async () => undefined,
    },
    due,
    secrets: {
      put: async (_, id, secret) => {
        secrets.set(id, secret);
        return `version-${++versions}`;
      },
      remove: async (_, id) => void secrets.delete(id),
    },
    loopbackVendors: false,
    lastPull: async () => ({
      ...{ syncId: '01K9ZZZZZZZZZZZZZZZZZZZZZZ', at: '2026-11-21T11:00:00Z' },
      ...{ state: 'waiting', message: 'sis.example.org answered with status 503.' },
    }),
    cataloguesOf: () => shippedCatalogues,
    decide,
    idempotency: {
      begin: async ({ newId }) => ({ kind: 'mine', newId }),
      keep: async () => {},
      release: async () => {},
    },
    events,
    now: () => new Date('2026-11-21T12:00:00Z'),
  });
  return {
    events,
    bucket,
    parts,
    heads,
    meanwhile,
    due,
    uploads,
    secrets,
    call: (event: ReturnType<typeof httpEvent>) => handler(event, context),
  };
}

const params = { district: 'd-1' };
const newDistrict = { id: 'd-1', name: 'Somewhere', timeZone: 'America/New_York', schoolYear: 2027 };

describe('districts', () => {
  test('the operator makes one, and it is noted who did', async () => {
    const { call, events } = world();
    const answer = await call(httpEvent('createDistrict', { body: newDistrict }));
    expect(answer.statusCode).toBe(201);
    expect(bodyOf(answer)).toEqual({ ...newDistrict, createdAt: '2026-11-21T12:00:00.000Z' });
    expect(events.told.audits).toMatchObject([
      { action: 'district-created', by: 'client:op', district: 'd-1' },
    ]);
  });

  test('a school year is a year, as number or text, or its days', async () => {
    const made = async (schoolYear: unknown) =>
      bodyOf(await world().call(httpEvent('createDistrict', { body: { ...newDistrict, schoolYear } })))
        .schoolYear;
    expect(await made('2027')).toBe(2027);
    const days = { beginDate: '2026-08-01', endDate: '2027-07-01' };
    expect(await made(days)).toEqual(days);
  });

  test.each([
    ['an unknown time zone', { timeZone: 'Mars/Olympus' }, '/timeZone'],
    ['an id that is no name', { id: 'D 1' }, '/id'],
    [
      'a year that ends before it begins',
      { schoolYear: { beginDate: '2027-08-01', endDate: '2026-07-01' } },
      '/schoolYear/endDate',
    ],
    ['something more', { operator: true }, '/operator'],
  ])('%s is refused', async (_, wrong, pointer) => {
    const answer = await world().call(httpEvent('createDistrict', { body: { ...newDistrict, ...wrong } }));
    expect(answer.statusCode).toBe(400);
    expect(bodyOf(answer).errors).toMatchObject([{ pointer }]);
  });

  test('nobody else makes or lists them', async () => {
    const { call } = world();
    const as = districtClient('d-1');
    expect((await call(httpEvent('createDistrict', { body: newDistrict, as }))).statusCode).toBe(403);
    expect((await call(httpEvent('listDistricts', { as }))).statusCode).toBe(403);
  });

  test('an unknown one is not found', async () => {
    expect((await world().call(httpEvent('getDistrict', { params }))).statusCode).toBe(404);
  });
});

describe('clients', () => {
  const body = { name: 'sis', scopes: ['rolebook.district:d-1', 'access.evaluate'] };

  test('the secret is in the answer that makes one, and in no other', async () => {
    const { call } = world();
    expect(bodyOf(await call(httpEvent('createClient', { params, body })))).toMatchObject({
      clientSecret: 'shown once',
      scopes: body.scopes,
    });
    expect((await call(httpEvent('listClients', { params }))).body).not.toContain('shown once');
  });

  test.each(['rolebook.operator', 'rolebook.district:d-2', 'x'])(
    'the scope %s is not to be had',
    async (scope) => {
      const answer = await world().call(
        httpEvent('createClient', { params, body: { ...body, scopes: [scope] } }),
      );
      expect(answer.statusCode).toBe(400);
      expect(bodyOf(answer).errors).toMatchObject([{ pointer: '/scopes/0' }]);
    },
  );

  test('a default system is one that there is', async () => {
    const make = async (defaultSystem: string) =>
      world().call(httpEvent('createClient', { params, body: { ...body, defaultSystem } }));
    expect(bodyOf(await make('hmh'))).toMatchObject({ defaultSystem: 'hmh' });
    const refused = await make('nobody');
    expect([refused.statusCode, bodyOf(refused).errors]).toMatchObject([
      400,
      [{ pointer: '/defaultSystem' }],
    ]);
  });

  test('a client of another district is not revoked by its id', async () => {
    const { call } = world();
    const { clientId } = bodyOf(await call(httpEvent('createClient', { params, body })));
    const client = String(clientId);
    const elsewhere = { district: 'd-2', client };
    expect((await call(httpEvent('revokeClient', { params: elsewhere }))).statusCode).toBe(404);
    expect((await call(httpEvent('revokeClient', { params: { ...params, client } }))).statusCode).toBe(204);
  });

  test('takes a permission', async () => {
    const deny: Decide = async () => ({ decision: false, reason: { code: 'no-role', message: 'no' } });
    const answer = await world({ decide: deny }).call(
      httpEvent('createClient', { params, body, as: districtClient('d-1', { user: 'u-1' }) }),
    );
    expect(answer.statusCode).toBe(403);
  });
});

describe('feeds', () => {
  test('a feed has the default guard, and an ETag that grows', async () => {
    const { call } = world();
    const asked = { params: { ...params, feed: 'sis' }, body: { format: 'oneroster-csv', source: 'upload' } };
    const answer = await call(httpEvent('putFeed', asked));
    expect(bodyOf(answer)).toMatchObject({
      id: 'sis',
      guard: { percent: 10, atLeast: 5, onBreach: 'hold-removals' },
    });
    expect(answer.headers?.etag).toBe('"1"');
    expect((await call(httpEvent('putFeed', asked))).headers?.etag).toBe('"2"');
  });
});

describe('lead-in and trail-off days', () => {
  const put = (feed: string, season?: unknown) =>
    httpEvent('putFeed', {
      params: { ...params, feed },
      body: { format: 'oneroster-csv', source: 'upload', ...(season === undefined ? {} : { season }) },
    });
  const days = { leadInDays: { hmh: 14, nsc: 0 }, trailOffDays: { imath: 7 } };
  const kept = { leadInDays: { hmh: 14 }, trailOffDays: { imath: 7 } };

  test('reach the head with the feed, once, and are told of', async () => {
    const { call, heads, events } = world();
    await call(put('sis', days));
    expect(heads.get('d-1')).toMatchObject({ season: { feed: 'sis', ...kept }, revision: 1 });
    await call(put('sis', days));
    expect(heads.get('d-1')?.revision).toBe(1);
    const told = events.told.audits.filter(({ action }) => action === 'season-days-changed');
    expect(told.map(({ what }) => what)).toEqual([
      { feed: 'sis', leadInDays: 'hmh 14', trailOffDays: 'imath 7' },
    ]);
  });

  test('are those of the feed that was put last with any, which alone takes them back', async () => {
    const { call, heads } = world();
    await call(put('sis', days));
    await call(put('other', 'frozen'));
    expect(heads.get('d-1')?.season).toEqual({ feed: 'sis', ...kept });
    await call(put('other', { leadInDays: { nsc: 3 } }));
    await call(put('sis'));
    expect(heads.get('d-1')?.season).toEqual({ feed: 'other', leadInDays: { nsc: 3 }, trailOffDays: {} });
    await call(put('other'));
    expect(heads.get('d-1')?.season).toEqual({ feed: 'other', leadInDays: {}, trailOffDays: {} });
  });

  test('for a system that nobody knows are refused, and nothing is put', async () => {
    const { call, heads } = world();
    const answer = await call(put('sis', { trailOffDays: { hhm: 14 } }));
    expect(answer.statusCode).toBe(400);
    expect(bodyOf(answer).errors).toMatchObject([{ pointer: '/season/trailOffDays/hhm' }]);
    expect(heads.get('d-1')?.season).toBeUndefined();
    expect((await call(httpEvent('getFeed', { params: { ...params, feed: 'sis' } }))).statusCode).toBe(404);
  });

  test('are put again where somebody else changed the head meanwhile', async () => {
    const { call, heads, meanwhile } = world();
    meanwhile.push({ customers: ['k-1'] });
    expect((await call(put('sis', days))).headers?.etag).toBe('"1"');
    expect(heads.get('d-1')).toMatchObject({ customers: ['k-1'], season: { feed: 'sis', ...kept } });
  });
});

describe('uploads', () => {
  const start = async (call: ReturnType<typeof world>['call'], body: unknown) =>
    bodyOf(await call(httpEvent('startUpload', { params, body })));

  test('up to 8 MB it is one PUT', async () => {
    const { call, bucket } = world();
    const { uploadId, url } = await start(call, { fileName: 'feed.zip', size: 8 * mega });
    expect(url).toBe(`https://s3.test/uploads/d-1/${uploadId}/feed.zip`);
    const at = { params: { ...params, upload: String(uploadId) } };
    expect(bodyOf(await call(httpEvent('getUpload', at))).complete).toBe(false);
    bucket.set(`uploads/d-1/${uploadId}/feed.zip`, 8 * mega);
    expect(bodyOf(await call(httpEvent('getUpload', at))).complete).toBe(true);
  });

  test('above that it comes in parts, which are joined when all are there, once or twice', async () => {
    const { call, parts } = world();
    const size = 20 * mega;
    const started = await start(call, { fileName: 'feed.zip', size });
    expect(started.parts).toMatchObject([{ from: 0 }, { from: 8 * mega }, { from: 16 * mega, to: size }]);
    const at = { params: { ...params, upload: String(started.uploadId) } };
    const early = await call(httpEvent('completeUpload', at));
    expect([early.statusCode, bodyOf(early).code]).toEqual([409, 'upload-incomplete']);
    parts.set(`uploads/d-1/${started.uploadId}/feed.zip`, size);
    expect(bodyOf(await call(httpEvent('completeUpload', at))).complete).toBe(true);
    expect(bodyOf(await call(httpEvent('completeUpload', at))).complete).toBe(true);
  });

  test('several files are one upload', async () => {
    const files = [
      { fileName: 'users.csv', size: 10 },
      { fileName: 'orgs.csv', size: 9 * mega },
    ];
    const started = await start(world().call, { files });
    expect(started.files).toMatchObject([
      { fileName: 'users.csv', headers: {} },
      { fileName: 'orgs.csv', parts: [{}, {}] },
    ]);
  });

  test.each(['../x.zip', 'a/b.zip', '.hidden.zip', 'x.exe', 'a\u0000.zip', 'x..zip', ' .zip', 'C:\\x.zip'])(
    'a file called %j is refused',
    async (fileName) => {
      const answer = await world().call(httpEvent('startUpload', { params, body: { fileName, size: 1 } }));
      expect(answer.statusCode).toBe(400);
    },
  );

  test('two files whose names differ in case alone are refused', async () => {
    const files = [
      { fileName: 'users.csv', size: 10 },
      { fileName: 'USERS.csv', size: 10 },
    ];
    const answer = await world().call(httpEvent('startUpload', { params, body: { files } }));
    expect(bodyOf(answer).errors).toMatchObject([{ pointer: '/files' }]);
  });
});

describe('customers', () => {
  const put = (districts: string[]) => ({ params: { customer: 'c-1' }, body: { districts } });

  test('are known to the checks of their districts, and no longer to those that leave', async () => {
    const { call, heads } = world();
    expect((await call(httpEvent('putCustomer', put(['d-2', 'd-1'])))).statusCode).toBe(200);
    expect([heads.get('d-1')?.customers, heads.get('d-2')?.customers]).toEqual([['c-1'], ['c-1']]);
    expect(bodyOf(await call(httpEvent('putCustomer', put(['d-2'])))).districts).toEqual(['d-2']);
    expect([heads.get('d-1')?.customers, heads.get('d-2')?.customers]).toEqual([[], ['c-1']]);
  });

  test('have no district that is unknown, and are the operator’s', async () => {
    const { call, heads } = world();
    const refused = await call(httpEvent('putCustomer', put(['d-1', 'd-9'])));
    expect(bodyOf(refused).errors).toMatchObject([{ pointer: '/districts/1' }]);
    expect(heads.get('d-1')?.customers).toBeUndefined();
    const as = districtClient('d-1');
    expect((await call(httpEvent('putCustomer', { ...put(['d-1']), as }))).statusCode).toBe(403);
  });
});

test('the turn of the school year is known to the next check', async () => {
  const { call, heads } = world();
  await call(httpEvent('createDistrict', { body: newDistrict }));
  const change = (body: unknown) => call(httpEvent('changeDistrict', { params, body }));
  expect(bodyOf(await change({ schoolYear: 2028 }))).toMatchObject({ name: 'Somewhere', schoolYear: 2028 });
  expect(heads.get('d-1')).toMatchObject({ schoolYear: '2028', timeZone: 'America/New_York' });
  await change({ schoolYear: { beginDate: '2028-08-01', endDate: '2029-07-01' } });
  expect(heads.get('d-1')?.schoolYear).toBe('2029');
  expect((await change({})).statusCode).toBe(400);
});

describe('what triggers a feed', () => {
  const settings = {
    format: 'oneroster-csv',
    source: 'upload',
    schedule: { times: ['06:30'], days: ['mon'] },
    arrival: { triggerFile: 'done.csv' },
    freshness: { withinHours: 24 },
  };
  const at = { district: 'd-1' };
  const feed = { ...at, feed: 'sis' };

  test('is armed with its settings, beside the district’s care, and shown with its next time', async () => {
    const { call, due } = world();
    const put = await call(httpEvent('putFeed', { params: feed, body: settings }));
    expect(bodyOf(put)).toMatchObject({ arrival: { quietSeconds: 300, triggerFile: 'done.csv' } });
    expect(due.times()).toEqual([
      expect.stringMatching(/^care 2026-11-22T0[234]/),
      'freshness 2026-11-22T12:00:00.000Z',
      'schedule 2026-11-23T06:30:00.000Z',
    ]);
    const seen = bodyOf(await call(httpEvent('getFeed', { params: feed })));
    expect([seen.nextSyncAt, seen.late]).toEqual(['2026-11-23T06:30:00.000Z', undefined]);
    const { schedule: _, freshness: __, ...less } = settings;
    await call(httpEvent('putFeed', { params: feed, body: less }));
    expect(due.all().map(({ kind }) => kind)).toEqual(['care']);
  });

  test('moves with the time zone of the district', async () => {
    const { call, due } = world();
    const district = { id: 'd-1', name: 'One', timeZone: 'UTC', schoolYear: 2027 };
    await call(httpEvent('createDistrict', { body: district }));
    await call(httpEvent('putFeed', { params: feed, body: settings }));
    await call(httpEvent('changeDistrict', { params: at, body: { timeZone: 'America/New_York' } }));
    expect(due.times()).toContain('schedule 2026-11-23T11:30:00.000Z');
  });

  test('shows that a feed is late, since when and what was expected', async () => {
    const { call, due } = world();
    await call(httpEvent('putFeed', { params: feed, body: settings }));
    const armed = await due.armed({ district: 'd-1', kind: 'freshness', feed: 'sis' });
    const since = Date.parse('2026-11-20T11:00:00Z');
    await due.replace(armed, armed && { ...armed, since });
    expect(bodyOf(await call(httpEvent('getFeed', { params: feed }))).late).toEqual({
      since: '2026-11-20T11:00:00.000Z',
      expectedBy: '2026-11-21T11:00:00.000Z',
    });
  });

  test.each([
    ['a time that is none', { schedule: { times: ['24:00'] } }],
    ['no time', { schedule: { times: [] } }],
    ['a time twice', { schedule: { times: ['06:30', '06:30'] } }],
    ['a day that is none', { schedule: { times: ['06:30'], days: ['monday'] } }],
    ['a trigger file with a path', { arrival: { triggerFile: '../done.csv' } }],
  ])('refuses %s', async (_, wrong) => {
    const { call, due } = world();
    const answer = await call(httpEvent('putFeed', { params: feed, body: { ...settings, ...wrong } }));
    expect([answer.statusCode, due.all()]).toEqual([400, []]);
  });

  test('an upload remembers its feed, and which of its files is the trigger', async () => {
    const { call, uploads } = world();
    await call(httpEvent('putFeed', { params: feed, body: settings }));
    const files = ['users.csv', 'done.csv'].map((fileName) => ({ fileName, size: 10 }));
    const started = await call(httpEvent('startUpload', { params: at, body: { feed: 'sis', files } }));
    const { uploadId } = bodyOf(started);
    expect(uploads.get(`d-1/${uploadId}`)).toMatchObject({ feed: 'sis', triggerFile: 'done.csv' });
    const unknown = await call(httpEvent('startUpload', { params: at, body: { feed: 'x', files } }));
    expect([unknown.statusCode, bodyOf(unknown).code]).toEqual([404, 'unknown-feed']);
  });
});

describe('a feed of an API', () => {
  const at = { district: 'd-1', feed: 'sis' };
  const source = {
    url: 'https://sis.example.org/ims',
    credentials: {
      clientId: 'rolebook',
      clientSecret: 'hush-hush',
      tokenUrl: 'https://login.example.org/token',
    },
  };
  const settings = { format: 'oneroster-rest', source };
  const put = (body: unknown) => httpEvent('putFeed', { params: at, body });

  test('keeps its credentials as a secret, and shows no more than that there are some', async () => {
    const { call, secrets, events } = world();
    const kept = {
      ...{ url: source.url, fullEveryDays: 7 },
      credentials: { set: true, changedAt: '2026-11-21T12:00:00.000Z', version: 'version-1' },
    };
    expect(bodyOf(await call(put(settings))).source).toEqual(kept);
    expect(secrets.get('sis')).toEqual({
      origin: 'https://sis.example.org',
      credentials: source.credentials,
    });
    const seen = await call(httpEvent('getFeed', { params: at }));
    expect(bodyOf(seen).source).toEqual(kept);
    const listed = await call(httpEvent('listFeeds', { params: { district: 'd-1' } }));
    const all = JSON.stringify([seen, listed, events.told]);
    for (const secret of Object.values(source.credentials)) expect(all).not.toContain(secret);
    expect(events.told.audits.map(({ action, what }) => [action, what])).toEqual([
      ['feed-changed', { feed: 'sis' }],
      ['feed-credentials-changed', { feed: 'sis', host: 'sis.example.org' }],
    ]);
  });

  test('keeps them where other settings change, as long as the server is the same', async () => {
    const { call, secrets } = world();
    await call(put(settings));
    const changed = { ...settings, source: { url: 'https://sis.example.org/v2', fullEveryDays: 1 } };
    expect(bodyOf(await call(put(changed))).source).toMatchObject({
      url: 'https://sis.example.org/v2',
      credentials: { version: 'version-1' },
    });
    for (const url of ['https://thief.example.org/ims', 'https://sis.example.org:8443/ims']) {
      const refused = await call(put({ ...settings, source: { url } }));
      expect([refused.statusCode, JSON.stringify(bodyOf(refused))]).toEqual([
        400,
        expect.stringContaining('/source/credentials'),
      ]);
    }
    expect(secrets.get('sis')).toMatchObject({ origin: 'https://sis.example.org' });
  });

  test('loses them where it is uploaded from then on', async () => {
    const { call, secrets } = world();
    await call(put(settings));
    await call(put({ format: 'oneroster-csv', source: 'upload' }));
    expect([...secrets.keys()]).toEqual([]);
  });

  test('takes files by SFTP as it takes uploads', async () => {
    const { call, uploads } = world();
    expect((await call(put({ format: 'oneroster-csv', source: 'sftp' }))).statusCode).toBe(200);
    const body = { feed: 'sis', fileName: 'a.zip', size: 1 };
    const started = bodyOf(await call(httpEvent('startUpload', { params: { district: 'd-1' }, body })));
    expect(uploads.get(`d-1/${started.uploadId}`)).toMatchObject({ feed: 'sis' });
  });

  test.each([
    ['format without an address', { format: 'clever-api', source: 'upload' }, '/source'],
    ['address for files', { ...settings, format: 'clever-csv' }, '/source'],
    ['address without credentials', { ...settings, source: { url: source.url } }, '/source/credentials'],
    ['quiet time', { ...settings, arrival: {} }, '/arrival'],
    [
      'address inside',
      { ...settings, source: { ...source, url: 'https://169.254.169.254/' } },
      '/source/url',
    ],
    [
      'address in clear text',
      { ...settings, source: { ...source, url: 'http://sis.example.org/' } },
      '/source/url',
    ],
    [
      'server of this machine',
      { ...settings, source: { ...source, url: 'http://127.0.0.1:8080/' } },
      '/source/url',
    ],
    [
      'password in the address',
      { ...settings, source: { ...source, url: 'https://a:b@sis.example.org/' } },
      '/source/url',
    ],
    [
      'query in the address',
      { ...settings, source: { ...source, url: 'https://sis.example.org/?key=1' } },
      '/source/url',
    ],
    [
      'token address inside',
      { ...settings, source: { ...source, credentials: { tokenUrl: 'https://10.0.0.1/' } } },
      '/source/credentials/tokenUrl',
    ],
  ])('is refused with an unfit %s, and nothing is kept', async (_, body, pointer) => {
    const { call, secrets } = world();
    const refused = await call(put(body));
    expect([refused.statusCode, refused.body]).toEqual([400, expect.stringContaining(`"${pointer}"`)]);
    expect(refused.body).not.toContain('hush-hush');
    expect(secrets.size).toBe(0);
  });

  test('shows how its last pull went, and takes no uploads', async () => {
    const { call } = world();
    await call(put(settings));
    expect(bodyOf(await call(httpEvent('getFeed', { params: at }))).lastPull).toMatchObject({
      state: 'waiting',
    });
    const body = { feed: 'sis', fileName: 'a.csv', size: 1 };
    const refused = await call(httpEvent('startUpload', { params: { district: 'd-1' }, body }));
    expect([refused.statusCode, bodyOf(refused).type]).toEqual([
      422,
      expect.stringContaining('feed-is-pulled'),
    ]);
    const named = { fileName: 'pull.jsonl', size: 1 };
    expect(
      (await call(httpEvent('startUpload', { params: { district: 'd-1' }, body: named }))).statusCode,
    ).toBe(400);
  });
});
