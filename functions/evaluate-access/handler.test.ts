import { describe, expect, test } from 'vitest';
import type { AccessQuestion, CheckFacts } from '../../shared/access/facts.ts';
import { shippedCatalogues } from '../../shared/access/shipped-catalogues.ts';
import {
  bodyOf,
  context,
  districtClient,
  httpEvent,
  recordingEvents,
} from '../../test/builders/http-event.ts';
import { makeHandler } from './handler.ts';

const facts = (more: Partial<CheckFacts> = {}): CheckFacts => ({
  district: { id: 'd-1', timeZone: 'America/New_York', committed: 3, revision: 2, settings: {} },
  subject: {
    id: 'u-1',
    manual: [
      {
        id: 'a-1',
        system: 'hmh',
        role: 'school_data_admin',
        scope: { type: 'school', ids: ['s-1'] },
        source: 'manual',
        until: '2026-11-21',
      },
    ],
  },
  resource: { type: 'school', id: 's-1', org: { status: 'active', type: 'school' } },
  ...more,
});

function world(known: CheckFacts | undefined = facts(), now = '2026-11-20T12:00:00Z') {
  const asked: unknown[] = [];
  const handler = makeHandler({
    access: {
      checkFacts: async (district, _, more) => {
        asked.push([district, more?.atLeast]);
        return district === 'd-1' ? known : undefined;
      },
      manyCheckFacts: async (district, questions, more) => {
        asked.push([district, more?.atLeast]);
        if (district !== 'd-1' || known === undefined) return undefined;
        return { district: known.district, checks: questions.map((question) => factsFor(known, question)) };
      },
    },
    candidates: { records: nowhere, holders: nowhere, kept: nowhere },
    cataloguesOf: () => shippedCatalogues,
    events: recordingEvents(),
    now: () => new Date(now),
  });
  const ask = (body: unknown, as: Record<string, string> = districtClient('d-1')) =>
    handler(httpEvent('evaluateAccess', { body, as }), context);
  const askMany = (body: unknown, as: Record<string, string> = districtClient('d-1')) =>
    handler(httpEvent('evaluateAccessBatch', { body, as }), context);
  return { asked, ask, askMany };
}

const nowhere = async () => ({ found: [], done: true });

/** The one school and the one person that are known. */
function factsFor({ district, subject, resource }: CheckFacts, question: AccessQuestion): CheckFacts {
  return {
    district,
    ...(subject?.id === question.subject.id ? { subject } : {}),
    ...(resource?.id === question.resource.id ? { resource } : {}),
  };
}

const question = {
  subject: { type: 'user', id: 'u-1' },
  action: { name: 'hmh:roster.view' },
  resource: { type: 'school', id: 's-1' },
};

test('a decision comes with its reason and a token', async () => {
  const answer = await world().ask(question);
  expect(answer.statusCode).toBe(200);
  expect(bodyOf(answer)).toMatchObject({
    decision: true,
    context: {
      token: 'c3r2',
      reason: {
        code: 'allowed',
        assignment: 'a-1',
        row: 'hmh:roster.view/school_data_admin',
        source: '001:141',
      },
    },
  });
});

test('the path is told only where it is asked for', async () => {
  const { ask } = world();
  expect((await ask(question)).body).not.toContain('"path"');
  const explained = bodyOf(await ask({ ...question, context: { explain: true } }));
  expect(explained).toHaveProperty('context.reason.path');
});

test('it is today where the district is', async () => {
  const decided = async (now: string) => bodyOf(await world(facts(), now).ask(question)).decision;
  expect(await decided('2026-11-21T04:59:59Z')).toBe(true);
  expect(await decided('2026-11-21T05:00:00Z')).toBe(false);
});

test('what is unknown is a denial', async () => {
  const { subject: _, ...nobody } = facts();
  expect(bodyOf(await world(nobody).ask(question))).toMatchObject({
    decision: false,
    context: { reason: { code: 'unknown-subject' } },
  });
  const action = { name: 'hmh:fly' };
  expect(bodyOf(await world().ask({ ...question, action }))).toMatchObject({
    decision: false,
    context: { reason: { code: 'unknown-action' } },
  });
});

