import { describe, expect, test } from 'vitest';
import { evaluate } from '../../shared/access/evaluate.ts';
import type { Assignment, DistrictFacts, Person, PersonFacts } from '../../shared/access/facts.ts';
import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';
import type { Deed } from '../../shared/store/deeds.ts';
import type { Holding } from '../../shared/store/holders.ts';
import {
  bodyOf,
  context,
  districtClient,
  httpEvent,
  recordingEvents,
} from '../../test/builders/http-event.ts';
import { makeHandler } from './handler.ts';

const dda = (user: string): Assignment => ({
  id: `dda-${user}`,
  system: 'hmh',
  role: 'district_data_admin',
  scope: { type: 'district', ids: ['d-1'] },
  source: 'manual',
});
const facts = (more: Partial<PersonFacts> = {}): PersonFacts => ({
  status: 'active',
  enabled: true,
  orgIds: [],
  memberships: [],
  assignments: [],
  requests: [],
  ...more,
});

/** In catalogues.test.ts, on real tables. */
const elsewhere = () => Promise.reject(new Error('What is a district’s own is tested elsewhere.'));

function world(people: Person[] = []) {
  const events = recordingEvents();
  const district: DistrictFacts = { id: 'd-1', timeZone: 'UTC', committed: 1, revision: 0, settings: {} };
  const deeds = new Map<string, Deed>();
  const personOf = (id: string): Person | undefined => {
    const known = people.find((person) => person.id === id);
    const given = [...deeds.values()].filter(({ kind, userId }) => kind === 'assignment' && userId === id);
    if (known === undefined && given.length === 0) return undefined;
    return {
      ...(known ?? { id }),
      manual: [...(known?.manual ?? []), ...given.map(({ assignment }) => assignment)],
    };
  };
  const handler = makeHandler({
    access: {
      district: async () => district,
      person: async (_, id) => ({ district, person: personOf(id) }),
      holder: async (_, id) => ({ district, person: personOf(id), rosterId: id, ids: [id] }),
    },
    changes: {
      changeHead: async (_, parts) => {
        Object.assign(district, parts);
        district.revision += 1;
        return district.revision;
      },
      putTags: async () => {},
    },
    assignments: {
      record: async (_, deed) => void deeds.set(deed.assignment.id, deed),
      find: async (_, id) => deeds.get(id),
      confirm: async (_, request, { by: confirmedBy, at: confirmedAt }) => {
        const deed: Deed = { ...request, kind: 'assignment', confirmedBy, confirmedAt };
        deeds.set(deed.assignment.id, deed);
        return deed;
      },
      remove: async (_, deed) => void deeds.delete(deed.assignment.id),
      transfer: async (_, from, to) => {
        deeds.delete(from.assignment.id);
        deeds.set(to.assignment.id, to);
      },
    },
    holders: {
      list: async (_, { kind }) => {
        const byHand = [...deeds.values()].map((deed): Holding => ({ ...deed, deed }));
        const byRoster = people.flatMap(({ id, roster }) =>
          (roster?.requests ?? []).map(
            (assignment): Holding => ({ kind: 'request', userId: id, assignment }),
          ),
        );
        return { items: [...byHand, ...byRoster].filter((one) => one.kind === kind) };
      },
    },
    pastDeeds: { of: async () => [] },
    history: { lastCommit: async () => undefined, person: async () => undefined },
    syncs: { sync: async () => undefined },
    feedRows: async () => ({ unknown: 'No feed.' }),
    rulesOf: async () => [],
    shipped: shippedCatalogues,
    cataloguesOf: () => shippedCatalogues,
    documents: { put: elsewhere, catalogue: elsewhere, overlay: elsewhere },
    districtCatalogues: { change: elsewhere, list: elsewhere },
    decide: async (_, question, known) => {
      const subject = known ?? personOf(question.subject.id);
      const { type, id } = question.resource;
      const resource =
        type === 'setting' ? ({ type, id } as const) : ({ type: 'district', id: 'd-1' } as const);
      return evaluate(shippedCatalogues, { district, resource, ...(subject && { subject }) }, question, {
        today: '2026-11-21',
      });
    },
    idempotency: {
      begin: async ({ newId }) => ({ kind: 'mine', newId }),
      keep: async () => {},
      release: async () => {},
    },
    events,
    now: () => new Date('2026-11-21T12:00:00Z'),
  });
  return { events, district, deeds, call: (event: ReturnType<typeof httpEvent>) => handler(event, context) };
}

