import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FakeService, type RunningFake, startFakeService } from '../test/builders/fake-service.ts';
import { type Ran, runCommand } from '../test/builders/run-command.ts';

let folder = '';
let service: RunningFake | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rolebook-cli-'));
});
afterEach(async () => {
  await service?.stop();
  service = undefined;
  await rm(folder, { recursive: true });
});

function run(...args: string[]): Promise<Ran> {
  const environment = {
    ROLEBOOK_API: service?.api,
    ROLEBOOK_CLIENT_ID: 'op',
    ROLEBOOK_CLIENT_SECRET: 'secret',
  };
  return runCommand(args, service === undefined ? {} : environment);
}

async function against(fake: FakeService): Promise<RunningFake> {
  service = await startFakeService(fake);
  return service;
}

async function feedFolder(
  files: Record<string, string> = { 'users.csv': 'sourcedId\r\nu-1' },
): Promise<string> {
  const path = join(folder, 'feed');
  await mkdir(path);
  for (const [name, text] of Object.entries(files)) await writeFile(join(path, name), text);
  return path;
}

describe('validate', () => {
  test.each([
    ['oneroster-csv', '1.0'],
    ['oneroster-csv', '1.1'],
    ['oneroster-csv', '1.2'],
    ['sds-csv', '1'],
    ['sds-csv', '2.1'],
    ['clever-csv'],
    ['sis-csv'],
  ])('exits 0 for a generated district, in %s %s', async (format, version?: string) => {
    const path = join(folder, 'district.zip');
    const asked = ['--format', format, ...(version === undefined ? [] : ['--version', version])];
    await run('generate', 'district', '--students', '90', ...asked, '--out', path);
    expect(await run('validate', path)).toMatchObject({
      code: 0,
      out: expect.stringContaining('is clean'),
    });
  });

  test('exits 2 for a dirty one and tells file, line, column, code and hint of each kind of problem', async () => {
    const path = join(folder, 'dirty');
    await run('generate', 'district', '--students', '90', '--dirty', '--out', path);
    const report = join(folder, 'problems.csv');
    const { code, out } = await run('validate', path, '--problems', report);
    expect(code).toBe(2);
    expect(out).toMatch(
      /error bad-boolean in users\.csv, enabledUser: line \d+ \(maybe\)\n {2}\S.*\n {2}Write true or false/,
    );
    const [header, ...rows] = (await readFile(report, 'utf8')).trim().split('\r\n');
    expect(header).toBe('file,row,column,code,severity,value,message,hint,alike');
    expect(rows.length).toBeGreaterThanOrEqual(19);
    const spoilt = rows.filter((row) => row.includes('"enabledUser","bad-boolean"'));
    for (const row of spoilt) expect(row.endsWith(`,"${spoilt.length}"`)).toBe(true);
    const nowhere = join(folder, 'no-such-folder', 'problems.csv');
    expect((await run('validate', path, '--problems', nowhere)).code).toBe(4);
  });

  test('exits 1 for what is no feed, with the reason as JSON where asked', async () => {
    const path = join(folder, 'broken.zip');
    await writeFile(path, 'not a zip');
    const { code, out } = await run('validate', path, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ outcome: 'rejected', rejection: { code: 'not-a-zip' } });
  });

  test('exits 4 where there is nothing to read', async () => {
    const { code, err } = await run('validate', join(folder, 'nowhere'));
    expect(code).toBe(4);
    expect(err).toContain('There is no file or folder');
  });
});

