import { expect, test } from 'vitest';
import { FairTurns } from './fair-turns.ts';

type Message = { id: string; messageGroupId?: string };

const of = (messageGroupId: string, ...ids: string[]): Message[] => ids.map((id) => ({ id, messageGroupId }));

/** What is given out one by one, each done before the next is asked for. */
function given(turns: FairTurns, waiting: Message[]): string[] {
  const ids: string[] = [];
  for (let left = waiting; left.length > 0; ) {
    const [next, ...rest] = turns.order(left, [], 1);
    ids.push(next?.id ?? '');
    left = rest;
  }
  return ids;
}

test('lets a few messages of a quiet group pass the backlog of a busy one', () => {
  const turns = new FairTurns();
  given(turns, of('large', 'l1', 'l2', 'l3'));
  const waiting = [...of('large', 'l4', 'l5'), ...of('small', 's1', 's2', 's3')];
  expect(given(turns, waiting).slice(0, 3)).toEqual(['s1', 's2', 's3']);
});

test('takes a group for busy whose messages take long, however few they are', () => {
  const [flying] = of('slow', 'x1');
  const waiting = [...of('slow', 'x2'), ...of('other', 'o1')];
  expect(new FairTurns().order(waiting, flying ? [flying] : [], 1)[0]?.id).toBe('o1');
});

test('alternates between two backlogs', () => {
  const waiting = [...of('a', 'a1', 'a2', 'a3'), ...of('b', 'b1', 'b2', 'b3')];
  expect(given(new FairTurns(), waiting)).toEqual(['a1', 'b1', 'a2', 'b2', 'a3', 'b3']);
});

test('shares one batch between the groups, and keeps the rest in order of arrival', () => {
  const waiting = [...of('a', 'a1', 'a2', 'a3', 'a4'), ...of('b', 'b1'), ...of('c', 'c1', 'c2')];
  const ids = new FairTurns().order(waiting, [], 5).map(({ id }) => id);
  expect(ids).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3', 'a4']);
});

test('keeps the order of arrival of what has no group', () => {
  const waiting: Message[] = [{ id: 'x' }, ...of('a', 'a1'), { id: 'y' }, { id: 'z' }];
  expect(given(new FairTurns(), waiting)).toEqual(['x', 'a1', 'y', 'z']);
});

test('forgets what a group had long ago', () => {
  const turns = new FairTurns();
  given(turns, of('a', 'a1'));
  given(turns, of('b', ...Array.from({ length: 30 }, (_, n) => `b${n}`)));
  given(turns, of('c', ...Array.from({ length: 30 }, (_, n) => `c${n}`)));
  expect(given(turns, [...of('b', 'b30'), ...of('a', 'a2')])).toEqual(['b30', 'a2']);
});
