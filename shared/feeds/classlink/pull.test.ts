import { afterEach, describe, expect, test } from 'vitest';
import { pullOf } from '../../../test/builders/pulls.ts';
import { type ClassLinkState, partnerKey, startClassLink } from '../../../test/vendors/classlink-server.ts';
import { nameIn } from '../../../test/vendors/oneroster-pages.ts';
import { client, type Fault, startOneRoster } from '../../../test/vendors/oneroster-server.ts';
import { rosterOf } from '../../../test/vendors/roster-district.ts';
import type { PullOptions } from '../pulling.ts';
import { pullClassLink } from './pull.ts';

const roster = rosterOf({ students: 20, version: '1.1' }, '2026-08-20T10:00:00.000Z');
const userIds = roster.users.map(({ sourcedId }) => sourcedId).sort();

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function serve(more: Partial<ClassLinkState> & { fault?: Fault; max?: number } = {}) {
  const server = await startClassLink(roster, { max: 40, ...more });
  open.push(server);
  const credentials = { partnerKey, tenantId: '2001' };
  const pull = (own: Partial<PullOptions> = {}) =>
    pullOf('classlink', pullClassLink, { url: server.url, credentials, ...own });
  const rostersAsked = () => server.calls.filter(({ url }) => url.pathname.includes('/ims/')).length;
  return { server, credentials, pull, rostersAsked };
}

const idsOf = (lines: readonly string[] = []): string[] => lines.map((line) => JSON.parse(line).sourcedId);