test('members that the standard does not know are ignored', async () => {
  const body = {
    ...question,
    extra: 1,
    context: { time: 'x' },
    subject: { ...question.subject, extra: true },
  };
  expect((await world().ask(body)).statusCode).toBe(200);
});

test.each(['subject', 'action', 'resource'])('a question without %s is malformed', async (part) => {
  const answer = await world().ask({ ...question, [part]: undefined });
  expect(answer.statusCode).toBe(400);
  expect(bodyOf(answer).errors).toMatchObject([{ pointer: `/${part}` }]);
});

test('a token of one district may name it, and no other', async () => {
  const { ask, asked } = world();
  expect((await ask({ ...question, context: { district: 'd-1' } })).statusCode).toBe(200);
  const foreign = await ask({ ...question, context: { district: 'd-2' } });
  expect([foreign.statusCode, bodyOf(foreign).code]).toEqual([403, 'other-district']);
  expect(asked).toEqual([['d-1', undefined]]);
});

test('the operator names the district', async () => {
  const operator = { clientId: 'op', scopes: 'rolebook.operator' };
  const { ask } = world();
  expect(bodyOf(await ask(question, operator)).errors).toMatchObject([{ pointer: '/context/district' }]);
  expect((await ask({ ...question, context: { district: 'd-1' } }, operator)).statusCode).toBe(200);
  expect((await ask({ ...question, context: { district: 'd-9' } }, operator)).statusCode).toBe(404);
});

test('an answer no older than a token is asked of the store as such', async () => {
  const { ask, asked } = world();
  await ask({ ...question, context: { atLeast: 'c3r2' } });
  expect(asked).toEqual([['d-1', { committed: 3, revision: 2 }]]);
  expect(bodyOf(await ask({ ...question, context: { atLeast: 'soon' } })).code).toBe('token-unknown');
});

test('a client with a default system needs no prefix, and may use one', async () => {
  const as = { ...districtClient('d-1'), defaultSystem: 'hmh' };
  const decided = async (name: string) =>
    bodyOf(await world().ask({ ...question, action: { name } }, as)).decision;
  expect([await decided('roster.view'), await decided('hmh:roster.view')]).toEqual([true, true]);
  expect(bodyOf(await world().ask({ ...question, action: { name: 'roster.view' } })).decision).toBe(false);
});

describe('a limited client', () => {
  const limited = (sharing: object) => ({ ...districtClient('d-1'), sharing: JSON.stringify(sharing) });
  const codeFor = async (sharing: object) =>
    bodyOf(await world().ask(question, limited(sharing))).context as { reason: { code: string } };

  test('hears of shared schools and systems, and of nothing else', async () => {
    expect((await codeFor({ schools: ['s-1'], systems: ['hmh'] })).reason.code).toBe('allowed');
    expect((await codeFor({ schools: ['s-2'] })).reason.code).toBe('unknown-subject');
    expect((await codeFor({ systems: ['imath'] })).reason.code).toBe('unknown-action');
  });

  test('hears no more from a batch', async () => {
    const body = { ...question, evaluations: [{}] };
    expect(bodyOf(await world().askMany(body, limited({ schools: ['s-2'] })))).toMatchObject({
      evaluations: [{ decision: false }],
    });
  });
});

