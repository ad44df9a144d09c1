import { expect, test } from 'vitest';
import { FairTurns } from './fair-turns.ts';

type Message = { id: string; messageGroupId?: string };

const of = (messageGroupId: string, ...ids: string[]): Message[] => ids.map((id) => ({ id, messageGroupId }));
const ids = (messages: Message[]): string[] => messages.map(({ id }) => id);

test('gives a quiet group its turn before the backlog of a busy one', () => {
  const busy = of('large', 'l1', 'l2', 'l3', 'l4');
  const waiting = [...busy.slice(2), ...of('small', 's1')];
  expect(ids(new FairTurns().order(waiting, busy.slice(0, 2), 1))).toEqual(['s1', 'l3', 'l4']);
});

test('alternates between groups that have nothing in flight, one message at a time', () => {
  const turns = new FairTurns();
  let waiting = [...of('a', 'a1', 'a2', 'a3'), ...of('b', 'b1', 'b2')];
  const given: string[] = [];
  while (waiting.length > 0) {
    const [next, ...rest] = turns.order(waiting, [], 1);
    given.push(next?.id ?? '');
    waiting = rest;
  }
  expect(given).toEqual(['a1', 'b1', 'a2', 'b2', 'a3']);
});

test('shares one batch between the groups', () => {
  const waiting = [...of('a', 'a1', 'a2', 'a3', 'a4'), ...of('b', 'b1'), ...of('c', 'c1', 'c2')];
  expect(ids(new FairTurns().order(waiting, [], 5)).slice(0, 5)).toEqual(['a1', 'b1', 'c1', 'a2', 'c2']);
});

test('keeps the order of arrival within a group, and of what has no group', () => {
  const waiting: Message[] = [{ id: 'x' }, ...of('a', 'a1', 'a2'), { id: 'y' }];
  expect(ids(new FairTurns().order(waiting, [], 4))).toEqual(['x', 'a1', 'y', 'a2']);
});

test('lets a group use every turn while nobody else waits', () => {
  const [flying, ...waiting] = of('a', 'a1', 'a2', 'a3');
  expect(ids(new FairTurns().order(waiting, flying ? [flying] : [], 10))).toEqual(['a2', 'a3']);
});
