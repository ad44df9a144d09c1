import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDynamo, type TestDynamo, testTables } from '../../test/builders/dynamo.ts';
import { SentMails } from './sent-mails.ts';

let engine: TestDynamo;
beforeAll(async () => {
  engine = await startDynamo();
});
afterAll(() => engine.stop());

const minute = (n: number) => new Date(Date.parse('2026-11-22T10:00:00Z') + n * 60_000);
const taking = (mail: string, from: number, turn = 't-1') =>
  new SentMails(engine.dynamo, testTables.logins).takeTurn('d-1', {
    turn,
    mail,
    at: minute(from),
    until: minute(from + 5),
  });

test('a turn is one mail’s until it ends, which may take it again', async () => {
  const at = [await taking('m-1', 0), await taking('m-2', 4), await taking('m-1', 0), await taking('m-2', 5)];
  expect(at).toEqual([true, false, true, true]);
  expect(await taking('m-1', 6, 't-2')).toBe(true);
});

test('of many mails at once one takes the turn', async () => {
  const taken = await Promise.all([1, 2, 3, 4].map((n) => taking(`m-${n}`, 0, 't-3')));
  expect(taken.filter(Boolean)).toHaveLength(1);
});
