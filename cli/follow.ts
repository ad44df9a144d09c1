import { setTimeout as sleep } from 'node:timers/promises';

const firstPoll = 150;
const slowestPoll = 2_000;

/** Asks again, ever more slowly, until it is over; `seen` gets every answer on the way. */
export async function follow<T>(
  read: () => Promise<T>,
  { isOver, seen }: { isOver: (answer: T) => boolean; seen: (answer: T) => void },
): Promise<T> {
  for (let pause = firstPoll; ; pause = Math.min(pause * 1.3, slowestPoll)) {
    const answer = await read();
    seen(answer);
    if (isOver(answer)) return answer;
    await sleep(pause);
  }
}