describe('sync', () => {
  test('uploads every CSV file of a folder and starts a sync of that upload', async () => {
    const { seen, uploaded } = await against({});
    const path = await feedFolder({
      'users.csv': 'sourcedId\r\nu-1',
      'orgs.csv': 'sourcedId\r\no-1',
      '.hidden.csv': 'x',
      'notes.txt': 'x',
    });
    const { code, out } = await run('sync', path, '--feed', 'sis');
    expect(code).toBeUndefined();
    expect(out).toContain('rolebook watch s-1');
    expect([...uploaded.keys()].sort()).toEqual(['orgs.csv', 'users.csv']);
    expect(uploaded.get('users.csv')?.toString()).toBe('sourcedId\r\nu-1');
    expect(seen.find(({ method, path: at }) => method === 'POST' && at.endsWith('/syncs'))?.body).toEqual({
      feed: 'sis',
      upload: 'u-1',
    });
  });

  test('hands on what may pass the gate, and knows nothing that never may', async () => {
    const { seen } = await against({});
    const path = await feedFolder({ 'users.csv': 'sourcedId\r\nu-1' });
    const accept = ['--accept', 'columns-changed', 'older-file'];
    await run('sync', path, '--feed', 'sis', ...accept);
    expect(
      seen.find(({ method, path: at }) => method === 'POST' && at.endsWith('/syncs'))?.body,
    ).toMatchObject({ accept: ['columns-changed', 'older-file'] });
    expect((await run('sync', path, '--feed', 'sis', '--accept', 'other-district')).code).toBe(4);
  });

  test('says of an upload whose feed it is, so that triggers know it', async () => {
    const { seen } = await against({});
    await run('sync', await feedFolder(), '--feed', 'sis');
    expect(seen.find(({ path }) => path.endsWith('/uploads'))?.body).toMatchObject({ feed: 'sis' });
  });

  test('syncs single people, classes and schools alone, of the newest upload where none is given', async () => {
    const { seen, uploaded } = await against({});
    await run('sync', '--feed', 'sis', '--only-user', 'u-1', 'u-2', '--only-school', 's-1');
    expect(uploaded.size).toBe(0);
    expect(seen.find(({ method, path }) => method === 'POST' && path.endsWith('/syncs'))?.body).toEqual({
      feed: 'sis',
      only: { users: ['u-1', 'u-2'], schools: ['s-1'] },
    });
  });

  test('sends a large file in parts, whole and in place, and completes the upload', async () => {
    const { seen, uploaded } = await against({ partBytes: 1000 });
    const text = Array.from({ length: 1700 }, (_, index) => String(index)).join(',');
    await run('sync', await feedFolder({ 'users.csv': text }), '--feed', 'sis');
    expect(uploaded.get('users.csv')?.toString()).toBe(text);
    expect(seen.some(({ path }) => path.endsWith('/uploads/u-1/completion'))).toBe(true);
  });

  test.each([
    { fake: {}, code: 0 },
    { fake: { sync: { problems: { errors: 0, warnings: 1 } } }, code: 2 },
    { fake: { states: ['planning', 'held'], sync: { hold: { reason: 'guard', remaining: 7 } } }, code: 3 },
    { fake: { states: ['rejected'] }, code: 1 },
    { fake: { states: ['failed'] }, code: 1 },
    { fake: { states: ['superseded'] }, code: 1 },
  ] satisfies { fake: FakeService; code: number }[])(
    'exits $code with --wait: $fake',
    async ({ fake, code }) => {
      await against(fake);
      expect(await run('sync', await feedFolder(), '--feed', 'sis', '--wait')).toMatchObject({ code });
    },
  );

  test('says how to go on where a sync is held', async () => {
    await against({ states: ['held'], sync: { hold: { reason: 'guard', remaining: 7 } } });
    const { out } = await run('watch', 's-1');
    expect(out).toMatch(/7 changes wait for an approval: it would take away more/);
    expect(out).toContain('rolebook approve s-1');
  });

  test('makes a missing feed only when told to', async () => {
    const { seen } = await against({ feeds: [] });
    const path = await feedFolder();
    const refused = await run('sync', path, '--feed', 'new');
    expect(refused.code).toBe(4);
    expect(refused.err).toContain('--create-feed');
    expect(seen.some(({ method }) => method === 'PUT')).toBe(false);
    await run('sync', path, '--feed', 'new', '--create-feed', '--wait');
    expect(seen.find(({ method }) => method === 'PUT')?.body).toEqual({
      format: 'oneroster-csv',
      source: 'upload',
    });
  });

  test('approves the plan that the sync has, or the one it was told', async () => {
    const { seen } = await against({});
    await run('approve', 's-1');
    await run('approve', 's-1', '--plan-hash', 'looked-at');
    const approvals = seen.filter(({ path }) => path.endsWith('/approval'));
    expect(approvals.map(({ body }) => body)).toEqual([{ planHash: 'hash-1' }, { planHash: 'looked-at' }]);
  });
});

