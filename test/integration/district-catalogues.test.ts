import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeHandler } from '../../functions/manage-access/handler.ts';
import { makeHandler as makeResources } from '../../functions/manage-accounts/handler.ts';
import type { Catalogue } from '../../shared/access/catalogue.ts';
import { evaluate } from '../../shared/access/evaluate.ts';
import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';
import { makeDecide } from '../../shared/runtime/decide.ts';
import { AccessChanges } from '../../shared/store/access-changes.ts';
import { AccessStore } from '../../shared/store/access-store.ts';
import { Accounts } from '../../shared/store/accounts.ts';
import { Assignments } from '../../shared/store/assignments.ts';
import { CandidateStore } from '../../shared/store/candidates.ts';
import { CatalogueDocuments, makeCataloguesOf } from '../../shared/store/catalogue-documents.ts';
import { DistrictCatalogues } from '../../shared/store/district-catalogues.ts';
import { Holders } from '../../shared/store/holders.ts';
import { Idempotency } from '../../shared/store/idempotency.ts';
import { KeptFacts } from '../../shared/store/kept-facts.ts';
import { documentKey } from '../../shared/store/keys.ts';
import { OwnFacts } from '../../shared/store/own-facts.ts';
import { Tenants } from '../../shared/store/tenants.ts';
import { anAssignment, atSchool } from '../builders/access-facts.ts';
import { startDynamo, type TestDynamo, testTables } from '../builders/dynamo.ts';
import { bodyOf, context, districtClient, httpEvent, recordingEvents } from '../builders/http-event.ts';
import { RoundTrips } from '../builders/round-trips.ts';
import { storeDistrict } from '../builders/stored-district.ts';

let engine: TestDynamo;
let trips: RoundTrips;
let access: AccessStore;
let documents: CatalogueDocuments;
let decide: ReturnType<typeof makeDecide>;
let cataloguesOf: ReturnType<typeof makeCataloguesOf>;
let district: string;
let count = 0;
let events = recordingEvents();
let handler: ReturnType<typeof makeHandler>;
let resources: ReturnType<typeof makeResources>;

beforeAll(async () => {
  engine = await startDynamo();
  trips = new RoundTrips(engine.dynamo);
});
afterAll(() => engine.stop());
beforeEach(async () => {
  count += 1;
  district = `d-${count}`;
  const at = { name: 'x', timeZone: 'UTC', schoolYear: 2027, createdAt: '2026-11-21T12:00:00Z' };
  await new Tenants(engine.dynamo, testTables).createDistrict({ id: district, ...at });
  const now = () => new Date('2026-11-21T12:00:00Z');
  events = recordingEvents();
  access = new AccessStore(engine.dynamo, testTables.access);
  documents = new CatalogueDocuments(engine.dynamo, testTables.access);
  cataloguesOf = makeCataloguesOf(shippedCatalogues, documents);
  decide = makeDecide({ access, catalogues: shippedCatalogues, now });
  handler = makeHandler({
    access,
    changes: new AccessChanges(engine.dynamo, testTables),
    assignments: new Assignments(engine.dynamo, testTables),
    holders: new Holders(engine.dynamo, testTables.assignments),
    shipped: shippedCatalogues,
    cataloguesOf,
    documents,
    districtCatalogues: new DistrictCatalogues(engine.dynamo, testTables),
    pastDeeds: { of: async () => [] },
    history: { lastCommit: async () => undefined, person: async () => undefined },
    syncs: { sync: async () => undefined },
    feedRows: async () => ({ unknown: 'No feed.' }),
    rulesOf: async () => [],
    decide,
    idempotency: new Idempotency(engine.dynamo, testTables.tenants),
    events,
    now,
  });
  resources = makeResources({
    accounts: new Accounts(engine.dynamo, testTables),
    facts: new KeptFacts(engine.dynamo, testTables),
    access,
    assignments: new Assignments(engine.dynamo, testTables),
    catalogues: shippedCatalogues,
    cataloguesOf,
    logins: { close: async () => {}, lastSignIns: async () => new Map() },
    ownFacts: new OwnFacts(engine.dynamo, testTables),
    decide,
    idempotency: new Idempotency(engine.dynamo, testTables.tenants),
    events,
    now,
  });
});

type Name = Parameters<typeof httpEvent>[0];
type More = { params?: object; user?: string; query?: string; ifMatch?: string };

