import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDynamo, type TestDynamo, testTables } from '../../test/builders/dynamo.ts';
import { isClosedTo, type LockedBy } from '../accounts/lockout.ts';
import { Accounts } from './accounts.ts';
import { LoginOutcomes } from './login-outcomes.ts';
import { Logins } from './logins.ts';

const district = 'd-1';
const own = 'own-device';
const now = new Date('2026-11-21T12:00:00Z');

let engine: TestDynamo;
let count = 0;
beforeAll(async () => {
  engine = await startDynamo();
});
afterAll(() => engine.stop());

type Attempt = { isRight: boolean; onOwn: boolean };
type Counted = { strange: number; own: number; lockedBy: LockedBy | undefined };

async function anAccount(): Promise<string> {
  count += 1;
  const id = `a-${count}`;
  await new Accounts(engine.dynamo, testTables).create(
    district,
    {
      id,
      username: id,
      email: `${id}@example.org`,
      approved: true,
      locked: false,
      ledgers: [],
      schools: [],
      asked: [],
      createdAt: now.toISOString(),
    },
    [],
  );
  return id;
}

/** As functions/sign-in makes one, without the passwords. @returns whether it let somebody in */
function attempts(dynamo: DynamoDBDocumentClient, id: string) {
  const logins = new Logins(dynamo, testTables.logins);
  const outcomes = new LoginOutcomes(dynamo, testTables);
  return async ({ isRight, onOwn }: Attempt): Promise<boolean> => {
    const device = onOwn ? own : 'strange';
    const trying = { district, id, account: { id }, device, now };
    for (;;) {
      const login = await logins.find(district, id);
      if (isClosedTo(login, device)) return false;
      if (isRight) {
        // A device that is known from then on would be another one each time.
        count += 1;
        const known = onOwn ? own : `d-${count}`;
        if (await outcomes.succeeded({ ...trying, device: known }, login)) return true;
      } else if ((await outcomes.failed(trying, login)) !== 'raced') return false;
    }
  };
}

/** File 003:9 and contract §6, one attempt after the other. */
function model(state: Counted, { isRight, onOwn }: Attempt): { state: Counted; isIn: boolean } {
  const { lockedBy } = state;
  if (lockedBy === 'own-device' || (lockedBy === 'strangers' && !onOwn)) return { state, isIn: false };
  const kind = onOwn ? 'own' : 'strange';
  if (isRight) return { state: { ...state, [kind]: 0 }, isIn: true };
  const failures = state[kind] + 1;
  const lock = onOwn ? 'own-device' : 'strangers';
  return { state: { ...state, [kind]: failures, lockedBy: failures === 5 ? lock : lockedBy }, isIn: false };
}

function* orders<T>(list: readonly T[]): Generator<T[]> {
  if (list.length === 0) yield [];
  for (const [at, one] of list.entries()) {
    for (const rest of orders(list.toSpliced(at, 1))) yield [one, ...rest];
  }
}

const attempt = fc.record({ isRight: fc.boolean(), onOwn: fc.boolean() });

test('attempts at once come out as they would in some order, one after the other', async () => {
  const before = fc.record({ strange: fc.integer({ max: 4, min: 0 }), own: fc.integer({ max: 4, min: 0 }) });
  const property = fc.asyncProperty(
    before,
    fc.array(attempt, { minLength: 2, maxLength: 5 }),
    fc.scheduler(),
    async (failures, asked, scheduler) => {
      const id = await anAccount();
      const alone = attempts(engine.dynamo, id);
      await new LoginOutcomes(engine.dynamo, testTables).succeeded(
        { district, id, account: { id }, device: own, now },
        await new Logins(engine.dynamo, testTables.logins).find(district, id),
      );
      for (let i = 0; i < failures.strange; i += 1) await alone({ isRight: false, onOwn: false });
      for (let i = 0; i < failures.own; i += 1) await alone({ isRight: false, onOwn: true });

      const call = scheduler.scheduleFunction((command: never) =>
        Promise.allSettled([engine.dynamo.send(command)]),
      );
      const send = async (command: never) => {
        const [settled] = await call(command);
        if (settled.status === 'rejected') throw settled.reason;
        return settled.value;
      };
      // The stores call nothing else of it.
      const disordered = { send } as unknown as DynamoDBDocumentClient;
      const meeting = attempts(disordered, id);
      const isIn = await scheduler.waitFor(Promise.all(asked.map(meeting)));

      const after = await new Logins(engine.dynamo, testTables.logins).find(district, id);
      const account = (await new Accounts(engine.dynamo, testTables).find(district, id))?.account;
      expect([account?.locked, account?.lockedBy]).toEqual([after.lockedBy !== undefined, after.lockedBy]);
      const seen = [after.failures, after.deviceFailures[own] ?? 0, after.lockedBy, isIn];
      const possible = [...orders(asked.map((one, at) => ({ one, at })))].map((order) => {
        let state: Counted = { ...failures, lockedBy: undefined };
        const results: boolean[] = [];
        for (const { one, at } of order) {
          const next = model(state, one);
          state = next.state;
          results[at] = next.isIn;
        }
        return [state.strange, state.own, state.lockedBy, results];
      });
      expect(possible).toContainEqual(seen);
    },
  );
  await fc.assert(property, { numRuns: 60 });
}, 120_000);

test('an account knows ten devices, those of the newest sign-ins', async () => {
  const id = await anAccount();
  const logins = new Logins(engine.dynamo, testTables.logins);
  const outcomes = new LoginOutcomes(engine.dynamo, testTables);
  for (let at = 0; at < 12; at += 1) {
    const trying = { district, id, account: { id }, device: `n-${at}`, now: new Date(now.getTime() + at) };
    await outcomes.succeeded(trying, await logins.find(district, id));
  }
  const known = Object.keys((await logins.find(district, id)).devices);
  expect(new Set(known)).toEqual(new Set(Array.from({ length: 10 }, (_, at) => `n-${at + 2}`)));
});

test('what is counted of a name that nobody has ends by itself', async () => {
  const outcomes = new LoginOutcomes(engine.dynamo, testTables);
  const logins = new Logins(engine.dynamo, testTables.logins);
  const trying = { district, id: 'nobody:x', account: undefined, device: undefined, now };
  for (let i = 0; i < 5; i += 1) await outcomes.failed(trying, await logins.find(district, trying.id));
  expect(await logins.find(district, trying.id)).toMatchObject({ failures: 5, lockedBy: 'strangers' });
});
