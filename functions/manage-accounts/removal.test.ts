import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Account } from '../../shared/accounts/account.ts';
import { AccessStore } from '../../shared/store/access-store.ts';
import { Accounts } from '../../shared/store/accounts.ts';
import { KeptFacts } from '../../shared/store/kept-facts.ts';
import { accountsApi, makeDistrict } from '../../test/builders/accounts-api.ts';
import { startDynamo, type TestDynamo, testTables } from '../../test/builders/dynamo.ts';
import { context, httpEvent } from '../../test/builders/http-event.ts';

const owners = ['a', 'b', 'c'];
const queries = ['q-1', 'q-2', 'q-3'];

type Step =
  | { does: 'own'; query: string; owner: string }
  | {
      does: 'remove';
      account: string;
      dats: 'copy' | 'discard' | undefined;
      copyTo: string;
      crashAfter: number;
    };

const owning = fc.record({
  does: fc.constant('own' as const),
  query: fc.constantFrom(...queries),
  owner: fc.constantFrom(...owners),
});
const removing = fc.record({
  does: fc.constant('remove' as const),
  account: fc.constantFrom(...owners),
  dats: fc.constantFrom('copy' as const, 'discard' as const, undefined),
  copyTo: fc.constantFrom(...owners),
  /** Copies after which the function dies; 9 = it does not. */
  crashAfter: fc.constantFrom(0, 1, 9, 9),
});

let engine: TestDynamo;
let count = 0;
beforeAll(async () => {
  engine = await startDynamo();
});
afterAll(() => engine.stop());

/** A district with the three accounts; `copies`: how many may still be made. */
async function aDistrict() {
  count += 1;
  const district = `d-${count}`;
  await makeDistrict(engine, district);
  const accounts = new Accounts(engine.dynamo, testTables);
  for (const id of owners) {
    const account: Account = {
      id,
      username: id,
      email: `${id}@example.org`,
      approved: true,
      locked: false,
      ledgers: [],
      schools: [],
      asked: [],
      createdAt: '2026-11-21T12:00:00Z',
    };
    await accounts.create(district, account, []);
  }
  const life = { copies: 9 };
  const facts = new KeptFacts(engine.dynamo, testTables);
  const dying: Pick<KeptFacts, 'put' | 'find' | 'list' | 'remove' | 'owned' | 'copy'> = {
    put: (...asked) => facts.put(...asked),
    find: (...asked) => facts.find(...asked),
    list: (...asked) => facts.list(...asked),
    remove: (...asked) => facts.remove(...asked),
    owned: (...asked) => facts.owned(...asked),
    copy: async (...asked) => {
      if (life.copies === 0) throw new Error('The function has died.');
      life.copies -= 1;
      await facts.copy(...asked);
    },
  };
  const { handler } = accountsApi(engine, { accounts, facts: dying });
  const isOpen = async (id: string) => {
    const question = {
      subject: { type: 'user', id: 'u' },
      action: { name: 'pcr:dat_query.open' },
      resource: { type: 'dat_query', id },
    };
    const found = (
      await new AccessStore(engine.dynamo, testTables.access).checkFacts(district, question, {
        deep: async () => () => true,
      })
    )?.resource;
    return found?.type === 'dat_query' && (found.ownerExists || found.copyKept);
  };
  const call = async (event: ReturnType<typeof httpEvent>) => (await handler(event, context)).statusCode;
  return { district, call, isOpen, life };
}

type World = { there: Set<string>; ownerOf: Map<string, string> };
type Removal = Extract<Step, { does: 'remove' }>;

const ownedBy = ({ ownerOf }: World, account: string) => queries.filter((id) => ownerOf.get(id) === account);

/** The status that a removal has to answer. */
function statusOf(world: World, { account, dats, copyTo, crashAfter }: Removal): number {
  const owned = ownedBy(world, account).length;
  if (!world.there.has(account)) return 404;
  if (dats === 'copy' && (copyTo === account || !world.there.has(copyTo))) return 422;
  if (dats === undefined && owned > 0) return 409;
  return dats === 'copy' && owned > crashAfter ? 500 : 204;
}

/** What is copied stays so, wherever the function died. */
function remove(world: World, step: Removal, status: number): void {
  if (step.dats === 'copy' && (status === 204 || status === 500)) {
    for (const id of ownedBy(world, step.account).slice(0, step.crashAfter))
      world.ownerOf.set(id, step.copyTo);
  }
  if (status === 204) world.there.delete(step.account);
}

function eventOf(district: string, step: Step) {
  if (step.does === 'own') {
    const params = { district, type: 'dat_query', id: step.query };
    return httpEvent('putResource', { params, body: { owner: step.owner } });
  }
  const { account, dats, copyTo } = step;
  const query = new URLSearchParams({
    ...(dats === undefined ? {} : { dats }),
    ...(dats === 'copy' ? { copyTo } : {}),
  });
  return httpEvent('removeAccount', { params: { district, account }, query: query.toString() });
}

test('whatever is owned, copied and removed, and wherever it stops, a query is open exactly while one who has it is there', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(owning, removing), { maxLength: 12 }), async (steps: Step[]) => {
      const { district, call, isOpen, life } = await aDistrict();
      const world: World = { there: new Set(owners), ownerOf: new Map() };
      for (const step of steps) {
        if (step.does === 'own') {
          const isThere = world.there.has(step.owner);
          expect(await call(eventOf(district, step))).toBe(isThere ? 200 : 422);
          if (isThere) world.ownerOf.set(step.query, step.owner);
        } else {
          life.copies = step.crashAfter;
          const status = (await call(eventOf(district, step))) ?? 0;
          expect(status).toBe(statusOf(world, step));
          remove(world, step, status);
        }
        for (const id of queries)
          expect([id, await isOpen(id)]).toEqual([id, world.there.has(world.ownerOf.get(id) ?? '')]);
      }
    }),
    { numRuns: 30 },
  );
}, 60_000);