/** As the district's own client, or as a person of the district. */
async function call(name: Name, body?: unknown, { params, user, query, ifMatch }: More = {}) {
  const answer = await (name.endsWith('Resource') ? resources : handler)(
    httpEvent(name, {
      params: { district, ...params },
      ...(body === undefined ? {} : { body }),
      ...(query === undefined ? {} : { query }),
      ...(ifMatch === undefined ? {} : { headers: { 'if-match': ifMatch } }),
      as: districtClient(district, user === undefined ? {} : { user }),
    }),
    context,
  );
  const text = answer.body ?? '';
  return {
    status: answer.statusCode,
    etag: String(answer.headers?.etag),
    body: text === '' ? {} : bodyOf(answer),
  };
}

const put = (catalogue: Record<string, unknown> & { system: string }, more: More = {}) =>
  call('putDistrictCatalogue', catalogue, { ...more, params: { system: catalogue.system } });
const putOverlay = (overlay: string, body: object, more: More = {}) =>
  call('putOverlay', body, { ...more, params: { overlay } });

async function check(user: string, action: string, [type, id]: [string, string], properties?: object) {
  const resource = { type, id, ...(properties && { properties: { ...properties } }) };
  const question = { subject: { type: 'user', id: user }, action: { name: action }, resource };
  const facts = await access.checkFacts(district, question);
  if (facts === undefined) return expect.unreachable();
  return evaluate(await cataloguesOf(facts.district), facts, question, { today: '2026-11-21' });
}

async function assign(user: string, system: string, role: string, scope?: object) {
  const body = { user, system, role, scope: scope ?? { type: 'district', ids: [district] } };
  return call('createAssignment', body);
}

const source = ['club:1'];
const club = {
  system: 'club',
  title: 'Chess club',
  document: { id: 'club', title: 'Statutes' },
  scopes: ['district', 'school', 'class'],
  roles: [
    { id: 'chair', label: 'Chair', scope: 'district', privileged: false, source },
    { id: 'coach', label: 'Coach', scope: 'school', alsoFor: ['class'], privileged: false, source },
  ],
  resourceTypes: [{ type: 'board', label: 'Board', kept: true }],
  settings: [],
  overlays: [],
  rows: [
    {
      permission: 'play',
      task: 'play',
      resources: ['board'],
      source,
      standing: 'printed',
      cells: { chair: 'allow', coach: 'allow' },
    },
  ],
};

function shipped(system: string): Catalogue {
  const found = shippedCatalogues.get(system);
  if (found === undefined) throw new Error(`${system} is not shipped`);
  return found;
}

