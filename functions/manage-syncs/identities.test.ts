import { beforeEach, expect, test } from 'vitest';
import { identitiesSaid, sayIdentity, unsayIdentity } from '../../shared/roster/identity-desk.ts';
import type { User } from '../../shared/roster/records.ts';
import { CalmWorld, person, school } from '../../test/builders/calm-world.ts';
import { recordingEvents } from '../../test/builders/http-event.ts';
import { makeIdentityHandlers } from './identities.ts';

const names = { givenName: 'Ada', familyName: 'Lovelace', identifier: '1' };
const ada = (id: string, more: Partial<User> = {}) => person(id, ['teacher'], { ...names, ...more });
const bo = (id: string) => ada(id, { givenName: 'Bo', familyName: 'Diddley', identifier: '2' });
const others = Array.from({ length: 6 }, (_, at) =>
  person(`o${at}`, ['student'], { familyName: `Other ${at}` }),
);
const at = { district: 'd-1', entity: 'users', feed: 'sis' } as const;

let world: CalmWorld;
const night = (...users: User[]) => world.sync([school], [...users, ...others]);
const say = (id: string, is: string) =>
  sayIdentity(world, { ...at, id, is, by: 'ann', reason: 'asked the office' });
const nameOf = (id: string) =>
  (world.seen(`roster\tusers\t${id}`) as { record: User } | undefined)?.record.givenName;

beforeEach(async () => {
  world = new CalmWorld();
  await night(ada('a'));
});

test('an id that is somebody new is proposed no more: the old record goes its way, and the new one comes', async () => {
  expect((await night(ada('x'))).hold?.reason).toBe('renames');
  expect((await say('x', 'new')).is).toBe('x');
  const sync = await night(ada('x'));
  expect([sync.state, sync.counts?.users.created, sync.counts?.users.suspended]).toEqual(['applied', 1, 1]);
});

test('an id that is a known record is shown as such, and known by it from then on', async () => {
  await say('x', 'a');
  const sync = await night(ada('x', { familyName: 'King', identifier: '7' }));
  expect([sync.state, sync.hold?.reason, sync.counts?.users.renamed]).toEqual(['held', 'renames', 1]);
  expect((await world.approve(sync)).counts?.users.suspended).toBe(0);
  expect([nameOf('a'), world.seen('roster\tusers\tx')]).toEqual(['Ada', { same: 'a' }]);
});

test('an id that seems to be another person’s is let pass where it is the same one after all', async () => {
  expect((await night(bo('a'))).counts?.users).toMatchObject({ rejected: 1 });
  expect((await say('a', 'a')).is).toBe('a');
  expect((await night(bo('a'))).counts?.users).toMatchObject({ rejected: 0, updated: 1 });
});

test('whoever has an id that was another’s gets one of their own', async () => {
  expect((await say('a', 'new')).is).toBe('a~2');
  const sync = await night(bo('a'));
  expect(sync.hold?.reason).toBe('renames');
  await world.approve(sync);
  expect([nameOf('a'), nameOf('a~2')]).toEqual(['Ada', 'Bo']);
  expect(world.seen('roster\tusers\ta')).toMatchObject({ status: 'suspended' });
});

test('what nobody knows of is refused, and what was said can be taken back', async () => {
  await expect(say('x', 'nobody')).rejects.toMatchObject({ code: 'unknown-record' });
  await expect(unsayIdentity(world, { ...at, id: 'x' })).rejects.toMatchObject({ code: 'unknown-identity' });
  await say('x', 'new');
  await unsayIdentity(world, { ...at, id: 'x' });
  expect(await identitiesSaid(world, 'd-1')).toEqual([]);
  expect((await night(ada('x'))).hold?.reason).toBe('renames');
});

test('the list says who said what and why, and each saying is on record', async () => {
  const events = recordingEvents();
  const handlers = makeIdentityHandlers({ identities: world, events });
  const request = { params: { ...at, id: 'x' }, body: { is: 'a', reason: 'asked' }, by: 'ann' };
  // What the handlers read of a request.
  await handlers.putIdentity(request as Parameters<typeof handlers.putIdentity>[0]);
  const asked = { params: { district: 'd-1' }, query: { limit: 10, entity: 'users' } };
  const list = await handlers.listIdentities(asked as Parameters<typeof handlers.listIdentities>[0]);
  const said = {
    entity: 'users',
    feed: 'sis',
    id: 'x',
    is: 'a',
    owner: 'ann',
    reason: 'asked',
    at: world.now(),
  };
  expect(list).toEqual({ items: [said] });
  const { body: _, ...gone } = request;
  await handlers.deleteIdentity(gone as Parameters<typeof handlers.deleteIdentity>[0]);
  expect(events.told.audits.map(({ action }) => action)).toEqual(['identity-said', 'identity-unsaid']);
});
