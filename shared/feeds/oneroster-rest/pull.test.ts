import { afterEach, describe, expect, test } from 'vitest';
import { type PullMade, type plainHttp, pullOf } from '../../../test/builders/pulls.ts';
import { failure, nameIn, wholePaging } from '../../../test/vendors/oneroster-pages.ts';
import { client, type OneRosterOptions, startOneRoster } from '../../../test/vendors/oneroster-server.ts';
import { type Roster, rosterOf, type Version } from '../../../test/vendors/roster-district.ts';
import type { Credentials, PullOptions } from '../pulling.ts';
import { pullOneRosterRest } from './pull.ts';

const rosters: Readonly<Record<Version, Roster>> = {
  '1.1': rosterOf({ students: 60, version: '1.1' }, '2026-08-20T10:00:00.000Z'),
  '1.2': rosterOf({ students: 60, version: '1.2' }, '2026-08-20T10:00:00.000Z'),
};

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function serve(options: Partial<OneRosterOptions> = {}) {
  const { version = '1.2' } = options;
  const server = await startOneRoster({ version, roster: rosters[version], auth: 'oauth2', ...options });
  open.push(server);
  const credentials: Credentials =
    options.auth === 'oauth1' ? client : { ...client, tokenUrl: server.tokenUrl };
  const pull = (more: Partial<PullOptions> = {}): Promise<PullMade> =>
    pullOf('oneroster-rest', pullOneRosterRest, { url: server.url, credentials, ...more });
  return { server, credentials, pull };
}

const idsOf = (lines: readonly string[] = []): string[] => lines.map((line) => JSON.parse(line).sourcedId);
const idsIn = (roster: Roster, name: keyof Roster) => roster[name].map(({ sourcedId }) => sourcedId).sort();

describe('a pull', () => {
  const ways: [string, Partial<OneRosterOptions>, Credentials][] = [
    ['1.2 with OAuth 2', { version: '1.2' }, {}],
    ['1.1 with OAuth 2', { version: '1.1' }, {}],
    ['1.1 with requests signed by HMAC-SHA256', { version: '1.1', auth: 'oauth1' }, {}],
    [
      '1.1 with requests signed by HMAC-SHA1',
      { version: '1.1', auth: 'oauth1' },
      { signatureMethod: 'HMAC-SHA1' },
    ],
  ];
  test.each(ways)('of %s has every object once', async (_, options, more) => {
    const { version = '1.2' } = options;
    const { credentials, pull } = await serve({ ...options, paging: { ...wholePaging, max: 37 } });
    const { mode, lines } = await pull({ credentials: { ...credentials, ...more } });
    expect(mode).toBe('full');
    for (const name of ['orgs', 'academicSessions', 'courses', 'classes', 'users', 'enrollments'] as const)
      expect(idsOf(lines[name])).toEqual(idsIn(rosters[version], name));
    expect(lines.demographics).toBeUndefined();
  });

  test('asks for every collection sorted, and for none twice', async () => {
    const { server, pull } = await serve();
    await pull();
    const asked = server.calls.filter(({ method }) => method === 'GET').map(({ url }) => url);
    expect(asked.every(({ searchParams }) => searchParams.get('sort') === 'sourcedId')).toBe(true);
    expect(new Set(asked.map(({ pathname }) => pathname.split('/').at(-1)))).toEqual(
      new Set(['orgs', 'academicSessions', 'courses', 'classes', 'users', 'enrollments']),
    );
  });

  test('keeps no password, and no phone number that nobody asked for', async () => {
    for (const version of ['1.1', '1.2'] as const) {
      const { pull } = await serve({ version });
      const text = JSON.stringify((await pull()).lines);
      expect(text).not.toMatch(/hunter2|password|555 01|sms|credentials/);
      const asked = JSON.stringify((await pull({ include: { phones: true } })).lines);
      expect(asked).toMatch(/555 0199/);
      expect(asked).not.toMatch(/hunter2|password/);
    }
  });

  test('takes demographics only where they are asked for, and does without where they are refused', async () => {
    const { credentials, pull } = await serve();
    const scope = 'https://purl.imsglobal.org/spec/or/v1p2/scope/roster-core.readonly';
    const include = { demographics: true };
    const { lines } = await pull({ include, credentials: { ...credentials, scope } });
    expect(lines.demographics).toHaveLength(rosters['1.2'].demographics.length);
    for (const status of [403, 404]) {
      const refusing = await serve({
        fault: (call, _, answer) =>
          nameIn(call.url.pathname) === 'demographics' ? failure(status, 'forbidden') : answer(),
      });
      expect((await refusing.pull({ include })).lines).not.toHaveProperty('demographics');
    }
  });
});