describe('a catalogue of the district’s own', () => {
  test('holds with the next check, has a version, and can be taken away again', async () => {
    const made = await put(club);
    expect(made).toMatchObject({ status: 200, body: { system: 'club', origin: 'own', warnings: [] } });
    expect((await assign('u-1', 'club', 'chair')).status).toBe(201);
    await call('putResource', { properties: {} }, { params: { type: 'board', id: 'b-1' } });
    expect((await check('u-1', 'club:play', ['board', 'b-1'])).reason).toMatchObject({
      code: 'allowed',
      source: 'club:1',
    });
    expect((await check('u-1', 'club:play', ['board', 'b-2'])).reason.code).toBe('unknown-resource');

    const shown = await call('getDistrictCatalogue', undefined, { params: { system: 'club' } });
    expect([shown.body, shown.etag]).toEqual([club, made.etag]);
    const listed = await call('listDistrictCatalogues');
    expect(listed.body.items).toContainEqual(expect.objectContaining({ system: 'hmh', origin: 'shipped' }));
    expect((await call('deleteDistrictCatalogue', undefined, { params: { system: 'club' } })).status).toBe(
      204,
    );
    expect((await check('u-1', 'club:play', ['board', 'b-1'])).reason.code).toBe('unknown-action');
    const { items } = (await call('listCatalogueVersions', undefined, { params: { system: 'club' } })).body;
    expect(items).toMatchObject([
      { label: 'Chess club', by: `client:${district}.c1` },
      { version: made.body.version, at: '2026-11-21T12:00:00.000Z' },
    ]);
    expect(items).not.toHaveProperty('0.version');
    const query = `version=${made.body.version}`;
    const once = await call('getDistrictCatalogue', undefined, { params: { system: 'club' }, query });
    expect(once.body).toEqual(club);
    expect(events.told.audits.filter(({ action }) => action === 'catalogue-changed')).toHaveLength(2);
  });

  test('is refused with a pointer and a hint where it is wrong', async () => {
    const cells = { char: 'allow' };
    const wrong = { ...club, rows: [{ ...club.rows[0], cells, resources: ['bord'] }] };
    const { status, body } = await put(wrong);
    expect(status).toBe(422);
    expect(body.errors).toEqual(
      expect.arrayContaining([
        { pointer: '/rows/0/cells/char', detail: expect.stringContaining('chair') },
        { pointer: '/rows/0/resources/0', detail: expect.stringContaining('board') },
      ]),
    );
    const other = await call('putDistrictCatalogue', club, { params: { system: 'klub' } });
    expect([other.status, other.body.code]).toEqual([422, 'other-system']);
  });

  test('is not put over what somebody else has put meanwhile', async () => {
    const first = await put(club);
    const second = await put({ ...club, title: 'Chess' }, { ifMatch: first.etag });
    expect(second.status).toBe(200);
    expect((await put({ ...club, title: 'Go' }, { ifMatch: first.etag })).status).toBe(412);
    expect(await put({ ...club, title: 'Chess' })).toMatchObject({ etag: second.etag, status: 200 });
    const { items } = (await call('listCatalogueVersions', undefined, { params: { system: 'club' } })).body;
    expect(items).toHaveLength(2);
  });

  test('that drops a role which people hold says how many', async () => {
    await put(club);
    await assign('u-1', 'club', 'chair');
    await assign('u-2', 'club', 'chair');
    const rows = [{ ...club.rows[0], cells: { coach: 'allow' } }];
    const { body } = await put({ ...club, roles: club.roles.slice(1), rows });
    expect(body.warnings).toEqual([expect.stringMatching(/^2 people hold chair/)]);
    expect((await check('u-1', 'club:play', ['board', 'b-1'])).decision).toBe(false);
  });

  test('with too much in it to keep is refused', async () => {
    // Hashes don't compress well.
    const hash = (i: number) => createHash('sha512').update(String(i)).digest('base64');
    const task = Array.from({ length: 6000 }, (_, i) => hash(i)).join('');
    const wordy = { ...club, rows: [{ ...club.rows[0], task }] };
    expect((await put(wordy)).status).toBe(413);
  });

  test('that can no longer be read is denied, and can be put again', async () => {
    const { body } = await put(club);
    await assign('u-1', 'club', 'chair');
    await call('putResource', { properties: {} }, { params: { type: 'board', id: 'b-1' } });
    const Item = { ...documentKey(district, String(body.version)), gzip: gzipSync('{"system":"club"}') };
    await engine.dynamo.send(new PutCommand({ TableName: testTables.access, Item }));
    cataloguesOf = makeCataloguesOf(shippedCatalogues, documents);
    const ask = async () => (await check('u-1', 'club:play', ['board', 'b-1'])).reason.code;
    expect(await ask()).toBe('unknown-action');
    expect((await put({ ...club, title: 'Chess' })).status).toBe(200);
    expect(await ask()).toBe('allowed');
  });

  test('costs a check one read more, once', async () => {
    await put(club);
    await assign('u-1', 'club', 'chair');
    await call('putResource', { properties: {} }, { params: { type: 'board', id: 'b-1' } });
    cataloguesOf = makeCataloguesOf(shippedCatalogues, documents);
    const ask = () => check('u-1', 'club:play', ['board', 'b-1']);
    expect((await trips.of(ask)).trips).toBe(2);
    expect((await trips.of(ask)).trips).toBe(1);
    expect((await trips.of(() => check('u-1', 'hmh:roster.view', ['school', 's-1']))).trips).toBe(1);
  });
});