test('an approval that needs a second person says so', async () => {
  const approvals = [{ by: 'client:op', at: '2026-09-01T10:00:00Z' }];
  const hold = { reason: 'guard', remaining: 900, approvals, awaits: 'second-person' } as const;
  await against({ states: ['held'], sync: { hold } });
  const { out, code } = await run('approve', 's-1');
  expect(code).toBe(3);
  expect(out).toContain('Approved by client:op. So many take two persons');
});

describe('rollback', () => {
  test('starts it, with or without a body, and follows the sync that undoes', async () => {
    const { seen } = await against({});
    expect(await run('rollback', 's-1')).toMatchObject({ code: 0 });
    await run('rollback', 's-1', '--dry-run');
    const asked = seen.filter(({ path }) => path.endsWith('/syncs/s-1/rollback'));
    expect(asked.map(({ body }) => body)).toEqual([{}, { dryRun: true }]);
    expect(new Set(asked.map(({ headers }) => headers['idempotency-key'])).size).toBe(2);
  });
});

describe('cancel', () => {
  test('says what stands of the sync, and how to undo it', async () => {
    const { seen } = await against({ states: ['cancelled'], sync: { partApplied: true } });
    const { out } = await run('cancel', 's-1');
    expect(seen.some(({ path }) => path.endsWith('/s-1/cancellation'))).toBe(true);
    expect(out).toContain('Undo it: rolebook rollback s-1');
  });
});

describe('plan', () => {
  test('shows before and after, and the roles gained and lost, up to a limit', async () => {
    await against({
      plan: [
        {
          entity: 'users',
          kind: 'update',
          sourcedId: 'u-1',
          before: { grades: ['05'] },
          after: { grades: ['06'] },
          access: [{ system: 'hmh', gained: ['teacher at s-2'], lost: ['teacher at s-1'] }],
        },
        { entity: 'enrollments', kind: 'suspend', sourcedId: 'e-1', held: true },
      ],
    });
    const { out } = await run('plan', 's-1');
    expect(out).toContain('grades: ["05"] → ["06"]');
    expect(out).toContain('+ hmh teacher at s-2');
    expect(out).toContain('- hmh teacher at s-1');
    expect(out).toMatch(/suspend +enrollments e-1 {2}\(held\)/);
    const limited = JSON.parse((await run('plan', 's-1', '--limit', '1', '--json')).out);
    expect(limited).toMatchObject({ total: 2, changes: [{ sourcedId: 'u-1' }] });
  });
});