describe('a pull of changes', () => {
  const since = { startedAt: '2026-08-25T06:00:00.000Z' };
  const changed = (at: string): Roster => ({
    ...rosters['1.2'],
    users: rosters['1.2'].users.map((user, index) =>
      index === 3 ? { ...user, dateLastModified: at } : user,
    ),
  });

  test.each([
    ['2026-08-25T05:00:00.000Z', 1],
    ['2026-08-24T07:00:00.000Z', 1],
    ['2026-08-24T05:00:00.000Z', 0],
  ])('reaches a day behind the last one: what changed at %s comes %i times', async (at, times) => {
    const { pull } = await serve({ roster: changed(at) });
    const { mode, lines, cursor } = await pull({ since });
    expect(mode).toBe('delta');
    expect(Object.values(lines).flat()).toHaveLength(times);
    expect(cursor).toEqual({ startedAt: '2026-09-01T06:00:00.000Z' });
  });

  test('is a full one where the server refuses the filter, and says so', async () => {
    const { pull } = await serve({
      fault: ({ url }, _, answer) =>
        url.searchParams.has('filter') ? failure(400, 'invalid_filter_field') : answer(),
    });
    const { mode, lines } = await pull({ since });
    expect(mode).toBe('full');
    expect(idsOf(lines.users)).toEqual(idsIn(rosters['1.2'], 'users'));
  });
});

describe('tokens', () => {
  test('that end in the middle are asked for anew', async () => {
    const { server, pull } = await serve({ tokenLasts: 3, paging: { ...wholePaging, max: 50 } });
    const { lines } = await pull();
    expect(idsOf(lines.enrollments)).toEqual(idsIn(rosters['1.2'], 'enrollments'));
    expect(server.tokensGiven()).toBeGreaterThan(3);
  });

  test('that are refused at once are asked for anew but once', async () => {
    const { server, pull } = await serve({ tokenLasts: 0 });
    await expect(pull()).rejects.toMatchObject({ code: 'vendor-refused' });
    expect(server.tokensGiven()).toBe(2);
  });

  test('are not given for a wrong secret, and the pull is refused without naming it', async () => {
    const { credentials, pull } = await serve();
    const error = await pull({ credentials: { ...credentials, clientSecret: 'wr0ng' } }).catch(
      (e: unknown) => e,
    );
    expect(error).toMatchObject({ code: 'vendor-refused' });
    expect(String(error)).not.toMatch(/wr0ng/);
  });

  test('signed requests with a wrong secret are refused', async () => {
    const { credentials, pull } = await serve({ version: '1.1', auth: 'oauth1' });
    const wrong = pull({ credentials: { ...credentials, clientSecret: 'wr0ng' } });
    await expect(wrong).rejects.toMatchObject({ code: 'vendor-refused' });
  });
});