describe('facts of resources and users', () => {
  beforeEach(async () => {
    const school = { status: 'active', type: 'school' } as const;
    const classes = { 'c-1': { status: 'active', schoolId: 's-1' } as const };
    await storeDistrict(engine.dynamo, district, { orgs: { 's-1': school, 's-2': school }, classes });
    await put(club);
  });

  test('say where a resource lies, so that scopes reach it', async () => {
    await assign('u-1', 'club', 'coach', { type: 'school', ids: ['s-1'] });
    await assign('u-2', 'club', 'coach', { type: 'class', ids: ['c-1'] });
    const boards = { 'b-1': { school: 's-1' }, 'b-2': { school: 's-2' }, 'b-3': { class: 'c-1' }, 'b-4': {} };
    for (const [id, body] of Object.entries(boards)) {
      expect((await call('putResource', body, { params: { type: 'board', id } })).status).toBe(200);
    }
    const may = (user: string) =>
      Promise.all(
        Object.keys(boards).map(async (id) => (await check(user, 'club:play', ['board', id])).reason.code),
      );
    expect(await may('u-1')).toEqual(['allowed', 'out-of-scope', 'allowed', 'out-of-scope']);
    expect(await may('u-2')).toEqual(['out-of-scope', 'out-of-scope', 'allowed', 'out-of-scope']);
  });

  test('are shown, and forgotten, and then no search finds them', async () => {
    const at = { params: { type: 'board', id: 'b/1' } };
    await call('putResource', { properties: { size: 8 }, account: 's-1' }, at);
    expect((await call('getResource', undefined, at)).body).toEqual({
      type: 'board',
      id: 'b/1',
      properties: { size: 8 },
      account: 's-1',
    });
    const listed = () =>
      new CandidateStore(engine.dynamo, testTables).kept(district, 'board', { after: undefined, most: 10 });
    expect((await listed()).found.map(({ id }) => id)).toEqual(['b/1']);
    expect((await call('removeResource', undefined, at)).status).toBe(204);
    expect([(await listed()).found, (await call('getResource', undefined, at)).status]).toEqual([[], 404]);
    expect((await call('removeResource', undefined, at)).status).toBe(404);
  });

  test('of types that no catalogue has, and places of users, are refused', async () => {
    const ship = await call('putResource', {}, { params: { type: 'ship', id: 'x' } });
    expect([ship.status, ship.body.code]).toEqual([422, 'unknown-resource-type']);
    const user = await call('putResource', { school: 's-1' }, { params: { type: 'user', id: 'u-1' } });
    expect([user.status, user.body.code]).toEqual([422, 'users-lie-elsewhere']);
    const two = { school: 's-1', class: 'c-1' };
    expect((await call('putResource', two, { params: { type: 'board', id: 'x' } })).status).toBe(400);
  });
});

describe('an overlay', () => {
  const rostering = 'hmh-school-rostering';
  const setting = 'hmh.school_data_admin.roster.bulk_import';
  const own = {
    system: 'hmh',
    label: 'Proctors see rosters',
    document: { id: 'minutes', title: 'Minutes of the board' },
    settings: [],
    changes: [
      {
        permission: 'roster.view',
        role: 'school_assessment_proctor',
        cell: 'allow',
        source: ['minutes:7'],
        standing: 'printed',
      },
    ],
  };

  beforeEach(async () => {
    const school = { status: 'active', type: 'school' } as const;
    const people = [{ id: 'sda', manual: [anAssignment('school_data_admin', atSchool('s-1'))] }];
    await storeDistrict(engine.dynamo, district, { orgs: { 's-1': school }, people });
  });

  test('that is shipped is switched on and off, for checks and for our own API', async () => {
    expect((await call('putSettings', { [setting]: true })).status).toBe(400);
    expect((await putOverlay(rostering, { active: true })).body).toMatchObject({ active: true });
    expect((await call('putSettings', { [setting]: true })).status).toBe(200);
    const { items } = (await call('listOverlays')).body;
    expect(items).toContainEqual(
      expect.objectContaining({ name: rostering, active: true, origin: 'catalogue' }),
    );
    expect(items).toContainEqual(expect.objectContaining({ name: 'imath-vendor', active: false }));
    const question = {
      subject: { type: 'user', id: 'sda' },
      action: { name: 'hmh:roster.bulk_import' },
      resource: { type: 'school', id: 's-1' },
    };
    expect((await decide(district, question)).reason).toMatchObject({ code: 'allowed', source: '001:181' });
    await putOverlay(rostering, { active: false });
    await putOverlay(rostering, { active: false });
    expect(events.told.audits.filter(({ action }) => action === 'overlay-changed')).toHaveLength(2);
    expect((await putOverlay('nothing', { active: true })).status).toBe(404);
  });

  test('of the district’s own changes cells, cites its own document, and is kept while it is off', async () => {
    await assign('u-1', 'hmh', 'school_assessment_proctor', { type: 'school', ids: ['s-1'] });
    const ask = async () => (await check('u-1', 'hmh:roster.view', ['school', 's-1'])).reason;
    expect(await ask()).toMatchObject({ code: 'no-role' });
    const put = await putOverlay('proctors-see', own);
    expect(put).toMatchObject({ status: 200, body: { active: true, origin: 'own', system: 'hmh' } });
    expect(await ask()).toMatchObject({ code: 'allowed', source: 'minutes:7' });
    await putOverlay('proctors-see', { active: false });
    expect(await ask()).toMatchObject({ code: 'no-role' });
    expect((await putOverlay('proctors-see', { active: true })).body.version).toBe(put.body.version);
    expect(await ask()).toMatchObject({ code: 'allowed' });
    const versions = await call('listOverlayVersions', undefined, { params: { overlay: 'proctors-see' } });
    expect(versions.body.items).toHaveLength(3);
  });

  test('that does not fit is refused with pointers into it, and so is one of a name that is taken', async () => {
    const change = { ...own.changes[0], role: 'proctr', source: ['elsewhere:1'] };
    const { status, body } = await putOverlay('proctors-see', { ...own, changes: [change] });
    expect(status).toBe(422);
    expect(body.errors).toEqual(
      expect.arrayContaining([expect.objectContaining({ pointer: '/changes/0/role' })]),
    );
    expect((await putOverlay(rostering, own)).body.code).toBe('overlay-name-taken');
    expect((await putOverlay('x', { ...own, system: 'x' })).body.code).toBe('unknown-system');
  });

  test('that is on holds a catalogue which lacks what it changes', async () => {
    await putOverlay(rostering, { active: true });
    const without = await put({ ...shipped('hmh'), overlays: [] });
    expect([without.status, without.body.code]).toEqual([409, 'overlay-active']);
    expect((await put({ ...shipped('hmh'), title: 'Ours' })).body).toMatchObject({ overlays: [rostering] });
  });
});