describe('check', () => {
  test('exits 0 for allowed and 1 for denied, and sends what it was told of the resource', async () => {
    const { seen } = await against({
      evaluate: ({ subject }) =>
        subject.id === 't-1' ? { decision: true, code: 'allowed' } : { decision: false, code: 'no-role' },
    });
    const properties = ['--property', 'platform=Ed', '--property', 'count=2', '--property', 'note=a=b'];
    expect(await run('check', 't-1', 'hmh:roster.view', 'class:c:9', ...properties)).toMatchObject({
      code: 0,
    });
    const denied = await run('check', 't-2', 'hmh:roster.view', 'class:c:9');
    expect(denied).toMatchObject({ code: 1, out: expect.stringContaining('denied (no-role)') });
    expect(seen.find(({ path }) => path === '/access/v1/evaluation')?.body).toEqual({
      subject: { type: 'user', id: 't-1' },
      action: { name: 'hmh:roster.view' },
      resource: { type: 'class', id: 'c:9', properties: { platform: 'Ed', count: 2, note: 'a=b' } },
      context: { district: 'd-1', explain: false },
    });
  });

  test('explain adds the facts and the nearest misses', async () => {
    await against({});
    const { out } = await run('explain', 't-1', 'hmh:roster.view', 'class:c-9');
    expect(out).toMatch(/because\n +a fact\n +nearest misses\n +a near miss/);
  });

  test('explain says where the role comes from, to whom may know', async () => {
    const rows = [{ file: 'users.csv', row: 17 }];
    await against({ provenance: { source: 'roster', feed: 'sis', rule: { id: 'hmh-teachers' }, rows } });
    const { out } = await run('explain', 't-1', 'hmh:roster.view', 'class:c-9');
    expect(out).toContain('from        feed sis, users.csv line 17, rule hmh-teachers\n');
    expect((await run('check', 't-1', 'hmh:roster.view', 'class:c-9')).out).not.toContain('feed sis');
  });

  test('exits 4, not 1, where the question could not be asked', async () => {
    await against({});
    expect(await run('check', 't-1', 'hmh:roster.view', 'c-9')).toMatchObject({ code: 4 });
    expect(
      await run('check', 't-1', 'hmh:roster.view', 'class:c-9', '--client-secret', 'wrong'),
    ).toMatchObject({ code: 4 });
  });
});

describe('who-can and what-can', () => {
  test('list what all pages of a search find', async () => {
    const { seen } = await against({ found: ['t-1', 't-2', 't-3'].map((id) => ({ type: 'user', id })) });
    const { out, code } = await run('who-can', 'hmh:roster.view', 'class:c:9', '--property', 'platform=Ed');
    expect([out, code]).toEqual(['t-1\nt-2\nt-3\n', undefined]);
    const asked = seen.filter(({ path }) => path === '/access/v1/search/subject');
    expect(asked.map(({ body }) => body)).toMatchObject([
      { page: { limit: 1000 }, context: { district: 'd-1' } },
      {
        page: { limit: 1000, token: '2' },
        resource: { type: 'class', id: 'c:9', properties: { platform: 'Ed' } },
      },
    ]);
  });

  test('give one document where asked, and say where there is nothing', async () => {
    const { seen } = await against({ found: [] });
    expect((await run('what-can', 't-1', 'class:c-9')).out).toBe('Nothing.\n');
    expect(JSON.parse((await run('what-can', 't-1', 'class:c-9', '--json')).out)).toEqual({ results: [] });
    expect(seen.at(-1)?.body).toMatchObject({ subject: { type: 'user', id: 't-1' } });
  });
});

describe('the district', () => {
  test('is the one of a token that has one', async () => {
    const { seen } = await against({ scope: 'access.evaluate rolebook.district:d-7' });
    await run('watch', 's-1');
    expect(seen[0]?.path).toBe('/v1/districts/d-7/syncs/s-1');
  });

  test('must be named by an operator of several', async () => {
    const { seen } = await against({ districts: ['north', 'south'] });
    expect(await run('watch', 's-1')).toMatchObject({
      code: 4,
      err: expect.stringContaining('north, south'),
    });
    await run('watch', 's-1', '--district', 'south');
    expect(seen.at(-1)?.path).toBe('/v1/districts/south/syncs/s-1');
  });
});