const params = { district: 'd-1' };
const teacher = {
  user: 'u-1',
  system: 'hmh',
  role: 'teacher',
  scope: { type: 'school', ids: ['s-2', 's-1'] },
};
const newDda = {
  user: 'u-1',
  system: 'hmh',
  role: 'district_data_admin',
  scope: { type: 'district', ids: ['d-1'] },
};
const asDda = (user: string) => districtClient('d-1', { user });

describe('assignments', () => {
  test('are listed by user with who gave them, and when', async () => {
    const { call } = world([{ id: 'u-1', manual: [] }]);
    await call(httpEvent('createAssignment', { params, body: teacher }));
    const { items } = bodyOf(await call(httpEvent('listAssignments', { params, query: 'user=u-1' })));
    expect(items).toMatchObject([{ assignedBy: 'client:op', assignedAt: '2026-11-21T12:00:00.000Z' }]);
  });

  test('a district’s client gives a role', async () => {
    const { call, events } = world();
    const answer = await call(
      httpEvent('createAssignment', { params, body: teacher, as: districtClient('d-1') }),
    );
    expect(answer.statusCode).toBe(201);
    expect(bodyOf(answer)).toMatchObject({
      status: 'assigned',
      source: 'manual',
      scope: { ids: ['s-1', 's-2'] },
      assignedBy: 'client:d-1.c1',
    });
    expect(events.told.audits).toMatchObject([{ action: 'role-assigned', what: { user: 'u-1' } }]);
  });

  test('giving it again gives the same one', async () => {
    const { call } = world();
    const first = bodyOf(await call(httpEvent('createAssignment', { params, body: teacher })));
    expect(bodyOf(await call(httpEvent('createAssignment', { params, body: teacher }))).id).toBe(first.id);
  });

  test.each([
    ['an unknown role', { role: 'principal' }, 'unknown-role'],
    ['an unknown system', { system: 'x' }, 'unknown-role'],
    ['a role at another kind of place', { scope: { type: 'class', ids: ['c-1'] } }, 'wrong-scope'],
    [
      'a calculated role',
      { system: 'pcr', role: 'parent', scope: { type: 'district', ids: ['d-1'] } },
      'calculated-role',
    ],
    ['another district', { ...newDda, scope: { type: 'district', ids: ['d-2'] } }, 'other-district'],
  ])('%s is refused', async (_, wrong, code) => {
    const answer = await world().call(
      httpEvent('createAssignment', { params, body: { ...teacher, ...wrong } }),
    );
    expect([answer.statusCode, bodyOf(answer).code]).toEqual([422, code]);
  });

  test('a narrowed account keeps its year levels and tags', async () => {
    const manager = {
      user: 'u-1',
      system: 'acer',
      role: 'candidate_manager',
      scope: { type: 'account', ids: ['s-1'], yearLevels: ['08', '07'], tags: ['chess'] },
    };
    const { call } = world();
    const given = bodyOf(await call(httpEvent('createAssignment', { params, body: manager })));
    expect(given.scope).toEqual({ type: 'account', ids: ['s-1'], yearLevels: ['07', '08'], tags: ['chess'] });
    const school = { ...teacher, scope: { ...teacher.scope, tags: ['chess'] } };
    expect(bodyOf(await call(httpEvent('createAssignment', { params, body: school }))).code).toBe(
      'wrong-scope',
    );
  });

  test('a role for a customer is given only where the district is in it', async () => {
    const { call, district } = world();
    const scope = { type: 'customer', ids: ['c-1'] };
    const body = { user: 'u-1', system: 'imath', role: 'customer_administrator', scope };
    const give = async () => bodyOf(await call(httpEvent('createAssignment', { params, body })));
    expect((await give()).code).toBe('other-customer');
    district.customers = ['c-1'];
    expect(await give()).toMatchObject({ status: 'assigned', scope });
  });

  test('a seat is taken at one account, and passed on by a transfer alone', async () => {
    const { call, deeds, events } = world();
    const seat = (...ids: string[]) => ({
      user: 'u-1',
      system: 'nsc',
      role: 'st_billing',
      scope: { type: 'account', ids },
    });
    const give = async (body: unknown) => bodyOf(await call(httpEvent('createAssignment', { params, body })));
    expect((await give(seat('s-1', 's-2'))).code).toBe('one-account');
    const given = await give(seat('s-1'));
    expect((await give({ ...seat('s-1'), until: '2027-07-01' })).id).toBe(given.id);
    const pass = async (id: unknown, user: string) =>
      bodyOf(
        await call(
          httpEvent('transferAssignment', { params: { ...params, assignment: String(id) }, body: { user } }),
        ),
      );
    expect((await pass(given.id, 'u-1')).id).toBe(given.id);
    const passed = await pass(given.id, 'u-2');
    expect(passed).toMatchObject({ user: 'u-2', role: 'st_billing', scope: { ids: ['s-1'] } });
    expect([...deeds.values()].map(({ userId }) => userId)).toEqual(['u-2']);
    expect(events.told.audits.at(-1)).toMatchObject({ action: 'seat-transferred', what: { from: 'u-1' } });
    expect((await pass(given.id, 'u-3')).code).toBe('unknown-assignment');
    expect((await pass((await give(teacher)).id, 'u-3')).code).toBe('not-a-seat');
  });

  test('who may view the roster may not give roles', async () => {
    const { call } = world([
      {
        id: 'u-7',
        manual: [{ ...dda('u-7'), role: 'district_assessment_system_admin' }],
      },
    ]);
    const answer = await call(httpEvent('createAssignment', { params, body: teacher, as: asDda('u-7') }));
    expect(bodyOf(answer).code).toBe('not-permitted');
    expect((await call(httpEvent('getSettings', { params, as: asDda('u-7') }))).statusCode).toBe(200);
  });

  test('what people gave can be taken away, what the roster gives cannot', async () => {
    const { call } = world();
    const { id } = bodyOf(await call(httpEvent('createAssignment', { params, body: teacher })));
    const at = (assignment: string) => ({ params: { ...params, assignment } });
    expect((await call(httpEvent('deleteAssignment', at(String(id))))).statusCode).toBe(204);
    expect((await call(httpEvent('deleteAssignment', at('hmh-teachers:u-1')))).statusCode).toBe(404);
  });

  test('a list names a user, or a system and a role', async () => {
    const { call } = world();
    await call(httpEvent('createAssignment', { params, body: teacher }));
    expect((await call(httpEvent('listAssignments', { params }))).statusCode).toBe(400);
    for (const query of ['user=u-1', 'user=u-1&org=s-1', 'system=hmh&role=teacher']) {
      expect(bodyOf(await call(httpEvent('listAssignments', { params, query }))).items).toHaveLength(1);
    }
    expect(
      bodyOf(await call(httpEvent('listAssignments', { params, query: 'user=u-1&org=s-9' }))).items,
    ).toEqual([]);
  });
});

