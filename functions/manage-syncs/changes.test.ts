import { expect, test } from 'vitest';
import type { Route } from '../../shared/messages/route.ts';
import { routes } from '../../shared/messages/routes.ts';
import { FollowedDistrict } from '../../test/builders/followed-district.ts';
import {
  bodyOf,
  context,
  districtClient,
  httpEvent,
  recordingEvents,
} from '../../test/builders/http-event.ts';
import { noIdentities } from '../../test/builders/no-identities.ts';
import { makeChanges } from './changes.ts';
import { makeHandler } from './handler.ts';

const refuse = () => Promise.reject(new Error('not asked here'));

function world() {
  const district = new FollowedDistrict();
  const handler = makeHandler({
    changes: makeChanges(district),
    matches: { list: refuse, user: refuse },
    desk: {
      start: refuse,
      get: refuse,
      list: refuse,
      plan: refuse,
      problems: refuse,
      problemsCsvUrl: refuse,
      approve: refuse,
      care: refuse,
      pull: refuse,
      rollback: refuse,
      cancel: refuse,
    },
    edits: { list: refuse, override: refuse, putRecord: refuse, release: refuse },
    identities: noIdentities,
    mappings: { get: refuse, save: refuse, simulate: refuse, activate: refuse },
    catalogues: new Map(),
    findFeed: refuse,
    findUpload: refuse,
    newestUpload: refuse,
    clientSince: async () => undefined,
    decide: async () => ({ decision: true, reason: { code: 'allowed', message: 'x' } }),
    idempotency: { begin: refuse, keep: refuse, release: refuse },
    events: recordingEvents(),
    now: () => new Date(district.clock),
  });
  const follow = async (query: string, more: { sharing?: string } = {}) => {
    const as = { ...districtClient('d-1'), ...more };
    const answer = await handler(
      httpEvent('listChanges', { params: { district: 'd-1' }, query, as }),
      context,
    );
    return { status: answer.statusCode, body: bodyOf(answer) };
  };
  return { district, follow };
}

const active = { status: 'active', json: '{"secret":"Ada"}' } as const;

test('who begins to follow is told where to read what stands, and from then on what changes', async () => {
  const { district, follow } = world();
  await district.commit({ users: { 'u-1': active } });
  const begun = await follow('');
  expect(begun).toMatchObject({ status: 200, body: { items: [], more: false, resync: { reason: 'start' } } });
  const table: readonly Route[] = routes;
  const readable = table.filter(({ method }) => method === 'GET').map(({ path }) => path);
  // A response that fits its schema.
  const { snapshot } = begun.body.resync as { snapshot: Record<string, string> };
  expect(snapshot.users).toBe('/v1/districts/d-1/users');
  for (const path of Object.values(snapshot)) expect(readable).toContain(path.replace('d-1', '{district}'));

  await district.commit({ users: { 'u-1': { ...active, status: 'suspended' } }, person: { 'u-1': active } });
  district.tell({ type: 'assignment', change: 'created', id: 'a-1', user: 'u-1', system: 'hmh' });
  const told = await follow(`after=${String(begun.body.cursor)}&limit=2`);
  const at = district.clock;
  expect(told.body).toMatchObject({
    items: [
      { sequence: 2, at, type: 'roster', entity: 'users', id: 'u-1', change: 'suspended' },
      { sequence: 2, at, type: 'access', id: 'u-1', change: 'created' },
    ],
    more: true,
  });
  expect(JSON.stringify(told.body)).not.toContain('Ada');
  const rest = await follow(`after=${String(told.body.cursor)}`);
  expect(rest.body).toMatchObject({
    items: [{ sequence: 3, type: 'assignment', id: 'a-1', user: 'u-1', system: 'hmh', change: 'created' }],
    more: false,
  });
  const end = await follow(`after=${String(rest.body.cursor)}`);
  expect(end.body).toEqual({ items: [], cursor: rest.body.cursor, more: false });
});

test.each(['after=', 'after=garbage', `after=${'x'.repeat(6000)}`])(
  '%.20s is answered with a new start, never refused',
  async (query) => {
    expect(await world().follow(query)).toMatchObject({
      status: 200,
      body: { items: [], more: false, resync: { reason: 'unknown-cursor' } },
    });
  },
);

test('a client with limits does not follow: ids of what is not shared would tell that it is there', async () => {
  const { status } = await world().follow('', { sharing: JSON.stringify({ schools: ['s-1'] }) });
  expect(status).toBe(403);
});