describe('through the proxy', () => {
  test('every object comes once, without passwords and phone numbers', async () => {
    const { server, pull } = await serve();
    const { mode, lines, cursor } = await pull();
    expect([mode, cursor]).toEqual(['full', { revision: '1' }]);
    expect(idsOf(lines.users)).toEqual(userIds);
    expect(lines.enrollments).toHaveLength(roster.enrollments.length);
    expect(JSON.stringify(lines)).not.toMatch(/hunter2|password|555 01|bearer-1/);
    // The id is escaped already, and not escaped again.
    expect(server.calls.at(-1)?.url.pathname).toMatch(/^\/a%2Fb%3D\/ims\//);
  });

  test('the partner key goes to the list alone, and the bearer of the tenant to its rosters', async () => {
    const { server, pull } = await serve();
    await pull();
    const sent = server.calls.map(({ url, headers }) => [
      url.pathname === '/applications' ? 'list' : 'rosters',
      headers.authorization,
    ]);
    expect([...new Set(sent.map((one) => one.join(' ')))]).toEqual([
      `list Bearer ${partnerKey}`,
      'rosters Bearer bearer-1',
    ]);
  });

  test.each([
    ['is not enabled', { application: { enabled: 'false' } }],
    ['is not active', { application: { tenant_status: 'Suspended' } }],
    ['is another', { application: { tenant_id: '9' } }],
    ['has an id that would lead elsewhere', { application: { oneroster_application_id: '%2E%2E' } }],
    ['has an id with a path', { application: { oneroster_application_id: 'x/y' } }],
  ])('nothing is pulled where the application %s', async (_, { application }) => {
    const { server, pull, rostersAsked } = await serve();
    server.state.application = { ...server.state.application, ...application };
    await expect(pull()).rejects.toMatchObject({ name: 'PullRejected' });
    expect(rostersAsked()).toBe(0);
  });

  test('a partner key that is not taken is refused', async () => {
    const { credentials, pull } = await serve();
    await expect(pull({ credentials: { ...credentials, partnerKey: 'old' } })).rejects.toMatchObject({
      code: 'vendor-refused',
    });
  });
});

describe('a bearer that is refused in the middle', () => {
  const replaced =
    (state: () => ClassLinkState): Fault =>
    ({ url }, at, answer) => {
      if (nameIn(url.pathname) === 'classes' && at === 0) state().bearer = 'bearer-2';
      return answer();
    };

  test('is looked up anew, and tried once where it changed', async () => {
    const { server, pull } = await serve({ fault: replaced(() => server.state) });
    expect(idsOf((await pull()).lines.users)).toEqual(userIds);
    expect(server.calls.filter(({ url }) => url.pathname === '/applications').length).toBeLessThan(6);
  });

  test('is meant where it did not change, and not tried again', async () => {
    const { server, pull, rostersAsked } = await serve({
      fault: ({ url }, _, answer) =>
        nameIn(url.pathname) === 'orgs' ? { status: 401, body: '{}' } : answer(),
    });
    await expect(pull()).rejects.toMatchObject({ code: 'vendor-refused' });
    expect(rostersAsked()).toBe(1);
    expect(server.calls.length).toBeGreaterThan(1);
  });
});

describe('the revision', () => {
  test('of the last pull means that there is nothing new', async () => {
    const { pull, rostersAsked } = await serve();
    const { mode, lines, cursor } = await pull({ since: { revision: '1' } });
    expect([mode, lines, cursor]).toEqual(['delta', {}, { revision: '1' }]);
    expect(rostersAsked()).toBe(1);
  });

  test('of another pull means a full one', async () => {
    const { pull } = await serve({ revision: '2' });
    const { mode, lines, cursor } = await pull({ since: { revision: '1' } });
    expect([mode, cursor]).toEqual(['full', { revision: '2' }]);
    expect(idsOf(lines.users)).toEqual(userIds);
  });

  test('that changes in the middle starts the pull over, and what came before is not kept', async () => {
    const { server, pull } = await serve({
      fault({ url }, at, answer) {
        if (nameIn(url.pathname) === 'enrollments' && at === 1) {
          server.state.revision = '2';
          server.state.roster = { ...server.state.roster, users: server.state.roster.users.slice(5) };
        }
        return answer();
      },
    });
    const { lines, cursor } = await pull();
    expect(cursor).toEqual({ revision: '2' });
    expect(lines.users).toHaveLength(roster.users.length - 5);
    expect(idsOf(lines.orgs)).toEqual([...new Set(idsOf(lines.orgs))]);
  });

  test('that changes again and again is left for later', async () => {
    let revision = 0;
    const { pull } = await serve({
      fault: (_call, _at, answer) => {
        const one = answer();
        return one.headers?.['x-perm-rev'] === undefined
          ? one
          : { ...one, headers: { ...one.headers, 'x-perm-rev': String(revision++) } };
      },
    });
    await expect(pull()).rejects.toMatchObject({ name: 'VendorUnavailable' });
  });
});

test('a page that counts more than it holds is asked for again', async () => {
  const { pull } = await serve({
    fault({ url }, at, answer) {
      const one = answer();
      const isShort = nameIn(url.pathname) === 'users' && at === 1;
      return isShort ? { ...one, headers: { ...one.headers, 'x-count': '41' } } : one;
    },
  });
  expect(idsOf((await pull()).lines.users)).toEqual(userIds);
});

describe("at the district's own server", () => {
  test.each(['HMAC-SHA1', 'HMAC-SHA256'])(
    'requests are signed by %s, every parameter with them',
    async (method) => {
      const own = await startOneRoster({ roster, version: '1.1', auth: 'oauth1' });
      open.push(own);
      const direct = {
        endpoint_url: own.origin,
        client_id: client.clientId,
        client_secret: client.clientSecret,
      };
      const { credentials, pull, rostersAsked } = await serve({ direct });
      const signed = { ...credentials, mode: 'direct', serverUrl: own.origin, signatureMethod: method };
      expect(idsOf((await pull({ credentials: signed })).lines.users)).toEqual(userIds);
      expect(rostersAsked()).toBe(0);
    },
  );

  test('nothing is asked of it where the feed does not name it', async () => {
    const own = await startOneRoster({ roster, version: '1.1', auth: 'oauth1' });
    open.push(own);
    const direct = { endpoint_url: own.origin, client_id: 'a', client_secret: 'b' };
    const { credentials, pull } = await serve({ direct });
    for (const more of [{}, { serverUrl: 'https://other.test' }]) {
      const asking = pull({ credentials: { ...credentials, mode: 'direct', ...more } });
      await expect(asking).rejects.toMatchObject({ code: 'vendor-address' });
    }
    expect(own.calls).toEqual([]);
  });

  test('nothing is pulled where ClassLink does not say where it is', async () => {
    const { credentials, pull } = await serve({
      direct: { endpoint_url: 'nowhere', client_id: 'a', client_secret: 'b' },
    });
    await expect(pull({ credentials: { ...credentials, mode: 'direct' } })).rejects.toMatchObject({
      code: 'vendor-answer',
    });
  });
});