describe('privileged roles', () => {
  test('the operator gives one at once', async () => {
    expect((await world().call(httpEvent('createAssignment', { params, body: newDda }))).statusCode).toBe(
      201,
    );
  });

  test('from others it is a request, which they cannot confirm themselves', async () => {
    const { call, deeds } = world([{ id: 'u-2', manual: [dda('u-2')] }]);
    const answer = await call(
      httpEvent('createAssignment', { params, body: newDda, as: districtClient('d-1') }),
    );
    expect([answer.statusCode, bodyOf(answer).status]).toEqual([202, 'requested']);
    const request = String(bodyOf(answer).id);
    const confirm = (as: Record<string, string>) =>
      call(httpEvent('confirmRequest', { params: { ...params, request }, as }));
    expect(bodyOf(await confirm(districtClient('d-1'))).code).toBe('own-request');
    expect(deeds.get(request)?.kind).toBe('request');
    expect((await confirm(asDda('u-2'))).statusCode).toBe(201);
    expect(deeds.get(request)).toMatchObject({ kind: 'assignment', confirmedBy: 'u-2' });
    expect(bodyOf(await confirm(asDda('u-2'))).code).toBe('not-requested');
  });

  test('that the roster asks for are confirmed by somebody else than who would get them', async () => {
    const asked = { ...dda('u-1'), id: 'rule-9', source: 'roster' as const, rule: 'r' };
    const { call, deeds } = world([
      { id: 'u-1', roster: facts({ requests: [asked] }), manual: [dda('u-1')] },
      { id: 'u-2', manual: [dda('u-2')] },
    ]);
    const [listed] = bodyOf(await call(httpEvent('listRequests', { params }))).items as {
      id: string;
      user: string;
    }[];
    expect(listed).toMatchObject({ user: 'u-1', status: 'requested', source: 'roster' });
    const at = { params: { ...params, request: listed?.id ?? '' } };
    expect(bodyOf(await call(httpEvent('confirmRequest', { ...at, as: asDda('u-1') }))).code).toBe(
      'own-request',
    );
    const answer = await call(httpEvent('confirmRequest', { ...at, as: asDda('u-2') }));
    expect(bodyOf(answer)).toMatchObject({ status: 'assigned', source: 'manual', confirmedBy: 'u-2' });
    expect([...deeds.values()]).toMatchObject([{ userId: 'u-1', confirms: 'rule-9' }]);
  });

  test.each(['roster.bm9wZQ', 'roster.', 'nobody'])('the request %s is unknown', async (request) => {
    const answer = await world().call(httpEvent('confirmRequest', { params: { ...params, request } }));
    expect(bodyOf(answer).code).toBe('unknown-request');
  });
});

