import { afterEach, describe, expect, test } from 'vitest';
import { type FakeService, type RunningFake, startFakeService } from '../../test/builders/fake-service.ts';
import { runCommand } from '../../test/builders/run-command.ts';

let service: RunningFake | undefined;
afterEach(() => service?.stop());

const base = '/v1/districts/d-1/accounts';
const ada = {
  id: 'a-1',
  username: 'ada',
  email: 'ada@example.org',
  roles: ['staff'],
  ledgers: [],
  schools: [],
  approved: true,
  locked: false,
};

async function against(fake: FakeService) {
  service = await startFakeService(fake);
  const environment = {
    ROLEBOOK_API: service.api,
    ROLEBOOK_CLIENT_ID: 'op',
    ROLEBOOK_CLIENT_SECRET: 'secret',
  };
  const { seen } = service;
  const run = (...args: string[]) => runCommand(['users', ...args], environment);
  /** What was asked after the district had been found. */
  const asked = () =>
    seen.filter(({ path }) => path !== '/v1/districts').map(({ method, path, body }) => [method, path, body]);
  return { run, asked };
}

describe('users', () => {
  test('are listed and shown, as text and as JSON', async () => {
    const { run } = await against({
      replies: { [`GET ${base}`]: { items: [ada] }, [`GET ${base}/a-1`]: ada },
    });
    expect((await run('find', '--username', 'ada')).out).toMatch(
      /a-1 +ada +ada@example.org +approved +staff/,
    );
    expect(JSON.parse((await run('list', '--json')).out)).toEqual({ items: [ada] });
    expect((await run('show', 'a-1')).out).toContain('may sign in  approved');
  });

  test('are created with what is named, and invited where asked', async () => {
    const { run, asked } = await against({
      replies: { [`POST ${base}`]: ada, [`POST ${base}/a-1/invitations`]: {} },
    });
    const names = ['--username', 'ada', '--email', 'ada@example.org'];
    await run('create', ...names, '--role', 'staff', 'teacher', '--user', 'u-1', '--invite');
    const body = { username: 'ada', email: 'ada@example.org', roles: ['staff', 'teacher'], user: 'u-1' };
    expect(asked()).toEqual([
      ['POST', base, body],
      ['POST', `${base}/a-1/invitations`, {}],
    ]);
  });

  test.each([
    [['approve'], { approved: true }],
    [['unapprove'], { approved: false }],
    [['lock'], { locked: true }],
    [['unlock'], { locked: false }],
    [['edit', '--web-id', '', '--ledger', ''], { webId: null, ledgers: [] }],
    [['edit', '--email', 'x@y.org', '--school', 's-1', 's-2'], { email: 'x@y.org', schools: ['s-1', 's-2'] }],
  ])('%j changes no more than it says', async ([name = '', ...options], body) => {
    const { run, asked } = await against({ replies: { [`PATCH ${base}/a-1`]: ada } });
    expect((await run(name, 'a-1', ...options)).code).toBeUndefined();
    expect(asked()).toEqual([['PATCH', `${base}/a-1`, body]]);
  });

  test('are signed out everywhere', async () => {
    const { run, asked } = await against({ replies: { [`DELETE ${base}/a-1/sessions`]: undefined } });
    expect((await run('end-sessions', 'a-1')).out).toContain('have ended');
    expect(asked()).toEqual([['DELETE', `${base}/a-1/sessions`, undefined]]);
  });

  test('who own something are removed only once it is said what becomes of it', async () => {
    const dats = [{ type: 'dat_query', id: 'q-1' }];
    const { run } = await against({
      refusals: { [`DELETE ${base}/a-1`]: [{ status: 409, code: 'dats-owned', dats }] },
      replies: { [`DELETE ${base}/a-1`]: undefined },
    });
    const first = await run('remove', 'a-1');
    expect([first.code, first.out]).toEqual([
      3,
      expect.stringMatching(/dat_query +q-1[\s\S]*--dats discard/),
    ]);
    expect((await run('remove', 'a-1', '--dats', 'discard')).out).toBe('a-1 is removed.\n');
    expect((await run('remove', 'a-1', '--dats', 'burn')).code).toBe(4);
  });

  test('who leave the staff are previewed first, and leave what remains of them', async () => {
    const remains = { username: 'ada', email: 'ada@example.org', profile: { kind: 'household', id: 'h-1' } };
    const ending = { dats: [], ledgers: ['l-1'], schools: [], roles: ['staff'], parentRoles: ['parent'] };
    const { run, asked } = await against({
      replies: {
        [`GET ${base}/a-1/leaving`]: { ...ending, remains },
        [`POST ${base}/a-1/leaving`]: { removed: 'a-1', remains: { ...ada, id: 'a-2', roles: [] } },
      },
    });
    expect((await run('leave', 'a-1', '--preview')).out).toContain('A parent user remains: ada');
    const { out } = await run('leave', 'a-1', '--dats', 'copy', '--copy-to', 'a-9');
    expect(out).toMatch(/a-1 is removed\. This parent user remains:\nid +a-2/);
    expect(asked().at(-1)).toEqual(['POST', `${base}/a-1/leaving`, { dats: 'copy', copyTo: 'a-9' }]);
  });

  test('to clean up are listed with their reasons', async () => {
    const reasons = [{ code: 'never-signed-in', message: 'There since 2026.' }];
    const items = [{ account: 'a-1', username: 'ada', approved: true, reasons }];
    const { run } = await against({ replies: { 'GET /v1/districts/d-1/account-review': { items } } });
    expect((await run('review')).out).toBe('a-1  ada  never-signed-in  There since 2026.\n');
  });
});