describe('the connection', () => {
  test('comes from what a local Rolebook wrote, where nothing else is said', async () => {
    const { api, seen } = await against({});
    const operator = { clientId: 'op', clientSecret: 'secret' };
    await writeFile(join(folder, 'local.json'), JSON.stringify({ api, operator }));
    service = undefined;
    expect(await run('watch', 's-1', '--data-dir', folder)).toMatchObject({ code: 0 });
    expect(seen.length).toBeGreaterThan(0);
    service = { api, seen, uploaded: new Map(), stop: async () => {} };
  });

  test('tells what is missing where there is none', async () => {
    const { code, err } = await run('watch', 's-1', '--data-dir', folder);
    expect(code).toBe(4);
    expect(err).toContain('npm start');
  });

  test('shows a refusal with its title, detail and pointers', async () => {
    const errors = [{ pointer: '/planHash', detail: 'is of another plan' }];
    await against({
      refusals: {
        'POST /v1/districts/d-1/syncs/s-1/approval': [
          { status: 409, title: 'The plan has moved', detail: 'Look again.', errors },
        ],
      },
    });
    const { code, err } = await run('approve', 's-1');
    expect(code).toBe(4);
    expect(err).toBe('The plan has moved: Look again.\n  /planHash  is of another plan\n');
  });

  test('comes back when told to, with the same idempotency key', async () => {
    const path = '/v1/districts/d-1/syncs';
    const { seen } = await against({
      refusals: {
        [`POST ${path}`]: [
          { status: 429, retryAfter: '0' },
          { status: 503, retryAfter: '0' },
        ],
      },
    });
    await run('sync', await feedFolder(), '--feed', 'sis');
    const tries = seen.filter((request) => request.method === 'POST' && request.path === path);
    expect(tries).toHaveLength(3);
    expect(new Set(tries.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  });

  test('never tries a plain refusal again', async () => {
    const path = '/v1/districts/d-1/syncs/s-1';
    const { seen } = await against({ refusals: { [`GET ${path}`]: [{ status: 403, title: 'Not yours' }] } });
    expect(await run('watch', 's-1')).toMatchObject({ code: 4 });
    expect(seen.filter((request) => request.path === path)).toHaveLength(1);
  });
});

test('wrong usage exits 4 and help exits 0', async () => {
  expect(await run('frobnicate')).toMatchObject({ code: 4 });
  expect(await run('generate', 'district')).toMatchObject({ code: 4 });
  expect(await run('generate', 'district', '--students', 'many')).toMatchObject({ code: 4 });
  const clever = ['--format', 'clever-csv', '--version', '1.1'];
  expect(await run('generate', 'district', '--students', '9', ...clever)).toMatchObject({ code: 4 });
  expect(await run('help')).toMatchObject({ code: 0, out: expect.stringContaining('Exit status') });
});

describe('changes', () => {
  const at = '2026-11-20T07:00:00Z';
  const start = { reason: 'start', snapshot: { users: '/v1/districts/d-1/users' } };
  const pages = {
    '': { items: [], cursor: 'c0', more: false, resync: start },
    c0: {
      items: [{ sequence: 4, at, type: 'roster', change: 'suspended', entity: 'users', id: 'u-1' }],
      cursor: 'c1',
      more: true,
    },
    c1: {
      items: [{ sequence: 5, at, type: 'assignment', change: 'removed', id: 'a-1', user: 'u-2' }],
      cursor: 'c2',
      more: false,
    },
  } satisfies FakeService['changes'];

  test('says where to begin', async () => {
    await against({ changes: pages });
    const { out } = await run('changes');
    expect(out).toContain('/v1/districts/d-1/users');
    expect(out).toContain('--after c0');
  });

  test('tells everything since a cursor, and the next cursor', async () => {
    await against({ changes: pages });
    const { out } = await run('changes', '--after', 'c0');
    expect(out).toMatch(
      /4 .* suspended +users +u-1\n5 .* removed +assignment +a-1 +u-2\n\nGo on with --after c2/,
    );
    const { out: json } = await run('changes', '--after', 'c0', '--json');
    expect(JSON.parse(json)).toMatchObject({ cursor: 'c2', items: [{ id: 'u-1' }, { id: 'a-1' }] });
  });

  test('follows page by page, until it is refused', async () => {
    await against({ changes: pages });
    const { out, code } = await run('changes', '--follow', '--every', '0', '--json');
    const lines = out.split('\n').filter((line) => line.startsWith('{"items"'));
    expect(lines.map((line) => (JSON.parse(line) as { cursor: string }).cursor)).toEqual(['c0', 'c1', 'c2']);
    expect(code).toBe(4);
  });
});