describe('settings', () => {
  const body = { 'hmh.teacher.roster.view': true };

  test('a district data administrator turns one on, and off again', async () => {
    const { call, district, events } = world();
    const as = districtClient('d-1');
    const answer = await call(httpEvent('putSettings', { params, body, as }));
    expect([answer.statusCode, answer.headers?.etag]).toEqual([200, '"1"']);
    expect(district.settings).toEqual(body);
    await call(httpEvent('putSettings', { params, body: {}, as, headers: { 'if-match': '"1"' } }));
    expect(district.settings).toEqual({});
    expect(events.told.audits.map(({ action }) => action)).toEqual(['settings-changed', 'settings-changed']);
  });

  test('the operator does not', async () => {
    const { call, district } = world();
    expect((await call(httpEvent('putSettings', { params, body }))).statusCode).toBe(403);
    expect(district.settings).toEqual({});
  });

  test('nor does a person without the role, also not by leaving out what is set', async () => {
    const { call, district } = world([{ id: 'u-3', manual: [] }]);
    expect((await call(httpEvent('putSettings', { params, body, as: asDda('u-3') }))).statusCode).toBe(403);
    district.settings = body;
    expect((await call(httpEvent('putSettings', { params, body: {}, as: asDda('u-3') }))).statusCode).toBe(
      403,
    );
    expect(district.settings).toEqual(body);
  });

  test('a change to what has changed meanwhile is refused', async () => {
    const { call } = world();
    const asked = { params, body, as: districtClient('d-1'), headers: { 'if-match': '"7"' } };
    expect((await call(httpEvent('putSettings', asked))).statusCode).toBe(412);
  });

  test('a setting that no system has is refused', async () => {
    const asked = { params, body: { 'hmh.teacher.everything': true }, as: districtClient('d-1') };
    expect(bodyOf(await world().call(httpEvent('putSettings', asked))).errors).toMatchObject([
      { pointer: '/hmh.teacher.everything' },
    ]);
  });
});

test('what an unknown person may is not known', async () => {
  const at = { params: { ...params, user: 'nobody' } };
  expect((await world().call(httpEvent('getUserAccess', at))).statusCode).toBe(404);
});

test('a limited client changes nothing, and reads nobody’s roles', async () => {
  const { call, deeds } = world();
  const as = { ...districtClient('d-1'), sharing: '{"systems":["hmh"]}' };
  expect(bodyOf(await call(httpEvent('createAssignment', { params, body: teacher, as }))).code).toBe(
    'limited-client',
  );
  const at = { params: { ...params, user: 'u-1' }, as };
  expect((await call(httpEvent('getUserAccess', at))).statusCode).toBe(403);
  expect(deeds.size).toBe(0);
});

test('catalogues are listed and shown to whoever has a token', async () => {
  const { call } = world();
  const as = districtClient('d-9', { scopes: 'access.evaluate' });
  expect(bodyOf(await call(httpEvent('listCatalogues', { as }))).items).toContainEqual(
    expect.objectContaining({ system: 'hmh' }),
  );
  const shown = bodyOf(await call(httpEvent('getCatalogue', { params: { system: 'hmh' }, as })));
  expect(shown.rows).toContainEqual(expect.objectContaining({ permission: 'roster.view' }));
  expect((await call(httpEvent('getCatalogue', { params: { system: 'x' }, as }))).statusCode).toBe(404);
});