describe('our own API is judged by what is shipped', () => {
  const hmh = shipped('hmh');
  const automated = 'roster.automated_import';
  const proctor = 'district_assessment_proctor';
  /** All but one cell, which an overlay gives; a teacher's own conditions stay, and settings lie in no school. */
  const everybody = hmh.rows.map((row) => {
    const holders = hmh.roles
      .filter(({ scope }) => scope === 'district' || !row.resources.includes('setting'))
      .filter(({ id }) => row.permission !== automated || id !== proctor);
    const allowed = Object.fromEntries(holders.map(({ id }) => [id, 'allow' as const]));
    const { teacher } = row.cells;
    return { ...row, cells: { ...allowed, ...(teacher === undefined ? {} : { teacher }) } };
  });
  /** But one role, which nobody here has. */
  const nobody = hmh.rows.map((row) => ({ ...row, cells: { [proctor]: 'allow' } }));

  test('so that nobody gets in by a catalogue or overlay of the district’s own', async () => {
    expect((await put({ ...hmh, rows: everybody })).status).toBe(200);
    await assign('u-1', 'hmh', 'teacher', { type: 'school', ids: ['s-1'] });
    await assign('u-2', 'hmh', proctor);
    const cell = { permission: automated, role: proctor, cell: 'allow' };
    const changes = [{ ...cell, source: ['001:9'], standing: 'printed' }];
    const overlay = { system: 'hmh', label: 'Everything', settings: [], changes };
    expect((await putOverlay('everything', overlay)).status).toBe(200);
    const asked = await check('u-2', 'hmh:roster.automated_import', ['district', district]);
    expect(asked.decision).toBe(true);
    for (const user of ['u-1', 'u-2']) expect((await put(club, { user })).status).toBe(403);
  });

  test('so that nobody is locked out either', async () => {
    expect((await put({ ...hmh, settings: [], rows: nobody })).status).toBe(200);
    const asked = await check('u-1', 'hmh:roster.view', ['district', district]);
    expect(asked.decision).toBe(false);
    expect((await call('deleteDistrictCatalogue', undefined, { params: { system: 'hmh' } })).status).toBe(
      204,
    );
  });

  test.each([
    ['without', hmh.roles.filter(({ id }) => id !== 'district_data_admin')],
    ['with an unprivileged', hmh.roles.map((role) => ({ ...role, privileged: false }))],
    ['with another', hmh.roles.map((role) => ({ ...role, needsWebId: true }))],
  ])('and a catalogue %s privileged role of a shipped one is refused', async (_, roles) => {
    const refused = await put({ ...hmh, settings: [], roles, rows: nobody });
    expect([refused.status, refused.body.code]).toEqual([422, 'privileged-role-changed']);
  });

  test('and settings of the district’s own are for its data administrator', async () => {
    const row = { ...club.rows[0], permission: 'set', resources: ['setting'], cells: { chair: 'allow' } };
    const settings = [{ id: 'club.open', label: 'Open', default: false, changeWith: 'set', source }];
    expect((await put({ ...club, rows: [...club.rows, row], settings })).status).toBe(200);
    await assign('u-1', 'club', 'chair');
    expect((await call('putSettings', { 'club.open': true }, { user: 'u-1' })).status).toBe(403);
    expect((await call('putSettings', { 'club.open': true })).status).toBe(200);
  });
});