describe('a batch', () => {
  const [here, elsewhere] = [{ resource: question.resource }, { resource: { type: 'school', id: 's-9' } }];
  const batch = (evaluations: unknown[], semantic?: string, more: object = {}) => ({
    subject: question.subject,
    action: question.action,
    evaluations,
    ...(semantic === undefined ? {} : { options: { evaluations_semantic: semantic, other: 1 } }),
    ...more,
  });
  const decisions = (answer: { body?: string | undefined }) =>
    (bodyOf(answer).evaluations as { decision: boolean }[]).map(({ decision }) => decision);

  test.each([
    [undefined, [true, false, true]],
    ['execute_all', [true, false, true]],
    ['deny_on_first_deny', [true, false]],
    ['permit_on_first_permit', [true]],
  ])('of semantic %s answers in order, and as far as that goes', async (semantic, expected) => {
    const answer = await world().askMany(batch([here, elsewhere, here], semantic));
    expect([answer.statusCode, decisions(answer)]).toEqual([200, expected]);
  });

  test('has the reason of each, and no decision of its own', async () => {
    const answer = bodyOf(await world().askMany(batch([here, elsewhere])));
    expect(answer).not.toHaveProperty('decision');
    expect(answer.evaluations).toMatchObject([
      { decision: true, context: { token: 'c3r2', reason: { code: 'allowed', assignment: 'a-1' } } },
      { decision: false, context: { reason: { code: 'unknown-resource' } } },
    ]);
  });

  test('takes from the top what an item leaves out, and nothing that it has', async () => {
    const items = [{}, { subject: { type: 'user', id: 'u-9' } }, { action: { name: 'hmh:fly' } }, elsewhere];
    const answer = await world().askMany({ ...question, evaluations: items });
    expect(bodyOf(answer).evaluations).toMatchObject([
      { context: { reason: { code: 'allowed' } } },
      { context: { reason: { code: 'unknown-subject' } } },
      { context: { reason: { code: 'unknown-action' } } },
      { context: { reason: { code: 'unknown-resource' } } },
    ]);
  });

  test('explains the items whose context asks for it', async () => {
    const explained = { ...here, context: { explain: true } };
    const [plain, more] = bodyOf(await world().askMany(batch([here, explained]))).evaluations as object[];
    expect(plain).not.toHaveProperty('context.reason.path');
    expect(more).toHaveProperty('context.reason.path');
  });

  test('without items is one evaluation, and as malformed as that', async () => {
    for (const evaluations of [undefined, []]) {
      expect(bodyOf(await world().askMany({ ...question, evaluations }))).toMatchObject({ decision: true });
      const answer = await world().askMany({ subject: question.subject, evaluations });
      expect([answer.statusCode, bodyOf(answer).errors]).toMatchObject([
        400,
        [{ pointer: '/action' }, { pointer: '/resource' }],
      ]);
    }
  });

  test('denies an item that is no question, says why in its place, and answers the others', async () => {
    const answer = bodyOf(await world().askMany(batch([here, {}, { resource: 'x' }, here])));
    expect(answer.evaluations).toMatchObject([
      { decision: true },
      { decision: false, context: { error: { status: 400, message: expect.stringContaining('/resource') } } },
      { decision: false, context: { error: { status: 400 } } },
      { decision: true },
    ]);
  });

  test('ends at an error as at any denial, where that ends it', async () => {
    const answer = await world().askMany(batch([here, {}, here], 'deny_on_first_deny'));
    expect(decisions(answer)).toEqual([true, false]);
  });

  test('is refused whole for what is wrong with all of it', async () => {
    const { askMany } = world();
    expect((await askMany(batch([here], undefined, { context: { district: 'd-2' } }))).statusCode).toBe(403);
    expect((await askMany(batch([here], undefined, { context: { atLeast: 'soon' } }))).statusCode).toBe(400);
    const operator = { clientId: 'op', scopes: 'rolebook.operator' };
    const unknown = batch([here], undefined, { context: { district: 'd-9' } });
    expect((await askMany(unknown, operator)).statusCode).toBe(404);
  });

  test('of several districts is read by district, and an unknown one denies its own items', async () => {
    const operator = { clientId: 'op', scopes: 'rolebook.operator' };
    const { askMany, asked } = world();
    const items = ['d-1', 'd-9', 'd-1'].map((district) => ({ ...here, context: { district } }));
    const answer = await askMany(batch([...items, here], undefined), operator);
    expect(bodyOf(answer).evaluations).toMatchObject([
      { decision: true },
      { decision: false, context: { error: { status: 404 } } },
      { decision: true },
      { decision: false, context: { error: { status: 400 } } },
    ]);
    expect(asked).toEqual([
      ['d-1', undefined],
      ['d-9', undefined],
    ]);
  });

  test.each([
    ['evaluations that are no list', { evaluations: {} }],
    ['an item that is no object', { evaluations: ['x'] }],
    ['an unknown semantic', { evaluations: [{}], options: { evaluations_semantic: 'maybe' } }],
    ['a default that is malformed', { evaluations: [{}], subject: 'x' }],
    ['more than a thousand items', { evaluations: Array.from({ length: 1001 }, () => ({})) }],
  ])('with %s is malformed', async (_, body) => {
    expect((await world().askMany({ ...question, ...body })).statusCode).toBe(400);
  });
});