describe('an answer that is no roster', () => {
  const html = { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Maintenance</html>' };
  const cut = { status: 200, body: '{"users":[{"sourcedId":"u1"},{"sourcedI' };
  const isUsers = (url: URL) => nameIn(url.pathname) === 'users';

  test.each([
    ['HTML', html],
    ['cut off', cut],
    ['empty', { status: 200, body: '' }],
  ])('is asked for again where it is %s, and left for later where it stays so', async (_, bad) => {
    const once = await serve({ fault: ({ url }, at, answer) => (isUsers(url) && at === 0 ? bad : answer()) });
    expect(idsOf((await once.pull()).lines.users)).toEqual(idsIn(rosters['1.2'], 'users'));
    const always = await serve({ fault: ({ url }, _at, answer) => (isUsers(url) ? bad : answer()) });
    await expect(always.pull()).rejects.toMatchObject({ name: 'VendorUnavailable' });
  });

  test.each([
    ['without an envelope', '{}'],
    ['with nothing in its envelope', '{"users":null}'],
    ['with the envelope of another collection', '{"orgs":[]}'],
    [
      'with an error in place of a list',
      JSON.stringify({ imsx_codeMajor: 'failure', imsx_severity: 'error' }),
    ],
    ['that is a bare list', '[]'],
    ['with a list of no objects', '{"users":["u1"]}'],
  ])('is refused where it comes %s, and is no empty roster', async (_, body) => {
    const { pull } = await serve({
      fault: ({ url }, _at, answer) => (isUsers(url) ? { status: 200, body } : answer()),
    });
    await expect(pull()).rejects.toMatchObject({ name: 'PullRejected', code: 'vendor-answer' });
  });

  test.each([
    [403, 'vendor-refused'],
    [404, 'vendor-address'],
    [400, 'vendor-answer'],
    [302, 'vendor-address'],
  ])('with the status %i is refused, and its code is told', async (status, code) => {
    const { pull } = await serve({
      fault: ({ url }, _at, answer) => (isUsers(url) ? failure(status, 'server_busy') : answer()),
    });
    const error = await pull().catch((e: unknown) => e);
    expect(error).toMatchObject({ code, message: expect.stringContaining(String(status)) });
    if (status >= 400) expect(String(error)).toMatch(/failure, server_busy/);
  });

  test.each([429, 502])('is left for later where the client gave up at %i', async (status) => {
    const { pull } = await serve({
      fault: ({ url }, at, answer) =>
        isUsers(url) && at === 1 ? { status, headers: { 'retry-after': '30' }, body: '' } : answer(),
      paging: { ...wholePaging, max: 20 },
    });
    await expect(pull()).rejects.toMatchObject({ name: 'VendorUnavailable' });
  });

  test('with an optional collection cut off is no reason to do without it', async () => {
    const { credentials, pull } = await serve({
      fault: ({ url }, _, answer) => (nameIn(url.pathname) === 'demographics' ? cut : answer()),
    });
    const include = { demographics: true };
    await expect(pull({ credentials, include })).rejects.toMatchObject({ name: 'VendorUnavailable' });
  });
});

describe('a server', () => {
  test('that refuses a large limit is asked for pages of the standard', async () => {
    const { pull } = await serve({
      fault: ({ url }, _, answer) =>
        Number(url.searchParams.get('limit')) > 100 ? failure(400, 'invaliddata') : answer(),
    });
    expect(idsOf((await pull()).lines.users)).toEqual(idsIn(rosters['1.2'], 'users'));
  });

  test('that does not share some users any more gives a smaller roster, and nothing tells that from deletions', async () => {
    const few = { ...rosters['1.2'], users: rosters['1.2'].users.slice(0, 40) };
    const { pull } = await serve({ roster: few });
    const { mode, lines } = await pull();
    expect([mode, lines.users?.length]).toEqual(['full', 40]);
  });

  test('whose pages link to another host is refused', async () => {
    const { pull } = await serve({
      fault: (_call, _at, answer) => ({
        ...answer(),
        headers: { link: '<https://evil.test/x>; rel="next"' },
      }),
    });
    await expect(pull()).rejects.toMatchObject({ code: 'vendor-address' });
  });

  test('whose pages shift is read anew', async () => {
    const roster = { ...rosters['1.2'] };
    const { pull } = await serve({
      roster,
      paging: { ...wholePaging, max: 20 },
      fault({ url }, at, answer) {
        if (nameIn(url.pathname) === 'users' && at === 1) {
          const [, ...rest] = roster.users.toSorted((a, b) => (a.sourcedId < b.sourcedId ? -1 : 1));
          roster.users = rest;
        }
        return answer();
      },
    });
    const { lines } = await pull();
    expect(idsOf(lines.users)).toEqual(idsIn(roster, 'users'));
    expect(lines.users).toHaveLength(rosters['1.2'].users.length - 1);
  });

  test.each([
    ['https://sis.test/', { token: 't' }, 'vendor-address'],
    ['https://sis.test/ims/oneroster/v1p1/users', { token: 't' }, 'vendor-address'],
    ['https://sis.test/ims/oneroster/v1p1', {}, 'vendor-refused'],
    ['https://sis.test/ims/oneroster/rostering/v1p2', client, 'vendor-refused'],
    ['https://sis.test/ims/oneroster/v1p1', { ...client, tokenUrl: '/token' }, 'vendor-refused'],
    ['https://sis.test/ims/oneroster/v1p1', { ...client, signatureMethod: 'PLAINTEXT' }, 'vendor-refused'],
  ])('at %s is not asked with %o', async (url, credentials, code) => {
    const http: typeof plainHttp = () => Promise.reject(new Error('asked'));
    const asking = pullOf('oneroster-rest', pullOneRosterRest, { url: new URL(url), credentials, http });
    await expect(asking).rejects.toMatchObject({ code });
  });
});
